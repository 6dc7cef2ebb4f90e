#pragma once
#include <string>
#include <string_view>

#include "broker-mock/rollout/plan.hpp"

namespace cartstorm::broker::rollout {

/// The job document of WIRE.md section 8, with the placeholder in place of the URL.
std::string job_document(const RolloutSpec& spec, std::string_view region);

}  // namespace cartstorm::broker::rollout
