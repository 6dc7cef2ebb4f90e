#pragma once
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "ota/hardware.hpp"
#include "sim/hardware/flash_model.hpp"

namespace cartstorm::sim {

/// ota::Crypto that computes each thing once per run. A digest over flash that holds exactly one
/// piece of the arena is a function of that piece alone, a signature verdict one of key, digest and
/// signature, a chain verdict one of chain and CA, and a CA one of its certificate, so all may be
/// remembered; time decides none of them. Whatever deviates by a single bit is computed for real.
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
  ota::ChainVerdict check_chain(ota::Bytes chain, const ota::Anchor&, ota::Signer&) override;
  ota::Status read_ca(ota::Bytes certificate, ota::Anchor& out) override;

  std::uint64_t digests_computed() const { return digests_computed_; }
  std::uint64_t digests_remembered() const { return digests_remembered_; }
  std::uint64_t signatures_computed() const { return signatures_computed_; }
  std::uint64_t certificates_computed() const { return certificates_computed_; }

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

  struct Chain {
    std::vector<std::byte> bytes;
    ota::Anchor anchor;
    ota::ChainVerdict verdict;
    ota::Signer signer;
  };
  struct Ca {
    std::vector<std::byte> bytes;
    ota::Status status;
    ota::Anchor anchor;
  };

  void make_real(ota::DigestState&);

  ota::Crypto& real_;
  FlashModel& model_;
  bool is_enabled_;
  std::unordered_map<Piece, ota::Digest, PieceHash> digests_;
  std::unordered_map<SignatureKey, ota::Status, SignatureHash> verdicts_;
  std::vector<Chain> chains_;  ///< few in any run, compared byte for byte, bounded
  std::vector<Ca> cas_;
  std::uint64_t digests_computed_ = 0;
  std::uint64_t digests_remembered_ = 0;
  std::uint64_t signatures_computed_ = 0;
  std::uint64_t certificates_computed_ = 0;
};

}  // namespace cartstorm::sim
