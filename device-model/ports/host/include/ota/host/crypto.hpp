#pragma once
#include "ota/hardware.hpp"

namespace ota::host {

/// SHA-256, ECDSA P-256 and X.509 by OpenSSL. Stateless: one object may serve every cart of a
/// process, also from several threads.
class OpensslCrypto final : public Crypto {
 public:
  OpensslCrypto() = default;
  void digest_begin(DigestState&) override;
  /// Reads in pieces of 4 KiB. Returns what the flash returned; the state is then unusable.
  Status digest_flash(DigestState&, Flash&, Region, std::uint32_t offset,
                      std::uint32_t length) override;
  void digest_bytes(DigestState&, Bytes) override;
  void digest_end(DigestState&, Digest& out) override;
  Status verify(const PublicKey&, const Digest& message, const Signature&) override;
  ChainVerdict check_chain(Bytes chain, const Anchor&, Signer& signer) override;
  Status read_ca(Bytes certificate, Anchor& out) override;
};

/// SHA-256 of one piece of memory.
Digest sha256(Bytes);

}  // namespace ota::host
