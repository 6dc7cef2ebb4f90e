#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/cli/execute.hpp"
#include "sim/cli/live_line.hpp"
#include "sim/cli/plan.hpp"

namespace cartstorm::cli {

/// How many runs go on at the same time: as wished, else one per processor, never more than runs.
std::uint32_t workers(std::uint32_t wished, std::size_t runs);

/// Executes the plan. `on_finished` is called by the calling thread in the order of the plan, each
/// as soon as it and all before it are done, whatever the number of workers. Runs that were not
/// started when somebody stopped the night stay empty.
std::vector<std::optional<Execution>> execute_all(
    const Plan&, const RunArguments&, const std::filesystem::path& night, LiveLine&,
    const std::function<void(const PlannedRun&, const Execution&)>& on_finished);

}  // namespace cartstorm::cli
