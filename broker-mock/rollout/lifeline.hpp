#pragma once
#include <cstdint>

namespace cartstorm::broker::rollout {

/// Counts the points of a controller's life: every durable write and everything that it does to
/// others, one each. Told to end, it is latched like the supply of a cart that was cut: whatever
/// the dying controller still tries has no effect, so that it can be killed between any two points.
class Lifeline {
 public:
  /// Before everything the controller does. False: it does not happen.
  bool passes() {
    if (is_cut_ || (cut_at_ != 0 && points_ + 1 >= cut_at_)) {
      is_cut_ = true;
      return false;
    }
    ++points_;
    return true;
  }
  void cut() { is_cut_ = true; }
  /// The n-th point of all, 1 being the first, and everything after it does not happen any more.
  void cut_at(std::uint64_t point) { cut_at_ = point; }
  /// A new controller takes over; a point that lies ahead stays planned, be it in its recovery.
  void mend() {
    is_cut_ = false;
    if (points_ + 1 >= cut_at_) cut_at_ = 0;
  }
  bool is_cut() const { return is_cut_; }
  /// How many have happened, of all controllers so far.
  std::uint64_t points() const { return points_; }

 private:
  std::uint64_t points_ = 0;
  std::uint64_t cut_at_ = 0;  ///< 0: not planned
  bool is_cut_ = false;
};

}  // namespace cartstorm::broker::rollout
