#pragma once
#include <unordered_map>

#include "ota/host/crypto.hpp"
#include "sim/explore/flash.hpp"

namespace cartstorm::sim::explore {

/// ota::Crypto that computes each thing once. A digest is remembered by the contents it ran over, a
/// signature by key, message and signature, a chain by its bytes and the CA; nothing else decides
/// them. What is not known is computed for real.
class ExploredCrypto final : public ota::Crypto {
 public:
  /// `is_enabled` false: every digest and signature is computed (to measure what the memo saves).
  ExploredCrypto(ExploredFlash& flash, ContentPool& pool, bool is_enabled)
      : flash_(flash), pool_(pool), is_enabled_(is_enabled) {}

  void digest_begin(ota::DigestState&) override;
  ota::Status digest_flash(ota::DigestState&, ota::Flash&, ota::Region, std::uint32_t offset,
                           std::uint32_t length) override;
  void digest_bytes(ota::DigestState&, ota::Bytes) override;
  void digest_end(ota::DigestState&, ota::Digest& out) override;
  ota::Status verify(const ota::PublicKey&, const ota::Digest&, const ota::Signature&) override;
  ota::ChainVerdict check_chain(ota::Bytes chain, const ota::Anchor&, ota::Signer&) override;
  ota::Status read_ca(ota::Bytes certificate, ota::Anchor& out) override;

  /// Digest of what stands in a region, read from outside.
  ota::Digest digest_of(const FlashState&, ota::Region, std::uint32_t length);
  std::uint64_t digests_computed() const { return digests_computed_; }

 private:
  /// A digest in progress is the chain of pieces that it ran over.
  struct Piece {
    Key before;
    std::vector<ContentId> contents;   ///< of sectors, one behind the other
    std::uint32_t from = 0, size = 0;  ///< in them, bytes
  };
  struct Chained {
    ota::ChainVerdict verdict;
    ota::Signer signer;
  };
  struct Ca {
    ota::Status status;
    ota::Anchor anchor;
  };

  void add_bytes(ota::DigestState&, ota::Bytes);
  void add_range(ota::DigestState&, const FlashState&, ota::Region, std::uint32_t offset,
                 std::uint32_t length);
  ota::Digest compute(Key);

  ExploredFlash& flash_;
  ContentPool& pool_;
  bool is_enabled_;
  ota::host::OpensslCrypto real_;
  std::unordered_map<Key, Piece, KeyHash> pieces_;
  std::unordered_map<Key, ota::Digest, KeyHash> digests_;
  std::unordered_map<Key, ota::Status, KeyHash> signatures_;
  std::unordered_map<Key, Chained, KeyHash> chains_;
  std::unordered_map<Key, Ca, KeyHash> cas_;
  std::uint64_t digests_computed_ = 0;
};

/// What of a digest in progress decides its future, for keys of states.
Key key_of(const ota::DigestState&);

}  // namespace cartstorm::sim::explore
