#include <fmt/format.h>
#include <gmock/gmock.h>

#include "support/pitfall.hpp"

// D21: a cloud that queues the next execution the moment one fails. At most four attempts at a
// version within 24 hours, a growing pause between them, and neither is forgotten at a reset.
namespace ota::test {
namespace {

using ::testing::Each;
using ::testing::Ge;

constexpr std::int64_t day_s = 24 * 3'600;

class StubbornCloud : public Pitfall {
 protected:
  /// Queues the job again each time it fails, and notes at what time each attempt was judged.
  void run_attempts(std::size_t count, bool with_resets = false) {
    world.boot();
    for (int i = 0; i < 30'000 && judged_s.size() < count; ++i) {
      const std::size_t before = verdicts_of_any_kind();
      ASSERT_TRUE(world.advance());
      if (verdicts_of_any_kind() > before) {
        judged_s.push_back(world.cloud.now_s);
      }
      if (status() == "FAILED" && world.agent.state() == State::idle) {
        queue_again();
        if (with_resets) {
          world.boot();
        }
      }
    }
    ASSERT_EQ(judged_s.size(), count);
  }
  void queue_again() {
    Execution& last = world.cloud.executions.back();
    last.number += 1;
    last.version = 1;
    last.status = "QUEUED";
    notify();
  }
  std::size_t verdicts_of_any_kind() const { return world.board.witness.count("manifest "); }
  std::int64_t pause_s(std::size_t before) const { return judged_s[before] - judged_s[before - 1]; }
  void expect_paced() {
    EXPECT_GE(pause_s(1), 30);
    EXPECT_GE(pause_s(2), 60);
    EXPECT_GE(pause_s(3), 120);
    for (std::size_t i = 4; i < judged_s.size(); ++i) {
      EXPECT_GE(judged_s[i] - judged_s[i - 4], day_s) << i;
      EXPECT_LE(pause_s(i), day_s + 3600) << "and it is tried again";
    }
    EXPECT_EQ(world.counters().of(v2).attempts, judged_s.size());
    EXPECT_FALSE(world.counters().of(v2).is_quarantined);
    EXPECT_EQ(world.board.flash.defects(), 0u);
  }
  Image expired() {
    return changed([](Manifest& m) { m.expires = {1'750'000'000}; });
  }

  std::vector<std::int64_t> judged_s;
};

TEST_F(StubbornCloud, AnExpiredManifestIsJudgedFourTimesThenOnceADay) {
  offer(expired());
  run_attempts(7);
  expect_paced();
  EXPECT_EQ(world.store.gets, 0);
  EXPECT_EQ(world.board.flash.changes(Region::slot_b), 0u);
}

TEST_F(StubbornCloud, AResetForgetsNeitherTheCountNorTheTime) {
  offer(expired());
  run_attempts(6, true);
  expect_paced();
}

TEST_F(StubbornCloud, ACartThatIsSwitchedOffEveryFewHoursComesToTheEndOfTheRest) {
  offer(expired());
  run_attempts(4);
  world.run();
  queue_again();
  for (int i = 0; i < 6; ++i) {
    world.run_for(5 * 3'600'000);
    world.boot();
  }
  EXPECT_EQ(verdicts_of_any_kind(), 5u);
}

TEST_F(StubbornCloud, AnImageThatIsTooLargeIsNoBetter) {
  offer(changed([](Manifest& m) { m.image_size = 14 * 1024 + 1; }));
  run_attempts(6);
  expect_paced();
}

TEST_F(StubbornCloud, ABadSignatureDoesNotKeepTheRightImageOut) {
  Image image = good_image(v2);
  image.trailer[130] ^= std::byte{1};
  offer(image);
  run_attempts(3);
  world.run();
  offer(good_image(v2), "fw-signed-again");
  notify();
  world.run();
  expect_updated();
  EXPECT_LT(world.elapsed_ms + world.now.ms, 3'600'000u) << "a pause, no quarantine";
}

TEST_F(StubbornCloud, ARejectionIsNoAttempt) {
  offer(changed([](Manifest& m) { m.hardware_mask = 1; }));
  boot_and_run();
  EXPECT_EQ(status(), "REJECTED");
  EXPECT_EQ(world.counters().of(v2).attempts, 0);
}

/// A server whose clock goes back makes the rest whole again and no longer.
TEST_F(StubbornCloud, AServerClockThatGoesBackMakesTheRestWholeAgain) {
  offer(expired());
  run_attempts(4);
  world.run();
  queue_again();
  world.cloud.now_s -= 365 * day_s;
  world.boot();
  world.run_for(23 * 3'600'000);
  EXPECT_EQ(verdicts_of_any_kind(), 4u);
  world.run_for(2 * 3'600'000);
  EXPECT_EQ(verdicts_of_any_kind(), 5u);
}

}  // namespace
}  // namespace ota::test
