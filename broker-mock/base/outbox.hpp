#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "broker-mock/base/things.hpp"
#include "broker-mock/cloud/messages.hpp"

namespace cartstorm::broker {

/// Messages on their way down, oldest first. As a rule only a connected thing gets any: what is
/// published to an absent one is gone, as with a session that has expired.
class Outbox {
 public:
  /// `takes_all`: whoever delivers keeps messages for absent things.
  explicit Outbox(const Things& things, bool takes_all = false)
      : things_{things}, takes_all_{takes_all} {}

  /// Whether a message published now would be delivered; ask before building a costly one.
  bool reaches(ThingId thing) const { return takes_all_ || things_.is_connected(thing); }

  /// The topic is `prefix` + thing name + `suffix`.
  void publish(ThingId thing, std::string_view prefix, std::string_view suffix,
               std::string_view payload);

  /// All messages since the last call. Views live until the next call of take().
  std::span<const Delivery> take();

 private:
  struct Entry {
    ThingId thing;
    std::size_t topic_bytes, payload_bytes;
  };
  const Things& things_;
  bool takes_all_;
  std::vector<Entry> pending_;
  std::string pending_bytes_, taken_bytes_;
  std::vector<Delivery> taken_;
};

}  // namespace cartstorm::broker
