#include <fmt/format.h>

#include <algorithm>

#include "reports/render/layout.hpp"
#include "reports/render/odds.hpp"
#include "reports/render/odds_words.hpp"

namespace cartstorm::report {
namespace {

constexpr std::size_t rule_width = 19;
constexpr std::size_t chance_width = 8;
constexpr std::size_t catch_width = 12;
constexpr std::size_t named_cells = 6;

std::string catch_text(const Catch& found) {
  const std::string chance = chance_text(found.within_stage);
  return found.median_hours ? chance + " " + hours_text(*found.median_hours) : chance;
}

std::string rule_line(const RuleOdds& odds) {
  std::string line = "  " + left(rule_label(odds), rule_width);
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
