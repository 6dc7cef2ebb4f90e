#include <fmt/format.h>

#include <algorithm>

#include "sim/scenario/durations.hpp"
#include "sim/scenario/known_words.hpp"
#include "sim/scenario/units.hpp"
#include "sim/scenario/validate.hpp"

/// Whether the rules can do anything in the stages they are to watch.
namespace cartstorm::sim {

namespace {

/// What a rule must see of a stage before it can hold it.
struct Needed {
  std::string_view rule;
  bool is_on;
  std::int64_t time_us;
  std::string words;
};

std::string window_words(std::int64_t window_us) {
  return fmt::format("its window of {}", duration_text(window_us));
}

std::vector<Needed> needs(const HaltRules& rules) {
  const PersistenceRule& persistence = rules.persistence;
  const std::int64_t row_us = persistence.window_us + (persistence.looks - 1) * minute_us;
  return {{"ratio_at_promotion", rules.ratio_at_promotion.enabled,
           rules.ratio_at_promotion.window_us, window_words(rules.ratio_at_promotion.window_us)},
          {"persistence", persistence.enabled, row_us,
           fmt::format("the {} that {} looks at a window of {} take", duration_text(row_us),
                       persistence.looks, duration_text(persistence.window_us))},
          {"poisson_exact", rules.poisson_exact.enabled, rules.poisson_exact.window_us,
           window_words(rules.poisson_exact.window_us)},
          {"sprt", rules.sprt.enabled && !rules.sprt.baseline_errors_per_hour, rules.sprt.window_us,
           window_words(rules.sprt.window_us)}};
}

void validate_need(const Reading& reading, const Needed& need) {
  const Rollout& rollout = reading.scenario.rollout;
  std::vector<Stage> stages = rollout.stages;
  if (rollout.superseded) {
    const auto& newer = rollout.superseded->stages;
    stages.insert(stages.end(), newer.begin(), newer.end());
  }
  for (const Stage& stage : stages) {
    if (!need.is_on || stage.soak_us >= need.time_us) continue;
    reading.complain(
        fmt::format("rollout.rules.{}.window", need.rule),
        fmt::format("rule {} could never hold stage {}: its soak of {} is shorter than "
                    "{}",
                    need.rule, stage.name, duration_text(stage.soak_us), need.words));
    return;  // one stage shows the problem
  }
}

void validate_ratio_alone(const Reading& reading) {
  const Rollout& rollout = reading.scenario.rollout;
  const std::int64_t window_us = rollout.rules.ratio.window_us;
  const bool has_own_stages =
      reading.root.find("rollout") != nullptr && reading.root.find("rollout")->find("stages");
  for (std::size_t i = 0; i < rollout.stages.size(); ++i) {
    const Stage& stage = rollout.stages[i];
    if (stage.soak_us >= window_us) continue;
    reading.complain(
        has_own_stages ? fmt::format("rollout.stages[{}].soak", i) : "rollout.plan",
        fmt::format("stage {} soaks for {}, shorter than the ratio rule's window of {}, and no "
                    "other rule could judge it",
                    stage.name, duration_text(stage.soak_us), duration_text(window_us)));
  }
}

}  // namespace

std::vector<std::string> enabled_rules(const HaltRules& rules) {
  const bool is_on[] = {rules.ratio.enabled,       rules.ratio_at_promotion.enabled,
                        rules.persistence.enabled, rules.poisson_exact.enabled,
                        rules.sprt.enabled,        rules.e_value.enabled,
                        rules.devices.enabled};
  std::vector<std::string> names;
  for (std::size_t i = 0; i < std::size(is_on); ++i) {
    if (is_on[i]) names.push_back(known_halt_rules().at(i));
  }
  return names;
}

void validate_rules(const Reading& reading) {
  if (!reading.is_sound("rollout")) return;
  const HaltRules& rules = reading.scenario.rollout.rules;
  const auto on = enabled_rules(rules);
  if (on.empty()) {
    return reading.complain(
        "rollout.rules", "all rules are off: no rule could ever say go, every stage would be held");
  }
  if (on.size() == 1 && rules.ratio.enabled) validate_ratio_alone(reading);
  for (const Needed& need : needs(rules)) validate_need(reading, need);
}

}  // namespace cartstorm::sim
