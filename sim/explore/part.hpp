#pragma once
#include <cstdint>

#include "ota/hardware.hpp"
#include "ota/types.hpp"

namespace cartstorm::sim::explore {

/// The flash part of an exploration: what the driver promises, and how the part works inside.
struct Part {
  ota::FlashGeometry geometry{};
  std::uint32_t page = 256;  ///< bytes of one program operation; a multiple of program_unit

  std::uint32_t slot_sectors() const { return geometry.slot_size / geometry.sector_size; }
  std::uint32_t sectors() const {
    return 2 * slot_sectors() + (static_cast<std::uint32_t>(ota::region_count) - 2) * 2;
  }
  std::uint32_t region_size(ota::Region region) const {
    const bool is_slot = region == ota::Region::slot_a || region == ota::Region::slot_b;
    return is_slot ? geometry.slot_size : 2 * geometry.sector_size;
  }
  /// Number of the sector in the whole part, regions in their order.
  std::uint32_t sector_of(ota::Region region, std::uint32_t offset) const {
    const auto number = static_cast<std::uint32_t>(region);
    const std::uint32_t base =
        number < 2 ? number * slot_sectors() : 2 * slot_sectors() + (number - 2) * 2;
    return base + offset / geometry.sector_size;
  }
};

}  // namespace cartstorm::sim::explore
