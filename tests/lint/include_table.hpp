#pragma once
#include <string_view>
#include <vector>

namespace cartstorm::lint {

/// What the files below `folder` may include. The longest matching folder counts.
struct Room {
  std::string_view folder;
  std::vector<std::string_view> ours;  ///< folders or files of the repository
  /// Only these system headers, if not empty.
  std::vector<std::string_view> only_headers;
  /// Never these: full names, or prefixes that end in `/`.
  std::vector<std::string_view> never_headers;
};
const std::vector<Room>& rooms();

/// Where a quoted include may start, besides beside the file that includes it.
const std::vector<std::string_view>& include_roots();

/// Headers that the build writes, so that they stand in no folder.
bool is_generated(std::string_view include);

}  // namespace cartstorm::lint
