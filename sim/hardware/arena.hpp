#pragma once
#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace cartstorm::sim {

/// The immutable contents of a run (firmware images and their trailers). Flash sectors that hold
/// exactly a piece of one refer to it instead of copying: 5,000 carts with the same image cost one
/// image.
class Arena {
 public:
  /// `content` must outlive every flash that was programmed from it.
  void add(std::span<const std::byte> content) { pieces_.push_back(content); }

  /// Like add(), for what carts program from memory of their own: a sector that comes to hold
  /// exactly these bytes is recognised by them.
  void add_sector(std::span<const std::byte> content) {
    add(content);
    sectors_.push_back(content);
  }

  /// The same for every sector of a content that was added: carts that make it from a patch program
  /// it from memory of their own.
  void recognise_sectors(std::span<const std::byte> content, std::size_t sector_size) {
    for (std::size_t at = 0; at < content.size(); at += sector_size) {
      sectors_.push_back(content.subspan(at, std::min(sector_size, content.size() - at)));
    }
  }

  /// The sector with exactly these bytes, or nullptr.
  const std::byte* find_sector(std::span<const std::byte> bytes) const {
    for (const auto& sector : sectors_) {
      if (std::ranges::equal(sector, bytes)) {
        return sector.data();
      }
    }
    return nullptr;
  }

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
  std::vector<std::span<const std::byte>> sectors_;
};

}  // namespace cartstorm::sim
