#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "reports/render/odds.hpp"
#include "sim/scenario/scenario.hpp"

namespace cartstorm::sim::odds {

struct Wish {
  std::uint64_t seed = 1;
  /// Simulated stages per rule and factor, where no closed form decides.
  std::uint64_t repetitions = 1000;
  std::vector<double> factors{1.25, 1.5, 2, 3, 5, 10};
  bool shows_other_rules = true;  ///< beside those of the plan
  /// Called between simulations with the share that is done; false stops. What is missing then is
  /// missing in the answer too: `was_stopped`.
  std::function<bool(double)> on_progress;
};

/// Why the plan cannot work for this fleet and what to do instead, or an empty text.
std::string why_impossible(const Scenario&);

/// What a plan that works may nevertheless disappoint with, in numbers: rules that decide in no
/// stage, and stages in which no rule decides. `why_impossible` must be empty.
std::vector<std::string> warnings_of(const Scenario&);

/// What the halt rules of a scenario's plan would do to its fleet: a release as good as its base,
/// and worse ones. From the fleet, the plan and the old image's error rate alone; faults of the
/// scenario play no part. A pure function of (scenario, wish).
struct Answer {
  report::Odds odds;
  bool was_stopped = false;
};
/// `why_impossible` must be empty.
Answer odds_of(const Scenario&, const Wish&);

}  // namespace cartstorm::sim::odds
