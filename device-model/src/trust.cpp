#include "ota/trust.hpp"

#include "record_codec.hpp"

namespace ota {

const RecordFormat trust_format{Region::trust, 0x31535254 /* "TRS1" */, 1, 578};
static_assert(2 + 72 * TrustStore::known_capacity <= record_body_capacity);

namespace {

const Anchor* find(const Anchor* first, const Anchor* last, AnchorId id) {
  const Anchor* found = std::find_if(first, last, [&](const Anchor& a) { return a.id == id; });
  return found != last ? found : nullptr;
}

}  // namespace

const Anchor* TrustStore::find_installed(AnchorId id) const {
  return find(anchors, anchors + installed, id);
}

const Anchor* TrustStore::find_known(AnchorId id) const {
  return find(anchors, anchors + known, id);
}

bool TrustStore::install(const Anchor& anchor, AnchorId& removed) {
  removed = {};
  if (find_installed(anchor.id) != nullptr) {
    return false;
  }
  Anchor* end = anchors + known;
  Anchor* again = std::find_if(anchors, end, [&](const Anchor& a) { return a.id == anchor.id; });
  if (again == end && known == known_capacity) {
    again = end - 1;
  } else if (again == end) {
    ++known;
  }
  std::move_backward(anchors, again, again + 1);
  anchors[0] = anchor;
  if (installed == installed_capacity) {
    removed = anchors[installed].id;
  } else {
    ++installed;
  }
  return true;
}

void write_body(ByteWriter& w, const TrustStore& trust) {
  w.u8(trust.installed);
  w.u8(trust.known);
  for (const Anchor& anchor : trust.anchors) {
    w.u64(anchor.id.value);
    w.bytes(anchor.key);
  }
}

bool read_body(ByteReader& r, TrustStore& trust) {
  trust.installed = r.u8();
  trust.known = r.u8();
  for (Anchor& anchor : trust.anchors) {
    anchor.id.value = r.u64();
    r.bytes(anchor.key);
  }
  return trust.known <= TrustStore::known_capacity && trust.installed <= trust.known &&
         trust.installed <= TrustStore::installed_capacity;
}

Status load(Flash& flash, TrustStore& trust, RecordPlace& place, RecordCare care) {
  return load_body(flash, trust_format, trust, place, care);
}
Status store(Flash& flash, const TrustStore& trust, RecordPlace& place) {
  return store_body(flash, trust_format, trust, place);
}
Status format(Flash& flash, const TrustStore& trust, std::uint64_t first_sequence) {
  return format_body(flash, trust_format, trust, first_sequence);
}

AnchorId anchor_id_of(Crypto& crypto, const PublicKey& key) {
  DigestState state;
  Digest digest;
  crypto.digest_begin(state);
  crypto.digest_bytes(state, key);
  crypto.digest_end(state, digest);
  return {read_big_endian(std::span{digest}.first<8>())};
}

}  // namespace ota
