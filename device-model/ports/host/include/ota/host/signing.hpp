#pragma once
#include "ota/manifest.hpp"
#include "ota/types.hpp"

namespace ota::host {

/// A P-256 private scalar, big-endian, 1 <= d < n.
using PrivateKey = std::array<std::byte, 32>;

/// Signs with the deterministic nonce of RFC 6979 (HMAC-SHA-256) and fixed-width r || s, so that
/// the same key and digest give the same bytes on every machine.
Signature sign_p256(const PrivateKey&, const Digest& message);

/// X || Y of the public point, big-endian.
PublicKey public_key_of(const PrivateKey&);

/// First 8 bytes of SHA-256 over the 64-byte public key (WIRE.md section 5).
AnchorId anchor_id_of(const PublicKey&);

/// Encodes `fields` with the signature of `signer` over bytes 0..127; the signature in `fields` is
/// ignored. `fields.anchor` is the CA that the signer's certificate leads to.
std::array<std::byte, manifest_bytes> encode_manifest(Manifest fields, const PrivateKey& signer);

}  // namespace ota::host
