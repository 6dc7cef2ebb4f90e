#pragma once
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace cartstorm::lint {

/// One text file of the repository.
struct File {
  std::string path;                ///< from the root of the repository, with `/`
  std::vector<std::string> lines;  ///< as written
  /// For C++ files: the lines with comments, literals and preprocessor directives blanked, so that
  /// a rule about code cannot be fooled by prose. Same number of lines, same columns.
  std::vector<std::string> code;

  bool is_cpp() const;
  bool is_header() const;
  std::string folder() const;  ///< without a `/` at the end; empty for the root
};

struct Tree {
  std::vector<File> files;      ///< sorted by path
  std::set<std::string> paths;  ///< of all files, read or not
};

/// Reads what belongs to the project below `root`: the rooms, tests, scenarios and the files beside
/// them; never build or run results.
Tree read_tree(const std::filesystem::path& root);

/// `text` as a file of this path.
File make_file(std::string path, std::string_view text);

bool is_below(std::string_view path, std::string_view prefix);

}  // namespace cartstorm::lint
