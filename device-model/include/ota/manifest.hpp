#pragma once
#include "ota/status.hpp"
#include "ota/types.hpp"

namespace ota {

inline constexpr std::size_t manifest_bytes = 192;
inline constexpr std::size_t manifest_signed_bytes = 128;

/// The signed description of one image (WIRE.md section 9). It decides; a job document only says
/// where to fetch what.
struct Manifest {
  Version version{};
  std::uint32_t image_size = 0;  ///< bytes
  Digest image_digest{};
  UnixTime issued{};
  UnixTime expires{};
  std::uint32_t security_version = 0;
  std::uint32_t hardware_mask = 0;  ///< bit n: runs on hardware revision n
  std::uint32_t layout = 0;
  std::uint32_t flags = 0;  ///< any set bit is unknown to this format and critical
  AnchorId anchor{};
  Signature signature{};

  bool operator==(const Manifest&) const = default;
};

/// Decodes 192 bytes. Says nothing about the signature, the dates or this cart.
///
/// ok       every field is set
/// corrupt  wrong size, magic, format or signed length, or a reserved byte that is not zero
Status decode(Bytes, Manifest& out);

/// Encodes all 192 bytes, the signature as it stands in `manifest`.
void encode(const Manifest& manifest, std::span<std::byte, manifest_bytes> out);

}  // namespace ota
