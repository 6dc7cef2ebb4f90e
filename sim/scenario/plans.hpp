#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/scenario.hpp"

namespace cartstorm::sim {

struct NamedPlan {
  std::string_view name;
  std::string_view doc;
  Rollout rollout;
};
/// What `plan:` may name. `standard` comes first.
const std::vector<NamedPlan>& known_plans();

}  // namespace cartstorm::sim
