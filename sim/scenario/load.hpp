#pragma once
#include <cstdint>
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

/// What a command works with. An exploration is a file of YAML that begins with `exploration:`;
/// what it says is defined elsewhere.
enum class Wanted : std::uint8_t { scenarios, explorations, both };

/// Files named by the user: files as they are, folders recursively, sorted. A path that does not
/// exist, a folder with nothing that is wanted, or a file of the kind that is not, is a diagnostic.
struct Found {
  std::vector<std::filesystem::path> files;  ///< scenarios
  std::vector<std::filesystem::path> explorations;
  std::vector<Diagnostic> diagnostics;
};
Found find_scenarios(const std::vector<std::filesystem::path>&, Wanted = Wanted::scenarios);

}  // namespace cartstorm::sim
