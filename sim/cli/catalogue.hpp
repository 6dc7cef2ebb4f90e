#pragma once
#include <set>
#include <string>
#include <vector>

#include "sim/explore/exploration.hpp"
#include "sim/scenario/load.hpp"

namespace cartstorm::cli {

struct Entry {
  std::string file;  ///< as the user would type it
  sim::Scenario scenario;
};

struct ExplorationEntry {
  std::string file;  ///< as the user would type it
  sim::explore::Exploration exploration;
};

/// Everything that the named files and folders hold. With a single diagnostic nothing of it may be
/// run: half a night looks like a whole one.
struct Catalogue {
  std::vector<Entry> entries;  ///< in the order of the paths; a file named twice is there once
  std::vector<ExplorationEntry> explorations;
  std::vector<sim::Diagnostic> diagnostics;
};
Catalogue read_catalogue(const std::vector<std::string>& paths,
                         sim::Wanted = sim::Wanted::scenarios);

/// Keeps the scenarios and explorations with one of `tags`; all of them if none is asked for.
void keep_tagged(Catalogue&, const std::vector<std::string>& tags);

std::set<std::string> known_tags(const Catalogue&);

/// Prints all diagnostics to stderr and says how many there are.
void say_diagnostics(const std::vector<sim::Diagnostic>&, bool with_color);

}  // namespace cartstorm::cli
