#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sim/cli/arguments.hpp"
#include "sim/cli/catalogue.hpp"

namespace cartstorm::cli {

/// One scenario with one seed: the unit of work, of judgement and of parallelism.
struct PlannedRun {
  const Entry* entry = nullptr;
  std::uint64_t seed = 1;
  std::string folder;  ///< name of its sub-folder
};

/// What a call of `run` is going to do, decided before anything is run or written.
struct Plan {
  Catalogue catalogue;
  std::vector<PlannedRun> runs;  ///< in the order in which they are shown
  /// A folder was named and nothing of it left out: then a check that saw nothing all night is a
  /// gap.
  bool is_whole_folder = false;
  std::string problem;  ///< not empty: the command line asks for something impossible
};
/// With diagnostics in the catalogue or a problem there are no runs.
Plan make_plan(const RunArguments&);

}  // namespace cartstorm::cli
