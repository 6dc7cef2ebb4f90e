#pragma once
#include <functional>

#include "kit.hpp"
#include "tests/unit/device-model/support/world.hpp"

namespace ota::fuzz {

/// A cart with its cloud, of which the promises are judged after every event: nothing but images
/// that we signed runs, the slot that runs is never written, and what the cart says is well-formed.
class Watched {
 public:
  Watched();

  /// Does something to the world that makes it handle one event.
  void after(const std::function<void()>& event);
  void boot(ResetCause cause);
  void deliver(const Event& event);
  /// One queued event or deadline. False when nothing is left to do.
  bool advance();
  void advance(int times);
  /// Deadlines are reached one by one, without time going on, until none is due.
  void reach_deadlines();

  test::World world;
  std::string final_report;  ///< payload of the newest final status that the cloud took
  /// Planted records may leave no slot that boots; bytes from outside never do.
  bool may_end_in_recovery = false;

 private:
  void judge_slots(Slot running, bool is_trial, const std::uint64_t (&changes)[2]) const;
  void judge_boot() const;
  void judge_messages();
  void judge_deadline() const;

  int judged_boots_ = 0;
};

/// 2.0.0 as a change of 1.8.0, so that a patch of it is small.
const test::Image& new_image();
/// The patch that makes it.
const std::vector<std::byte>& new_patch();

}  // namespace ota::fuzz
