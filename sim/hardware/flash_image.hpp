#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "ota/hardware.hpp"
#include "sim/hardware/arena.hpp"

namespace cartstorm::sim {

/// What is in one cart's flash: the only thing of a cart that survives a power cut. Interned: a
/// sector is erased, or a piece of the arena, or bytes of its own. NOR rules (bits only fall) are
/// applied here; timing, cuts and tracing are FlashModel's.
class FlashImage {
 public:
  explicit FlashImage(const ota::FlashGeometry&);

  const ota::FlashGeometry& geometry() const { return geometry_; }
  std::uint32_t region_size(ota::Region) const;

  void read(ota::Region, std::uint32_t offset, ota::MutableBytes out) const;
  /// Programs without looking at units: cell &= content.
  void program(ota::Region, std::uint32_t offset, ota::Bytes content, const Arena&);
  void erase(ota::Region, std::uint32_t offset);
  /// Puts arbitrary bytes into a sector: the result of a torn operation or a fault.
  void overwrite(ota::Region, std::uint32_t offset, ota::Bytes content);
  bool is_erased(ota::Region, std::uint32_t offset, std::uint32_t length) const;

  /// The arena bytes behind [offset, offset + length) if they are one contiguous piece of the
  /// arena, else an empty span. What a memoised digest may rely on.
  ota::Bytes arena_bytes(ota::Region, std::uint32_t offset, std::uint32_t length) const;

 private:
  struct Sector {
    const std::byte* shared = nullptr;  ///< first `length` bytes; nullptr: own_ or erased
    std::uint32_t length = 0;           ///< of shared; the rest of the sector is erased
    std::uint32_t own = 0;              ///< 1 + index into own_, 0: none
  };

  std::size_t index_of(ota::Region, std::uint32_t offset) const;
  std::vector<std::byte>& own_bytes(Sector&);
  void drop_own(Sector&);
  void read_sector(const Sector&, std::uint32_t offset, ota::MutableBytes out) const;
  void program_sector(Sector&, std::uint32_t offset, ota::Bytes content, const Arena&);

  ota::FlashGeometry geometry_;
  std::uint32_t slot_sectors_;
  std::vector<Sector> sectors_;
  std::vector<std::vector<std::byte>> own_;  ///< each as long as its last programmed byte
  std::vector<std::uint32_t> free_own_;
};

}  // namespace cartstorm::sim
