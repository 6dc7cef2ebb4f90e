#pragma once
#include <atomic>
#include <filesystem>
#include <functional>
#include <string>

#include "reports/render/summary.hpp"
#include "sim/cli/plan.hpp"
#include "sim/fleet/run_scenario.hpp"

namespace cartstorm::cli {

struct Execution {
  report::Summary summary;
  std::string storage_problem;  ///< why a file of this run is missing or incomplete; empty: none
};

/// Runs one scenario with one seed in this thread and writes trace.db, summary.json and
/// odds.svg below `night`. Never throws: whatever breaks that is not the fleet makes the verdict
/// infra, unless the fleet had already failed.
Execution execute(const PlannedRun&, const RunArguments&, const std::filesystem::path& night,
                  const std::atomic<bool>& stop,
                  const std::function<void(const sim::Progress&)>& on_progress);

}  // namespace cartstorm::cli
