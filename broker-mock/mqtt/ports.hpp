#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "broker-mock/cloud/facts.hpp"
#include "broker-mock/mqtt/reason.hpp"

namespace cartstorm::broker::mqtt {

/// A network connection. The listener numbers them densely: small numbers, used again when free.
enum class LinkId : std::uint32_t {};

/// Who is at the other end.
struct Peer {
  std::string identity;  ///< thing name of the client's certificate; empty: anonymous
  bool is_tls = false;
};

enum class Protocol : std::uint8_t { v3_1_1 = 4, v5 = 5 };

/// What the core asks of the listener. None of these may call back into the broker.
class Wire {
 public:
  virtual ~Wire() = default;
  /// Whole packets; called many times per call into the core. `bytes` lives until it returns.
  virtual void send(LinkId link, std::string_view bytes) = 0;
  /// Closes after all that was sent; a peer that takes nothing is cut off soon. The broker has
  /// forgotten the link: no call about it may follow, closed() neither, until the number is opened
  /// again. `why` goes to the log.
  virtual void close(LinkId link, std::string_view why) = 0;
  /// Back pressure: no received() for this link until resume_reading. Bytes that arrive all the
  /// same are kept, unlooked at. Notice of a closed socket is welcome in between.
  virtual void stop_reading(LinkId link) = 0;
  virtual void resume_reading(LinkId link) = 0;
};

/// What must survive a kill: persistent sessions, their subscriptions, queued QoS 1 and 2, inbound
/// QoS 2 ids, retained messages, wills. Small keyed records; keys and values are bytes.
///
/// All writes between two calls of seal() are one unit: a kill keeps units as a whole or not at
/// all, and in order. What the core sends through Wire may rest on writes that came before it, so
/// the listener lets bytes out only when the units before them are durable. None of these throws: a
/// store that can write no more lets no more bytes out.
class Store {
 public:
  using Visit = std::function<void(std::string_view key, std::string_view value)>;

  virtual ~Store() = default;
  /// Adds or replaces.
  virtual void put(std::string_view key, std::string_view value) = 0;
  /// An unknown key is no error.
  virtual void erase(std::string_view key) = 0;
  /// Ends a unit. Called once at the end of every call into the broker that wrote something.
  virtual void seal() = 0;
  /// Visits all records whose key begins with `prefix`, in the order of the keys' bytes.
  virtual void scan(std::string_view prefix, const Visit& visit) const = 0;
};

/// Lives as long as the object: for virtual time and tests.
class MemoryStore final : public Store {
 public:
  void put(std::string_view key, std::string_view value) override {
    records_.insert_or_assign(std::string{key}, std::string{value});
  }
  void erase(std::string_view key) override {
    if (const auto found = records_.find(key); found != records_.end()) records_.erase(found);
  }
  void seal() override {}
  void scan(std::string_view prefix, const Visit& visit) const override {
    for (auto at = records_.lower_bound(prefix); at != records_.end(); ++at) {
      if (!at->first.starts_with(prefix)) return;
      visit(at->first, at->second);
    }
  }
  std::size_t size() const { return records_.size(); }

 private:
  std::map<std::string, std::string, std::less<>> records_;
};

/// A CONNECT that is well-formed and within the limits. Views live until the call returns.
struct ConnectRequest {
  LinkId link;
  const Peer& peer;
  std::string_view client_id;  ///< as used from now on: assigned if the client sent none
  Protocol protocol;
  bool is_clean;  ///< clean session, clean start
  std::optional<std::string_view> user_name, password;
  std::string_view will_topic;  ///< empty: no will
};
struct Admission {
  Reason reason = Reason::success;  ///< a failure refuses the connection
  std::string text;                 ///< reason string of a refusal; may be empty
};

/// A client that is connected, or just was.
struct Client {
  std::string_view id;
  std::string_view identity;
  Protocol protocol;
  LinkId link;  ///< of no meaning in disconnected()
};

/// A message on its way from a client to everybody. Views live until the call returns.
struct Publication {
  std::string_view topic, payload;
  /// Properties to pass on, in the encoding of MQTT 5 without their length: payload format, content
  /// type, response topic, correlation data, user properties, as they came.
  std::string_view properties;
  std::uint8_t qos = 0;
  bool is_retained = false;
  ServerTime expires = never;
};

/// What becomes of a message that a client publishes.
struct Routed {
  enum class To : std::uint8_t {
    subscribers,  ///< ordinary fan-out, retained if asked; the application may also have heard it
    nobody,       ///< the application has it: acknowledged, not fanned out, not retained
    refused,      ///< MQTT 5, QoS 1 and 2: `reason` in the acknowledgement; else the link is closed
    closed,       ///< the link is closed with `reason`
    ignored,      ///< as if it had not come: no acknowledgement
  } to = To::subscribers;
  Reason reason = Reason::not_authorized;  ///< of refused and closed
  std::string text;
};

/// Why a client's link ended.
struct Parting {
  enum class Cause : std::uint8_t {
    client_disconnect,  ///< it said DISCONNECT
    connection_lost,    ///< the socket closed without it
    keep_alive_timeout,
    taken_over,    ///< the same client id connected again
    client_error,  ///< what it sent broke a rule
    slow_reader,
    refused_message,  ///< the application closed it
    server,           ///< Broker::disconnect()
  } cause;
  Reason reason;        ///< as sent or received; success for a lost connection
  bool publishes_will;  ///< at once or after its delay
};
std::string_view name_of(Parting::Cause cause);

/// Something that an operator wants to know and that ends in a counter too.
struct Notice {
  enum class Kind : std::uint8_t {
    link_refused,        ///< CONNECT refused
    protocol_violation,  ///< link closed for what it sent
    reader_congested,    ///< publishers of this client are no longer read
    reader_relieved,
    reader_disconnected,  ///< closed with 0x97
    message_dropped,      ///< a session's queue is full, its packets too small, or nobody keeps it
    message_expired,
    store_damaged,  ///< restore() met a record that it cannot read, and left it out
  } kind;
  LinkId link;
  std::string_view client_id, text;
};
std::string_view name_of(Notice::Kind kind);

/// Who serves topics that are not plain publish and subscribe, and who is told of presence.
///
/// Every call but noticed() may use Broker::publish() and Broker::deliver(); none may use its other
/// members.
class Application {
 public:
  virtual ~Application() = default;
  virtual Admission connecting(const ConnectRequest&, ServerTime) { return {}; }
  virtual void connected(const Client&, bool /*is_session_present*/, ServerTime) {}
  virtual void disconnected(const Client&, const Parting&, ServerTime) {}
  /// Every message of a client, wills included (at the time they are due), before anything else
  /// sees it. `client.link` is of no meaning for a will; `refused` and `closed` drop a will.
  virtual Routed publishing(const Client&, const Publication&, ServerTime) { return {}; }
  /// `filter` without its `$share/NAME/`. A failure becomes the reason code of this filter.
  virtual Reason subscribing(const Client&, std::string_view /*filter*/, std::uint8_t /*qos*/,
                             ServerTime) {
    return Reason::success;
  }
  virtual void subscribed(const Client&, std::string_view /*filter*/, ServerTime) {}
  virtual void unsubscribed(const Client&, std::string_view /*filter*/, ServerTime) {}
  virtual void noticed(const Notice&, ServerTime) {}
};

}  // namespace cartstorm::broker::mqtt
