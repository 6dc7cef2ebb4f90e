#include "sim/virtual_fleet/plan_of.hpp"

namespace cartstorm::sim {

broker::RolloutPlan plan_of(const Rollout& rollout) {
  broker::RolloutPlan plan;
  for (const auto& stage : rollout.stages) {
    plan.stages.push_back({stage.name, stage.carts, stage.percent, stage.soak_us / 1000});
  }
  plan.rules.ratio = {rollout.ratio.enabled, rollout.ratio.ratio, rollout.ratio.window_us / 1000,
                      rollout.ratio.min_expected};
  plan.rules.devices = {rollout.devices.enabled, rollout.devices.tolerate, rollout.devices.alpha};
  plan.on_hold = rollout.on_hold == OnHold::cancel_queued ? broker::OnHold::cancel_queued
                                                          : broker::OnHold::let_run;
  return plan;
}

}  // namespace cartstorm::sim
