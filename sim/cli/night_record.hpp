#pragma once
#include <string>
#include <vector>

#include "reports/render/summary.hpp"

namespace cartstorm::cli {

/// One line of the night's record.
struct NightRow {
  std::string folder;
  report::Summary summary;
};

/// night.json: what was run, with which verdict, trace hash and repeat command, and the exit code.
/// A pure function of its arguments: no date, no host, no duration.
std::string night_json(const std::vector<NightRow>&, std::size_t not_started, int exit_code);

}  // namespace cartstorm::cli
