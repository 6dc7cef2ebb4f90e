#pragma once
#include <functional>
#include <vector>

#include "reports/render/odds.hpp"
#include "sim/odds/odds.hpp"
#include "sim/odds/simulate.hpp"

namespace cartstorm::sim::odds {

/// What every rule but `devices` does in one stage: those of the plan first, then (if wished) all
/// others with their default parameters. Where a closed form or a bound decides, nothing is
/// simulated. `go_on` hears the share that is done and may say stop.
std::vector<report::RuleOdds> rule_odds(const broker::HaltRules& rules, const StageModel& stage,
                                        const Wish& wish, const std::function<bool(double)>& go_on);

}  // namespace cartstorm::sim::odds
