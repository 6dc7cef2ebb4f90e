#include <gmock/gmock.h>

#include "tests/unit/broker-mock/support/fake_fleet.hpp"

/// F7: when too few carts have said anything, and when too many have fallen silent.
namespace cartstorm::broker::test {
namespace {

using ::testing::HasSubstr;

class FleetOf100 : public ::testing::Test {
 protected:
  FleetOf100() {
    // Heartbeats come every 4 h.
    spec.plan.stages = {{"half", 0, 50, 5 * hour_ms}, {"full", 0, 100, 5 * hour_ms}};
    // With its own 95 % the devices rule would not say go: here the error ratio does.
    spec.plan.rules.devices.enabled = false;
    spec.plan.rules.ratio.min_expected = 10;
    fleet.old_errors_per_hour = fleet.new_errors_per_hour = 10;
  }
  void run(Behaviour odd, std::uint32_t one_of) {
    fleet.behaviour = [odd, one_of](std::uint32_t cart) {
      return cart % one_of == 0 ? odd : Behaviour::updates;
    };
    fleet.connect_all();
    EXPECT_EQ(fleet.start(spec), "");
    fleet.run_until(5 * hour_ms + 10 * minute_ms);
  }
  FakeFleet fleet{100};
  RolloutSpec spec = FakeFleet::spec();
};

TEST_F(FleetOf100, AStageWithoutEnoughOutcomesIsHeld) {
  run(Behaviour::stays_queued, 10);
  EXPECT_EQ(fleet.facts.story().back(), "hold 0 50");
  EXPECT_THAT(fleet.facts.stages.back().reason, HasSubstr(" of 50 carts of the stage have no"));
}

TEST_F(FleetOf100, ThePlanSaysHowManyOutcomesAreEnough) {
  spec.plan.limits.min_sample = 0.6;
  run(Behaviour::stays_queued, 10);
  EXPECT_EQ(fleet.facts.story().back(), "start 1 50");
}

TEST_F(FleetOf100, ThePlanSaysWhenACartIsSilentAndHowManyMayBe) {
  spec.plan.limits = {0.5, 4 * hour_ms + 30 * minute_ms, 0.05};
  run(Behaviour::goes_dark, 10);
  EXPECT_EQ(fleet.facts.story().back(), "hold 0 50");
  EXPECT_THAT(fleet.facts.stages.back().reason, HasSubstr(" of 50 carts are silent"));
}

TEST_F(FleetOf100, SilenceUpToTheLimitIsBorne) {
  spec.plan.limits = {0.5, 4 * hour_ms + 30 * minute_ms, 0.3};
  run(Behaviour::goes_dark, 10);
  EXPECT_EQ(fleet.facts.story().back(), "start 1 50");
}

TEST_F(FleetOf100, BeforeTheTimeIsUpNobodyIsSilent) {
  spec.plan.limits = {0.5, 6 * hour_ms, 0.05};
  run(Behaviour::goes_dark, 10);
  EXPECT_EQ(fleet.facts.story().back(), "start 1 50");
}

}  // namespace
}  // namespace cartstorm::broker::test
