#include "sim/hardware/crypto_memo.hpp"

#include <algorithm>
#include <cstring>
#include <functional>

namespace cartstorm::sim {
namespace {

// While a digest runs over one piece of the arena, this is its whole state; the real context is
// made when something else comes. The tag stands behind what the host port uses of the state.
struct Pending {
  const std::byte* begin = nullptr;
  std::uint64_t length = 0;
};
constexpr std::size_t most_certificates = 16;  // damaged ones are not worth remembering
constexpr std::size_t tag_offset = sizeof(ota::DigestState) - 8;
constexpr std::uint64_t pending_tag = 0x70656e64696e6721ULL;

bool is_pending(const ota::DigestState& state) {
  std::uint64_t tag = 0;
  std::memcpy(&tag, state.opaque + tag_offset, sizeof tag);
  return tag == pending_tag;
}

Pending pending_of(const ota::DigestState& state) {
  Pending pending;
  std::memcpy(&pending, state.opaque, sizeof pending);
  return pending;
}

void set_pending(ota::DigestState& state, const Pending& pending) {
  std::memcpy(state.opaque, &pending, sizeof pending);
  std::memcpy(state.opaque + tag_offset, &pending_tag, sizeof pending_tag);
}

void clear_tag(ota::DigestState& state) { std::memset(state.opaque + tag_offset, 0, 8); }

}  // namespace

std::size_t CryptoMemo::PieceHash::operator()(const Piece& piece) const {
  return std::hash<const void*>{}(piece.begin) ^ (piece.length * 0x9e3779b97f4a7c15ULL);
}

std::size_t CryptoMemo::SignatureHash::operator()(const SignatureKey& key) const {
  std::size_t hash = 0;
  std::memcpy(&hash, key.message.data(), sizeof hash);
  std::size_t other = 0;
  std::memcpy(&other, key.signature.data(), sizeof other);
  return hash ^ (other * 0x9e3779b97f4a7c15ULL);
}

void CryptoMemo::digest_begin(ota::DigestState& state) {
  if (is_enabled_) {
    set_pending(state, {});
  } else {
    clear_tag(state);
    real_.digest_begin(state);
  }
}

void CryptoMemo::make_real(ota::DigestState& state) {
  if (!is_pending(state)) {
    return;
  }
  const Pending pending = pending_of(state);
  clear_tag(state);
  real_.digest_begin(state);
  real_.digest_bytes(state, {pending.begin, pending.length});
}

ota::Status CryptoMemo::digest_flash(ota::DigestState& state, ota::Flash& flash, ota::Region region,
                                     std::uint32_t offset, std::uint32_t length) {
  if (!is_pending(state) || &flash != &model_) {
    make_real(state);
    return real_.digest_flash(state, flash, region, offset, length);
  }
  const std::uint32_t size = model_.image().region_size(region);
  if (offset > size || length > size - offset) {
    return ota::Status::out_of_range;
  }
  const Pending pending = pending_of(state);
  const ota::Bytes piece = model_.image().arena_bytes(region, offset, length);
  const bool continues =
      !piece.empty() && (pending.length == 0 || pending.begin + pending.length == piece.data());
  if (!continues) {
    make_real(state);
    return real_.digest_flash(state, flash, region, offset, length);
  }
  if (!model_.charge_read(length)) {
    return ota::Status::power_lost;
  }
  const std::byte* begin = pending.length == 0 ? piece.data() : pending.begin;
  set_pending(state, {begin, pending.length + length});
  return ota::Status::ok;
}

void CryptoMemo::digest_bytes(ota::DigestState& state, ota::Bytes bytes) {
  if (is_pending(state) && pending_of(state).length == 0 && model_.arena().holds(bytes)) {
    set_pending(state, {bytes.data(), bytes.size()});
    return;
  }
  make_real(state);
  real_.digest_bytes(state, bytes);
}

void CryptoMemo::digest_end(ota::DigestState& state, ota::Digest& out) {
  if (!is_pending(state)) {
    ++digests_computed_;
    real_.digest_end(state, out);
    return;
  }
  const Pending pending = pending_of(state);
  const Piece piece{pending.begin, pending.length};
  if (const auto known = digests_.find(piece); known != digests_.end()) {
    ++digests_remembered_;
    out = known->second;
    return;
  }
  make_real(state);
  ++digests_computed_;
  real_.digest_end(state, out);
  digests_.emplace(piece, out);
}

ota::Status CryptoMemo::verify(const ota::PublicKey& key, const ota::Digest& message,
                               const ota::Signature& signature) {
  if (!is_enabled_) {
    ++signatures_computed_;
    return real_.verify(key, message, signature);
  }
  const SignatureKey asked{key, message, signature};
  if (const auto known = verdicts_.find(asked); known != verdicts_.end()) {
    return known->second;
  }
  ++signatures_computed_;
  const ota::Status verdict = real_.verify(key, message, signature);
  verdicts_.emplace(asked, verdict);
  return verdict;
}

ota::ChainVerdict CryptoMemo::check_chain(ota::Bytes chain, const ota::Anchor& anchor,
                                          ota::Signer& signer) {
  for (const Chain& known : chains_) {
    if (std::ranges::equal(known.bytes, chain) && known.anchor == anchor) {
      signer = known.signer;
      return known.verdict;
    }
  }
  ++certificates_computed_;
  const ota::ChainVerdict verdict = real_.check_chain(chain, anchor, signer);
  if (is_enabled_ && chains_.size() < most_certificates) {
    chains_.push_back({{chain.begin(), chain.end()}, anchor, verdict, signer});
  }
  return verdict;
}

ota::Status CryptoMemo::read_ca(ota::Bytes certificate, ota::Anchor& out) {
  for (const Ca& known : cas_) {
    if (std::ranges::equal(known.bytes, certificate)) {
      out = known.anchor;
      return known.status;
    }
  }
  ++certificates_computed_;
  const ota::Status status = real_.read_ca(certificate, out);
  if (is_enabled_ && cas_.size() < most_certificates) {
    cas_.push_back({{certificate.begin(), certificate.end()}, status, out});
  }
  return status;
}

}  // namespace cartstorm::sim
