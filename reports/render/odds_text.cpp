#include <fmt/format.h>

#include <algorithm>

#include "reports/render/layout.hpp"
#include "reports/render/odds.hpp"

namespace cartstorm::report {
namespace {

constexpr std::size_t rule_width = 19;
constexpr std::size_t chance_width = 8;
constexpr std::size_t catch_width = 12;
constexpr std::size_t named_cells = 6;

/// Three digits where they matter: 0.4%, 39%, 99.98%; never 0 or 100 for what is neither.
std::string percent(double share) {
  if (share <= 0) return "0%";
  if (share >= 1) return "100%";
  const double value = share * 100;
  if (value < 0.01) return "<0.01%";
  if (value > 99.99) return ">99.99%";
  if (value < 1) return fmt::format("{:.2g}%", value);
  if (value > 99) return fmt::format("{:.2f}%", value);
  return fmt::format("{:.0f}%", value);
}

/// `limit` is a side of an interval, rounded to tenths of a percent away from what it bounds.
std::string bound_text(char side, double limit) {
  auto tenths = static_cast<int>(limit * 1000);
  if (side == '<' && tenths < limit * 1000) ++tenths;
  return fmt::format("{}{:g}%", side, std::max(tenths, 1) / 10.0);
}

std::string chance_text(const Chance& chance) {
  switch (chance.known) {
    case Chance::Known::bounded:
      return chance.high <= 0 ? "0%" : bound_text('<', chance.high);
    case Chance::Known::simulated:
      // None of so many runs is no proof of never.
      if (chance.value <= 0) return bound_text('<', chance.high);
      if (chance.value >= 1) return bound_text('>', chance.low);
      // More digits than so many runs give would be a lie.
      return chance.value < 0.1 ? fmt::format("{:.2g}%", chance.value * 100)
                                : fmt::format("{:.0f}%", std::min(chance.value * 100, 99.0));
    case Chance::Known::exactly:
      return percent(chance.value);
  }
  return {};
}

std::string hours_text(double hours) {
  if (hours < 1) return fmt::format("{:.0f}m", std::max(1.0, hours * 60));
  return hours < 9.95 ? fmt::format("{:.1f}h", hours) : fmt::format("{:.0f}h", hours);
}

std::string catch_text(const Catch& found) {
  const std::string chance = chance_text(found.within_stage);
  return found.median_hours ? chance + " " + hours_text(*found.median_hours) : chance;
}

std::string errors_text(double errors) {
  return errors < 100 ? fmt::format("{:.3g}", errors) : fmt::format("{:.0f}", errors);
}

std::string rule_line(const RuleOdds& odds) {
  std::string label = odds.rule;
  if (!odds.parameters.empty()) label += ", " + odds.parameters;
  std::string line = "  " + left(label, rule_width);
  if (!odds.blind.empty()) return line + odds.blind + "\n";
  line += left(chance_text(odds.false_hold), chance_width);
  for (const Catch& found : odds.catches) line += left(catch_text(found), catch_width);
  return line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
}

std::string table_head(const StageOdds& stage) {
  const RuleOdds* widest = nullptr;
  for (const RuleOdds& rule : stage.rules) {
    if (widest == nullptr || rule.catches.size() > widest->catches.size()) widest = &rule;
  }
  if (widest == nullptr) return {};
  std::string text = "  " + left("", rule_width) + left("false", chance_width) +
                     "catches this many times the errors, and when\n";
  std::string line = "  " + left("rule", rule_width) + left("hold", chance_width);
  for (const Catch& found : widest->catches) {
    line += left(fmt::format("{:g}x", found.factor), catch_width);
  }
  return text + line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
}

std::string rules_part(const StageOdds& stage) {
  std::string text = table_head(stage);
  bool is_beside = false;
  for (const RuleOdds& rule : stage.rules) {
    if (!rule.is_in_plan && !is_beside) text += "  (not in this plan)\n";
    is_beside = !rule.is_in_plan;
    text += rule_line(rule);
  }
  return text;
}

std::string devices_part(const DevicesOdds& devices) {
  std::string text = fmt::format(
      "devices: {} bad of {} hold. A release that fails on {} of carts, which is tolerated, is "
      "held "
      "with {}",
      devices.threshold, devices.targeted, percent(devices.tolerated), percent(devices.false_hold));
  for (const DevicesOdds::AtShare& at : devices.at) {
    text += fmt::format(", on {} with {}", at.failing < 1 ? percent(at.failing) : "all",
                        percent(at.held));
  }
  return wrapped(text, 2);
}

std::string proof_part(const StageOdds& stage) {
  std::string text = fmt::format("clean, it proves (95%): fewer than {} of carts fail",
                                 percent(stage.proven_failing));
  text += stage.proven_ratio ? fmt::format("; less than {:.2f}x the errors", *stage.proven_ratio)
                             : std::string{"; nothing about errors, less than one is expected"};
  return wrapped(text, 2);
}

std::string cells_text(const StageOdds& stage) {
  if (stage.unseen.empty()) return fmt::format("sees all {} configurations", stage.cells);
  std::string text =
      fmt::format("cannot see {} of {} configurations: ", stage.unseen.size(), stage.cells);
  for (std::size_t i = 0; i < std::min(stage.unseen.size(), named_cells); ++i) {
    text += (i > 0 ? ", " : "") + stage.unseen[i];
  }
  if (stage.unseen.size() > named_cells) {
    text += fmt::format(" and {} more", stage.unseen.size() - named_cells);
  }
  return text;
}

std::string unseen_part(const StageOdds& stage) {
  if (stage.cells == 0) return {};
  std::string text = cells_text(stage);
  if (stage.is_random) {
    text = fmt::format("picked at random, with this seed it {}", text);
    if (!stage.rarest.empty()) {
      text += fmt::format("; any seed misses {} with {}", stage.rarest,
                          percent(stage.missed_at_random));
    }
  } else if (stage.missed_at_random >= 0.005) {
    text += fmt::format("; as many carts picked at random would miss {} with {}", stage.rarest,
                        percent(stage.missed_at_random));
  }
  return wrapped(text, 2);
}

std::string stage_part(const StageOdds& stage, bool with_color) {
  const std::string title =
      fmt::format("{}: {} carts for {}, {} on the old version", stage.stage, stage.carts_on_new,
                  hours_text(stage.soak_hours), stage.carts_on_old);
  return "\n" + painted(title, Paint::bold, with_color) + "\n" +
         wrapped(fmt::format("{} errors expected in {:g} min",
                             errors_text(stage.expected_in_window), stage.window_minutes),
                 2) +
         rules_part(stage) + (stage.devices ? devices_part(*stage.devices) : std::string{}) +
         proof_part(stage) + unseen_part(stage);
}

std::string left_out_part(const Odds& odds, std::size_t indent) {
  if (odds.left_out.empty()) return {};
  return wrapped(fmt::format("not covered: the stages of the newer rollout ({})",
                             fmt::join(odds.left_out, ", ")),
                 indent);
}

std::string summary_line(const RuleOdds& rule) {
  std::string line = "    " + left(rule.rule, rule_width);
  if (!rule.blind.empty()) return line + rule.blind + "\n";
  line += "holds a good one " + chance_text(rule.false_hold);
  for (const Catch& found : rule.catches) {
    line += fmt::format(", {:g}x {}", found.factor, catch_text(found));
  }
  return line + "\n";
}

}  // namespace

std::string to_text(const Odds& odds, bool with_color) {
  std::string text = wrapped(
      fmt::format("plan {}, {} carts, on for {} of the day, {:g} errors per hour that one is on",
                  odds.plan, odds.carts, percent(odds.powered_share), odds.errors_per_hour),
      0);
  text += wrapped(
      fmt::format(
          "{} simulated stages each (seed {}) where no formula decides; < and > are 95% bounds. "
          "False hold: of a release as good as its base. The time is the median until a hold",
          odds.repetitions, odds.seed),
      0);
  for (const StageOdds& stage : odds.stages) text += stage_part(stage, with_color);
  text += "\n" + wrapped(fmt::format("a release as good as its base is held somewhere on the way: "
                                     "{} (rules on errors)",
                                     chance_text(odds.false_hold)),
                         0);
  return text + left_out_part(odds, 0);
}

std::string summary_text(const Odds& odds) {
  std::string text;
  for (const StageOdds& stage : odds.stages) {
    text += "  " + left(stage.stage, 12) +
            fmt::format("{} errors per {:g} min; clean, fewer than {} fail",
                        errors_text(stage.expected_in_window), stage.window_minutes,
                        percent(stage.proven_failing));
    if (!stage.unseen.empty()) {
      text += fmt::format("; cannot see {} of {} configurations", stage.unseen.size(), stage.cells);
    }
    text += "\n";
    if (stage.is_random && !stage.rarest.empty()) {
      text += "    " + left("cohort", rule_width) +
              fmt::format("picked at random; any seed misses {} with {}\n", stage.rarest,
                          percent(stage.missed_at_random));
    }
    for (const RuleOdds& rule : stage.rules) text += summary_line(rule);
    if (!stage.devices) continue;
    text += "    " + left("devices", rule_width) +
            fmt::format("{} bad of {} hold\n", stage.devices->threshold, stage.devices->targeted);
  }
  return text + left_out_part(odds, 2);
}

}  // namespace cartstorm::report
