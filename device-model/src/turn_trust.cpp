#include "turn.hpp"

namespace ota {

/// Durable first, acknowledged then, and acknowledged again for every repetition: the cloud counts
/// on an acknowledged anchor when it starts a rollout.
Status Turn::on_anchor_install(std::string_view payload) {
  JsonReader json;
  std::string_view id, key;
  Anchor anchor;
  if (json.parse(payload) != JsonReader::Verdict::ok ||
      !json.string(JsonReader::root, "anchor", id) ||
      !json.string(JsonReader::root, "public_key", key) || !json.is_sound() ||
      !parse_hex64(id, anchor.id.value) || !parse_hex(key, anchor.key) ||
      anchor_id_of(hw_.crypto, anchor.key) != anchor.id) {
    return Status::ok;
  }
  TrustStore trust;
  RecordPlace place;
  if (load(hw_.flash, trust, place) == Status::power_lost) {
    return Status::power_lost;
  }
  AnchorId removed;
  if (trust.install(anchor, removed)) {
    const Status status = store(hw_.flash, trust, place);
    if (status != Status::ok) {
      return status == Status::power_lost ? status : Status::ok;
    }
    hw_.observer.on(fact::AnchorChanged{anchor.id, fact::AnchorChanged::Change::installed});
    if (removed != AnchorId{}) {
      hw_.observer.on(fact::AnchorChanged{removed, fact::AnchorChanged::Change::removed});
    }
  }
  publish_anchor_ack(out_, thing(), trust);
  hw_.observer.on(fact::AnchorChanged{anchor.id, fact::AnchorChanged::Change::acknowledged});
  if (m_.state == State::precheck) {
    m_.retry_at = never;
    return challenge();
  }
  return Status::ok;
}

/// A missing anchor is no verdict on the image: ask for it and wait, however long it takes.
Status Turn::request_anchor(AnchorId anchor) {
  if (m_.is_linked) {
    publish_anchor_request(out_, thing(), anchor);
  }
  wait_backed_off(m_.wait_tries);
  return Status::ok;
}

}  // namespace ota
