#pragma once
#include <array>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "broker-mock/base/deadline_queue.hpp"
#include "broker-mock/mqtt/broker.hpp"
#include "broker-mock/mqtt/filter_tree.hpp"
#include "broker-mock/mqtt/packets.hpp"
#include "broker-mock/mqtt/records.hpp"
#include "broker-mock/mqtt/session.hpp"
#include "broker-mock/mqtt/topic.hpp"

namespace cartstorm::broker::mqtt {

/// The broker from inside. One source file per kind of happening:
///   core.cpp          calls from outside, time, what a call leaves to do
///   core_link.cpp     bytes, packets, the end of a link, congestion
///   core_connect.cpp  CONNECT
///   core_session.cpp  sessions and wills
///   core_publish.cpp  PUBLISH received, fan-out
///   core_deliver.cpp  messages to one client and their acknowledgements
///   core_subscribe.cpp  filters, retained messages
///   core_restore.cpp  the store read back
///
/// A link that has to end is doomed at once and released when the outermost call ends: nobody who
/// walks over links or sessions has them vanish under his feet.
class Broker::Core {
 public:
  Core(const Settings& settings, Store& store, Wire& wire, Application& application);

  void restore(ServerTime now);
  void opened(LinkId id, Peer peer, ServerTime now);
  void received(LinkId id, std::string_view bytes, ServerTime now);
  void drained(LinkId id, std::size_t unsent_bytes, ServerTime now);
  void closed(LinkId id, ServerTime now);
  void publish(const Publication& message, ServerTime now);
  bool deliver(std::string_view client_id, std::string_view topic, std::string_view payload,
               ServerTime now);
  bool disconnect(std::string_view client_id, Reason reason, ServerTime now);
  void use_topic_aliases(bool wanted) { uses_aliases_ = wanted; }
  void shut_down(ServerTime now);
  void clock_set(ServerTime now);
  ServerTime deadline() const;
  void advance(ServerTime now);
  Counters counters() const;

 private:
  using Cause = Parting::Cause;
  using RetainedMap = std::map<std::string, MessageRef, std::less<>>;
  /// A call from outside, or from the application inside of one.
  class Call {
   public:
    Call(Core& core, ServerTime now);
    ~Call();
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

   private:
    Core& core_;
  };
  /// One receiver of the message being fanned out.
  struct Copy {
    SessionIndex session = 0;
    std::uint8_t qos = 0;
    bool is_retained = false;
    std::uint32_t identifiers = 0;  ///< where its first one stands in chain_; 0: it has none
  };
  struct Identifier {
    std::uint32_t value, next;
  };
  struct Encoded {
    std::string bytes;
    std::size_t id_at = 0;
    bool is_valid = false;
  };
  enum class Handed : std::uint8_t { taken, dropped, full };
  struct Reached {
    std::uint32_t matched = 0, taken = 0;
    bool full = false;
  };
  /// What a PUBLISH to one client is made of, beside the message.
  struct Outgoing {
    std::uint8_t qos = 0;
    bool is_retained = false, is_duplicate = false;
    std::uint16_t id = 0;
    std::span<const std::uint32_t> identifiers;
    bool may_share = false;  ///< the encoding with those before it in this fan-out
  };

  // Calls and time
  void run_due();
  void settle();
  Link* link_of(LinkId id) const;
  Session* session_of(std::string_view client_id) const;
  Client client_of(const Session& session) const;
  void notify(Notice::Kind kind, const Link* link, std::string_view client, std::string_view text);

  // Links
  void take_bytes(Link& link, std::string_view bytes);
  std::size_t most_bytes(const Link& link) const;
  std::string_view take_packets(Link& link, std::string_view bytes);
  void on_packet(Link& link, const Frame& frame);
  void on_packet_of(Session& session, Link& link, const Frame& frame);
  void on_disconnect(Session& session, Link& link, const Frame& frame);
  void send(Link& link, std::string_view bytes);
  void violate(Link& link, const Fault& fault);
  void doom(Link& link, const Parting& parting, std::string_view why);
  void release(Link& link);
  void feel_pressure(Link& link);
  void relieve_if_possible(Link& link);
  void relieve(Link& link);
  void stop(Link& publisher, Link& reader);
  bool is_queue_pressed(const Session& session, std::uint32_t divisor) const;

  // CONNECT
  void on_connect(Link& link, const Frame& frame);
  Fault check_connect(ConnectPacket& packet) const;
  void refuse(Link& link, std::uint8_t level, Reason reason, std::string_view text);
  std::uint8_t refusal_code(Reason reason) const;
  void accept(Link& link, const ConnectPacket& packet, const std::string& assigned_id);
  void prepare(Link& link, const ConnectPacket& packet, std::uint16_t keep_alive_s);
  void acknowledge(Link& link, const ConnectPacket& packet, bool is_session_present,
                   std::string_view assigned_id, std::uint16_t keep_alive_s);
  std::string next_client_id();

  // Sessions and wills
  Session& open_session(const ConnectPacket& packet, std::string_view client_id, bool& is_present);
  Session& make_session(std::string_view client_id);
  void close_session(Session& session);
  void detach(Session& session, const Parting& parting);
  void start_offline_clocks(Session& session);
  void write_session(const Session& session);
  void write_will(const Session& session, std::optional<ServerTime> due);
  void set_will(Session& session, const WillRequest& request);
  void forget_will(Session& session);
  void publish_will(Session& session);

  // PUBLISH
  void on_publish(Session& session, Link& link, const Frame& frame);
  Fault check_publish(const PublishPacket& packet) const;
  Fault resolve_alias(Link& link, PublishPacket& packet);
  void answer_publish(Session& session, Link& link, const PublishPacket& packet,
                      const Publication& message);
  void acknowledge_publish(Session& session, Link& link, const PublishPacket& packet, Reason reason,
                           std::string_view text);
  Reached route(const Publication& message, const Session* from, Link* from_link);
  /// Of so many sessions that last, with QoS 1 or 2.
  void begin_fan_out(std::ptrdiff_t waiting_sessions);
  void collect(const Publication& message, const Session* from);
  void add_copy(const Subscription& subscription, const Publication& message, bool may_merge);
  const Subscription* pick(ShareGroup& group, std::uint8_t qos) const;

  // To one client
  Handed hand_over(Session& session, const Publication& message, MessageRef& kept,
                   const Copy& copy);
  Handed push(Session& session, const Publication& message, MessageRef& kept, const Copy& copy,
              bool is_direct);
  bool is_full(const Session& session, const Publication& message) const;
  void store(Session& session, Pending& pending, std::uint64_t number);
  bool send_publish(Link& link, const Publication& message, const Outgoing& outgoing);
  bool send_shared(Link& link, const Publication& message, const Outgoing& outgoing);
  std::uint16_t alias_of(Link& link, std::string_view topic, bool& is_known);
  bool fits(Link& link, std::size_t bytes);
  void pump(Session& session);
  bool send_pending(Session& session, std::size_t at);
  void finish(Session& session, Pending& pending, std::uint64_t number);
  void release_message(Session& session, Pending& pending);
  void trim(Session& session);
  void on_acknowledgement(Session& session, Link& link, const Frame& frame);
  void on_received(Session& session, Link& link, const AckPacket& packet);
  void on_released(Session& session, Link& link, const AckPacket& packet);
  void settle_pending(Session& session, Pending& pending, std::uint64_t number);
  std::span<const std::uint32_t> identifiers_of(const Copy& copy);

  // Filters and retained messages
  void on_subscribe(Session& session, Link& link, const Frame& frame);
  Reason subscribe(Session& session, Link& link, const SubscribeItem& item,
                   std::uint32_t identifier);
  std::vector<Session::Own>::iterator find_own(Session& session, const SharedFilter& split);
  bool add_filter(Session& session, std::string_view filter, Subscription subscription);
  void on_unsubscribe(Session& session, Link& link, const Frame& frame);
  bool unsubscribe(Session& session, std::string_view filter);
  void remove_filter(Session& session, const Session::Own& own);
  bool retain(const Publication& message);
  void forget_retained(RetainedMap::iterator which);
  void retain_or_count(const Publication& message);
  void walk_retained(Session& session);
  bool walk_on(Session& session, RetainedWalk& walk);
  void send_retained(Session& session, const RetainedWalk& walk, const MessageRef& message);

  // Restore
  void restore_sessions();
  void restore_filters();
  void restore_pending(std::unordered_map<std::uint64_t, MessageRef>& messages);
  bool restore_pending(Session& session, std::uint64_t number, const PendingRecord& record,
                       std::unordered_map<std::uint64_t, MessageRef>& messages);
  void restore_inbound();
  void restore_retained();
  void restore_wills();
  void restore_messages(std::unordered_map<std::uint64_t, MessageRef>& messages);
  void lose_all_links();
  void leave_out(std::string_view key);

  const Settings settings_;
  Records records_;
  Wire& wire_;
  Application& application_;

  ServerTime now_{INT64_MIN};
  std::uint32_t depth_ = 0;
  bool uses_aliases_ = true;
  std::vector<std::unique_ptr<Link>> links_;
  std::vector<std::unique_ptr<Session>> sessions_;
  std::vector<SessionIndex> free_sessions_;
  std::unordered_map<std::string_view, Session*> by_client_;
  FilterTree tree_;
  RetainedMap retained_;
  DeadlineQueue alive_, stalled_;          ///< of links
  DeadlineQueue session_ends_, will_due_;  ///< of sessions
  std::vector<Link::Stopped> doomed_, to_be_read_;

  std::uint32_t next_serial_ = 0;
  std::uint64_t next_message_ = 1, assigned_ids_ = 0, epoch_ = 0;
  Counters counters_;

  std::ptrdiff_t waiting_sessions_ = 0;  ///< ... the present message has

  // Kept for their memory.
  std::vector<FilterEntry*> found_;
  std::vector<Copy> copies_;
  std::vector<Identifier> chain_;
  std::vector<std::uint32_t> identifiers_;
  std::array<Encoded, 4> encoded_;
  std::string scratch_, spill_, will_spill_;
};

}  // namespace cartstorm::broker::mqtt
