#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "broker-mock/rollout/plan.hpp"
#include "sim/scenario/scenario.hpp"

namespace cartstorm::sim::odds {

/// Share of the day that a cart of this fleet is on, in the mean.
double powered_share(const Fleet&);

/// Configurations that the cohorts of a plan's stages see, by the cloud's own way of picking.
struct Coverage {
  std::uint64_t cells = 0;                       ///< populated ones
  std::vector<std::vector<std::string>> unseen;  ///< per stage: `hw 2/eu/retail/cold (40)`
  std::string rarest;                            ///< profile of the smallest cell
  std::uint64_t rarest_carts = 0;
};
/// `sizes` are cumulative; the last one may be the whole fleet.
Coverage coverage_of(const Fleet&, const std::vector<std::uint32_t>& sizes, std::uint64_t seed,
                     broker::CohortPick pick = broker::CohortPick::stratified);

}  // namespace cartstorm::sim::odds
