#include "broker-mock/iot/presence.hpp"

#include <fmt/format.h>

#include "broker-mock/base/draw.hpp"
#include "broker-mock/base/hex.hpp"
#include "broker-mock/base/json_append.hpp"

namespace cartstorm::broker::iot {
namespace {

constexpr std::uint64_t session_purpose = hash_of("session identifier");
constexpr std::int64_t memory_ms = 3'600'000;

bool has_events(std::string_view client_id) {
  return client_id.find_first_of("#+") == std::string_view::npos;
}

void append_who(std::string& out, std::string_view session, std::string_view principal) {
  append_member(out, "sessionIdentifier", session);
  append_member(out, "principalIdentifier", principal);
}

}  // namespace

std::string_view wire_name(DisconnectReason reason) {
  constexpr std::string_view names[] = {"AUTH_ERROR",
                                        "CLIENT_INITIATED_DISCONNECT",
                                        "CLIENT_ERROR",
                                        "CONNECTION_LOST",
                                        "DUPLICATE_CLIENTID",
                                        "FORBIDDEN_ACCESS",
                                        "MQTT_KEEP_ALIVE_TIMEOUT",
                                        "SERVER_ERROR",
                                        "SERVER_INITIATED_DISCONNECT",
                                        "API_INITIATED_DISCONNECT",
                                        "THROTTLED",
                                        "WEBSOCKET_TTL_EXPIRATION"};
  return names[static_cast<std::size_t>(reason)];
}

void Presence::forget_old(ServerTime now) {
  while (!offline_.empty() && offline_.begin()->first + memory_ms <= now) {
    sessions_.erase(offline_.begin()->second);
    offline_.erase(offline_.begin());
  }
}

std::string Presence::session_id(const Session& session) const {
  return hex(draw(seed_, session_purpose, 2 * session.number)) +
         hex(draw(seed_, session_purpose, 2 * session.number + 1));
}

std::string Presence::open(const Client& client, std::string_view event, ServerTime now) {
  std::string out = "{";
  append_member(out, "clientId", client.id);
  append_member(out, "timestamp", now.unix_ms);
  append_member(out, "eventType", event);
  return out;
}

void Presence::connected(const Client& client, ServerTime now) {
  if (!events_.is_on() || !has_events(client.id)) return;
  forget_old(now);
  const auto [found, is_new] = sessions_.try_emplace(std::string{client.id});
  Session& session = found->second;
  if (!is_new) {
    ++session.version;
    if (session.offline_since != never) offline_.erase({session.offline_since, found->first});
  }
  session.number = sessions_begun_++;
  session.offline_since = never;
  std::string out = open(client, "connected", now);
  append_who(out, session_id(session), client.principal);
  append_member(out, "ipAddress", client.address);
  append_member(out, "versionNumber", static_cast<std::int64_t>(session.version));
  out.push_back('}');
  events_.publish(fmt::format("$aws/events/presence/connected/{}", client.id), out);
}

void Presence::disconnected(const Client& client, DisconnectReason reason, ServerTime now) {
  const auto found = sessions_.find(client.id);
  if (!events_.is_on() || found == sessions_.end()) return;
  Session& session = found->second;
  if (session.offline_since != never) return;
  session.offline_since = now;
  offline_.emplace(now, found->first);
  std::string out = open(client, "disconnected", now);
  append_key(out, "clientInitiatedDisconnect");
  out.append(reason == DisconnectReason::client_initiated_disconnect ? "true" : "false");
  append_who(out, session_id(session), client.principal);
  append_member(out, "disconnectReason", wire_name(reason));
  append_member(out, "versionNumber", static_cast<std::int64_t>(session.version));
  out.push_back('}');
  events_.publish(fmt::format("$aws/events/presence/disconnected/{}", client.id), out);
}

void Presence::subscribed(const Client& client, const std::vector<std::string_view>& topics,
                          ServerTime now) {
  tell_topics(client, "subscribed", topics, now);
}

void Presence::unsubscribed(const Client& client, const std::vector<std::string_view>& topics,
                            ServerTime now) {
  tell_topics(client, "unsubscribed", topics, now);
}

void Presence::tell_topics(const Client& client, std::string_view event,
                           const std::vector<std::string_view>& topics, ServerTime now) {
  const auto found = sessions_.find(client.id);
  if (!events_.is_on() || found == sessions_.end()) return;
  std::string out = open(client, event, now);
  append_who(out, session_id(found->second), client.principal);
  append_key(out, "topics");
  out.push_back('[');
  for (const std::string_view topic : topics) {
    if (out.back() != '[') out.push_back(',');
    append_json_string(out, topic);
  }
  out.append("]}");
  events_.publish(fmt::format("$aws/events/subscriptions/{}/{}", event, client.id), out);
}

}  // namespace cartstorm::broker::iot
