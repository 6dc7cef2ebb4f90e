#pragma once
#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "broker-mock/mqtt/filter_tree.hpp"
#include "broker-mock/mqtt/message.hpp"
#include "broker-mock/mqtt/ring.hpp"

namespace cartstorm::broker::mqtt {

struct Link;

inline constexpr std::uint32_t for_ever_s = 0xffffffff;

/// One QoS 1 or 2 message on its way to a client. Without a message it is under way and will never
/// be sent again: its session does not outlive the link.
struct Pending {
  enum class State : std::uint8_t { waiting, await_puback, await_pubrec, await_pubcomp, done };
  MessageRef message;
  std::unique_ptr<std::vector<std::uint32_t>> identifiers;
  State state = State::waiting;
  std::uint8_t qos = 0;
  bool is_retained = false;
  bool is_stored = false;
};

/// The pending messages of a session, in the order in which they are sent. The nth one ever has
/// packet identifier n mod 65,535 + 1: which identifier a message has needs no record of its own.
struct PendingQueue {
  Ring<Pending> ring;
  std::uint64_t first_number = 0;  ///< of the front
  std::size_t sent = 0;            ///< from the front, on this link
  std::size_t under_way = 0;       ///< of those, not done
  std::size_t sent_before = 0;  ///< from the front, on an earlier link: a repetition is a duplicate
  std::size_t kept_bytes = 0;   ///< of all that have a message

  static std::uint16_t id_of(std::uint64_t number) {
    return static_cast<std::uint16_t>(number % 65535 + 1);
  }
  std::size_t waiting() const { return ring.size() - sent; }
  /// The one under way with that identifier; null if there is none.
  Pending* find(std::uint16_t id, std::uint64_t& number) {
    const std::size_t at = (id + 65534U - first_number % 65535) % 65535;
    if (at >= sent || ring[at].state == Pending::State::done) return nullptr;
    number = first_number + at;
    return &ring[at];
  }
};

struct Will {
  MessageRef message;  ///< never expires by itself: that runs from its publication
  std::uint32_t delay_s = 0;
  std::optional<std::uint32_t> expiry_s;
};

/// A subscription whose retained messages are still being sent, as fast as its client reads.
struct RetainedWalk {
  std::string filter, after;  ///< the last topic that was looked at; empty: none yet
  std::uint32_t identifier = 0;
  std::uint8_t qos = 0;
};

/// What outlives a link, if its client wants that.
struct Session {
  SessionIndex index = 0;
  std::string client_id, identity;
  Protocol protocol = Protocol::v3_1_1;
  std::uint32_t expiry_s = 0;  ///< 0: ends with the link
  Link* link = nullptr;
  ServerTime ends = never;  ///< while there is no link
  bool is_stored = false;   ///< has a record
  std::unique_ptr<Will> will;
  PendingQueue pending;
  std::vector<std::uint16_t> inbound;  ///< QoS 2 received, not released; sorted

  struct Own {
    FilterEntry* entry;
    ShareGroup* group;  ///< null: not shared
  };
  std::vector<Own> filters;

  // Of the message being fanned out.
  std::uint64_t matched_in = 0;
  std::uint32_t match = 0;

  bool persists() const { return expiry_s > 0; }
};

/// A connection, its CONNECT received or not.
struct Link {
  LinkId id{};
  std::uint32_t serial = 0;  ///< tells links with one number apart
  Peer peer;
  std::string buffer;  ///< the beginning of a packet, or what came while not to be read
  Session* session = nullptr;
  Protocol protocol = Protocol::v3_1_1;
  bool is_doomed = false, is_closed_by_peer = false;
  bool is_greeted = false;  ///< has its CONNACK
  bool is_congested = false;
  bool wants_problem_information = true;
  std::uint32_t blocked_by = 0;     ///< congested readers that wait for this one to be silent
  std::uint32_t keep_alive_ms = 0;  ///< one and a half times what was agreed; 0: none
  ServerTime last_packet;
  std::size_t unsent_bytes = 0;
  std::size_t max_packet_bytes = SIZE_MAX;  ///< that the client takes
  std::uint16_t send_maximum = 0;
  std::uint16_t topic_alias_maximum = 0;  ///< that we may use
  struct Stopped {
    std::uint32_t link, serial;
  };
  std::vector<Stopped> stopped;  ///< publishers that are not read because of this reader
  struct Aliases {
    std::vector<std::string> inbound;
    std::unordered_map<std::string, std::uint16_t> outbound;
  };
  std::unique_ptr<Aliases> aliases;
  std::vector<RetainedWalk> retained_walks;
  bool is_to_be_read = false;  ///< in the list of those to be read on
  Parting parting{Parting::Cause::connection_lost, Reason::success, true};
};

}  // namespace cartstorm::broker::mqtt
