#include "broker-mock/rollout/window.hpp"

#include <gmock/gmock.h>

#include "tests/unit/broker-mock/support/fake_fleet.hpp"

namespace cartstorm::broker::test {
namespace {

using ::testing::HasSubstr;

constexpr LocalWindow night{60, 300};             // 01:00 to 05:00
constexpr LocalWindow midnight{22 * 60, 2 * 60};  // 22:00 to 02:00

/// Minutes until it opens, at a time of an arbitrary day.
std::int64_t opens_in(const LocalWindow& window, std::int32_t offset_min, int hour, int minute) {
  return opens_in_ms(window, offset_min, {(20'000 * 24 + hour) * hour_ms + minute * minute_ms}) /
         minute_ms;
}

TEST(ALocalWindow, IsOpenFromItsFirstMinuteToBeforeItsLast) {
  EXPECT_EQ(opens_in(night, 0, 0, 59), 1);
  EXPECT_EQ(opens_in(night, 0, 1, 0), 0);
  EXPECT_EQ(opens_in(night, 0, 4, 59), 0);
  EXPECT_EQ(opens_in(night, 0, 5, 0), 20 * 60);
}

TEST(ALocalWindow, GoesByTheCartsOwnDay) {
  EXPECT_EQ(opens_in(night, 60, 0, 0), 0);              // 01:00 there
  EXPECT_EQ(opens_in(night, 60, 4, 0), 20 * 60);        // 05:00
  EXPECT_EQ(opens_in(night, -360, 6, 59), 1);           // 00:59
  EXPECT_EQ(opens_in(night, -360, 7, 0), 0);            // 01:00
  EXPECT_EQ(opens_in(night, 330, 19, 30), 0);           // 01:00 of tomorrow
  EXPECT_EQ(opens_in(night, 14 * 60, 20, 0), 15 * 60);  // 10:00 of tomorrow
}

TEST(ALocalWindow, MayGoOverMidnightOrBeAlwaysOpen) {
  EXPECT_EQ(opens_in(midnight, 0, 21, 30), 30);
  EXPECT_EQ(opens_in(midnight, 0, 23, 0), 0);
  EXPECT_EQ(opens_in(midnight, 0, 1, 59), 0);
  EXPECT_EQ(opens_in(midnight, 0, 2, 0), 20 * 60);
  EXPECT_EQ(opens_in({}, 0, 12, 0), 0);
  EXPECT_EQ(opens_in({0, 24 * 60}, 0, 12, 0), 0);
}

/// It is 20:00 UTC. In the four zones it is 14:00, 21:00, 05:00 and 01:30: only the last is open,
/// the others open in 11, 4 and 20 hours.
class FourZones : public ::testing::Test {
 protected:
  static constexpr std::size_t zones = 4;

  FourZones() {
    spec.plan.window = night;
    for (StageSpec& stage : spec.plan.stages) stage.soak_ms = 24 * hour_ms;
    fleet.connect_all();
  }
  /// Which zones have been queued so far, as `0123`.
  std::string queued() const {
    std::string text;
    for (std::uint32_t zone = 0; zone < zones; ++zone) {
      bool is_queued = false;
      for (const std::uint32_t cart : fleet.targeted()) is_queued |= cart % zones == zone;
      if (is_queued) text += std::to_string(zone);
    }
    return text;
  }
  FakeFleet fleet{40, 1, {-360, 60, 540, 330}};
  RolloutSpec spec = FakeFleet::spec();
};

TEST_F(FourZones, EachIsQueuedInItsOwnNight) {
  fleet.start(spec);
  EXPECT_EQ(queued(), "3");
  fleet.run_until(4 * hour_ms - minute_ms);
  EXPECT_EQ(queued(), "3");
  fleet.run_until(4 * hour_ms);
  EXPECT_EQ(queued(), "13");
  fleet.run_until(11 * hour_ms);
  EXPECT_EQ(queued(), "013");
  fleet.run_until(20 * hour_ms - minute_ms);
  EXPECT_EQ(queued(), "013");
  EXPECT_LT(fleet.on_new(), 10U);
  fleet.run_until(20 * hour_ms);
  EXPECT_EQ(queued(), "0123");
  EXPECT_EQ(fleet.on_new(), 10U);
  // The denominator was fixed when the stage began, and so was its soak time.
  fleet.run_until(24 * hour_ms - minute_ms);
  EXPECT_EQ(fleet.facts.story().back(), "start 0 10");
  fleet.run_until(24 * hour_ms);
  EXPECT_EQ(fleet.facts.story().back(), "start 1 10");
  fleet.run_until(100 * hour_ms);
  EXPECT_EQ(fleet.facts.story().back(), "end 2 20");
  EXPECT_EQ(fleet.on_new(), 40U);
}

TEST_F(FourZones, ACohortIsEligibleFirstAndQueuedOnce) {
  fleet.start(spec);
  const auto count = [this](fact::TargetEvent event) {
    return std::count_if(fleet.facts.targets.begin(), fleet.facts.targets.end(),
                         [event](const auto& target) { return target.event == event; });
  };
  EXPECT_EQ(count(fact::TargetEvent::eligible), 10);
  EXPECT_LT(count(fact::TargetEvent::queued), 10);
  fleet.run_until(23 * hour_ms);
  EXPECT_EQ(count(fact::TargetEvent::queued), 10);
  EXPECT_EQ(fleet.executions("queued v1"), 10U);
}

TEST_F(FourZones, AreNotForgottenByARestart) {
  fleet.start(spec);
  for (int hour = 1; hour < 100; ++hour) {
    fleet.run_until(hour * hour_ms);
    fleet.cloud.kill_controller();
    fleet.cloud.restart_controller(fleet.now());
  }
  EXPECT_EQ(fleet.facts.story().back(), "end 2 20");
  EXPECT_EQ(fleet.on_new(), 40U);
  EXPECT_EQ(fleet.executions("queued v1"), 40U);
}

TEST_F(FourZones, WhatAHoldTookBackWaitsForTheNextNightToo) {
  fleet.behaviour = [](auto) { return Behaviour::stays_queued; };
  fleet.start(spec);
  const std::size_t first = fleet.executions("queued v1");
  for (const std::uint32_t cart : fleet.targeted()) fleet.roll_back(cart);
  fleet.run_until(10 * minute_ms);
  ASSERT_EQ(fleet.facts.story().back(), "hold 0 10");
  EXPECT_EQ(fleet.executions("canceled v2"), first);
  // 02:00 UTC: the night of the fourth zone is over, that of the second has two hours left.
  fleet.run_until(6 * hour_ms);
  EXPECT_EQ(queued(), "3");
  ASSERT_EQ(fleet.release(1), "");
  fleet.run_until(6 * hour_ms + minute_ms);
  EXPECT_EQ(queued(), "13");
  EXPECT_THAT(fleet.facts.executions.back(), HasSubstr("fw-2-canary-r2 #1 queued v1"));
  const std::size_t before = fleet.executions("queued v1");
  fleet.run_until(23 * hour_ms + 29 * minute_ms);
  const std::size_t day = fleet.executions("queued v1");
  EXPECT_GT(day, before);
  fleet.run_until(23 * hour_ms + 30 * minute_ms);
  EXPECT_EQ(fleet.executions("queued v1"), day + first);
}

TEST_F(FourZones, WhileItIsPausedNobodyIsQueued) {
  fleet.start(spec);
  fleet.pause();
  fleet.run_until(12 * hour_ms);
  EXPECT_EQ(queued(), "3");
  // 08:00 UTC is 02:00 in the first zone; the second has to wait for its next night.
  fleet.resume();
  fleet.run_until(12 * hour_ms + minute_ms);
  EXPECT_EQ(queued(), "03");
}

TEST_F(FourZones, ThatWaitAtTheEndOfTheSoakNeedAPerson) {
  fleet.start(spec);
  fleet.run_until(3 * hour_ms);
  fleet.cloud.kill_controller();
  fleet.run_until(24 * hour_ms);
  // The second zone's night has just begun, the third's is over.
  fleet.run_until(25 * hour_ms + 30 * minute_ms);
  fleet.cloud.restart_controller(fleet.now());
  fleet.run_until(25 * hour_ms + 32 * minute_ms);
  EXPECT_EQ(fleet.facts.story().back(), "hold 0 10");
  EXPECT_THAT(fleet.facts.stages.back().reason, HasSubstr("undecided: "));
  fleet.release(1);
  fleet.run_until(140 * hour_ms);
  EXPECT_EQ(fleet.on_new(), 40U);
}

TEST(OneCartInAnotherZone, IsWaitedForAndNamedIfAPersonDoesNot) {
  // Of 40 carts 39 have their night now; the last one's comes while nobody runs the rollout.
  std::vector<std::int32_t> offsets_min(39, 330);
  offsets_min.push_back(540);
  FakeFleet fleet{40, 1, offsets_min};
  fleet.connect_all();
  RolloutSpec spec = FakeFleet::spec();
  spec.plan.window = night;
  spec.plan.stages = {{"full", 0, 100, 24 * hour_ms}};
  EXPECT_EQ(fleet.start(spec), "");
  fleet.run_until(19 * hour_ms);
  EXPECT_EQ(fleet.on_new(), 39U);
  fleet.cloud.kill_controller();
  fleet.run_until(24 * hour_ms + minute_ms);
  fleet.cloud.restart_controller(fleet.now());
  fleet.run_until(24 * hour_ms + 2 * minute_ms);
  EXPECT_EQ(fleet.facts.story().back(), "hold 0 40");
  EXPECT_EQ(fleet.facts.stages.back().reason, "undecided: 1 carts still wait for their window");
  EXPECT_EQ(fleet.release(1), "");
  EXPECT_EQ(fleet.facts.story().back(), "end 0 40");
  EXPECT_EQ(fleet.facts.targets.back().event, fact::TargetEvent::excluded);
  EXPECT_EQ(fleet.facts.targets.back().thing, ThingId{39});
  EXPECT_EQ(fleet.facts.target_reasons.back(), "window");
}

TEST_F(FourZones, NeedASoakOfAWholeDay) {
  spec.plan.stages[1].soak_ms = 24 * hour_ms - 1;
  EXPECT_EQ(fleet.start(spec),
            "stage half: it soaks for less than 24 h, so the window would never open in some time "
            "zones; soak longer or drop the window");
}

}  // namespace
}  // namespace cartstorm::broker::test
