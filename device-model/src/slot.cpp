#include "slot.hpp"

#include <algorithm>

namespace ota {

Status read_trailer(Hardware& hardware, Slot slot, ManifestBytes& out) {
  const FlashGeometry geometry = hardware.flash.geometry();
  return hardware.flash.read(region_of(slot), trailer_offset(geometry), out);
}

Status digest_image(Hardware& hardware, Slot slot, std::uint32_t size, Digest& out) {
  DigestState state;
  hardware.crypto.digest_begin(state);
  for (std::uint32_t at = 0; at < size;) {
    const std::uint32_t step = std::min(digest_step_bytes, size - at);
    hardware.watchdog.feed();
    const Status status =
        hardware.crypto.digest_flash(state, hardware.flash, region_of(slot), at, step);
    if (status != Status::ok) {
      return status;
    }
    at += step;
  }
  hardware.crypto.digest_end(state, out);
  return Status::ok;
}

Digest digest_of(Crypto& crypto, Bytes bytes) {
  DigestState state;
  Digest result;
  crypto.digest_begin(state);
  crypto.digest_bytes(state, bytes);
  crypto.digest_end(state, result);
  return result;
}

}  // namespace ota
