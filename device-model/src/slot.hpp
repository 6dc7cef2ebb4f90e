#pragma once
#include "ota/hardware.hpp"
#include "ota/manifest.hpp"

// A slot is an image at offset 0 and, in its last sector, the trailer: the 192-byte manifest,
// written last.
namespace ota {

inline constexpr std::uint32_t digest_step_bytes = 64 * 1024;

constexpr std::uint32_t trailer_offset(const FlashGeometry& geometry) {
  return geometry.slot_size - geometry.sector_size;
}
/// Largest image that leaves the trailer its sector.
constexpr std::uint32_t image_capacity(const FlashGeometry& geometry) {
  return trailer_offset(geometry);
}

using ManifestBytes = std::array<std::byte, manifest_bytes>;

/// Statuses as Flash::read.
Status read_trailer(Hardware&, Slot, ManifestBytes& out);

/// Digest of a whole image as it stands in flash, in bounded reads that feed the watchdog.
Status digest_image(Hardware&, Slot, std::uint32_t size, Digest& out);

Digest digest_of(Crypto&, Bytes);

}  // namespace ota
