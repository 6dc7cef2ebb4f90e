#include "slot.hpp"

#include <algorithm>

#include "ota/bytes.hpp"

namespace ota {
namespace {

constexpr std::size_t page_bytes = 256;

Status digest_region(Hardware& hardware, Region region, std::uint32_t offset, std::uint32_t size,
                     Digest& out) {
  DigestState state;
  hardware.crypto.digest_begin(state);
  for (std::uint32_t at = 0; at < size;) {
    const std::uint32_t step = std::min(digest_step_bytes, size - at);
    hardware.watchdog.feed();
    const Status status =
        hardware.crypto.digest_flash(state, hardware.flash, region, offset + at, step);
    if (status != Status::ok) {
      return status;
    }
    at += step;
  }
  hardware.crypto.digest_end(state, out);
  return Status::ok;
}

}  // namespace

Status read_trailer_head(Hardware& hardware, Slot slot, TrailerHead& head, std::size_t& size) {
  const std::uint32_t offset = trailer_offset(hardware.flash.geometry());
  const Status status = hardware.flash.read(region_of(slot), offset, head);
  if (status != Status::ok) {
    return status;
  }
  size = trailer_size(head);
  return size == 0 ? Status::corrupt : Status::ok;
}

Status compare_trailer(Hardware& hardware, Slot slot, Bytes expected) {
  std::byte found[page_bytes];
  std::uint32_t offset = trailer_offset(hardware.flash.geometry());
  while (!expected.empty()) {
    const std::size_t size = std::min(expected.size(), page_bytes);
    const Status status = hardware.flash.read(region_of(slot), offset, MutableBytes{found, size});
    if (status != Status::ok) {
      return status;
    }
    if (!equal(Bytes{found, size}, expected.first(size))) {
      return Status::corrupt;
    }
    expected = expected.subspan(size);
    offset += static_cast<std::uint32_t>(size);
  }
  return Status::ok;
}

Status digest_image(Hardware& hardware, Slot slot, std::uint32_t size, Digest& out) {
  return digest_region(hardware, region_of(slot), 0, size, out);
}

Status digest_trailer(Hardware& hardware, Slot slot, std::size_t size, Digest& out) {
  return digest_region(hardware, region_of(slot), trailer_offset(hardware.flash.geometry()),
                       static_cast<std::uint32_t>(size), out);
}

Digest digest_of(Crypto& crypto, Bytes bytes) {
  DigestState state;
  Digest result;
  crypto.digest_begin(state);
  crypto.digest_bytes(state, bytes);
  crypto.digest_end(state, result);
  return result;
}

Status program_padded(Flash& flash, Region region, std::uint32_t offset, Bytes content) {
  const std::uint32_t unit = flash.geometry().program_unit;
  std::byte page[page_bytes];
  while (!content.empty()) {
    const std::size_t size = std::min(content.size(), sizeof page);
    const std::size_t padded = (size + unit - 1) / unit * unit;
    std::fill_n(page, padded, std::byte{0xff});
    std::copy_n(content.begin(), size, page);
    const Status status = flash.program(region, offset, Bytes{page, padded});
    if (status != Status::ok) {
      return status;
    }
    content = content.subspan(size);
    offset += static_cast<std::uint32_t>(size);
  }
  return Status::ok;
}

}  // namespace ota
