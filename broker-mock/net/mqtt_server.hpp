#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "broker-mock/mqtt/broker.hpp"
#include "broker-mock/net/clock.hpp"
#include "broker-mock/net/connection.hpp"
#include "broker-mock/net/packet_chaos.hpp"

namespace cartstorm::broker::net {

/// Connections on one side, the MQTT core on the other.
class MqttServer final : public mqtt::Wire {
 public:
  MqttServer(Loop& loop, const Clock& clock, const mqtt::Settings& settings, mqtt::Store& store,
             mqtt::Application& application, const WireChaos& chaos,
             const PacketChaos& packet_chaos);
  ~MqttServer() override;

  /// `tls` null: plain.
  void accept(Socket socket, SSL_CTX* tls);
  mqtt::Broker& broker() { return broker_; }
  const mqtt::Broker& broker() const { return broker_; }
  /// The settings of the chaos have changed: what waits to be overtaken may go, and notifications
  /// that are to be struck must name their topics.
  void chaos_changed();

  void send(mqtt::LinkId link, std::string_view bytes) override;
  void close(mqtt::LinkId link, std::string_view why) override;
  void stop_reading(mqtt::LinkId link) override;
  void resume_reading(mqtt::LinkId link) override;

 private:
  class User;
  struct Link {
    Connection* connection = nullptr;
    User* user = nullptr;
  };
  /// Gives the connection a number and tells the core.
  std::uint32_t link(Connection& connection, User& user);
  void release(std::uint32_t number);
  /// Null once the link is closed.
  Connection* connection_of(mqtt::LinkId link) const;

  Loop& loop_;
  const Clock& clock_;
  const WireChaos& chaos_;
  const PacketChaos& packet_chaos_;
  PacketDice dice_;
  mqtt::Broker broker_;
  std::vector<Link> links_;
  std::vector<std::uint32_t> free_;
  /// Packets that wait for another one to overtake them, by link.
  std::unordered_map<std::uint32_t, std::string> late_;
};

}  // namespace cartstorm::broker::net
