#pragma once
#include <cstdint>

namespace cartstorm::broker::telemetry {

/// Remembers which episodes of one thing were counted, in 16 bytes: the highest number and which of
/// the 63 below it came. Older ones count as repetitions: a late duplicate must not count twice,
/// and QoS 1 never reorders by that much.
class SeenEpisodes {
 public:
  /// True the first time an episode comes.
  bool is_new(std::uint64_t episode) {
    if (window_ == 0 || episode > highest_) {
      const std::uint64_t step = episode - highest_;
      window_ = window_ == 0 || step > 63 ? 1 : window_ << step | 1;
      highest_ = episode;
      return true;
    }
    const std::uint64_t age = highest_ - episode;
    if (age > 63 || (window_ >> age & 1) != 0) return false;
    window_ |= std::uint64_t{1} << age;
    return true;
  }

 private:
  std::uint64_t highest_ = 0;
  std::uint64_t window_ = 0;  ///< bit n: `highest_ - n` was counted
};

}  // namespace cartstorm::broker::telemetry
