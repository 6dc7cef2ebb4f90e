#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "sim/scenario/scenario.hpp"

namespace cartstorm::sim {

/// One complaint about a scenario file. Printed as `file:line:col: error: message`, the line and a
/// caret below the place.
struct Diagnostic {
  Where where;
  std::string message;     ///< what was expected, what was found
  std::string suggestion;  ///< did you mean; may be empty
  std::string source_line;
};
std::string to_text(const Diagnostic&, bool with_color);

struct Loaded {
  Scenario scenario;                    ///< meaningful if there are no diagnostics
  std::vector<Diagnostic> diagnostics;  ///< all errors of the file in one pass
};
/// Reads a scenario, its `extends` chain and its profile table. Never throws.
Loaded load_scenario(const std::filesystem::path&);

/// Scenario files named by the user: files as they are, folders recursively, sorted. A path that
/// does not exist, or a folder without scenarios, is a diagnostic.
struct Found {
  std::vector<std::filesystem::path> files;
  std::vector<Diagnostic> diagnostics;
};
Found find_scenarios(const std::vector<std::filesystem::path>&);

}  // namespace cartstorm::sim
