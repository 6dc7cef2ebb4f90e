#include "turn.hpp"

namespace ota {

/// The CAs that the manifests in the slots name. What cannot be read names none.
Status Turn::find_anchors_in_slots(AnchorId (&out)[2]) {
  for (const Slot slot : {Slot::a, Slot::b}) {
    TrailerHead head;
    Manifest manifest;
    std::size_t size = 0;
    const Status status = read_trailer_head(hw_, slot, head, size);
    if (status == Status::power_lost) {
      return status;
    }
    if (status == Status::ok && decode(manifest_of(head), manifest) == Status::ok) {
      out[static_cast<std::size_t>(slot)] = manifest.anchor;
    }
  }
  return Status::ok;
}

/// Durable first, acknowledged then, and acknowledged again for every repetition: the cloud counts
/// on an acknowledged anchor when it starts a rollout.
Status Turn::on_anchor_install(std::string_view payload) {
  Anchor anchor;
  if (!read_anchor_install(hw_.crypto, payload, anchor)) {
    return Status::ok;
  }
  Durable<TrustStore> trust{hw_.flash};
  AnchorId in_use[2];
  if (trust.status() == Status::power_lost || find_anchors_in_slots(in_use) == Status::power_lost) {
    return Status::power_lost;
  }
  AnchorId removed;
  if (trust->install(anchor, in_use, removed)) {
    const Status status = trust.store();
    if (status != Status::ok) {
      return unless_cut(status);
    }
    hw_.observer.on(fact::AnchorChanged{anchor.id, fact::AnchorChanged::Change::installed});
    if (removed != AnchorId{}) {
      hw_.observer.on(fact::AnchorChanged{removed, fact::AnchorChanged::Change::removed});
    }
  }
  publish_anchor_ack(out_, thing(), *trust);
  hw_.observer.on(fact::AnchorChanged{anchor.id, fact::AnchorChanged::Change::acknowledged});
  if (m_.state == State::precheck) {
    m_.retry_at = never;
    return challenge();
  }
  return Status::ok;
}

/// Durable first here too. The acknowledgement says what is left, so a repetition, an anchor that
/// was never there and the last one, which stays, need no words of their own.
Status Turn::on_anchor_remove(std::string_view payload) {
  AnchorId anchor;
  if (!read_anchor_removal(payload, anchor)) {
    return Status::ok;
  }
  Durable<TrustStore> trust{hw_.flash};
  if (trust.is_cut()) {
    return Status::power_lost;
  }
  if (trust->remove(anchor)) {
    const Status status = trust.store();
    if (status != Status::ok) {
      return unless_cut(status);
    }
    hw_.observer.on(fact::AnchorChanged{anchor, fact::AnchorChanged::Change::removed});
  }
  publish_anchor_ack(out_, thing(), *trust);
  return Status::ok;
}

/// An installed anchor: ok, not_found or power_lost. The store, the largest of the records, is off
/// the stack again when the caller goes on.
Status Turn::load_anchor(AnchorId id, Anchor& out) {
  Durable<TrustStore> trust{hw_.flash};
  if (trust.is_cut()) {
    return Status::power_lost;
  }
  const Anchor* found = trust->find_installed(id);
  if (found == nullptr) {
    return Status::not_found;
  }
  out = *found;
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
