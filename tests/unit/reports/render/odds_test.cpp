#include "reports/render/odds.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <sstream>

#include "reports/render/layout.hpp"

namespace cartstorm::report {
namespace {

using testing::HasSubstr;
using testing::Not;

Odds plain_odds() {
  Odds odds;
  odds.plan = "standard";
  odds.carts = 5000;
  odds.errors_per_hour = 2;
  odds.repetitions = 1000;
  StageOdds canary;
  canary.stage = "canary";
  canary.carts_on_new = 10;
  canary.carts_on_old = 4990;
  canary.soak_hours = 24;
  canary.window_minutes = 30;
  canary.expected_in_window = 7.04;
  canary.proven_failing = 0.2589;
  canary.proven_ratio = 1.0912;
  canary.cells = 14;
  canary.rarest = "eu_cold";
  canary.missed_at_random = 0.82;
  for (int i = 0; i < 9; ++i) canary.unseen.push_back("hw 2/eu/retail/rare (40)");
  RuleOdds blind;
  blind.rule = "ratio";
  blind.blind = "a window expects 7.04 errors, it needs 90 to decide";
  RuleOdds seeing;
  seeing.rule = "e_value";
  seeing.is_in_plan = false;
  seeing.false_hold = {0.03, 0.02, 0.04, Chance::Known::simulated};
  for (const double factor : {1.25, 1.5, 2.0, 3.0, 5.0, 10.0}) {
    seeing.catches.push_back({factor, {1, 0.9962, 1, Chance::Known::simulated}, 23.4});
  }
  canary.rules = {blind, seeing};
  DevicesOdds devices;
  devices.targeted = 10;
  devices.threshold = 2;
  devices.tolerated = 0.01;
  devices.false_hold = 0.0043;
  devices.at = {{0.02, 0.016}, {1, 1}};
  canary.devices = devices;
  odds.stages = {canary};
  odds.false_hold = {0, 0, 0.0003, Chance::Known::bounded};
  return odds;
}

TEST(OddsText, SaysWhatARuleCannotSee) {
  const std::string text = to_text(plain_odds(), false);
  EXPECT_THAT(text, HasSubstr("canary: 10 carts for 24h, 4990 on the old version"));
  EXPECT_THAT(text, HasSubstr("  ratio              a window expects 7.04"));
  EXPECT_THAT(text, HasSubstr("(not in this plan)\n  e_value            3%      >99.6% 23h"));
  EXPECT_THAT(text, HasSubstr("cannot see 9 of 14 configurations: hw 2/eu/retail/rare (40)"));
  EXPECT_THAT(text, HasSubstr("and 3 more"));
  EXPECT_THAT(text, HasSubstr("picked at random"));
  EXPECT_THAT(text, HasSubstr("would miss eu_cold with 82%"));
  EXPECT_THAT(text, HasSubstr("fewer than 26% of carts fail; less than 1.09x the errors"));
  EXPECT_THAT(text, HasSubstr("2 bad of 10 hold"));
  EXPECT_THAT(text, HasSubstr("held somewhere on the way: <0.1%"));
}

TEST(OddsText, SaysWhatAPickAtRandomMisses) {
  Odds odds = plain_odds();
  odds.stages[0].is_random = true;
  EXPECT_THAT(to_text(odds, false),
              HasSubstr("picked at random, with this seed it cannot see 9 of"));
  EXPECT_THAT(to_text(odds, false), HasSubstr("any seed misses eu_cold with 82%"));
  EXPECT_THAT(summary_text(odds),
              HasSubstr("picked at random; any seed misses eu_cold with 82%\n"));
  odds.stages[0].rules.clear();  // their lines are as long as a summary's choice of factors
  std::istringstream lines{summary_text(odds)};
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), most_columns) << line;
}

TEST(OddsText, NamesTheStagesThatItLeavesOut) {
  Odds odds = plain_odds();
  EXPECT_THAT(to_text(odds, false) + summary_text(odds), Not(HasSubstr("not covered")));
  odds.left_out = {"again", "everybody"};
  const std::string line = "not covered: the stages of the newer rollout (again, everybody)\n";
  EXPECT_THAT(to_text(odds, false), HasSubstr("\n" + line));
  EXPECT_THAT(summary_text(odds), HasSubstr("\n  " + line));
  EXPECT_EQ(boost::json::parse(to_json(odds)).at("left_out").as_array().size(), 2U);
}

TEST(OddsText, FitsATerminal) {
  Odds short_one = plain_odds();
  short_one.stages[0].rules[1].catches.resize(3);  // as many as a summary shows
  std::istringstream lines{to_text(plain_odds(), false) + summary_text(short_one)};
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), most_columns) << line;
}

TEST(OddsText, NeverCallsAnUnseenEventImpossible) {
  Odds odds = plain_odds();
  odds.stages[0].rules[1].false_hold = {0, 0, 0.0038, Chance::Known::simulated};
  EXPECT_THAT(to_text(odds, false), HasSubstr("e_value            <0.4%"));
  odds.stages[0].rules[1].false_hold = {0, 0, 0, Chance::Known::exactly};
  EXPECT_THAT(to_text(odds, false), HasSubstr("e_value            0%"));
}

TEST(OddsText, ASummaryKeepsToThePlan) {
  const std::string text = summary_text(plain_odds());
  EXPECT_THAT(text, HasSubstr("canary      7.04 errors per 30 min; clean, fewer than 26% fail"));
  EXPECT_THAT(text, HasSubstr("cannot see 9 of 14 configurations"));
  EXPECT_THAT(text, HasSubstr("devices            2 bad of 10 hold"));
  EXPECT_THAT(text, Not(HasSubstr("cannot see 9 of 14 configurations:")));
}

TEST(OddsJson, HasTheShapeThatToolsRead) {
  const auto json = boost::json::parse(to_json(plain_odds()));
  const auto& stage = json.at("stages").at(0);
  EXPECT_EQ(stage.at("carts_on_new").to_number<int>(), 10);
  EXPECT_EQ(stage.at("rules").at(1).at("false_hold").at("known").as_string(), "simulated");
  EXPECT_EQ(stage.at("rules").at(1).at("catches").at(0).at("factor").to_number<double>(), 1.25);
  EXPECT_EQ(stage.at("devices").at("threshold").to_number<int>(), 2);
  EXPECT_EQ(stage.at("unseen").as_array().size(), 9U);
  Odds bare = plain_odds();
  bare.stages[0].devices.reset();
  bare.stages[0].proven_ratio.reset();
  const auto none = boost::json::parse(to_json(bare));
  EXPECT_TRUE(none.at("stages").at(0).at("devices").is_null());
  EXPECT_TRUE(none.at("stages").at(0).at("proven_ratio").is_null());
}

}  // namespace
}  // namespace cartstorm::report
