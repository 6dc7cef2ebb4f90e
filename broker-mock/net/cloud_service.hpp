#pragma once
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "broker-mock/cloud/cloud.hpp"
#include "broker-mock/http/message.hpp"
#include "broker-mock/iot/presence.hpp"
#include "broker-mock/net/board.hpp"
#include "broker-mock/net/event_feed.hpp"
#include "broker-mock/net/journal.hpp"
#include "broker-mock/net/operations.hpp"
#include "broker-mock/s3/object.hpp"

namespace cartstorm::broker::net {

/// The cloud with a memory: every input is in the journal before the cloud hears of it, so that a
/// new process that replays the journal knows what this one knew.
class CloudService {
 public:
  CloudService(const CloudConfig& config, Journal& journal);

  /// Lives through the journal again. Gives the number of inputs.
  std::uint64_t replay();
  /// A process that ended has taken all connections with it, whatever they were then.
  void disconnect_all(ServerTime now);

  std::optional<ThingId> find(std::string_view thing) const;
  bool is_registered(std::string_view thing) const;
  bool is_connected(std::string_view thing) const;
  void add_thing(std::string_view name, ServerTime now);
  void connected(std::string_view thing, ServerTime now);
  void disconnected(std::string_view thing, ServerTime now);
  void message(std::string_view thing, std::string_view topic, std::string_view payload,
               ServerTime now);
  /// `changes`: it is kept; what only reads is answered and forgotten.
  http::Response iot(std::string_view service, const http::Request& request, bool changes,
                     ServerTime now);
  OperationResult operate(std::string_view name, std::string_view body, ServerTime now);
  /// Null: it is gone.
  void object_changed(std::string_view bucket, std::string_view key, const s3::Object* object,
                      ServerTime now);

  /// A job is about to be made of this object's content: the cloud may read it now.
  void document(std::string_view bucket, std::string_view key, std::string_view content,
                ServerTime now);
  void set_events(iot::EventSink& sink) { cloud_.set_events(sink); }
  iot::Presence& presence() { return cloud_.presence(); }

  /// Registered ones.
  std::size_t things() const;
  /// The latest time that the cloud has seen: it never goes back.
  ServerTime latest() const { return latest_; }
  ServerTime deadline() const { return cloud_.deadline(); }
  void advance(ServerTime now);

  std::span<const Delivery> take_deliveries() { return cloud_.take_deliveries(); }
  const Board& board() const { return board_; }
  const EventFeed& feed() const { return feed_; }
  EventFeed& feed() { return feed_; }
  const Cloud& cloud() const { return cloud_; }

 private:
  /// Journals and applies.
  void happen(Input input);
  ServerTime not_before_the_last(ServerTime now);
  void apply(const Input& input);
  void apply_object(const Input& input);
  void apply_document(const Input& input);
  void notify_of_all(ThingId thing);
  void notify_new_things();

  Journal& journal_;
  Board board_;
  EventFeed feed_;
  Cloud cloud_;
  ServerTime latest_{INT64_MIN};
  std::uint32_t things_met_ = 0;
  std::deque<std::string> documents_;  ///< never moved: the cloud looks into them
  http::Response response_;            ///< of the last iot input
  OperationResult result_;             ///< of the last operation
};

}  // namespace cartstorm::broker::net
