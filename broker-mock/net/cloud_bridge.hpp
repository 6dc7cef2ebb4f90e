#pragma once
#include <map>
#include <string>
#include <vector>

#include "broker-mock/mqtt/broker.hpp"
#include "broker-mock/net/cloud_service.hpp"
#include "broker-mock/net/dice.hpp"
#include "broker-mock/net/loop.hpp"
#include "broker-mock/net/wire_chaos.hpp"

namespace cartstorm::broker::net {

/// The cloud as the MQTT broker's application. A client becomes a thing when it first speaks as
/// one, below its own name; whoever only listens or publishes elsewhere is a tool and no cart.
class CloudBridge final : public mqtt::Application, public iot::EventSink {
 public:
  CloudBridge(CloudService& service, const Loop& loop, const PacketChaos& chaos, std::uint64_t seed)
      : service_{service}, loop_{loop}, chaos_{chaos}, dice_{seed, hash_of("refused connects")} {}
  void set_broker(mqtt::Broker& broker) { broker_ = &broker; }

  /// `$aws/events/...`; published by the next pump(). What happens again in a replay is no news.
  void publish(std::string_view topic, std::string_view payload) override {
    if (broker_ != nullptr) events_.push_back({std::string{topic}, std::string{payload}});
  }

  mqtt::Admission connecting(const mqtt::ConnectRequest& request, ServerTime now) override;
  void connected(const mqtt::Client& client, bool is_session_present, ServerTime now) override;
  void disconnected(const mqtt::Client& client, const mqtt::Parting& parting,
                    ServerTime now) override;
  mqtt::Routed publishing(const mqtt::Client& client, const mqtt::Publication& message,
                          ServerTime now) override;
  void subscribed(const mqtt::Client& client, std::string_view filter, ServerTime now) override;
  void unsubscribed(const mqtt::Client& client, std::string_view filter, ServerTime now) override;
  void noticed(const mqtt::Notice& notice, ServerTime now) override;

  /// The thing may have become known while it was connected.
  void meet(std::string_view thing, ServerTime now);
  /// Hands on what the cloud has to say, replies to `requester` alone.
  void pump(std::string_view requester, ServerTime now);

  void clock_set(ServerTime now) { broker_->clock_set(now); }
  std::size_t connected_things() const { return connections_.size(); }

 private:
  /// Who a client is: the name in its certificate, else its client id.
  static std::string_view thing_of(const mqtt::Client& client) {
    return client.identity.empty() ? client.id : client.identity;
  }
  struct Message {
    std::string topic, payload;
  };
  void speak(std::string_view thing, ServerTime now);
  void hear(const mqtt::Client& client, const mqtt::Publication& message, ServerTime now);
  void fan_out(const Message& message, ServerTime now);

  CloudService& service_;
  const Loop& loop_;
  const PacketChaos& chaos_;
  Dice dice_;
  mqtt::Broker* broker_ = nullptr;
  std::vector<Message> events_;
  /// Connections by the name of their client: several may belong to one thing.
  std::map<std::string, std::uint32_t, std::less<>> connections_;
};

}  // namespace cartstorm::broker::net
