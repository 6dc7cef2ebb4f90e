#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "tests/unit/broker-net/support/client.hpp"

namespace cartstorm::broker::net {

/// One packet as it came.
struct Packet {
  unsigned type = 0;  ///< 2 CONNACK, 3 PUBLISH, 4 PUBACK, ...; 0: closed
  unsigned flags = 0;
  std::string body;
  std::string topic() const;    ///< of a PUBLISH
  std::string payload() const;  ///< of a PUBLISH of MQTT 3.1.1
  std::uint16_t id() const;     ///< of a PUBLISH with QoS, PUBACK, SUBACK
};

/// MQTT 3.1.1, and a little of 5, by hand, enough for the tests of a listener.
class MqttClient {
 public:
  explicit MqttClient(const std::string& address, int receive_buffer = 0)
      : client_{address, receive_buffer} {}
  Client& wire() { return client_; }

  /// The return code of CONNACK, or -1 if there is none; whether there was a session.
  int connect(std::string_view client_id, bool is_clean = true, std::uint16_t keep_alive_s = 60);
  /// MQTT 3.1.1, and if the connection is cut, `topic` gets `payload`.
  int connect_with_will(std::string_view client_id, std::string_view topic,
                        std::string_view payload);
  /// The same in MQTT 5, in which the client goes on. `aliases`: so many it allows for topics.
  int connect_v5(std::string_view client_id, std::uint16_t aliases = 0);
  bool had_session() const { return had_session_; }
  void subscribe(std::string_view filter, unsigned qos = 1);
  /// Sends, and does not wait for the acknowledgement.
  void publish(std::string_view topic, std::string_view payload, unsigned qos, std::uint16_t id);
  /// Sends with QoS 1 and waits for its PUBACK; false if the connection ended before.
  bool publish_safely(std::string_view topic, std::string_view payload);
  void acknowledge(std::uint16_t id);
  void disconnect();
  Packet next();
  /// The next PUBLISH; what else comes is passed over.
  Packet next_message();

 private:
  void send(unsigned first, std::string_view body);
  int read_connack();
  Client client_;
  std::uint16_t last_id_ = 0;
  bool had_session_ = false, is_v5_ = false;
};

}  // namespace cartstorm::broker::net
