#include "broker-mock/device_services/anchors.hpp"

#include <bit>
#include <utility>

#include "broker-mock/base/hex.hpp"
#include "broker-mock/base/members.hpp"

namespace cartstorm::broker::services {
namespace {

constexpr unsigned max_anchors = 64;
/// A cart's trust store holds 4; anything far above is not one of our carts.
constexpr std::size_t max_announced = 16;

constexpr std::uint64_t mask_of(unsigned bit) { return std::uint64_t{1} << bit; }

/// Ids of `["<16 hex>",...]`.
bool parse_ids(std::string_view array, std::vector<std::uint64_t>& ids) {
  ArrayScan scan{array};
  while (scan.next()) {
    if (scan.value().kind != JsonKind::string || ids.size() == max_announced) return false;
    const auto id = parse_hex_id(scan.text());
    if (!id) return false;
    ids.push_back(*id);
  }
  return scan.is_valid();
}

}  // namespace

Anchors::Anchors(const Things& things, Outbox& outbox, AnchorListener& listener)
    : things_{things}, outbox_{outbox}, listener_{listener} {}

Anchors::PerThing& Anchors::per_thing(ThingId thing) {
  if (index(thing) >= per_thing_.size()) per_thing_.resize(things_.count());
  return per_thing_[index(thing)];
}

unsigned Anchors::find_bit(std::uint64_t anchor) const {
  for (unsigned bit = 0; bit < anchors_.size(); ++bit) {
    if (anchors_[bit].id == anchor) return bit;
  }
  return max_anchors;
}

unsigned Anchors::bit_of(std::uint64_t anchor) {
  const unsigned known = find_bit(anchor);
  if (known < max_anchors || anchors_.size() == max_anchors) return known;
  anchors_.push_back({anchor, {}, 0, 0});
  return static_cast<unsigned>(anchors_.size() - 1);
}

void Anchors::add(const AnchorCertificate& anchor) {
  const unsigned bit = bit_of(anchor.id);
  if (bit < max_anchors) anchors_[bit] = anchor;
}

bool Anchors::can_install(std::uint64_t anchor) const {
  const unsigned bit = find_bit(anchor);
  return bit < max_anchors && !anchors_[bit].certificate_base64.empty();
}

const AnchorCertificate* Anchors::certificate(std::uint64_t anchor) const {
  return can_install(anchor) ? &anchors_[find_bit(anchor)] : nullptr;
}

bool Anchors::vouches(ThingId thing, std::uint64_t anchor) const {
  return has(thing, anchor) &&
         (!things_.is_connected(thing) || per_thing_[index(thing)].has_spoken);
}

bool Anchors::has(ThingId thing, std::uint64_t anchor) const {
  const unsigned bit = find_bit(anchor);
  return bit < max_anchors && index(thing) < per_thing_.size() &&
         (per_thing_[index(thing)].held & mask_of(bit)) != 0;
}

void Anchors::send_install(ThingId thing, unsigned bit) {
  const AnchorCertificate& anchor = anchors_[bit];
  if (anchor.certificate_base64.empty() || !outbox_.reaches(thing)) return;
  std::string payload = "{\"anchor\":\"";
  append_hex(payload, anchor.id);
  payload.append("\",\"certificate\":\"").append(anchor.certificate_base64).append("\"}");
  outbox_.publish(thing, "carts/", "/ca/install", payload);
  per_thing(thing).sent |= mask_of(bit);
  listener_.on(fact::AnchorChanged{thing, anchor.id, fact::AnchorEvent::sent});
}

void Anchors::send_removal(ThingId thing, unsigned bit) {
  if (!outbox_.reaches(thing)) return;
  outbox_.publish(thing, "carts/", "/ca/remove", "{\"anchor\":\"" + hex(anchors_[bit].id) + "\"}");
  per_thing(thing).sent |= mask_of(bit);
}

void Anchors::send_open(ThingId thing) {
  const PerThing& state = per_thing(thing);
  for (Mask open = state.open() & ~state.sent; open != 0; open &= open - 1) {
    const auto bit = static_cast<unsigned>(std::countr_zero(open));
    if ((state.wanted & mask_of(bit)) != 0) {
      send_install(thing, bit);
    } else {
      send_removal(thing, bit);
    }
  }
}

void Anchors::distribute(std::uint64_t anchor, const std::vector<ThingId>& things) {
  const unsigned bit = bit_of(anchor);
  if (bit == max_anchors) return;
  for (const ThingId thing : things) {
    PerThing& state = per_thing(thing);
    // What was sent to the opposite end does not count.
    if ((state.unwanted & mask_of(bit)) != 0) state.sent &= ~mask_of(bit);
    state.unwanted &= ~mask_of(bit);
    state.wanted |= mask_of(bit);
    send_open(thing);
  }
}

void Anchors::withdraw(std::uint64_t anchor, const std::vector<ThingId>& things) {
  const unsigned bit = bit_of(anchor);
  if (bit == max_anchors) return;
  for (const ThingId thing : things) {
    PerThing& state = per_thing(thing);
    if ((state.unwanted & mask_of(bit)) == 0) state.sent &= ~mask_of(bit);
    state.wanted &= ~mask_of(bit);
    state.unwanted |= mask_of(bit);
    send_open(thing);
  }
}

void Anchors::connected(ThingId thing) {
  PerThing& state = per_thing(thing);
  state.sent = state.overdue = 0;
  state.has_spoken = false;
  send_open(thing);
}

bool Anchors::request(ThingId thing, std::string_view payload) {
  std::uint64_t id = 0;
  if (!read_members(payload, 1, [&](std::string_view key, ObjectScan& scan) -> std::uint32_t {
        if (key == "anchor") return read_id(scan, id) ? 1 : broken;
        return 0;
      })) {
    return false;
  }
  const unsigned bit = find_bit(id);
  const bool is_known = bit < max_anchors;
  if (is_known && (per_thing(thing).unwanted & mask_of(bit)) == 0) send_install(thing, bit);
  return true;
}

bool Anchors::acknowledge(ThingId thing, std::string_view payload) {
  std::string_view list;
  return read_members(payload, 1,
                      [&](std::string_view key, ObjectScan& scan) -> std::uint32_t {
                        if (key != "anchors") return 0;
                        list = scan.value().raw;
                        return scan.value().kind == JsonKind::array ? 1 : broken;
                      }) &&
         announced(thing, list);
}

bool Anchors::announced(ThingId thing, std::string_view anchors_json) {
  std::vector<std::uint64_t> ids;
  if (!parse_ids(anchors_json, ids)) return false;
  Mask held = 0;
  for (const std::uint64_t id : ids) {
    const unsigned bit = bit_of(id);
    if (bit < max_anchors) held |= mask_of(bit);
  }
  hold(thing, held);
  // The first heartbeat may have crossed the message on its way; the second one says it was lost.
  PerThing& state = per_thing(thing);
  state.sent &= ~(state.overdue & state.open());
  state.overdue = state.sent & state.open();
  send_open(thing);
  return true;
}

void Anchors::hold(ThingId thing, Mask held) {
  PerThing& state = per_thing(thing);
  const Mask changed = held ^ std::exchange(state.held, held);
  const Mask repeated = std::exchange(state.has_spoken, true) ? 0 : held;
  for (Mask open = changed | repeated; open != 0; open &= open - 1) {
    const auto bit = static_cast<unsigned>(std::countr_zero(open));
    const bool has_it = (held & mask_of(bit)) != 0;
    // What was sent before it was lost does not count as sent any more.
    if (!has_it) state.sent &= ~mask_of(bit);
    if ((changed & mask_of(bit)) != 0) {
      listener_.on(fact::AnchorChanged{
          thing, anchors_[bit].id,
          has_it ? fact::AnchorEvent::acknowledged : fact::AnchorEvent::removed});
    }
    listener_.possession_changed(thing, anchors_[bit].id, has_it);
  }
}

}  // namespace cartstorm::broker::services
