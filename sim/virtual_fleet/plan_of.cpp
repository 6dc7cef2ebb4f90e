#include "sim/virtual_fleet/plan_of.hpp"

namespace cartstorm::sim {
namespace {

/// Hours of a file are whole minutes.
std::uint16_t minutes(double hours) { return static_cast<std::uint16_t>(hours * 60 + 0.5); }

broker::HaltRules rules_of(const HaltRules& from) {
  broker::HaltRules to;
  to.ratio = {from.ratio.enabled, from.ratio.ratio, from.ratio.window_us / 1000,
              from.ratio.min_expected};
  to.ratio_at_promotion = {from.ratio_at_promotion.enabled, from.ratio_at_promotion.ratio,
                           from.ratio_at_promotion.window_us / 1000,
                           from.ratio_at_promotion.min_expected};
  to.persistence = {from.persistence.enabled,          from.persistence.ratio,
                    from.persistence.window_us / 1000, from.persistence.looks,
                    from.persistence.min_expected,     from.persistence.baseline_errors_per_hour};
  to.poisson_exact = {from.poisson_exact.enabled, from.poisson_exact.alpha,
                      from.poisson_exact.window_us / 1000, from.poisson_exact.min_expected,
                      from.poisson_exact.baseline_errors_per_hour};
  to.sprt = {from.sprt.enabled, from.sprt.theta1,           from.sprt.alpha,
             from.sprt.beta,    from.sprt.window_us / 1000, from.sprt.baseline_errors_per_hour};
  to.e_value = {from.e_value.enabled, from.e_value.alpha, from.e_value.grid,
                from.e_value.restart_us / 1000, from.e_value.certify};
  to.devices = {from.devices.enabled, from.devices.tolerate, from.devices.alpha};
  return to;
}

}  // namespace

std::vector<broker::StageSpec> stages_of(const std::vector<Stage>& stages) {
  std::vector<broker::StageSpec> specs;
  for (const Stage& stage : stages) {
    specs.push_back({stage.name, stage.carts, stage.percent, stage.soak_us / 1000, stage.tiers});
  }
  return specs;
}

broker::RolloutPlan plan_of(const Rollout& rollout) {
  broker::RolloutPlan plan;
  plan.stages = stages_of(rollout.stages);
  plan.rules = rules_of(rollout.rules);
  plan.limits = {rollout.limits.min_sample, rollout.limits.silent_after_us / 1000,
                 rollout.limits.silent_share};
  plan.window = {minutes(rollout.window.from), minutes(rollout.window.to)};
  plan.on_hold = rollout.on_hold == OnHold::cancel_queued ? broker::OnHold::cancel_queued
                                                          : broker::OnHold::let_run;
  plan.cohort = rollout.cohort == CohortPick::random ? broker::CohortPick::random
                                                     : broker::CohortPick::stratified;
  return plan;
}

}  // namespace cartstorm::sim
