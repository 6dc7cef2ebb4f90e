#include "broker-mock/net/mqtt_server.hpp"

#include <fmt/format.h>

#include "broker-mock/net/wire_chaos.hpp"

namespace cartstorm::broker::net {
namespace {

constexpr std::uint32_t no_link = 0xffffffffU;

}  // namespace

/// One connection's end of the bargain. After the core has closed the link it no longer asks it.
class MqttServer::User final : public Connection::User {
 public:
  explicit User(MqttServer& server) : server_{server} {}

  void opened(Connection& connection) override { link_ = server_.link(connection, *this); }
  void received(Connection&, std::string_view bytes) override {
    if (is_linked()) server_.broker_.received(id(), bytes, server_.clock_.now());
    server_.loop_.schedule();
  }
  void wrote(Connection&, std::size_t unsent) override {
    if (is_linked()) server_.broker_.drained(id(), unsent, server_.clock_.now());
  }
  void closed(Connection& connection, std::string_view reason) override {
    server_.loop_.say(connection.where(), reason);
    if (!is_linked()) return;
    server_.broker_.closed(id(), server_.clock_.now());
    server_.release(link_);
    server_.loop_.schedule();
  }
  void unlink() { link_ = no_link; }

 private:
  mqtt::LinkId id() const { return mqtt::LinkId{link_}; }
  bool is_linked() const { return link_ != no_link; }

  MqttServer& server_;
  std::uint32_t link_ = no_link;
};

MqttServer::MqttServer(Loop& loop, const Clock& clock, const mqtt::Settings& settings,
                       mqtt::Store& store, mqtt::Application& application, const WireChaos& chaos,
                       const PacketChaos& packet_chaos)
    : loop_{loop},
      clock_{clock},
      chaos_{chaos},
      packet_chaos_{packet_chaos},
      dice_{settings.seed},
      broker_{settings, store, *this, application} {}

MqttServer::~MqttServer() = default;

void MqttServer::accept(Socket socket, SSL_CTX* tls) {
  const auto connection = std::make_shared<Connection>(loop_, std::move(socket), tls, chaos_);
  connection->start(std::make_unique<User>(*this));
}

std::uint32_t MqttServer::link(Connection& connection, User& user) {
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(links_.size()));
    links_.emplace_back();
  }
  const std::uint32_t number = free_.back();
  free_.pop_back();
  links_[number] = {&connection, &user};
  broker_.opened(mqtt::LinkId{number}, {connection.peer_name(), connection.is_tls()}, clock_.now());
  return number;
}

void MqttServer::release(std::uint32_t number) {
  links_[number] = {};
  late_.erase(number);
  free_.push_back(number);
}

Connection* MqttServer::connection_of(mqtt::LinkId link) const {
  const auto number = static_cast<std::uint32_t>(link);
  return number < links_.size() ? links_[number].connection : nullptr;
}

void MqttServer::chaos_changed() {
  broker_.use_topic_aliases(!packet_chaos_.strikes_notifications());
  for (const auto& [number, packets] : late_) links_[number].connection->send(packets);
  late_.clear();
}

void MqttServer::send(mqtt::LinkId link, std::string_view bytes) {
  Connection* const connection = connection_of(link);
  if (connection == nullptr) return;
  const auto number = static_cast<std::uint32_t>(link);
  switch (dice_.cast(packet_chaos_, bytes)) {
    case PacketFate::lost:
      return;
    case PacketFate::late:
      // One at a time: the next one overtakes it, whatever its own fate was.
      if (late_.try_emplace(number, bytes).second) return;
      break;
    case PacketFate::doubled:
      connection->send(bytes);
      break;
    case PacketFate::sent:
      break;
  }
  connection->send(bytes);
  if (late_.empty()) return;
  const auto late = late_.find(number);
  if (late == late_.end()) return;
  connection->send(late->second);
  late_.erase(late);
}

void MqttServer::close(mqtt::LinkId link, std::string_view why) {
  Connection* const connection = connection_of(link);
  if (connection == nullptr) return;
  const auto number = static_cast<std::uint32_t>(link);
  links_[number].user->unlink();
  release(number);
  connection->close_after_sending(why);
}

void MqttServer::stop_reading(mqtt::LinkId link) {
  if (Connection* const connection = connection_of(link)) connection->pause_reading();
}

void MqttServer::resume_reading(mqtt::LinkId link) {
  if (Connection* const connection = connection_of(link)) connection->resume_reading();
}

}  // namespace cartstorm::broker::net
