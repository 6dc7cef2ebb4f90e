#include <gmock/gmock.h>

#include <map>
#include <set>

#include "tests/unit/sim/virtual_fleet/small_world.hpp"

namespace cartstorm::sim {
namespace {

using report::CheckVerdict;
using testing::Contains;
using testing::HasSubstr;
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

// The flash is busy from the first byte of a download to the last; a reply must be handled between
// two of its operations, or the next progress report (and a cancellation) waits until the end.
TEST(AMessage, IsHandledWhileTheFlashIsBusyWithADownload) {
  Scenario scenario = small_world();
  scenario.images["new"].size = 512 * 1024;
  const Ran ran = run(scenario, 1, true);
  std::map<report::CartId, int> progress;
  for (const auto& record : ran.records) {
    const auto* sent = std::get_if<report::JobTx>(&record.payload);
    if (sent != nullptr && sent->status == report::JobStatus::in_progress) {
      ++progress[sent->cart];
    }
  }
  ASSERT_EQ(progress.size(), 200U);
  for (const auto& [cart, count] : progress) {
    EXPECT_EQ(count, 5) << "accepted and four quarters, cart " << static_cast<int>(cart);
  }
}

TEST(AMaintenanceWindow, HoldsEveryRestartIntoTheNewImage) {
  Scenario scenario = small_world();
  for (auto& profile : scenario.fleet.profiles) {
    profile.maintenance = {3, 5};
    profile.utc_offset_h = profile.region == "eu" ? 1 : -5;
  }
  const Ran ran = run(scenario, 1, true);
  std::map<std::string, int> confirmed;
  for (const auto& record : ran.records) {
    const auto* state = std::get_if<report::StateChange>(&record.payload);
    if (state != nullptr && state->to == report::AgentState::armed) {
      const std::int64_t hour = (scenario.epoch_unix_s + record.time_us / second_us) / 3600 % 24;
      EXPECT_THAT(hour, testing::AnyOf(2, 3, 8, 9)) << "03:00 to 05:00 is 02 to 04 or 08 to 10 UTC";
      ++confirmed[hour < 4 ? "eu" : "us"];
    }
  }
  EXPECT_GT(confirmed["eu"], 0);
  EXPECT_GT(confirmed["us"], 0);
}

TEST(ARun, IsAFunctionOfItsSeed) {
  const Scenario scenario = small_world();
  EXPECT_EQ(run(scenario, 5).summary.trace_hash, run(scenario, 5).summary.trace_hash);
  EXPECT_NE(run(scenario, 5).summary.trace_hash, run(scenario, 6).summary.trace_hash);
}

TEST(AFault, DoesNotRedrawTheVictimsOfAnother) {
  Scenario one = small_world();
  ClockSkew skew;
  skew.who.share = 0.3;
  skew.offset_us = hour_us;
  one.faults = {{{}, "clock_skew", skew}};
  Scenario two = one;
  MetricLost lost;
  lost.share = 0.1;
  two.faults.insert(two.faults.begin(), {{}, "metric_lost", lost});
  const auto victims = [](const Ran& ran) {
    std::set<report::CartId> carts;
    for (const auto& record : ran.records) {
      const auto* clock = std::get_if<report::Clock>(&record.payload);
      if (clock != nullptr) {
        carts.insert(clock->cart);
      }
    }
    return carts;
  };
  const auto first = victims(run(one, 1, true));
  EXPECT_GT(first.size(), 30U);
  EXPECT_EQ(first, victims(run(two, 1, true)));
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

Scenario everybody_at_once() {
  Scenario scenario = small_world();
  scenario.rollout.stages = {{"all", 0, 100, 3 * hour_us}};
  scenario.ends_us = 4 * hour_us;
  scenario.quiet_us = hour_us;
  return scenario;
}

int count_torn(const Ran& ran) {
  int torn = 0;
  for (const auto& record : ran.records) {
    const auto* op = std::get_if<report::FlashOp>(&record.payload);
    torn += op != nullptr && op->outcome == report::OpOutcome::torn ? 1 : 0;
  }
  return torn;
}

// Share of the time from `from_us` to `until_us` in which the flash of a cart is busy.
double busy_share(std::int64_t from_us, std::int64_t until_us, std::uint64_t worlds) {
  double busy_us = 0;
  for (std::uint64_t seed = 1; seed <= worlds; ++seed) {
    for (const auto& record : run(everybody_at_once(), seed, true).records) {
      const auto* op = std::get_if<report::FlashOp>(&record.payload);
      if (op != nullptr && record.time_us >= from_us && record.time_us < until_us) {
        busy_us += op->op == report::FlashOpKind::erase ? 60'000 : 700 * op->ops;
      }
    }
  }
  return busy_us / (200.0 * static_cast<double>(worlds) * static_cast<double>(until_us - from_us));
}

// 10,000 carts lose power at instants spread over the time in which the fleet downloads. The torn
// share must be the flash's busy share: a cut that always falls between operations is a toy.
TEST(PowerCutsAtATime, FallInsideOperationsAsOftenAsTheFlashIsBusy) {
  int torn = 0;
  std::uint32_t cut = 0;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    Scenario scenario = everybody_at_once();
    PowerCut by_time;
    by_time.at_us = 30 * second_us + static_cast<std::int64_t>(seed) * 500'017;
    scenario.faults.push_back({{}, "power_cut", by_time});
    const Ran ran = run(scenario, seed, true);
    torn += count_torn(ran);
    for (const auto& record : ran.records) {
      const auto* fault = std::get_if<report::Fault>(&record.payload);
      cut += fault != nullptr && fault->event == report::FaultEvent::fire ? 1U : 0U;
    }
  }
  ASSERT_EQ(cut, 10'000U);
  const double busy = busy_share(30 * second_us, 55 * second_us, 10);
  EXPECT_GT(busy, 0.02);
  EXPECT_NEAR(torn / 10'000.0, busy, 0.25 * busy);  // five standard deviations of about 300
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

// A crash stops the processor, not the flash: what it had begun completes, and nothing of the step
// that it interrupted is ever sent.
TEST(APanic, LetsNoMessageOfTheInterruptedStepOut) {
  Scenario scenario = with_crashing_sensor();
  for (std::int64_t after_ms = 7'500; after_ms < 9'500; after_ms += 100) {
    std::get<SensorBootCrash>(scenario.faults[0].body).after_us = after_ms * 1000;
    const Ran ran = run(scenario, 1, true);
    std::set<report::CartId> crashing;
    for (const auto& record : ran.records) {
      const auto* fault = std::get_if<report::Fault>(&record.payload);
      if (fault != nullptr && fault->event == report::FaultEvent::fire) {
        crashing.insert(fault->cart);
      }
    }
    std::map<report::CartId, std::int64_t> stopped_us;
    for (const auto& record : ran.records) {
      if (const auto* jump = std::get_if<report::Jump>(&record.payload)) {
        stopped_us.erase(jump->cart);
        if (static_cast<std::uint32_t>(jump->version) == 0x020000) {
          stopped_us[jump->cart] = record.time_us + after_ms * 1000;
        }
      } else if (const auto* sent = std::get_if<report::JobTx>(&record.payload)) {
        if (crashing.contains(sent->cart) && stopped_us.contains(sent->cart)) {
          EXPECT_LT(record.time_us, stopped_us[sent->cart]);
        }
      }
    }
    EXPECT_FALSE(crashing.empty());
    EXPECT_EQ(ran.summary.bricked, 0U);
  }
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

// Those who still report make no more errors than before, so the ratio says go. The others took the
// job and went dark, and that is not health.
TEST(AStageThatLosesCarts, IsHeldAlthoughTheRestLooksGood) {
  Scenario scenario = small_world();
  scenario.images["old"].errors_per_hour = 10;
  scenario.images["new"].errors_per_hour = 10;
  PowerCut dark;
  dark.who.region = "eu";
  dark.during = "downloading";
  dark.until_us = second_us;
  dark.off_us = 240 * hour_us;
  scenario.faults.push_back({{}, "power_cut", dark});
  scenario.rollout.releases.push_back(
      {"canary", {}, hour_us, "dana", "the dark ones are being fetched"});
  const Ran ran = run(scenario);
  ASSERT_EQ(ran.summary.stages.size(), 2U);
  EXPECT_THAT(ran.summary.stages[1].held_by, HasSubstr("carts of the stage have no outcome yet"));
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
  scenario.ends_us = 2 * hour_us;
  scenario.quiet_us = hour_us;
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
