#include "sim/explore/crypto.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

namespace cartstorm::sim::explore {
namespace {

void set_key(ota::DigestState& state, const Key& key) {
  std::memcpy(state.opaque, &key, sizeof key);
}

}  // namespace

Key key_of(const ota::DigestState& state) {
  Key key;
  std::memcpy(&key, state.opaque, sizeof key);
  return key;
}

void ExploredCrypto::digest_begin(ota::DigestState& state) {
  state = {};
  set_key(state, {});
}

void ExploredCrypto::add_bytes(ota::DigestState& state, ota::Bytes bytes) {
  while (!bytes.empty()) {
    const auto take =
        static_cast<std::uint32_t>(std::min<std::size_t>(bytes.size(), pool_.sector_size()));
    const ContentId content = pool_.intern(bytes.first(take));
    const Key before = key_of(state);
    KeyWriter writer{take};
    writer.key(before);
    writer.key(pool_.key(content));
    const Key after = writer.finish();
    if (!pieces_.contains(after)) {
      pieces_.emplace(after, Piece{before, {content}, 0, take});
    }
    set_key(state, after);
    bytes = bytes.subspan(take);
  }
}

void ExploredCrypto::add_range(ota::DigestState& state, const FlashState& flash, ota::Region region,
                               std::uint32_t offset, std::uint32_t length) {
  const Part& part = flash_.part();
  const std::uint32_t first = part.sector_of(region, offset);
  const std::uint32_t last = part.sector_of(region, offset + length - 1);
  const std::uint32_t from = offset % part.geometry.sector_size;
  const Key before = key_of(state);
  KeyWriter writer{std::uint64_t{from} << 32 | length};
  writer.key(before);
  writer.key(flash.range_key(first, last + 1, pool_));
  const Key after = writer.finish();
  if (!pieces_.contains(after)) {
    Piece piece{before, {}, from, length};
    for (std::uint32_t sector = first; sector <= last; ++sector) {
      piece.contents.push_back(flash.at(sector));
    }
    pieces_.emplace(after, std::move(piece));
  }
  set_key(state, after);
}

ota::Status ExploredCrypto::digest_flash(ota::DigestState& state, ota::Flash& flash,
                                         ota::Region region, std::uint32_t offset,
                                         std::uint32_t length) {
  const bool is_slot = region == ota::Region::slot_a || region == ota::Region::slot_b;
  if (is_slot && flash_.is_plain(region, offset, length)) {
    flash_.note_read(region, offset, length);
    add_range(state, flash_.state(), region, offset, length);
    return ota::Status::ok;
  }
  const std::uint32_t sector_size = pool_.sector_size();
  std::vector<std::byte> bytes(sector_size);
  while (length != 0) {
    const auto piece =
        ota::MutableBytes{bytes}.first(std::min(length, sector_size - offset % sector_size));
    const ota::Status status = flash.read(region, offset, piece);
    if (status != ota::Status::ok) {
      return status;
    }
    add_bytes(state, piece);
    offset += static_cast<std::uint32_t>(piece.size());
    length -= static_cast<std::uint32_t>(piece.size());
  }
  return ota::Status::ok;
}

void ExploredCrypto::digest_bytes(ota::DigestState& state, ota::Bytes bytes) {
  add_bytes(state, bytes);
}

void ExploredCrypto::digest_end(ota::DigestState& state, ota::Digest& out) {
  out = compute(key_of(state));
}

ota::Digest ExploredCrypto::compute(Key end) {
  if (const auto known = digests_.find(end); is_enabled_ && known != digests_.end()) {
    return known->second;
  }
  std::vector<const Piece*> pieces;
  for (Key at = end; at != Key{}; at = pieces.back()->before) {
    pieces.push_back(&pieces_.at(at));
  }
  ota::DigestState state;
  real_.digest_begin(state);
  std::vector<std::byte> bytes;
  for (auto piece = pieces.rbegin(); piece != pieces.rend(); ++piece) {
    bytes.resize((*piece)->contents.size() * pool_.sector_size());
    for (std::size_t i = 0; i < (*piece)->contents.size(); ++i) {
      pool_.read((*piece)->contents[i], 0,
                 ota::MutableBytes{bytes}.subspan(i * pool_.sector_size(), pool_.sector_size()));
    }
    real_.digest_bytes(state, ota::Bytes{bytes}.subspan((*piece)->from, (*piece)->size));
  }
  ota::Digest digest{};
  real_.digest_end(state, digest);
  ++digests_computed_;
  digests_.insert_or_assign(end, digest);
  return digest;
}

ota::Digest ExploredCrypto::digest_of(const FlashState& flash, ota::Region region,
                                      std::uint32_t length) {
  ota::DigestState state{};
  if (length != 0) {
    add_range(state, flash, region, 0, length);
  }
  return compute(key_of(state));
}

ota::Status ExploredCrypto::verify(const ota::PublicKey& key, const ota::Digest& message,
                                   const ota::Signature& signature) {
  KeyWriter writer;
  writer.bytes(key);
  writer.bytes(message);
  writer.bytes(signature);
  const Key memo = writer.finish();
  if (const auto known = signatures_.find(memo); is_enabled_ && known != signatures_.end()) {
    return known->second;
  }
  const ota::Status verdict = real_.verify(key, message, signature);
  signatures_.insert_or_assign(memo, verdict);
  return verdict;
}

ota::ChainVerdict ExploredCrypto::check_chain(ota::Bytes chain, const ota::Anchor& anchor,
                                              ota::Signer& signer) {
  KeyWriter writer;
  writer.bytes(chain);
  writer.bytes(anchor.key);
  writer.number(anchor.id.value);
  writer.number(static_cast<std::uint64_t>(anchor.not_after.s));
  writer.number(anchor.name);
  writer.number(anchor.path_length);
  const Key memo = writer.finish();
  auto known = chains_.find(memo);
  if (!is_enabled_ || known == chains_.end()) {
    Chained fresh{};
    fresh.verdict = real_.check_chain(chain, anchor, fresh.signer);
    known = chains_.insert_or_assign(memo, fresh).first;
  }
  signer = known->second.signer;
  return known->second.verdict;
}

ota::Status ExploredCrypto::read_ca(ota::Bytes certificate, ota::Anchor& out) {
  KeyWriter writer;
  writer.bytes(certificate);
  const Key memo = writer.finish();
  auto known = cas_.find(memo);
  if (!is_enabled_ || known == cas_.end()) {
    Ca fresh{};
    fresh.status = real_.read_ca(certificate, fresh.anchor);
    known = cas_.insert_or_assign(memo, fresh).first;
  }
  out = known->second.anchor;
  return known->second.status;
}

}  // namespace cartstorm::sim::explore
