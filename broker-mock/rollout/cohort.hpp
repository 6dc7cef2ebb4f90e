#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "broker-mock/base/things.hpp"
#include "broker-mock/rollout/plan.hpp"

namespace cartstorm::broker::rollout {

/// The carts that a stage adds.
struct Cohort {
  std::vector<ThingId> things;         ///< ascending
  std::vector<std::string> uncovered;  ///< populated cells without a cart in any stage so far
};

struct CohortRequest {
  std::uint32_t carts = 0;                   ///< how many to add; fewer if fewer are eligible
  std::uint64_t seed = 0;                    ///< decides who inside a cell, or at all
  std::function<bool(ThingId)> is_targeted;  ///< in an earlier stage
  std::function<bool(ThingId)> is_eligible;  ///< asked of the others
  CohortPick pick = CohortPick::stratified;
};

/// Picks a cohort. Stratified over cells of equal (hardware revision, region, use, configuration):
/// first one cart for every cell that no stage covers yet, large cells first, the rest in
/// proportion to what is left of each cell. At random: every eligible cart is as likely as any
/// other, so that a canary of ten misses a configuration that 5 % of the fleet carry three times in
/// five. Both are pure functions of things and request.
Cohort pick_cohort(const Things& things, const CohortRequest& request);

}  // namespace cartstorm::broker::rollout
