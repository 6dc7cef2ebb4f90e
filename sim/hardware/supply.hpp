#pragma once
#include <cstdint>

namespace cartstorm::sim {

/// Time and power of one cart while one step runs. The hardware models charge busy time here; an
/// operation that would run past `ends_at_us` is torn, and `is_lost` stays set until the next boot.
/// A crash at `stops_at_us` stops the processor, not the flash: what has begun completes, and no
/// later call is made.
struct Supply {
  static constexpr std::int64_t never_us = INT64_MAX;

  std::int64_t now_us = 0;  ///< moves on with every charged operation
  std::int64_t ends_at_us = never_us;
  std::int64_t stops_at_us = never_us;
  bool is_lost = false;
  std::uint32_t calls_after_loss = 0;  ///< hardware calls made after power was lost (D29)

  bool has_stopped() const { return now_us >= stops_at_us; }

  /// True if an operation of `duration_us` from now on completes; then the time is charged.
  bool charge(std::int64_t duration_us) {
    if (is_lost) {
      ++calls_after_loss;
      return false;
    }
    if (has_stopped() || now_us + duration_us > ends_at_us) {
      is_lost = true;
      return false;
    }
    now_us += duration_us;
    return true;
  }
};

}  // namespace cartstorm::sim
