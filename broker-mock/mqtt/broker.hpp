#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "broker-mock/cloud/facts.hpp"
#include "broker-mock/mqtt/ports.hpp"
#include "broker-mock/mqtt/settings.hpp"

namespace cartstorm::broker::mqtt {

/// Totals since the object was made, and present sizes. By QoS where there are three.
struct Counters {
  std::uint64_t connects = 0, refused_connects = 0;
  std::uint64_t received[3] = {}, sent[3] = {};  ///< PUBLISH packets
  std::uint64_t received_bytes = 0, sent_bytes = 0;
  std::uint64_t protocol_violations = 0, keep_alive_timeouts = 0, take_overs = 0;
  std::uint64_t dropped_qos_0 = 0;  ///< receiver absent, or its packets may not be as large
  std::uint64_t dropped_queue_full = 0, dropped_too_large = 0, expired = 0;
  std::uint64_t dropped_departed = 0;  ///< QoS 1 and 2 under way to a client whose session ended
  std::uint64_t readers_congested = 0, readers_disconnected = 0;
  std::uint64_t sessions_expired = 0, wills_published = 0;
  std::size_t links = 0, clients = 0, sessions = 0, subscriptions = 0, retained = 0;
  std::size_t retained_bytes = 0;  ///< topics and properties too
  std::size_t queued_messages = 0,
              queued_bytes = 0;  ///< under way ones of sessions that persist too
};

/// An MQTT 3.1.1 and 5 server without I/O: bytes and time in, bytes out through Wire.
///
/// Time that runs backwards is taken as the last time seen. Nothing a peer sends throws, and
/// nothing it sends changes another client's link but what MQTT says (take-over, slow readers).
class Broker {
 public:
  /// All four outlive the broker.
  Broker(const Settings& settings, Store& store, Wire& wire, Application& application);
  ~Broker();
  Broker(const Broker&) = delete;
  Broker& operator=(const Broker&) = delete;

  /// Takes up what the store holds; first call, if any. Links that were open count as lost now:
  /// session expiry and will delays start to run.
  void restore(ServerTime now);

  void opened(LinkId link, Peer peer, ServerTime now);
  /// Any part of the stream. Bytes for a link that is not open are ignored.
  void received(LinkId link, std::string_view bytes, ServerTime now);
  /// How much of what was sent is still with the listener; to be told after each write.
  void drained(LinkId link, std::size_t unsent_bytes, ServerTime now);
  /// The peer, or the network, closed it.
  void closed(LinkId link, ServerTime now);

  /// A message of the application: fanned out and retained like a client's, not shown to
  /// Application::publishing(). The topic must be valid; QoS above the profile's is cut.
  void publish(const Publication& message, ServerTime now);
  /// A message for one client, subscribed or not, once: with the QoS of its best matching
  /// subscription, else 0. Not retained, not seen by others. False if there is no such client, or
  /// it is not connected and nothing of it persists for this message.
  bool deliver(std::string_view client_id, std::string_view topic, std::string_view payload,
               ServerTime now);
  /// Closes a client's link: `reason` in DISCONNECT (MQTT 5). Its will is published. False if it is
  /// not connected.
  bool disconnect(std::string_view client_id, Reason reason, ServerTime now);
  /// Whether messages to clients that allow it have aliases in place of their topics; they do from
  /// the beginning. An alias that a client knows stays valid.
  void use_topic_aliases(bool wanted);
  /// Closes every link (0x8b); sessions and wills stay in the store for restore().
  void shut_down(ServerTime now);

  /// Somebody set the clock to `now`: the silence of clients begins anew, since none of them was
  /// silent for as long as the clock says. Sessions, wills and messages do age by it.
  void clock_set(ServerTime now);
  /// When advance() has something to do; `never` if nothing waits.
  ServerTime deadline() const;
  void advance(ServerTime now);

  Counters counters() const;

 private:
  class Core;
  std::unique_ptr<Core> core_;
};

}  // namespace cartstorm::broker::mqtt
