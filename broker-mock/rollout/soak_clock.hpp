#pragma once
#include <cstdint>

#include "broker-mock/cloud/facts.hpp"

namespace cartstorm::broker::rollout {

/// How much of a stage's soak time is left, by server time. It stands still while a person has the
/// rollout in hand: a week of hold proves nothing about the release.
class SoakClock {
 public:
  /// A new stage of which nothing has passed yet; the clock runs.
  void start(std::int64_t soak_ms, ServerTime now) {
    left_ms_ = soak_ms;
    since_ = now;
  }
  /// Neither of the two minds being told twice.
  void stop(ServerTime now) {
    left_ms_ = left_at(now);
    since_ = never;
  }
  void go_on(ServerTime now) {
    if (since_ == never) since_ = now;
  }
  /// It went on when nobody could know: what has passed since then does not count.
  void went_on_late(ServerTime now) {
    if (since_ != never) since_ = now;
  }
  /// When it will be over if nothing stops it; `never` while it stands still.
  ServerTime ends_at() const { return since_ == never ? never : since_ + left_ms_; }
  bool is_over(ServerTime now) const { return left_at(now) <= 0; }

  template <class Archive>
  friend void fields(Archive& archive, SoakClock& clock) {
    archive(clock.left_ms_, clock.since_);
  }

 private:
  std::int64_t left_at(ServerTime now) const {
    return since_ == never ? left_ms_ : left_ms_ - (now.unix_ms - since_.unix_ms);
  }

  std::int64_t left_ms_ = 0;  ///< at `since_`
  ServerTime since_ = never;  ///< since when it runs; `never`: it stands still
};

}  // namespace cartstorm::broker::rollout
