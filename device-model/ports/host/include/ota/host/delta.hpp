#pragma once
#include <optional>
#include <vector>

#include "ota/patch.hpp"

namespace ota::host {

struct PatchOptions {
  std::uint32_t sector_bytes = 4096;  ///< output of one record; must divide the carts' sectors
  Version base_version{};
  Version target_version{};
};

/// Makes the patch from `base` to `target` (device-model/DELTA.md). The same arguments give the
/// same bytes everywhere. Nothing when an image is empty or larger than patch_largest_image, or
/// `sector_bytes` is not a power of two between the limits of a patch.
std::optional<std::vector<std::byte>> make_patch(Bytes base, Bytes target, const PatchOptions&);

/// Makes the target as a cart does, with the cart's own decoder, and judges it by the digests of
/// the header. Nothing when a byte of the patch or of the base is not as it was.
std::optional<std::vector<std::byte>> apply_patch(Bytes base, Bytes patch);

/// Encodes all 104 bytes of a header, its CRC included. Judges nothing.
void encode(const PatchHeader&, std::span<std::byte, patch_header_bytes> out);

}  // namespace ota::host
