#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace cartstorm::sim {

/// The immutable contents of a run (firmware images). Flash sectors that hold exactly a piece of
/// one refer to it instead of copying: 5,000 carts with the same image cost one image.
class Arena {
 public:
  /// `content` must outlive every flash that was programmed from it.
  void add(std::span<const std::byte> content) { pieces_.push_back(content); }

  bool holds(std::span<const std::byte> bytes) const {
    for (const auto& piece : pieces_) {
      if (bytes.data() >= piece.data() &&
          bytes.data() + bytes.size() <= piece.data() + piece.size()) {
        return true;
      }
    }
    return false;
  }

 private:
  std::vector<std::span<const std::byte>> pieces_;
};

}  // namespace cartstorm::sim
