#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <unordered_map>
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
    recognise(content);
  }

  /// The same for every sector of a content that was added: carts that make it from a patch program
  /// it from memory of their own.
  void recognise_sectors(std::span<const std::byte> content, std::size_t sector_size) {
    for (std::size_t at = 0; at < content.size(); at += sector_size) {
      recognise(content.subspan(at, std::min(sector_size, content.size() - at)));
    }
  }

  /// The sector with exactly these bytes, or nullptr.
  const std::byte* find_sector(std::span<const std::byte> bytes) const {
    const auto [first, last] = sectors_.equal_range(end_of(bytes));
    for (auto sector = first; sector != last; ++sector) {
      const std::span<const std::byte> known = sector->second;
      if (known.size() == bytes.size() &&
          std::memcmp(known.data(), bytes.data(), bytes.size()) == 0) {
        return known.data();
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
  /// Size and last bytes: a sector is written from its front and asked for after every program
  /// unit, so nearly all that are asked for are not yet whole.
  static std::uint64_t end_of(std::span<const std::byte> bytes) {
    std::uint64_t last = 0;
    const std::size_t known = std::min(sizeof last, bytes.size());
    if (known != 0) {
      std::memcpy(&last, bytes.data() + bytes.size() - known, known);
    }
    return last ^ bytes.size() * 0x9e3779b97f4a7c15ULL;
  }
  void recognise(std::span<const std::byte> content) { sectors_.emplace(end_of(content), content); }

  std::vector<std::span<const std::byte>> pieces_;
  std::unordered_multimap<std::uint64_t, std::span<const std::byte>> sectors_;  ///< by end_of()
};

}  // namespace cartstorm::sim
