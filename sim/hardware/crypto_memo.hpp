#pragma once
#include <cstdint>
#include <unordered_map>

#include "ota/hardware.hpp"
#include "sim/hardware/flash_model.hpp"

namespace cartstorm::sim {

/// ota::Crypto that computes each thing once per run. A digest over flash that holds exactly one
/// piece of the arena is a function of that piece alone, and a signature verdict a function of
/// key, digest and signature, so both may be remembered. Whatever deviates by a single bit is
/// hashed for real by `real`.
class CryptoMemo final : public ota::Crypto {
 public:
  /// `is_enabled` false: everything is computed for real (to measure what the memo saves).
  CryptoMemo(ota::Crypto& real, FlashModel& flash, bool is_enabled = true)
      : real_(real), model_(flash), is_enabled_(is_enabled) {}

  void digest_begin(ota::DigestState&) override;
  ota::Status digest_flash(ota::DigestState&, ota::Flash&, ota::Region, std::uint32_t offset,
                           std::uint32_t length) override;
  void digest_bytes(ota::DigestState&, ota::Bytes) override;
  void digest_end(ota::DigestState&, ota::Digest& out) override;
  ota::Status verify(const ota::PublicKey&, const ota::Digest& message,
                     const ota::Signature&) override;

  std::uint64_t digests_computed() const { return digests_computed_; }
  std::uint64_t digests_remembered() const { return digests_remembered_; }
  std::uint64_t signatures_computed() const { return signatures_computed_; }

 private:
  struct Piece {
    const std::byte* begin;
    std::uint64_t length;
    bool operator==(const Piece&) const = default;
  };
  struct PieceHash {
    std::size_t operator()(const Piece&) const;
  };
  struct SignatureKey {
    ota::PublicKey key;
    ota::Digest message;
    ota::Signature signature;
    bool operator==(const SignatureKey&) const = default;
  };
  struct SignatureHash {
    std::size_t operator()(const SignatureKey&) const;
  };

  void make_real(ota::DigestState&);

  ota::Crypto& real_;
  FlashModel& model_;
  bool is_enabled_;
  std::unordered_map<Piece, ota::Digest, PieceHash> digests_;
  std::unordered_map<SignatureKey, ota::Status, SignatureHash> verdicts_;
  std::uint64_t digests_computed_ = 0;
  std::uint64_t digests_remembered_ = 0;
  std::uint64_t signatures_computed_ = 0;
};

}  // namespace cartstorm::sim
