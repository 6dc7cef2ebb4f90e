#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <utility>

#include "reports/render/odds.hpp"
#include "tests/unit/reports/render/well_formed.hpp"

namespace cartstorm::report {
namespace {

using testing::HasSubstr;
using testing::Not;

Chance seen(double value, double low, double high) {
  return {value, low, high, Chance::Known::simulated};
}

/// A plan's rule with a gap in its times, one beside it, a blind one, and the rule on carts.
Odds sample() {
  RuleOdds planned;
  planned.rule = "e_value";
  planned.false_hold = seen(0.25, 0, 0.5);
  planned.catches = {{1.5, seen(0.5, 0.25, 0.75), 24.0},
                     {2, seen(0.25, 0.2, 0.3), std::nullopt},
                     {3, seen(0.75, 0.7, 0.8), 6.0},
                     {10, seen(1, 0.9962, 1), 1.0 / 6}};
  RuleOdds other;
  other.rule = "ratio";
  other.parameters = "literal";
  other.is_in_plan = false;
  other.false_hold = {0.5, 0.5, 0.5, Chance::Known::exactly};
  other.catches = {{2, seen(1, 0.9962, 1), 1.0}};
  RuleOdds blind;
  blind.rule = "ratio";
  blind.blind = "a window expects 7.04 errors, it needs 90 to decide";
  DevicesOdds devices;
  devices.targeted = 10, devices.threshold = 2;
  devices.tolerated = 0.01, devices.false_hold = 0;
  devices.at = {{0.1, 0.25}, {1, 1}};
  StageOdds canary;
  canary.stage = "canary";
  canary.carts_on_new = 10, canary.carts_on_old = 4990;
  canary.soak_hours = 72;
  canary.rules = {blind, planned, other};
  canary.devices = devices;
  Odds odds;
  odds.plan = "standard";
  odds.carts = 5000, odds.repetitions = 1000, odds.seed = 7;
  odds.stages = {canary};
  return odds;
}

/// The text of one panel, or of the one of the second stage and so on.
std::string panel(const std::string& picture, const std::string& kind, int number = 0) {
  std::size_t at = 0;
  for (int i = 0; i <= number; ++i) at = picture.find("<g class=\"panel " + kind + "\"", at + 1);
  if (at == std::string::npos) return {};
  return picture.substr(at, picture.find("<g class=\"panel", at + 1) - at);
}

using Place = std::pair<double, double>;

double number_after(const std::string& text, const std::string& words, std::size_t from) {
  const std::size_t at = text.find(words, from);
  return at == std::string::npos ? -1 : std::strtod(text.c_str() + at + words.size(), nullptr);
}

/// Where the marker with a tip that begins so is drawn; (-1, -1): nowhere.
Place marker_at(const std::string& panel, const std::string& tip) {
  const std::size_t title = panel.find("<title>" + tip);
  if (title == std::string::npos) return {-1, -1};
  const std::size_t at = panel.rfind("translate(", title);
  return {number_after(panel, "translate(", at), number_after(panel, " ", at)};
}

/// Where the grid line of this label crosses the other axis: x of a label below, y of one beside.
double tick_below(const std::string& panel, const std::string& label) {
  const std::size_t end = panel.find(">" + label + "</text>");
  const std::size_t text = panel.rfind("<text class=\"tick middle\"", end);
  return number_after(panel, " x=\"", text);
}
double tick_beside(const std::string& panel, const std::string& label) {
  const std::size_t end = panel.find(">" + label + "</text>");
  const std::size_t line = panel.rfind("<path class=\"grid\"", end);
  return number_after(panel, " ", panel.find(" d=\"M", line) + 4);
}

/// How many pieces of `text` are `words`.
int count(const std::string& text, const std::string& words) {
  int found = 0;
  for (std::size_t at = text.find(words); at != std::string::npos; at = text.find(words, at + 1)) {
    ++found;
  }
  return found;
}

TEST(OddsPlot, AChanceLiesWhereItsNumberSays) {
  const std::string holds = panel(to_svg(sample(), "healthy"), "holds");
  EXPECT_EQ(marker_at(holds, "e_value, 1x: 25%"),
            (Place{tick_below(holds, "1"), tick_beside(holds, "25%")}));
  EXPECT_EQ(marker_at(holds, "e_value, 1.5x: 50%"),
            (Place{tick_below(holds, "1.5"), tick_beside(holds, "50%")}));
  EXPECT_EQ(marker_at(holds, "e_value, 10x: &gt;99.6%"),
            (Place{tick_below(holds, "10"), tick_beside(holds, "100%")}));
  EXPECT_EQ(marker_at(holds, "ratio, literal, 2x"),
            (Place{tick_below(holds, "2"), tick_beside(holds, "100%")}));
  // More is further up and further right, and a false hold of 0 would lie on the axis.
  EXPECT_LT(tick_beside(holds, "100%"), tick_beside(holds, "25%"));
  EXPECT_LT(tick_beside(holds, "25%"), tick_beside(holds, "0%"));
  EXPECT_LT(tick_below(holds, "1"), tick_below(holds, "1.5"));
  EXPECT_LT(tick_below(holds, "1.5"), tick_below(holds, "10"));
}

TEST(OddsPlot, FactorsLieByDecades) {
  const std::string holds = panel(to_svg(sample(), "healthy"), "holds");
  const auto distance = [&](const char* from, const char* to) {
    return tick_below(holds, to) - tick_below(holds, from);
  };
  EXPECT_NEAR(distance("1", "2"), distance("5", "10"), 0.15);  // twice is twice
  EXPECT_NEAR(distance("1", "1.5"), distance("2", "3"), 0.15);
}

TEST(OddsPlot, ATimeLiesWhereItsNumberSaysAndNoLineLeadsOverAGap) {
  const std::string times = panel(to_svg(sample(), "healthy"), "times");
  EXPECT_EQ(marker_at(times, "e_value, 1.5x: median 24h"),
            (Place{tick_below(times, "1.5"), tick_beside(times, "24h")}));
  EXPECT_EQ(marker_at(times, "e_value, 3x: median 6.0h"),
            (Place{tick_below(times, "3"), tick_beside(times, "6h")}));
  EXPECT_EQ(marker_at(times, "e_value, 10x: median 10m"),
            (Place{tick_below(times, "10"), tick_beside(times, "10m")}));
  EXPECT_EQ(marker_at(times, "e_value, 2x").first, -1);
  EXPECT_LT(tick_beside(times, "72h"), tick_beside(times, "24h"));
  // From 3x to 10x; 1.5x stands alone on its side of the gap.
  ASSERT_EQ(count(times, "class=\"curve\""), 1);
  EXPECT_EQ(number_after(times, " d=\"M", times.find("class=\"curve\"")), tick_below(times, "3"));
}

TEST(OddsPlot, AnIntervalReachesFromItsLowToItsHighEnd) {
  const std::string holds = panel(to_svg(sample(), "healthy"), "holds");
  const double x = tick_below(holds, "1.5");
  char bar[80];
  std::snprintf(bar, sizeof bar, "<path class=\"bar\" d=\"M%.1f %.1fL%.1f %.1f\"/>", x,
                tick_beside(holds, "25%"), x, tick_beside(holds, "75%"));
  EXPECT_THAT(holds, HasSubstr(bar));
  // Five points of one rule and one of the other are simulated; an exact one has no interval.
  EXPECT_EQ(count(holds, "class=\"bar\""), 3 * 6);
  EXPECT_EQ(count(holds, "class=\"point hollow\""), 1);
}

TEST(OddsPlot, DrawsEveryRuleAndThoseOfThePlanStrongAndLast) {
  const std::string picture = to_svg(sample(), "healthy");
  const std::string holds = panel(picture, "holds");
  EXPECT_EQ(count(holds, "class=\"curve\""), 2);
  EXPECT_EQ(count(holds, "<g class=\"rule plan hue1\">"), 1);
  EXPECT_EQ(count(holds, "<g class=\"rule beside hue2\">"), 1);
  EXPECT_LT(holds.find("rule beside"), holds.find("rule plan"));
  EXPECT_THAT(picture, HasSubstr(".odds .plan .curve { stroke-width: 2.6; }"));
  EXPECT_THAT(picture, HasSubstr(".odds .beside .curve { stroke-width: 1; }"));
  for (const char* name : {">ratio<", ">e_value<", ">ratio, literal<"}) {
    EXPECT_EQ(count(picture, std::string{name} + "/text>"), 1) << name;
  }
}

TEST(OddsPlot, ALegendEndsAboveTheFirstPanel) {
  const std::string picture = to_svg(sample(), "healthy");
  const std::size_t legend = picture.rfind("<g class=\"legend\"");
  ASSERT_LT(legend, picture.find("<g class=\"panel"));
  const double last = number_after(picture, " y=\"", picture.find(">ratio, literal</text>") - 20);
  EXPECT_LT(last + 20, tick_beside(panel(picture, "holds"), "100%"));
}

TEST(OddsPlot, SaysWhyARuleHasNoLine) {
  Odds odds = sample();
  EXPECT_THAT(
      to_svg(odds, "healthy"),
      HasSubstr(">no line for ratio: a window expects 7.04 errors, it needs 90 to decide<"));
  EXPECT_THAT(to_svg(odds, "healthy"), Not(HasSubstr("no rule on errors")));
  odds.stages[0].rules.resize(1);
  EXPECT_THAT(panel(to_svg(odds, "healthy"), "holds"),
              HasSubstr("no rule on errors can decide here"));
}

TEST(OddsPlot, CountsCartsInAPanelOfItsOwn) {
  Odds odds = sample();
  const std::string carts = panel(to_svg(odds, "healthy"), "devices");
  EXPECT_EQ(marker_at(carts, "devices, 1% fail: 0%"),
            (Place{tick_below(carts, "1%"), tick_beside(carts, "0%")}));
  EXPECT_EQ(marker_at(carts, "devices, 10% fail: 25%"),
            (Place{tick_below(carts, "10%"), tick_beside(carts, "25%")}));
  odds.stages[0].rules.clear();
  EXPECT_EQ(count(to_svg(odds, "healthy"), "<g class=\"panel"), 1);
  EXPECT_THAT(to_svg(odds, "healthy"), HasSubstr("This plan has no rule on errors."));
  odds.stages[0].devices->tolerated = 0;  // no place on a logarithmic axis
  EXPECT_EQ(count(to_svg(odds, "healthy"), "<title>devices, "), 2);
}

TEST(OddsPlot, HasARowOfPanelsPerStageOneBelowTheOther) {
  Odds odds = sample();
  odds.stages.push_back(odds.stages[0]);
  odds.stages[1].stage = "early";
  const std::string picture = to_svg(odds, "healthy");
  EXPECT_EQ(count(picture, "<g class=\"panel"), 6);
  EXPECT_LT(tick_beside(panel(picture, "holds"), "0%") + 40,
            tick_beside(panel(picture, "holds", 1), "100%"));
  EXPECT_LT(tick_beside(panel(picture, "holds", 1), "0%"), number_after(picture, " height=\"", 0));
}

TEST(OddsPlot, IsWellFormedWhateverTheNamesAre) {
  Odds odds = sample();
  const std::string bad = "</style><script>\"&\x1b[31m\xff" + std::string(300, 'x');
  odds.plan = bad;
  odds.left_out = {bad};
  odds.stages[0].stage = bad;
  odds.stages[0].unseen = {bad};
  odds.stages[0].rules[0].blind = bad;
  odds.stages[0].rules[1].rule = bad;
  const std::string picture = to_svg(odds, bad);
  EXPECT_GT(well_formed_elements(picture), 50);
  EXPECT_THAT(picture, Not(HasSubstr("<script")));
  EXPECT_GT(well_formed_elements(to_svg(Odds{}, "")), 4);
}

TEST(OddsPlot, StandsAloneAndTellsScreenReadersItsNumbers) {
  const std::string picture = to_svg(sample(), "healthy");
  EXPECT_THAT(picture, HasSubstr("<title id=\"odds-title\">healthy: what halt rules can see<"));
  const std::string told = picture.substr(0, picture.find("</desc>"));
  EXPECT_THAT(told, HasSubstr("e_value            holds a good one 25%, 1.5x 50% 24h"));
  EXPECT_THAT(picture, HasSubstr("@media (prefers-color-scheme: dark)"));
  EXPECT_EQ(count(picture, "http"), 1);  // the name space
  for (const char* outside : {"url(", "@import", "href", "<image", "<script"}) {
    EXPECT_THAT(picture, Not(HasSubstr(outside)));
  }
  EXPECT_EQ(picture, to_svg(sample(), "healthy"));
}

}  // namespace
}  // namespace cartstorm::report
