#pragma once
#include <cstdint>
#include <string>

#include "reports/render/summary.hpp"
#include "sim/scenario/scenario.hpp"

namespace cartstorm::cli {

/// All that the evidence may know besides the trace: the scenario's expectations and the bounds of
/// its policy. This is the one place where a scenario's words become a check's parameters.
report::JudgeInput judge_input(const sim::Scenario&, const std::string& file, std::uint64_t seed);

}  // namespace cartstorm::cli
