#include "ota/trust.hpp"

#include <algorithm>

#include "ota/bytes.hpp"
#include "record_codec.hpp"

namespace ota {

static_assert(2 + 89 * TrustStore::known_capacity <= record_body_capacity);

namespace {

const Anchor* find(const Anchor* first, const Anchor* last, AnchorId id) {
  const Anchor* found = std::ranges::find(first, last, id, &Anchor::id);
  return found != last ? found : nullptr;
}

}  // namespace

const Anchor* TrustStore::find_installed(AnchorId id) const {
  return find(anchors, anchors + installed, id);
}

const Anchor* TrustStore::find_known(AnchorId id) const {
  return find(anchors, anchors + known, id);
}

bool TrustStore::install(const Anchor& anchor, std::span<const AnchorId> in_use,
                         AnchorId& removed) {
  removed = {};
  const std::size_t at = place_of(anchor.id, in_use);
  if (at < installed) {
    // The same key with another certificate: a CA was renewed. It keeps its place.
    const bool is_renewed = anchors[at] != anchor;
    anchors[at] = anchor;
    return is_renewed;
  }
  known = static_cast<std::uint8_t>(std::max<std::size_t>(known, at + 1));
  std::move_backward(anchors, anchors + at, anchors + at + 1);
  anchors[0] = anchor;
  if (installed == installed_capacity) {
    removed = anchors[installed].id;
  } else {
    ++installed;
  }
  return true;
}

/// Where the anchor stands, else a free place, else the oldest that nothing in a slot needs. There
/// always is one: of eight places four are installed and two can be in use.
std::size_t TrustStore::place_of(AnchorId id, std::span<const AnchorId> in_use) const {
  if (const Anchor* found = find_known(id)) {
    return static_cast<std::size_t>(found - anchors);
  }
  if (known < known_capacity) {
    return known;
  }
  std::size_t at = known_capacity - 1;
  while (at > installed_capacity && std::ranges::find(in_use, anchors[at].id) != in_use.end()) {
    --at;
  }
  return at;
}

bool TrustStore::remove(AnchorId id) {
  const Anchor* found = find_installed(id);
  if (found == nullptr || installed == 1) {
    return false;
  }
  const Anchor removed = *found;
  Anchor* at = anchors + (found - anchors);
  std::copy(at + 1, anchors + installed, at);
  anchors[installed - 1] = removed;  // known still, the newest of those that are not installed
  --installed;
  return true;
}

namespace {

void fields(RecordFields& f, TrustStore& trust) {
  f.u8(trust.installed);
  f.u8(trust.known);
  for (Anchor& anchor : trust.anchors) {
    f.u64(anchor.id.value);
    f.bytes(anchor.key);
    f.s64(anchor.not_after.s);
    f.u64(anchor.name);
    f.u8(anchor.path_length);
  }
  f.require(trust.known <= TrustStore::known_capacity && trust.installed <= trust.known &&
            trust.installed <= TrustStore::installed_capacity);
}

constexpr RecordType type = record_type<TrustStore, fields>(trust_format);

}  // namespace

Status load(Flash& flash, TrustStore& trust, RecordPlace& place, RecordCare care) {
  return load_fields(flash, type, &trust, place, care);
}
Status store(Flash& flash, const TrustStore& trust, RecordPlace& place) {
  return store_fields(flash, type, &trust, place);
}
Status format(Flash& flash, const TrustStore& trust, std::uint64_t first_sequence) {
  return format_fields(flash, type, &trust, first_sequence);
}

AnchorId anchor_id_of(Crypto& crypto, const PublicKey& key) {
  DigestState state;
  Digest digest;
  crypto.digest_begin(state);
  crypto.digest_bytes(state, key);
  crypto.digest_end(state, digest);
  return {read_big_endian(std::span{digest}.first<8>())};
}

Status read_anchor(Crypto& crypto, Bytes certificate, Anchor& out) {
  if (certificate.empty() || certificate.size() > ca_certificate_capacity) {
    return Status::rejected;
  }
  const Status status = crypto.read_ca(certificate, out);
  if (status == Status::ok) {
    out.id = anchor_id_of(crypto, out.key);
  }
  return status;
}

}  // namespace ota
