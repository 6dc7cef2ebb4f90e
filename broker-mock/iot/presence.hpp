#pragma once
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "broker-mock/iot/events.hpp"

namespace cartstorm::broker::iot {

/// `disconnectReason` of the service.
enum class DisconnectReason : std::uint8_t {
  auth_error,
  client_initiated_disconnect,
  client_error,
  connection_lost,
  duplicate_clientid,
  forbidden_access,
  mqtt_keep_alive_timeout,
  server_error,
  server_initiated_disconnect,
  api_initiated_disconnect,
  throttled,
  websocket_ttl_expiration,
};
std::string_view wire_name(DisconnectReason reason);

/// `$aws/events/presence/...` and `$aws/events/subscriptions/...` of reference section 4.6. Of a
/// client that was away for an hour nothing is kept, so what is kept is bounded by who was here
/// within it.
class Presence {
 public:
  Presence(Events& events, std::uint64_t seed) : events_{events}, seed_{seed} {}

  struct Client {
    std::string_view id;
    std::string_view principal;  ///< of the certificate; empty without one
    std::string_view address;
  };
  /// A client whose id holds `#` or `+` gets no events.
  void connected(const Client& client, ServerTime now);
  void disconnected(const Client& client, DisconnectReason reason, ServerTime now);
  /// `topics` are filters of one packet.
  void subscribed(const Client& client, const std::vector<std::string_view>& topics,
                  ServerTime now);
  void unsubscribed(const Client& client, const std::vector<std::string_view>& topics,
                    ServerTime now);

 private:
  struct Session {
    std::uint64_t version = 0;  ///< of its connection and disconnection; grows with each
    std::uint64_t number = 0;
    ServerTime offline_since = never;  ///< never: it is connected
  };
  void forget_old(ServerTime now);
  std::string open(const Client& client, std::string_view event, ServerTime now);
  std::string session_id(const Session& session) const;
  void tell_topics(const Client& client, std::string_view event,
                   const std::vector<std::string_view>& topics, ServerTime now);

  Events& events_;
  std::uint64_t seed_;
  std::uint64_t sessions_begun_ = 0;
  std::map<std::string, Session, std::less<>> sessions_;
  std::set<std::pair<ServerTime, std::string>> offline_;
};

}  // namespace cartstorm::broker::iot
