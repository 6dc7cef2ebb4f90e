#pragma once
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "broker-mock/cloud/cloud.hpp"
#include "sim/explore/key.hpp"
#include "sim/virtual_fleet/images.hpp"

namespace cartstorm::sim::explore {

/// One message from the cloud, and what a checker reads in it.
struct CloudMessage {
  enum class Kind : std::uint8_t { other, described, update_answered, rollback_acked, ca_install };

  std::string topic, payload;
  Kind kind = Kind::other;
  std::string token, job, code;  ///< code: why it was refused, else empty
  std::uint32_t execution = 0, version_number = 0;
  std::int64_t timestamp_s = 0;
  std::uint64_t occurrence = 0;
  Key rest;  ///< of topic and payload without version number and occurrence
};
using MessageId = std::uint32_t;

struct HttpAnswer {
  std::uint16_t status = 0;
  std::uint32_t range_first = 0, total_size = 0;
  std::string etag;
  std::uint32_t retry_after_s = 0;
  std::span<const std::byte> body;
  std::vector<std::byte> own_body;  ///< of an error text
};

/// What of the cloud matters to this cart and to what is judged of it.
struct CloudView {
  struct Execution {
    std::string job;
    std::uint32_t number = 0, version_number = 0;
    broker::JobStatus status{};
  };
  std::vector<Execution> executions;
  std::vector<std::uint64_t> occurrences;  ///< of rollbacks, counted, in order
  std::vector<std::uint64_t> anchors;      ///< acknowledged, in order
  /// What an operator wants of the cart's CAs, in order: what is not acknowledged yet is sent
  /// again.
  std::vector<std::uint64_t> wanted, unwanted;
  std::uint8_t heartbeats = 0;          ///< while a wish is open: the second one has it sent again
  std::uint32_t announced_version = 0;  ///< by the last heartbeat
  std::string consent;                  ///< as the cart said it last
  bool is_linked = false;

  bool is_pending() const;
  bool has_open_wish() const;
  const Execution* newest() const { return executions.empty() ? nullptr : &executions.back(); }
  bool has_succeeded() const;  ///< the newest execution has
};

/// The whole cloud of one cart as a graph: nodes are what matters of its state, edges are what the
/// cart says. Behind it runs the real broker::Cloud; each answer is computed once, by replaying the
/// way to the node, and remembered. The server's time stands still.
class CloudGraph final : broker::Observer {
 public:
  using Node = std::uint32_t;
  struct Answer {
    Node next = 0;
    std::vector<MessageId> messages;
  };

  /// The cloud wants the update made again up to `retries` times: the same job after FAILED,
  /// another one after a rollback of what had SUCCEEDED.
  CloudGraph(const ImageSet& images, std::string thing, std::int64_t now_unix_s,
             std::uint32_t retries = 0);

  /// One job is queued, nobody is connected.
  Node root() const { return 0; }
  const Answer& connect(Node);
  const Answer& uplink(Node, std::string_view topic, std::string_view payload);
  /// An operator cancels the job, whatever its state.
  const Answer& cancel(Node);
  const Answer& install_anchor(Node, std::uint64_t anchor);
  const Answer& remove_anchor(Node, std::uint64_t anchor);
  /// Number of an answer that stays valid.
  std::uint32_t http(std::string_view url, std::uint32_t first, std::string_view if_match);

  /// The same job again as an unasked notification.
  MessageId as_notification(MessageId described);

  const CloudView& view(Node node) const { return nodes_[node].view; }
  const CloudMessage& message(MessageId id) const { return messages_[id]; }
  const HttpAnswer& answer(std::uint32_t id) const { return http_answers_[id]; }
  /// Adds what decides the future of a node. Occurrences count from `newest_sequence`.
  void encode(Node, KeyWriter&, std::uint64_t newest_sequence) const;

  const std::string& thing() const { return thing_; }
  std::int64_t now_unix_s() const { return now_unix_s_; }
  std::size_t nodes() const { return nodes_.size(); }

 private:
  enum class Input : std::uint8_t { connect, uplink, cancel, install_anchor, remove_anchor };
  struct Said {
    Input input{};
    std::string topic, payload;
    std::uint64_t anchor = 0;
  };
  struct Place {
    CloudView view;
    Key lasting;      ///< of what of the view decides the future, but for occurrences
    Node before = 0;  ///< the way here: from there by this
    Said by;
  };

  const Answer& wish(Node, Input, std::uint64_t anchor);
  const Answer& say(Node, const Said&, const Key& memo);
  void run(const Said&);
  void go_to(Node);
  void start();
  void create_rollout();
  void order_job();
  void order_again();
  Node node_of_live(Node before, const Said&);
  MessageId keep(std::string_view topic, std::string_view payload);
  broker::ServerTime now() const { return {now_unix_s_ * 1000}; }

  void on(const broker::fact::ExecutionChanged&) override;
  void on(const broker::fact::MetricReceived&) override;
  void on(const broker::fact::ExposureMinute&) override {}
  void on(const broker::fact::StageChanged&) override {}
  void on(const broker::fact::TargetChanged&) override {}
  void on(const broker::fact::HaltEvaluated&) override {}
  void on(const broker::fact::OperatorActed&) override {}
  void on(const broker::fact::AnchorChanged&) override;

  const ImageSet& images_;
  std::string thing_;
  std::int64_t now_unix_s_;
  std::uint32_t retries_;
  std::unique_ptr<broker::Cloud> live_;
  Node live_at_ = 0;
  CloudView live_view_;
  std::deque<Place> nodes_;
  std::unordered_map<Key, Node, KeyHash> node_by_key_;
  std::unordered_map<Key, Answer, KeyHash> answers_;
  std::deque<CloudMessage> messages_;
  std::unordered_map<Key, MessageId, KeyHash> message_by_key_;
  std::deque<HttpAnswer> http_answers_;
  std::unordered_map<Key, std::uint32_t, KeyHash> http_by_key_;
};

}  // namespace cartstorm::sim::explore
