#pragma once
#include "ota/types.hpp"

namespace ota {

/// The certificates that lead from a manifest's signature to a CA: the signer, then at most one
/// intermediate, DER, one behind the other, nothing else (WIRE.md section 6).
inline constexpr std::size_t chain_capacity = 1024;
/// Largest certificate of a CA that can be installed, in bytes.
inline constexpr std::size_t ca_certificate_capacity = 768;

/// One trusted CA: what is needed of its certificate, and no more, because eight of them must fit
/// into one record.
struct Anchor {
  AnchorId id{};
  PublicKey key{};
  UnixTime not_after{};    ///< first second at which the CA vouches for nothing new
  std::uint64_t name = 0;  ///< first 8 bytes of SHA-256 over its subject name (DER), big-endian
  std::uint8_t path_length = 0;  ///< intermediates that it allows below it: 0, or 1 for any number

  bool operator==(const Anchor&) const = default;
};

/// Who signed, as a whole chain says it. The chain is valid at `t` if not_before <= t < not_after;
/// whoever asks decides whether that matters.
struct Signer {
  PublicKey key{};
  UnixTime not_before{};  ///< latest start of its certificates
  UnixTime not_after{};   ///< earliest end of its certificates

  bool operator==(const Signer&) const = default;
};

enum class ChainVerdict : std::uint8_t {
  ok,         ///< leads to the CA, and every certificate may be used as it is used
  malformed,  ///< not one or two certificates of the profile in WIRE.md section 6
  untrusted,  ///< does not lead to the CA
  wrong_use,  ///< signer may not sign code, or intermediate may not sign certificates
};

}  // namespace ota
