#include "broker-mock/net/cloud_bridge.hpp"

#include <fmt/format.h>

#include <vector>

namespace cartstorm::broker::net {
namespace {

constexpr std::string_view thing_topics = "$aws/things/";
constexpr std::string_view cart_topics = "carts/";

bool is_thing_name(std::string_view name) {
  constexpr std::size_t longest = 64;  // WIRE.md section 1
  return !name.empty() && name.size() <= longest &&
         name.find_first_not_of(
             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
             "0123456789:_-") == std::string_view::npos;
}

/// `cart-1` of `$aws/things/cart-1/jobs/get` or of `carts/cart-1/error`; empty for other topics.
std::string_view addressed(std::string_view topic) {
  const std::string_view front = topic.starts_with(thing_topics)  ? thing_topics
                                 : topic.starts_with(cart_topics) ? cart_topics
                                                                  : std::string_view{};
  if (front.empty()) return {};
  topic.remove_prefix(front.size());
  return topic.substr(0, topic.find('/'));
}

/// Replies of Jobs go to whoever asked and to nobody else (AWS IoT developer guide, reserved
/// topics); everything else is an ordinary message.
bool is_reply(std::string_view topic) {
  return topic.starts_with(thing_topics) &&
         (topic.ends_with("/accepted") || topic.ends_with("/rejected"));
}

iot::DisconnectReason reason_of(mqtt::Parting::Cause cause) {
  using Cause = mqtt::Parting::Cause;
  using Reason = iot::DisconnectReason;
  switch (cause) {
    case Cause::client_disconnect:
      return Reason::client_initiated_disconnect;
    case Cause::connection_lost:
      return Reason::connection_lost;
    case Cause::keep_alive_timeout:
      return Reason::mqtt_keep_alive_timeout;
    case Cause::taken_over:
      return Reason::duplicate_clientid;
    case Cause::client_error:
      return Reason::client_error;
    case Cause::slow_reader:
      return Reason::throttled;
    case Cause::refused_message:
      return Reason::forbidden_access;
    case Cause::server:
      return Reason::server_initiated_disconnect;
  }
  return Reason::server_error;
}

}  // namespace

/// A certificate speaks for its thing. Other client ids are free (tools and second connections have
/// them), but not that of another thing: its session would come with it.
mqtt::Admission CloudBridge::connecting(const mqtt::ConnectRequest& request, ServerTime) {
  if (dice_.strikes(chaos_.refused_connect)) {
    return {mqtt::Reason::server_unavailable, "chaos: the server is not available"};
  }
  const std::string& identity = request.peer.identity;
  if (identity.empty() || request.client_id == identity) return {};
  if (!service_.is_registered(request.client_id)) return {};
  return {mqtt::Reason::not_authorized, "the client id is the name of another thing"};
}

void CloudBridge::connected(const mqtt::Client& client, bool is_session_present, ServerTime now) {
  const std::string_view thing = thing_of(client);
  loop_.say(client.id, is_session_present ? "here again" : "here");
  const std::uint32_t count = ++connections_.try_emplace(std::string{thing}, 0U).first->second;
  if (count == 1) meet(thing, now);
  service_.presence().connected({client.id, client.identity, {}}, now);
  pump({}, now);
}

void CloudBridge::disconnected(const mqtt::Client& client, const mqtt::Parting& parting,
                               ServerTime now) {
  const std::string_view thing = thing_of(client);
  loop_.say(client.id, fmt::format("gone: {}", name_of(parting.cause)));
  service_.presence().disconnected({client.id, client.identity, {}}, reason_of(parting.cause), now);
  const auto found = connections_.find(thing);
  if (found != connections_.end() && --found->second == 0) {
    connections_.erase(found);
    if (service_.is_connected(thing)) service_.disconnected(thing, now);
  }
  pump({}, now);
}

void CloudBridge::speak(std::string_view thing, ServerTime now) {
  if (!service_.is_registered(thing)) service_.add_thing(thing, now);
  meet(thing, now);
}

/// A will speaks for somebody who is not there.
void CloudBridge::meet(std::string_view thing, ServerTime now) {
  const bool is_here = connections_.find(thing) != connections_.end();
  if (is_here && service_.is_registered(thing) && !service_.is_connected(thing)) {
    service_.connected(thing, now);
  }
}

mqtt::Routed CloudBridge::publishing(const mqtt::Client& client, const mqtt::Publication& message,
                                     ServerTime now) {
  using To = mqtt::Routed::To;
  const std::string_view topic = message.topic;
  const std::string_view thing = thing_of(client);
  const bool is_own = is_thing_name(thing) && addressed(topic) == thing;
  if (topic.starts_with("$aws/rules/"))
    return {To::nobody, {}, {}};  // basic ingest: no rule listens
  if (topic.starts_with("$aws/")) {
    if (!is_own) {
      return {To::closed, mqtt::Reason::not_authorized, "a reserved topic of somebody else"};
    }
    hear(client, message, now);
    return {To::nobody, {}, {}};
  }
  if (is_own) hear(client, message, now);
  return {};
}

/// What the cloud cannot take is counted by it, and worth a line: whoever writes the firmware looks
/// for it here.
void CloudBridge::hear(const mqtt::Client& client, const mqtt::Publication& message,
                       ServerTime now) {
  const std::string_view thing = thing_of(client);
  speak(thing, now);
  const Cloud::Dropped before = service_.cloud().dropped();
  service_.message(thing, message.topic, message.payload, now);
  const Cloud::Dropped after = service_.cloud().dropped();
  if (after.malformed != before.malformed) {
    loop_.say(client.id, fmt::format("malformed, dropped: {}", message.topic));
  } else if (after.unroutable != before.unroutable) {
    loop_.say(client.id, fmt::format("no such topic, dropped: {}", message.topic));
  }
  pump(client.id, now);
}

void CloudBridge::fan_out(const Message& message, ServerTime now) {
  mqtt::Publication publication;
  publication.topic = message.topic;
  publication.payload = message.payload;
  publication.qos = 1;
  broker_->publish(publication, now);
}

void CloudBridge::pump(std::string_view requester, ServerTime now) {
  // Copies: a slow reader may be disconnected on the way, of which the cloud hears at once.
  std::vector<Message> messages;
  for (const Delivery& delivery : service_.take_deliveries()) {
    messages.push_back({std::string{delivery.topic}, std::string{delivery.payload}});
  }
  for (const Message& message : messages) {
    if (!is_reply(message.topic)) {
      fan_out(message, now);
    } else if (!requester.empty()) {
      broker_->deliver(requester, message.topic, message.payload, now);
    }
  }
  std::vector<Message> events;
  events.swap(events_);
  for (const Message& event : events) fan_out(event, now);
}

void CloudBridge::subscribed(const mqtt::Client& client, std::string_view filter, ServerTime now) {
  service_.presence().subscribed({client.id, client.identity, {}}, {filter}, now);
  pump({}, now);
}

void CloudBridge::unsubscribed(const mqtt::Client& client, std::string_view filter,
                               ServerTime now) {
  service_.presence().unsubscribed({client.id, client.identity, {}}, {filter}, now);
  pump({}, now);
}

void CloudBridge::noticed(const mqtt::Notice& notice, ServerTime) {
  loop_.say(notice.client_id.empty() ? std::string_view{"mqtt"} : notice.client_id,
            notice.text.empty() ? std::string{name_of(notice.kind)}
                                : fmt::format("{}: {}", name_of(notice.kind), notice.text));
}

}  // namespace cartstorm::broker::net
