#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "sim/explore/exploration.hpp"
#include "sim/scenario/load.hpp"

/// Explorations as people write them: YAML, strict, with the same complaints as scenarios.
namespace cartstorm::sim::explore {

struct LoadedExploration {
  Exploration exploration;              ///< meaningful if there are no diagnostics
  std::vector<Diagnostic> diagnostics;  ///< all errors of the file in one pass
};
/// Reads an exploration and checks that what it asks for is possible: a part that the device model
/// supports, images that fit into its slots, stories that differ. Never throws.
LoadedExploration load_exploration(const std::filesystem::path&);

/// JSON Schema (draft 2020-12) of exploration files, from the definitions that parse them. Shipped
/// as scenarios/schema/exploration.schema.json.
std::string exploration_schema();

/// The keys of exploration files as Markdown, for scenarios/VOCABULARY.md.
std::string exploration_vocabulary();

/// The canonical text of an exploration; reading it gives the exploration again.
std::string canonical_text(const Exploration&);
/// Exploration::digest: 16 hexadecimal digits of everything that can lead a path elsewhere, so not
/// of `why` and `tags`.
std::string digest_of(const Exploration&);

/// Reads `every`, `common` or names with commas between them. An empty text means that it was
/// understood; otherwise it says what was expected.
std::string read_tears(std::string_view text, std::vector<Tear>& out);

}  // namespace cartstorm::sim::explore
