#include "sim/scenario/plans.hpp"
#include "sim/scenario/durations.hpp"

namespace cartstorm::sim {

namespace {

Rollout standard() {
  Rollout rollout;
  rollout.plan_name = "standard";
  rollout.stages = {{"canary", 10, 0, 24 * hour_us},
                    {"early", 0, 1, 72 * hour_us},
                    {"tenth", 0, 10, 24 * hour_us},
                    {"quarter", 0, 25, 24 * hour_us},
                    {"full", 0, 100, 24 * hour_us}};
  return rollout;
}

/// The rule as it was first written down: any window, however few errors it holds, may halt.
Rollout literal() {
  Rollout rollout = standard();
  rollout.plan_name = "literal";
  rollout.rules.ratio.min_expected = 0;
  rollout.rules.devices.enabled = false;
  return rollout;
}

}  // namespace

const std::vector<NamedPlan>& known_plans() {
  static const std::vector<NamedPlan> plans{
      {"standard",
       "Canary of 10 carts for 24h, early 1% for 72h, then 10%, 25% and 100% with 24h each; the "
       "error ratio is judged where 90 errors are expected, and every cart counts.",
       standard()},
      {"literal", "The same stages, halted by the error ratio of any window alone.", literal()},
  };
  return plans;
}

}  // namespace cartstorm::sim
