#pragma once
#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "broker-mock/mqtt/broker.hpp"

namespace cartstorm::broker::mqtt::testing {

/// A client that never forgets: it sends again what was not acknowledged, and answers each packet.
/// Speaks 3.1.1 or 5 with a session that lasts.
class LastingClient {
 public:
  LastingClient(std::string id, Protocol protocol) : id_{std::move(id)}, protocol_{protocol} {}

  std::string connect_packet() const;
  std::string subscribe_packet(std::string_view filter, std::uint8_t qos) const;
  /// Takes on a message to publish; sends it at once when connected.
  void publish(std::string topic, std::uint8_t qos, std::string payload);
  /// The link is gone, and all that was under way on it.
  void lose_link();
  /// All that the broker sent; answers go to `outgoing`.
  void receive(std::string_view bytes);

  bool is_connected = false;              ///< has its CONNACK
  bool was_resumed = false;               ///< ... which said that there is a session
  std::deque<std::string> outgoing;       ///< packets that are not yet with the broker
  std::vector<std::string> got_1, got_2;  ///< payloads received with QoS 1 and 2, in their order
  std::size_t unfinished() const { return sending_.size(); }

 private:
  struct Sending {
    std::string topic, payload;
    std::uint8_t qos = 1;
    bool is_released = false;  ///< PUBREC was received
    bool was_sent = false;
  };
  void take(std::uint8_t first, std::string_view body);
  void take_publish(std::uint8_t first, std::string_view body);
  void send(std::uint16_t id, Sending& sending);

  std::string id_;
  Protocol protocol_;
  std::string partial_;
  std::uint16_t next_id_ = 1;
  std::map<std::uint16_t, Sending> sending_;
  std::vector<std::uint16_t> order_;
  std::set<std::uint16_t> received_;  ///< QoS 2, not released
};

}  // namespace cartstorm::broker::mqtt::testing
