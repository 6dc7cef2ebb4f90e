#pragma once
#include "ota/chain.hpp"
#include "ota/hardware.hpp"
#include "ota/manifest.hpp"

// What stands behind an image, from the first byte of the slot's last sectors, written last:
//
//   0    manifest      192 bytes
//   192  chain length  u16, 1..1024
//   194  chain         signer certificate, then at most one intermediate
//
// These offsets are on flash and may never change.
namespace ota {

inline constexpr std::size_t trailer_head_bytes = manifest_bytes + 2;
inline constexpr std::size_t trailer_capacity = trailer_head_bytes + chain_capacity;

/// Parts with small sectors need more than one for it.
constexpr std::uint32_t trailer_offset(const FlashGeometry& geometry) {
  const auto sectors = static_cast<std::uint32_t>((trailer_capacity + geometry.sector_size - 1) /
                                                  geometry.sector_size);
  return geometry.slot_size - sectors * geometry.sector_size;
}
/// Largest image that leaves the trailer its sectors, in bytes.
constexpr std::uint32_t image_capacity(const FlashGeometry& geometry) {
  return trailer_offset(geometry);
}

/// Bytes of a whole trailer as its head says; 0 if that cannot be.
std::size_t trailer_size(std::span<const std::byte, trailer_head_bytes> head);

/// True if `bytes` is one whole trailer: the chain has the length that the head says.
bool is_trailer(Bytes bytes);

constexpr Bytes manifest_of(Bytes trailer) { return trailer.first(manifest_bytes); }
constexpr Bytes chain_of(Bytes trailer) { return trailer.subspan(trailer_head_bytes); }

}  // namespace ota
