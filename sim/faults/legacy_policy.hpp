#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ota/agent.hpp"
#include "sim/scenario/scenario.hpp"

namespace cartstorm::sim {

/// A message on the cart's side of the wire.
struct WireMessage {
  std::string topic;
  std::string payload;
};

/// What an image of the past did differently, as a wrapper around the product's agent: it changes
/// messages on their way in and out and the tuning, never the agent. One object per boot; it is
/// RAM of that image and dies with it.
///
/// `local_clock_validity`: the time of every Jobs reply is replaced by the cart's own clock, so the
///   agent judges issued/expires by it.
/// `retry_without_backoff`: after FAILED the image tries the same job again at once, from the copy
///   of the document in its RAM, and ignores that Jobs considers the execution done. After a
///   rollback it says nothing to Jobs and takes the same execution again.
/// `no_anchor_channel`: it neither asks for trust anchors nor takes them.
class LegacyPolicy {
 public:
  explicit LegacyPolicy(const Image& image) : image_(&image) {}

  bool is_active() const { return !image_->quirks.empty(); }
  static ota::Tuning tuning(const Image&);

  /// A message from the cloud; false: the image never sees it.
  bool on_downlink(WireMessage&, std::int64_t clock_offset_s);

  struct Uplink {
    bool is_sent = true;                ///< false: swallowed
    std::optional<WireMessage> answer;  ///< what the image makes up instead of the cloud's answer
    std::int64_t retry_in_us = 0;       ///< call retry() after this long; 0: do not
  };
  Uplink on_uplink(std::string_view topic, std::string_view payload, std::int64_t local_unix_s);

  /// "At once" for a program that has to set up its download again.
  static constexpr std::int64_t retry_pause_us = 30'000'000;
  static constexpr std::int64_t reinstall_pause_us = 120'000'000;
  /// The message with which the image starts the same job again; empty if it has none.
  std::optional<WireMessage> retry(std::string_view thing);

 private:
  Uplink on_update(std::string_view topic, std::string_view payload, std::int64_t local_unix_s);

  const Image* image_;
  std::string execution_reply_;  ///< last describe reply that carried an execution
  std::uint32_t replays_ = 0;    ///< tries after the first from that copy
  bool is_replaying_ = false;
};

}  // namespace cartstorm::sim
