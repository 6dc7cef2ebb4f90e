#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <sstream>

#include "reports/render/clean.hpp"
#include "reports/render/layout.hpp"
#include "reports/render/odds.hpp"
#include "reports/render/odds_panels.hpp"
#include "reports/render/odds_words.hpp"
#include "reports/render/svg.hpp"

namespace cartstorm::report {
namespace {

constexpr double margin = 24, gutter = 50, between_panels = 20;
constexpr double holds_width = 370, times_width = 300, devices_width = 220;
constexpr double panel_height = 170;
constexpr double least_width = 720;  ///< room for a line of 100 columns
constexpr double line_height = 17;
constexpr double swatch_width = 38, column_width = 7.2;  ///< of the legend, generous

/// A plain style sheet without variables, which not every viewer of SVG knows. The hues are told
/// apart by colour-blind people too, as far as eight can be; shapes do the rest.
constexpr std::string_view style = R"(.odds { font-family: system-ui, sans-serif; max-width: 100%; }
.odds text { fill: #1f2328; font-size: 12.5px; }
.odds .title { font-size: 18px; font-weight: 600; }
.odds .stage { font-size: 15px; font-weight: 600; }
.odds .name { font-weight: 600; }
.odds .tick { font-size: 11px; fill: #57606a; }
.odds .nothing { fill: #57606a; font-style: italic; }
.odds .middle { text-anchor: middle; }
.odds .end { text-anchor: end; }
.odds .paper { fill: #ffffff; }
.odds path { fill: none; }
.odds .grid { stroke: #d8dee4; }
.odds .curve { stroke-linejoin: round; }
.odds .plan .curve { stroke-width: 2.6; }
.odds .beside .curve { stroke-width: 1; }
.odds .plan .bar { stroke-width: 1.6; }
.odds .beside .point path { stroke-width: 1; transform: scale(0.75); }
.odds .plan .point path { stroke-width: 1.6; transform: scale(0.9); }
.odds .hue0 path { stroke: #0a5dab; } .odds .hue0 .point path { fill: #0a5dab; }
.odds .hue1 path { stroke: #b8430b; } .odds .hue1 .point path { fill: #b8430b; }
.odds .hue2 path { stroke: #0b7a5c; } .odds .hue2 .point path { fill: #0b7a5c; }
.odds .hue3 path { stroke: #93408f; } .odds .hue3 .point path { fill: #93408f; }
.odds .hue4 path { stroke: #8a6500; } .odds .hue4 .point path { fill: #8a6500; }
.odds .hue5 path { stroke: #c0265a; } .odds .hue5 .point path { fill: #c0265a; }
.odds .hue6 path { stroke: #4a5a8a; } .odds .hue6 .point path { fill: #4a5a8a; }
.odds .hue7 path { stroke: #5b5f66; } .odds .hue7 .point path { fill: #5b5f66; }
.odds .ink path { stroke: #1f2328; }
.odds .rule .hollow path { fill: #ffffff; }
@media (prefers-color-scheme: dark) {
.odds text { fill: #e6edf3; }
.odds .tick, .odds .nothing { fill: #9da7b3; }
.odds .paper { fill: #0d1117; }
.odds .grid { stroke: #30363d; }
.odds .hue0 path { stroke: #6cb6ff; } .odds .hue0 .point path { fill: #6cb6ff; }
.odds .hue1 path { stroke: #ff9e64; } .odds .hue1 .point path { fill: #ff9e64; }
.odds .hue2 path { stroke: #4fd1a5; } .odds .hue2 .point path { fill: #4fd1a5; }
.odds .hue3 path { stroke: #e29ae6; } .odds .hue3 .point path { fill: #e29ae6; }
.odds .hue4 path { stroke: #e3c04b; } .odds .hue4 .point path { fill: #e3c04b; }
.odds .hue5 path { stroke: #ff8fa8; } .odds .hue5 .point path { fill: #ff8fa8; }
.odds .hue6 path { stroke: #a5b4e8; } .odds .hue6 .point path { fill: #a5b4e8; }
.odds .hue7 path { stroke: #b0b8c4; } .odds .hue7 .point path { fill: #b0b8c4; }
.odds .ink path { stroke: #e6edf3; }
.odds .rule .hollow path { fill: #0d1117; }
}
)";

/// From top to bottom: what was drawn, and where the next piece begins.
class Sheet {
 public:
  explicit Sheet(double width) : width_{width} {}

  void say(std::string_view text, std::string_view kind = "said") {
    std::istringstream lines{wrapped(text, 0)};
    for (std::string line; std::getline(lines, line);) {
      skip(line_height);
      add(svg::words({margin, y_}, kind, line));
    }
  }
  void skip(double height) { y_ += height; }
  void add(const std::string& piece) { inside_ += piece; }
  double y() const { return y_; }
  double width() const { return width_; }

  std::string document(std::string title, std::string told) const {
    const double height = y_ + margin;
    return svg::document({"odds", std::move(title), std::move(told), std::string{style}, width_,
                          height, svg::rectangle({0, 0}, width_, height, "paper") + inside_});
  }

 private:
  double width_, y_ = 12;
  std::string inside_;
};

/// One line that breaks where the next entry would leave the sheet.
void legend_line(Sheet& sheet, std::string_view title, const std::vector<DrawnRule>& drawn,
                 bool is_in_plan) {
  if (std::ranges::none_of(drawn, [&](const auto& rule) { return rule.is_in_plan == is_in_plan; }))
    return;
  sheet.skip(line_height + 3);
  double x = margin + 120;
  std::string text = svg::words({margin, sheet.y()}, "name", title);
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    if (drawn[i].is_in_plan != is_in_plan) continue;
    const double width =
        swatch_width + column_width * static_cast<double>(columns(clean(drawn[i].label))) + 14;
    if (x + width > sheet.width() - margin && x > margin + 120) {
      sheet.skip(line_height + 3);
      x = margin + 120;
    }
    const double middle = sheet.y() - 4;
    text += svg::group(rule_class(drawn[i], i),
                       svg::polyline({{x, middle}, {x + 30, middle}}, "curve") +
                           svg::marker({x + 15, middle}, i, "point", drawn[i].label)) +
            svg::words({x + swatch_width, sheet.y()}, "said", drawn[i].label);
    x += width;
  }
  sheet.add(svg::group("legend", text));
}

/// Rules that cannot decide in a stage have no line there; this says why, reason by reason.
void say_blind(Sheet& sheet, const StageOdds& stage) {
  std::vector<std::string> reasons;
  for (const RuleOdds& rule : stage.rules) {
    if (!rule.blind.empty() && std::ranges::find(reasons, rule.blind) == reasons.end()) {
      reasons.push_back(rule.blind);
    }
  }
  for (const std::string& reason : reasons) {
    std::vector<std::string> names;
    for (const RuleOdds& rule : stage.rules) {
      if (rule.blind == reason) names.push_back(rule_label(rule));
    }
    sheet.say(fmt::format("no line for {}: {}", fmt::join(names, "; "), reason));
  }
}

void draw_stage(Sheet& sheet, const StageOdds& stage, const std::vector<DrawnRule>& drawn) {
  sheet.skip(30);
  sheet.say(fmt::format("{}: {} carts for {}, {} on the old version", stage.stage,
                        stage.carts_on_new, hours_text(stage.soak_hours), stage.carts_on_old),
            "stage");
  sheet.say(fmt::format("{} errors expected in {:g} min; clean, fewer than {} of carts fail (95%)",
                        errors_text(stage.expected_in_window), stage.window_minutes,
                        percent(stage.proven_failing)));
  if (stage.devices) {
    sheet.say(fmt::format("devices: {} bad of {} hold", stage.devices->threshold,
                          stage.devices->targeted));
  }
  if (!stage.unseen.empty()) {
    sheet.say(fmt::format("cannot see {} of {} configurations", stage.unseen.size(), stage.cells));
  }
  say_blind(sheet, stage);
  sheet.skip(36);
  double x = margin + gutter;
  const auto next = [&](double width) {
    const Frame frame{{x, sheet.y()}, width, panel_height};
    x += width + between_panels + gutter;
    return frame;
  };
  // A plan may have no rule on errors at all; empty panels would look like rules that see nothing.
  if (!drawn.empty()) {
    sheet.add(hold_panel(stage, drawn, next(holds_width)));
    sheet.add(time_panel(stage, drawn, next(times_width)));
  }
  if (stage.devices) sheet.add(devices_panel(*stage.devices, next(devices_width)));
  sheet.skip(panel_height + 31);
}

double width_of(const Odds& odds, bool has_errors) {
  const bool has_devices =
      std::ranges::any_of(odds.stages, [](const StageOdds& s) { return s.devices.has_value(); });
  double width = margin;
  if (has_errors) width += 2 * (gutter + between_panels) + holds_width + times_width;
  if (has_devices) width += gutter + between_panels + devices_width;
  return std::max(width + margin - between_panels, least_width);
}

std::string how_to_read(const Odds& odds, bool has_errors) {
  if (!has_errors) return "This plan has no rule on errors. The points are a formula's answers.";
  return fmt::format(
      "A point is the share of {} simulated stages (seed {}) that were held, its bar the 95% "
      "interval; a hollow point is a formula's answer or upper bound.",
      odds.repetitions, odds.seed);
}

}  // namespace

std::string to_svg(const Odds& odds, std::string_view of) {
  const std::string title = fmt::format("{}: what halt rules can see", of);
  const std::vector<DrawnRule> drawn = drawn_rules(odds);
  Sheet sheet{width_of(odds, !drawn.empty())};
  sheet.skip(6);
  sheet.say(title, "title");
  sheet.skip(4);
  sheet.say(
      fmt::format("plan {}, {} carts, on for {} of the day, {:g} errors per hour that one is on",
                  odds.plan, odds.carts, percent(odds.powered_share), odds.errors_per_hour));
  sheet.say(how_to_read(odds, !drawn.empty()));
  sheet.skip(6);
  legend_line(sheet, "in this plan", drawn, true);
  legend_line(sheet, "for comparison", drawn, false);
  for (const StageOdds& stage : odds.stages) draw_stage(sheet, stage, drawn);
  sheet.skip(20);
  sheet.say(fmt::format(
      "a release as good as its base is held somewhere on the way: {} (rules on errors)",
      chance_text(odds.false_hold)));
  if (!odds.left_out.empty()) {
    sheet.say(fmt::format("not covered: the stages of the newer rollout ({})",
                          fmt::join(odds.left_out, ", ")));
  }
  return sheet.document(title, summary_text(odds));
}

}  // namespace cartstorm::report
