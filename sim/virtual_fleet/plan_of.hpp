#pragma once
#include "broker-mock/rollout/plan.hpp"
#include "sim/scenario/scenario.hpp"

namespace cartstorm::sim {

/// A scenario's plan in the cloud's words.
broker::RolloutPlan plan_of(const Rollout&);
std::vector<broker::StageSpec> stages_of(const std::vector<Stage>&);

}  // namespace cartstorm::sim
