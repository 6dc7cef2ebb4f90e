#include <gmock/gmock.h>

#include "tests/unit/sim/virtual_fleet/small_world.hpp"

namespace cartstorm::sim {
namespace {

using report::CheckVerdict;
using testing::Contains;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

TEST(AHealthyFleet, ArrivesOnTheNewVersionThroughEveryStage) {
  const Ran ran = run(small_world());
  EXPECT_EQ(ran.outcome.infrastructure_error, "");
  EXPECT_EQ(ran.summary.on_new, 200U);
  EXPECT_EQ(ran.summary.rollback_occurrences, 0U);
  ASSERT_EQ(ran.summary.stages.size(), 3U);
  EXPECT_EQ(ran.summary.stages[0].carts, 10U);
  EXPECT_EQ(ran.summary.stages[2].on_new, ran.summary.stages[2].carts);
  EXPECT_GE(ran.summary.stages[2].end_us, 12 * hour_us);
  EXPECT_THAT(failed_checks(ran), IsEmpty());
}

TEST(AHealthyFleet, MakesTheChecksOfAnUpdateSeeSomething) {
  const Ran ran = run(small_world());
  for (const auto* id : {"always_bootable", "verified_before_execute", "confirmed_slot_untouched",
                         "attempt_spent_before_jump", "status_truthful", "stage_containment",
                         "stage_order", "attempt_terminates", "converges"}) {
    EXPECT_EQ(check(ran, id).verdict, CheckVerdict::pass) << id;
    EXPECT_GT(check(ran, id).premises, 0U) << id;
  }
}

TEST(ARun, IsAFunctionOfItsSeed) {
  const Scenario scenario = small_world();
  EXPECT_EQ(run(scenario, 5).summary.trace_hash, run(scenario, 5).summary.trace_hash);
  EXPECT_NE(run(scenario, 5).summary.trace_hash, run(scenario, 6).summary.trace_hash);
}

TEST(ARun, EndsWhenItIsToldToStop) {
  const Scenario scenario = small_world();
  report::Stream stream;
  const std::atomic<bool> stop{true};
  RunOptions options;
  options.stop = &stop;
  EXPECT_TRUE(run_virtual(scenario, options, stream).was_interrupted);
}

Scenario with_cuts(double share, std::uint32_t times) {
  Scenario scenario = small_world();
  PowerCut cut;
  cut.who.share = share;
  cut.during = "downloading";
  cut.until_us = 1 * second_us;
  cut.off_us = 20 * second_us;
  cut.times = times;
  scenario.faults.push_back({{}, "power_cut", cut});
  return scenario;
}

TEST(PowerCutsMidWrite, AreSurvivedByEveryCart) {
  const Ran ran = run(with_cuts(1, 3), 2, true);
  EXPECT_EQ(ran.summary.on_new, 200U);
  EXPECT_THAT(failed_checks(ran), IsEmpty());
  int torn = 0;
  for (const auto& record : ran.records) {
    const auto* op = std::get_if<report::FlashOp>(&record.payload);
    torn += op != nullptr && op->outcome == report::OpOutcome::torn ? 1 : 0;
  }
  EXPECT_GT(torn, 100);
}

TEST(PowerCutsByOperation, StrikeInsideThatOperation) {
  Scenario scenario = small_world();
  PowerCut cut;
  cut.at_operation = 40;
  cut.off_us = 5 * second_us;
  scenario.faults.push_back({{}, "power_cut", cut});
  const Ran ran = run(scenario, 1, true);
  EXPECT_EQ(ran.summary.on_new, 200U);
  int torn = 0;
  for (const auto& record : ran.records) {
    const auto* op = std::get_if<report::FlashOp>(&record.payload);
    torn += op != nullptr && op->outcome == report::OpOutcome::torn ? 1 : 0;
  }
  EXPECT_EQ(torn, 200);
}

Scenario with_crashing_sensor() {
  Scenario scenario = small_world();
  SensorBootCrash crash;
  crash.sensor = "camera";
  scenario.faults.push_back({{}, "sensor_config_boot_crash", crash});
  return scenario;
}

TEST(ASensorThatCrashesTheBoot, IsRolledBackAndHeldInTheCanary) {
  const Ran ran = run(with_crashing_sensor());
  EXPECT_EQ(ran.summary.bricked, 0U);
  ASSERT_FALSE(ran.summary.stages.empty());
  EXPECT_GT(ran.summary.stages[0].hold_us, 0);
  EXPECT_THAT(ran.summary.stages[0].held_by, StartsWith("devices: "));
  EXPECT_EQ(ran.summary.carts_rolled_back + ran.summary.on_new, 10U);
  EXPECT_EQ(check(ran, "rollback_reported_once").verdict, CheckVerdict::pass);
  EXPECT_THAT(failed_checks(ran), IsEmpty());
}

// The controller's only inputs are messages: with the metric channel gone it decides otherwise.
TEST(TheController, DecidesOtherwiseWhenTheMetricChannelIsDropped) {
  Scenario regression = small_world();
  Regression worse;
  worse.factor = 3;
  regression.faults.push_back({{}, "regression", worse});
  const Ran seen = run(regression);
  ASSERT_GE(seen.summary.stages.size(), 2U);
  EXPECT_THAT(seen.summary.stages[1].held_by, StartsWith("ratio: "));

  Scenario blind = regression;
  MetricLost lost;
  blind.faults.push_back({{}, "metric_lost", lost});
  const Ran unseen = run(blind);
  EXPECT_NE(unseen.summary.trace_hash, seen.summary.trace_hash);
  for (const auto& stage : unseen.summary.stages) {
    EXPECT_THAT(stage.held_by, Not(StartsWith("ratio: ")));
  }
}

TEST(AClockThatIsWrong, ChangesNoVerdictOfTheProduct) {
  Scenario scenario = small_world();
  ClockSkew skew;
  skew.offset_us = -13 * hour_us;
  scenario.faults.push_back({{}, "clock_skew", skew});
  scenario.images["new"].valid_from_us = -2 * hour_us;
  const Ran ran = run(scenario);
  EXPECT_EQ(ran.summary.on_new, 200U);
  EXPECT_EQ(check(ran, "clock_independent_verdict").verdict, CheckVerdict::pass);
}

TEST(AClockThatIsWrong, MakesAStormWithTheOldImage) {
  Scenario scenario = small_world();
  ClockSkew skew;
  skew.offset_us = -13 * hour_us;
  scenario.faults.push_back({{}, "clock_skew", skew});
  scenario.images["new"].valid_from_us = -2 * hour_us;
  scenario.images["old"].quirks = {ImageQuirk::local_clock_validity,
                                   ImageQuirk::retry_without_backoff};
  const Ran ran = run(scenario);
  EXPECT_EQ(ran.summary.on_new, 0U);
  EXPECT_THAT(failed_checks(ran), Contains("clock_independent_verdict"));
  EXPECT_THAT(failed_checks(ran), Contains("bounded_retries"));
}

Scenario with_new_anchor(double missing) {
  Scenario scenario = small_world();
  scenario.images["new"].signed_by = "ca-next";
  CaMissing fault;
  fault.who.share = missing;
  scenario.faults.push_back({{}, "ca_missing", fault});
  return scenario;
}

TEST(ARotationOfTheAnchor, WaitsUntilEveryCartHasIt) {
  const Ran ran = run(with_new_anchor(0.2));
  EXPECT_NE(ran.summary.refusal, "");
  EXPECT_EQ(ran.summary.on_new, 200U);
  EXPECT_EQ(check(ran, "ca_prereq").verdict, CheckVerdict::pass);
}

TEST(ARotationOfTheAnchor, DeadlocksWithoutTheGateAndWithoutAChannel) {
  Scenario scenario = with_new_anchor(0.5);
  scenario.rollout.quirks = {RolloutQuirk::no_ca_gate};
  scenario.images["old"].quirks = {ImageQuirk::no_anchor_channel};
  const Ran ran = run(scenario);
  EXPECT_LT(ran.summary.on_new, 200U);
  EXPECT_THAT(failed_checks(ran), Contains("ca_prereq"));
}

}  // namespace
}  // namespace cartstorm::sim
