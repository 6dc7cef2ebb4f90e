#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "broker-mock/rollout/plan.hpp"

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

/// How one rule fared in all repetitions of a stage.
struct Simulated {
  std::string rule;
  std::uint64_t repetitions = 0;
  std::vector<std::int64_t> held_at;  ///< minutes since the stage's start, ascending; who held
};

/// Plays a stage `repetitions` times to the very objects that judge a rollout, with Poisson counts
/// per minute. All rules of a repetition see the same errors. A pure function of its arguments.
std::vector<Simulated> simulate(const broker::HaltRules& rules, const StageModel& stage,
                                std::uint64_t repetitions, std::uint64_t seed);

/// 95 % interval of a share of `hits` among `of`, by Wilson.
struct Interval {
  double low = 0, high = 1;
};
Interval wilson(std::uint64_t hits, std::uint64_t of, double z = 1.959963984540054);

}  // namespace cartstorm::sim::odds
