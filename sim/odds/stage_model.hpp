#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "broker-mock/rollout/plan.hpp"
#include "sim/scenario/scenario.hpp"

namespace cartstorm::sim::odds {

/// A stage as its rules see it, minute by minute: two arms of constant size.
struct StageModel {
  std::int64_t soak_minutes = 0;
  std::int64_t minutes_between_looks = 1;
  double carts_on_new = 0, carts_on_old = 0;  ///< that are on, in the mean
  double errors_per_hour = 0;                 ///< of a cart that is on, with the old version
  double factor = 1;                          ///< errors of the new version against the old one's
  std::int64_t factor_from_minute = 0;        ///< as good as the old one before
  /// What a rule says before so many minutes does not count. A rollout looks from the first minute
  /// on, at windows that are not full yet; the reference values wait for a whole window.
  std::int64_t first_look_minute = 1;
};

/// Carts of a fleet that are expected on the old version once so many have updated. What comes with
/// an older one is no control, and whoever picks the updated ones does not see what they come from.
double expected_on_old(const Fleet&, std::uint32_t updated);

/// The stages of a plan in a scenario's fleet, all carts of all stages so far on the new version.
std::vector<StageModel> stage_models(const Scenario&, const broker::RolloutPlan&);

/// Why the rule of this name cannot decide in such a stage, with numbers; empty if it can. Known of
/// `ratio`, and of every rule that compares with an old arm which is not there.
std::string blind_spot(const broker::HaltRules&, std::string_view rule, const StageModel&);

}  // namespace cartstorm::sim::odds
