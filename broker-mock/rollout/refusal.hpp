#pragma once
#include <string>
#include <string_view>

#include "broker-mock/cloud/facts.hpp"

namespace cartstorm::broker::rollout {

/// The last refusal of a gate that was published: the same is not said again, and others at most
/// hourly, for carts that get what they lack one by one would fill the trace.
class Refusal {
 public:
  /// True if this one is worth publishing; it counts as published then.
  bool is_news(std::string_view reason, ServerTime now) {
    constexpr std::int64_t pause_ms = 3'600'000;
    if (at_ != never && (reason == reason_ || now < at_ + pause_ms)) return false;
    at_ = now;
    reason_ = reason;
    return true;
  }

  template <class Archive>
  friend void fields(Archive& archive, Refusal& refusal) {
    archive(refusal.at_, refusal.reason_);
  }

 private:
  ServerTime at_ = never;  ///< `never`: nothing was refused since the last stage began
  std::string reason_;
};

}  // namespace cartstorm::broker::rollout
