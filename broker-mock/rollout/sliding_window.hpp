#pragma once
#include <cstdint>
#include <vector>

#include "broker-mock/rollout/rule.hpp"

namespace cartstorm::broker::rollout {

/// The minutes that a duration covers, rounded up.
constexpr std::int64_t minutes_of(std::int64_t duration_ms) {
  return (duration_ms + 59'999) / 60'000;
}

/// Sums of both arms over the last minutes.
class SlidingWindow {
 public:
  explicit SlidingWindow(std::int64_t window_ms)
      : minutes_(static_cast<std::size_t>(minutes_of(window_ms))) {}

  void add(const Look& minute) {
    Look& oldest = minutes_[next_];
    subtract(new_arm_, oldest.new_arm);
    subtract(old_arm_, oldest.old_arm);
    oldest = minute;
    accumulate(new_arm_, minute.new_arm);
    accumulate(old_arm_, minute.old_arm);
    next_ = next_ + 1 == minutes_.size() ? 0 : next_ + 1;
  }
  std::int64_t size() const { return static_cast<std::int64_t>(minutes_.size()); }
  const telemetry::Counts& new_arm() const { return new_arm_; }
  const telemetry::Counts& old_arm() const { return old_arm_; }

  static void accumulate(telemetry::Counts& sum, const telemetry::Counts& more) {
    sum.errors += more.errors;
    sum.device_ms += more.device_ms;
  }

 private:
  static void subtract(telemetry::Counts& sum, const telemetry::Counts& less) {
    sum.errors -= less.errors;
    sum.device_ms -= less.device_ms;
  }

  std::vector<Look> minutes_;
  std::size_t next_ = 0;
  telemetry::Counts new_arm_, old_arm_;
};

/// Which minutes are looks: the first one that can be, then every so many, and the last.
class LookTimes {
 public:
  LookTimes(std::int64_t first_minute, std::int64_t minutes_between)
      : until_next_{first_minute}, between_{minutes_between}, until_first_{first_minute} {}

  /// Whether the minute that ended now is a look.
  bool is_due(bool is_last) {
    if (until_first_ > 0) --until_first_;
    if (--until_next_ > 0 && !(is_last && until_first_ == 0)) return false;
    if (until_next_ <= 0) until_next_ = between_;
    return true;
  }

 private:
  std::int64_t until_next_, between_;
  std::int64_t until_first_;  ///< 0: a whole window has been seen
};

}  // namespace cartstorm::broker::rollout
