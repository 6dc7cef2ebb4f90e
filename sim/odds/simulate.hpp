#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "broker-mock/rollout/plan.hpp"
#include "sim/odds/stage_model.hpp"

namespace cartstorm::sim::odds {

/// How one rule fared in all repetitions of a stage.
struct Simulated {
  std::string rule;
  std::uint64_t repetitions = 0;
  std::vector<std::int64_t> held_at;  ///< minutes since the stage's start, ascending; who held
};

/// Plays a stage `repetitions` times to the very objects that judge a rollout, with Poisson counts
/// per minute. All rules of a repetition see the same errors. A pure function of its arguments.
/// `go_on`, where there is one, hears the share that is done every few hundred repetitions; if it
/// says stop, nothing is given.
std::vector<Simulated> simulate(const broker::HaltRules& rules, const StageModel& stage,
                                std::uint64_t repetitions, std::uint64_t seed,
                                const std::function<bool(double)>& go_on = {});

/// 95 % interval of a share of `hits` among `of`, by Wilson.
struct Interval {
  double low = 0, high = 1;
};
Interval wilson(std::uint64_t hits, std::uint64_t of, double z = 1.959963984540054);

}  // namespace cartstorm::sim::odds
