#include "broker-mock/base/outbox.hpp"

namespace cartstorm::broker {

void Outbox::publish(ThingId thing, std::string_view prefix, std::string_view suffix,
                     std::string_view payload) {
  if (!reaches(thing)) return;
  const std::string_view name = things_.name(thing);
  pending_bytes_.append(prefix).append(name).append(suffix).append(payload);
  pending_.push_back({thing, prefix.size() + name.size() + suffix.size(), payload.size()});
}

std::span<const Delivery> Outbox::take() {
  taken_.clear();
  taken_bytes_.clear();
  taken_bytes_.swap(pending_bytes_);
  std::string_view rest = taken_bytes_;
  for (const Entry& entry : pending_) {
    taken_.push_back({entry.thing, rest.substr(0, entry.topic_bytes),
                      rest.substr(entry.topic_bytes, entry.payload_bytes)});
    rest.remove_prefix(entry.topic_bytes + entry.payload_bytes);
  }
  pending_.clear();
  return taken_;
}

}  // namespace cartstorm::broker
