#pragma once
#include <vector>

#include "ota/types.hpp"

namespace ota::host {

/// Finds the longest common stretch of a pattern and one fixed text, by the text's suffixes in
/// order. The text must outlive the index.
class SuffixIndex {
 public:
  explicit SuffixIndex(Bytes text);

  struct Match {
    std::uint32_t at = 0;    ///< in the text
    std::uint32_t size = 0;  ///< 0: not even the first byte
  };
  /// The longest prefix of `pattern` that the text holds, at most 1024 bytes of it.
  Match longest(Bytes pattern) const;

 private:
  Bytes text_;
  std::vector<std::int32_t> order_;
};

}  // namespace ota::host
