#include "sim/cli/judge_input.hpp"

#include "sim/cli/build.hpp"

namespace cartstorm::cli {
namespace {

/// No window ever expects as many errors, so a rule that is off never has its premise.
constexpr double never_reached = 1e18;
constexpr std::uint32_t attempts_of_a_trial = 3;

report::CheckParameters check_parameters(const sim::Scenario& scenario) {
  report::CheckParameters parameters;
  parameters.trial_attempts = attempts_of_a_trial;
  const sim::RatioRule& rule = scenario.rollout.rules.ratio;
  parameters.halt_ratio = rule.ratio;
  parameters.halt_window_us = rule.window_us;
  parameters.halt_min_expected = rule.enabled ? rule.min_expected : never_reached;
  parameters.hold_cancels_queued = scenario.rollout.on_hold == sim::OnHold::cancel_queued;
  const sim::Quotas& quotas = scenario.cloud.quotas;
  parameters.jobs_writes_per_s = quotas.jobs_writes_per_s.value_or(parameters.jobs_writes_per_s);
  parameters.control_calls_per_s =
      quotas.control_calls_per_s.value_or(parameters.control_calls_per_s);
  for (const sim::Stage& stage : scenario.rollout.stages) {
    parameters.stage_soak_us.push_back(stage.soak_us);
  }
  if (const auto& newer = scenario.rollout.superseded) {
    for (const sim::Stage& stage : newer->stages) {
      parameters.superseding_soak_us.push_back(stage.soak_us);
    }
  }
  return parameters;
}

}  // namespace

report::JudgeInput judge_input(const sim::Scenario& scenario, const std::string& file,
                               std::uint64_t seed) {
  report::JudgeInput input;
  input.scenario = scenario.name;
  input.why = scenario.why;
  input.file = file;
  input.build = build_name();
  input.seed = seed;
  input.expectations = scenario.expect;
  input.parameters = check_parameters(scenario);
  input.ends_us = scenario.ends_us;
  return input;
}

}  // namespace cartstorm::cli
