#include "ota/manifest.hpp"

#include "ota/bytes.hpp"

namespace ota {
namespace {

constexpr std::uint32_t magic = 0x314d5343;  // "CSM1"
constexpr std::uint16_t format = 1;
constexpr std::size_t anchor_offset = 80;
constexpr std::size_t reserved_offset = 88;

bool is_zero(Bytes bytes) {
  return std::ranges::all_of(bytes, [](std::byte b) { return b == std::byte{0}; });
}

}  // namespace

Status decode(Bytes bytes, Manifest& out) {
  if (bytes.size() != manifest_bytes ||
      !is_zero(bytes.subspan(reserved_offset, manifest_signed_bytes - reserved_offset))) {
    return Status::corrupt;
  }
  ByteReader in{bytes};
  if (in.u32() != magic || in.u16() != format || in.u16() != manifest_signed_bytes) {
    return Status::corrupt;
  }
  out.version.value = in.u32();
  out.image_size = in.u32();
  in.bytes(out.image_digest);
  out.issued.s = static_cast<std::int64_t>(in.u64());
  out.expires.s = static_cast<std::int64_t>(in.u64());
  out.security_version = in.u32();
  out.hardware_mask = in.u32();
  out.layout = in.u32();
  out.flags = in.u32();
  out.anchor.value = read_big_endian(bytes.subspan<anchor_offset, 8>());
  ByteReader{bytes.subspan(manifest_signed_bytes)}.bytes(out.signature);
  return Status::ok;
}

void encode(const Manifest& manifest, std::span<std::byte, manifest_bytes> out) {
  ByteWriter w{out};
  w.u32(magic);
  w.u16(format);
  w.u16(manifest_signed_bytes);
  w.u32(manifest.version.value);
  w.u32(manifest.image_size);
  w.bytes(manifest.image_digest);
  w.u64(static_cast<std::uint64_t>(manifest.issued.s));
  w.u64(static_cast<std::uint64_t>(manifest.expires.s));
  w.u32(manifest.security_version);
  w.u32(manifest.hardware_mask);
  w.u32(manifest.layout);
  w.u32(manifest.flags);
  for (int shift = 56; shift >= 0; shift -= 8) {
    w.u8(static_cast<std::uint8_t>(manifest.anchor.value >> shift));
  }
  w.zeros(manifest_signed_bytes - reserved_offset);
  w.bytes(manifest.signature);
}

}  // namespace ota
