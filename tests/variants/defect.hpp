#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace cartstorm::variants {

/// A change of the device model that somebody must find: a patch, and what its author expects.
struct Defect {
  std::string name;       ///< file name of the patch without its ending, or a mutant's id
  std::string sentence;   ///< what is wrong; the name if the patch does not say
  std::string precedent;  ///< where this went wrong before
  std::vector<std::string> promises;  ///< any of these may be the one that is broken; empty: any
  std::string exploration;  ///< that is expected to find it: file, or file/story; or empty
  std::string gap;          ///< why nothing finds it yet; empty: it must be found
  int depth = 0;            ///< of that exploration; 0: as its file says
  std::string patch;        ///< unified diff, header lines included
};

/// Reads `defect:`, `precedent:`, `promise:`, `case:`, `depth:` and `gap:` in front of a diff. A
/// patch without them is one that nobody expects anything of.
Defect read_defect(std::string name, std::string_view patch);

/// The `*.patch` and `*.diff` of a folder, by name.
std::vector<Defect> read_defects(const std::filesystem::path& folder);

/// Files that a diff changes, makes or deletes, as they stand behind `+++ ` or, if that is
/// /dev/null, `--- `: without the first folder of `a/` and `b/`.
std::vector<std::string> touched_files(std::string_view patch);

/// A whole file as text; empty if it cannot be read.
std::string read_text(const std::filesystem::path& file);

}  // namespace cartstorm::variants
