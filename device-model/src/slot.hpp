#pragma once
#include "ota/trailer.hpp"

// Reading and writing of what is in a slot: an image at offset 0 and the trailer behind it.
namespace ota {

inline constexpr std::uint32_t digest_step_bytes = 64 * 1024;

using ManifestBytes = std::array<std::byte, manifest_bytes>;
using TrailerHead = std::array<std::byte, trailer_head_bytes>;

/// Reads manifest and chain length; `size` is that of the whole trailer.
///
/// ok                    both are set
/// corrupt               the length cannot be
/// io_error, power_lost  as Flash::read
Status read_trailer_head(Hardware&, Slot, TrailerHead& head, std::size_t& size);

/// Whether the slot holds exactly this trailer: ok, corrupt, or what the flash said.
Status compare_trailer(Hardware&, Slot, Bytes expected);

/// Digest of a whole image as it stands in flash, in bounded reads that feed the watchdog.
Status digest_image(Hardware&, Slot, std::uint32_t size, Digest& out);

/// Digest of the first `size` bytes of the trailer as they stand in flash.
Status digest_trailer(Hardware&, Slot, std::size_t size, Digest& out);

Digest digest_of(Crypto&, Bytes);

/// Programs from `offset` on; the end of the last program unit is padded with the erased value.
Status program_padded(Flash&, Region, std::uint32_t offset, Bytes content);

}  // namespace ota
