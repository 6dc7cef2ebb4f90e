#include "reports/render/odds_panels.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "reports/render/odds_words.hpp"

namespace cartstorm::report {
namespace {

using svg::Axis;
using svg::Point;

constexpr double widest_factor = 10;
constexpr double least_share = 0.001;
constexpr double minute = 1.0 / 60;
constexpr double between_ticks = 14;  ///< pixels; below, their labels would touch

struct Tick {
  double value = 0;
  const char* label = "";
};
constexpr std::array<Tick, 7> factor_ticks{
    {{1, "1"}, {1.25, "1.25"}, {1.5, "1.5"}, {2, "2"}, {3, "3"}, {5, "5"}, {10, "10"}}};
constexpr std::array<Tick, 5> chance_ticks{
    {{0, "0%"}, {0.25, "25%"}, {0.5, "50%"}, {0.75, "75%"}, {1, "100%"}}};
constexpr std::array<Tick, 5> hour_ticks{
    {{minute, "1m"}, {10 * minute, "10m"}, {1, "1h"}, {6, "6h"}, {24, "24h"}}};
constexpr std::array<Tick, 8> share_ticks{{{0.001, "0.1%"},
                                           {0.01, "1%"},
                                           {0.02, "2%"},
                                           {0.05, "5%"},
                                           {0.1, "10%"},
                                           {0.2, "20%"},
                                           {0.5, "50%"},
                                           {1, "100%"}}};

std::string tick_below(const Frame& frame, double x, std::string_view label) {
  return svg::line({x, frame.corner.y}, {x, frame.bottom()}, "grid") +
         svg::words({x, frame.bottom() + 15}, "tick middle", label);
}

std::string tick_beside(const Frame& frame, double y, std::string_view label) {
  return svg::line({frame.corner.x, y}, {frame.right(), y}, "grid") +
         svg::words({frame.corner.x - 10, y + 4}, "tick end", label);
}

std::string titles(const Frame& frame, std::string_view above, std::string_view below) {
  return svg::words({frame.corner.x, frame.corner.y - 10}, "name", above) +
         svg::words({frame.corner.x + frame.width / 2, frame.bottom() + 31}, "tick middle", below);
}

Axis factor_axis(const StageOdds& stage, const Frame& frame) {
  double most = widest_factor;
  for (const RuleOdds& rule : stage.rules) {
    for (const Catch& found : rule.catches) most = std::max(most, found.factor);
  }
  return Axis::logarithmic(1, most, frame.corner.x, frame.right());
}

Axis chance_axis(const Frame& frame) { return Axis::linear(0, 1, frame.bottom(), frame.corner.y); }

std::string factor_grid(const Axis& factors, const Frame& frame) {
  std::string text;
  for (const Tick& tick : factor_ticks) {
    text += tick_below(frame, factors.at(tick.value), tick.label);
  }
  return text;
}

std::string chance_grid(const Axis& chances, const Frame& frame) {
  std::string text;
  for (const Tick& tick : chance_ticks) {
    text += tick_beside(frame, chances.at(tick.value), tick.label);
  }
  return text;
}

std::string stage_length(double hours) {
  return hours < 1 ? fmt::format("{:.0f}m", hours * 60) : fmt::format("{:.3g}h", hours);
}

/// The stage's length is the last tick; those that would touch its label are left out.
std::string hour_grid(const Axis& times, double most_hours, const Frame& frame) {
  std::string text;
  for (const Tick& tick : hour_ticks) {
    if (tick.value >= most_hours) continue;
    const double y = times.at(tick.value);
    if (y - frame.corner.y >= between_ticks) text += tick_beside(frame, y, tick.label);
  }
  return text + tick_beside(frame, frame.corner.y, stage_length(most_hours));
}

std::string nothing_seen(const Frame& frame) {
  return svg::words({frame.corner.x + frame.width / 2, frame.corner.y + frame.height / 2},
                    "nothing middle", "no rule on errors can decide here");
}

std::string chance_tip(const Chance& chance) {
  std::string text = chance_text(chance);
  if (chance.known != Chance::Known::simulated) return text;
  return fmt::format("{} ({:.1f} to {:.1f}%)", text, chance.low * 100, chance.high * 100);
}

/// A point is hollow where nothing was simulated.
std::string dot_kind(const Chance& chance) {
  return chance.known == Chance::Known::simulated ? "point" : "point hollow";
}

/// With caps, or it would hide behind its own marker.
std::string interval(double x, double low, double high) {
  return svg::line({x, low}, {x, high}, "bar") + svg::line({x - 3, low}, {x + 3, low}, "bar") +
         svg::line({x - 3, high}, {x + 3, high}, "bar");
}

std::string hold_curve(const RuleOdds& rule, std::size_t number, const Axis& factors,
                       const Axis& chances) {
  std::vector<Catch> points{{1, rule.false_hold, std::nullopt}};
  points.insert(points.end(), rule.catches.begin(), rule.catches.end());
  std::vector<Point> line;
  std::string bars, dots;
  for (const Catch& found : points) {
    const Chance& chance = found.within_stage;
    const Point at{factors.at(found.factor), chances.at(chance.value)};
    line.push_back(at);
    if (chance.low < chance.high) {
      bars += interval(at.x, chances.at(chance.low), chances.at(chance.high));
    }
    dots += svg::marker(
        at, number, dot_kind(chance),
        fmt::format("{}, {:g}x: {}", rule_label(rule), found.factor, chance_tip(chance)));
  }
  return svg::polyline(line, "curve") + bars + dots;
}

/// A gap where fewer than half are held: no line may lead over it.
std::string time_curve(const RuleOdds& rule, std::size_t number, const Axis& factors,
                       const Axis& times) {
  std::vector<Point> line;
  std::string lines, dots;
  for (const Catch& found : rule.catches) {
    if (!found.median_hours) {
      lines += svg::polyline(line, "curve");
      line.clear();
      continue;
    }
    line.push_back({factors.at(found.factor), times.at(*found.median_hours)});
    dots += svg::marker(line.back(), number, "point",
                        fmt::format("{}, {:g}x: median {}", rule_label(rule), found.factor,
                                    hours_text(*found.median_hours)));
  }
  return lines + svg::polyline(line, "curve") + dots;
}

/// Those of the plan are drawn last, hence above the others.
template <class Curve>
std::string curves(const StageOdds& stage, const std::vector<DrawnRule>& drawn,
                   const Curve& curve_of) {
  std::string beside, in_plan;
  for (const RuleOdds& rule : stage.rules) {
    if (!rule.blind.empty()) continue;
    for (std::size_t i = 0; i < drawn.size(); ++i) {
      if (drawn[i].label != rule_label(rule) || drawn[i].is_in_plan != rule.is_in_plan) continue;
      (rule.is_in_plan ? in_plan : beside) +=
          svg::group(rule_class(drawn[i], i), curve_of(rule, i));
    }
  }
  return beside + in_plan;
}

}  // namespace

std::vector<DrawnRule> drawn_rules(const Odds& odds) {
  std::vector<DrawnRule> drawn;
  for (const bool is_in_plan : {true, false}) {
    for (const StageOdds& stage : odds.stages) {
      for (const RuleOdds& rule : stage.rules) {
        const auto is_same = [&](const DrawnRule& other) {
          return other.label == rule_label(rule) && other.is_in_plan == is_in_plan;
        };
        if (rule.is_in_plan != is_in_plan || std::ranges::any_of(drawn, is_same)) continue;
        drawn.push_back({rule_label(rule), is_in_plan});
      }
    }
  }
  return drawn;
}

std::string rule_class(const DrawnRule& rule, std::size_t number) {
  return fmt::format("rule {} hue{}", rule.is_in_plan ? "plan" : "beside", number % 8);
}

std::string hold_panel(const StageOdds& stage, const std::vector<DrawnRule>& drawn,
                       const Frame& frame) {
  const Axis factors = factor_axis(stage, frame), chances = chance_axis(frame);
  const std::string found = curves(stage, drawn, [&](const RuleOdds& rule, std::size_t number) {
    return hold_curve(rule, number, factors, chances);
  });
  return svg::group("panel holds", titles(frame, "chance of a hold within the stage",
                                          "times the errors of the old version (1: a false hold)") +
                                       factor_grid(factors, frame) + chance_grid(chances, frame) +
                                       (found.empty() ? nothing_seen(frame) : found));
}

std::string time_panel(const StageOdds& stage, const std::vector<DrawnRule>& drawn,
                       const Frame& frame) {
  const double most_hours = std::max(stage.soak_hours, 2 * minute);
  const Axis factors = factor_axis(stage, frame);
  const Axis times = Axis::logarithmic(minute, most_hours, frame.bottom(), frame.corner.y);
  const std::string found = curves(stage, drawn, [&](const RuleOdds& rule, std::size_t number) {
    return time_curve(rule, number, factors, times);
  });
  return svg::group("panel times", titles(frame, "median time until the hold",
                                          "times the errors; no point: under half are held") +
                                       factor_grid(factors, frame) +
                                       hour_grid(times, most_hours, frame) + found);
}

std::string devices_panel(const DevicesOdds& devices, const Frame& frame) {
  std::vector<DevicesOdds::AtShare> points = devices.at;
  // Nothing is tolerated: then no share is, and a logarithm has no place for it.
  if (devices.tolerated > 0) points.push_back({devices.tolerated, devices.false_hold});
  std::ranges::sort(points, {}, &DevicesOdds::AtShare::failing);
  const bool is_wide = !points.empty() && points.front().failing < 0.01;
  const Axis shares =
      Axis::logarithmic(is_wide ? least_share : 0.01, 1, frame.corner.x, frame.right());
  const Axis chances = chance_axis(frame);
  std::string text = titles(frame, "devices rule: chance of a hold", "share of carts that fail") +
                     chance_grid(chances, frame);
  for (const Tick& tick : share_ticks) {
    // Over three decades there is room for the decades alone.
    const bool is_decade = tick.value == 0.001 || tick.value == 0.01 || tick.value == 0.1;
    if (is_wide ? is_decade || tick.value == 1 : tick.value >= 0.01) {
      text += tick_below(frame, shares.at(tick.value), tick.label);
    }
  }
  std::vector<Point> line;
  std::string dots;
  for (const DevicesOdds::AtShare& point : points) {
    line.push_back({shares.at(point.failing), chances.at(point.held)});
    dots += svg::marker(
        line.back(), 0, "point hollow",
        fmt::format("devices, {} fail: {}", percent(point.failing), percent(point.held)));
  }
  return svg::group("panel devices",
                    text + svg::group("rule plan ink", svg::polyline(line, "curve") + dots));
}

}  // namespace cartstorm::report
