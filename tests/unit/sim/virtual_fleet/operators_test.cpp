#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/unit/sim/virtual_fleet/small_world.hpp"

/// People and images that are wrong in ordinary ways.
namespace cartstorm::sim {
namespace {

using testing::HasSubstr;

/// Three times the errors, which the half of the fleet is enough to see.
Scenario regressing_world() {
  Scenario scenario = small_world();
  scenario.ends_us = 12 * hour_us;
  scenario.rollout.rules.ratio.min_expected = 20;
  scenario.faults.push_back({{}, "regression", Regression{"new", 3, 0}});
  return scenario;
}

Release release_of_hold(std::optional<std::uint32_t> hold) {
  Release release;
  release.after_us = hour_us;
  release.person = "Dana";
  release.reason = "looks like noise";
  release.hold = hold;
  return release;
}

std::size_t holds(const Ran& ran) {
  std::size_t count = 0;
  for (const report::Record& record : ran.records) {
    const auto* stage = std::get_if<report::Stage>(&record.payload);
    count += stage != nullptr && stage->event == report::StageEvent::hold ? 1 : 0;
  }
  return count;
}

TEST(ARelease, IsUsedUpAndTheRuleHoldsAgain) {
  Scenario scenario = regressing_world();
  scenario.rollout.releases = {release_of_hold(std::nullopt)};
  const Ran ran = run(scenario, 1, true);
  EXPECT_EQ(holds(ran), 2U);
}

TEST(AReleaseOfTheWrongHold, IsRefusedAndSaysWhichStands) {
  Scenario scenario = regressing_world();
  scenario.rollout.releases = {release_of_hold(7)};
  const Ran ran = run(scenario, 1, true);
  EXPECT_EQ(holds(ran), 1U);
  EXPECT_THAT(ran.summary.refusal, HasSubstr("hold 7 is not the current one"));
  EXPECT_THAT(ran.summary.refusal, HasSubstr("hold 1"));
}

std::vector<std::int64_t> times_of(const Ran& ran, report::StageEvent event) {
  std::vector<std::int64_t> times;
  for (const report::Record& record : ran.records) {
    const auto* stage = std::get_if<report::Stage>(&record.payload);
    if (stage != nullptr && stage->event == event) times.push_back(record.time_us);
  }
  return times;
}

Scenario paused_world() {
  Scenario scenario = small_world();
  scenario.rollout.pauses = {{"half", hour_us, 5 * hour_us, "Ada", "fair weekend"}};
  return scenario;
}

TEST(APause, DelaysWhatFollowsByItsLength) {
  const Ran plain = run(small_world(), 1, true);
  const Ran ran = run(paused_world(), 1, true);
  const auto before = times_of(plain, report::StageEvent::start);
  const auto after = times_of(ran, report::StageEvent::start);
  ASSERT_EQ(before.size(), 3U);
  ASSERT_EQ(after.size(), 3U);
  EXPECT_EQ(after[1], before[1]);
  EXPECT_EQ(after[2], before[2] + 5 * hour_us);
  EXPECT_EQ(ran.summary.stages[1].paused_us, 5 * hour_us);
  EXPECT_EQ(ran.summary.stages[1].paused_by, "Ada");
  EXPECT_EQ(ran.summary.stages[1].pause_reason, "fair weekend");
  EXPECT_EQ(ran.summary.on_new, 200U);
}

TEST(APause, ThatNobodyEndsStopsTheRollout) {
  Scenario scenario = paused_world();
  scenario.rollout.pauses[0].lasts_us.reset();
  const Ran ran = run(scenario, 1, true);
  EXPECT_EQ(times_of(ran, report::StageEvent::start).size(), 2U);
  EXPECT_GT(ran.summary.stages[1].paused_us, 20 * hour_us);
}

/// Whoever gets no answer asks again, as with releases.
TEST(APause, IsAskedForAgainWhenTheControllerWasDown) {
  Scenario scenario = paused_world();
  scenario.faults.push_back(
      {{}, "controller_killed", ControllerKilled{4 * hour_us + 50 * 60 * second_us, {}, hour_us}});
  const Ran ran = run(scenario, 1, true);
  EXPECT_EQ(ran.outcome.infrastructure_error, "");
  EXPECT_EQ(times_of(ran, report::StageEvent::pause).size(), 1U);
  EXPECT_EQ(times_of(ran, report::StageEvent::resume).size(), 1U);
  EXPECT_EQ(ran.summary.on_new, 200U);
}

/// The newer one has its own canary, which is asked for while half of the fleet runs the old one.
TEST(ANewerRollout, TakesThePlaceOfTheOther) {
  Scenario scenario = small_world();
  scenario.rollout.superseded = {
      "half", hour_us, "Bo", {{"again", 20, 0, 4 * hour_us}, {"rest", 0, 100, 4 * hour_us}}};
  const Ran ran = run(scenario, 1, true);
  EXPECT_EQ(ran.outcome.infrastructure_error, "");
  std::vector<std::string> story;
  for (const report::Record& record : ran.records) {
    const auto* stage = std::get_if<report::Stage>(&record.payload);
    if (stage == nullptr) continue;
    story.push_back(
        fmt::format("{} {} {}", report::name(stage->event), stage->stage, stage->carts));
  }
  EXPECT_THAT(story,
              testing::ElementsAre("requested 0 0", "start 0 10", "complete 0 10", "start 1 90",
                                   "abort 1 90", "requested 0 0", "start 0 20", "complete 0 20",
                                   "start 1 180", "complete 1 180", "end 1 180"));
  EXPECT_EQ(ran.summary.on_new, 200U);
  ASSERT_EQ(ran.summary.stages.size(), 4U);
  EXPECT_EQ(ran.summary.stages[1].aborted_by, "Bo");
  EXPECT_THAT(ran.summary.stages[1].abort_reason, testing::HasSubstr("rollout-2"));
  EXPECT_EQ(ran.summary.stages[0].aborted_by, "");
  EXPECT_EQ(ran.summary.stages[2].name, "again");
  EXPECT_EQ(ran.summary.stages[2].on_new, 20U);
  EXPECT_EQ(ran.summary.stages[3].on_new, 180U);
  EXPECT_THAT(failed_checks(ran), testing::IsEmpty());
}

TEST(ANewerRollout, IsAskedForAgainWhenTheControllerWasDown) {
  Scenario scenario = small_world();
  scenario.rollout.superseded = {"half", hour_us, "Bo", {{"rest", 0, 100, 4 * hour_us}}};
  scenario.faults.push_back(
      {{}, "controller_killed", ControllerKilled{4 * hour_us + 50 * 60 * second_us, {}, hour_us}});
  const Ran ran = run(scenario, 1, true);
  EXPECT_EQ(ran.outcome.infrastructure_error, "");
  EXPECT_EQ(ran.summary.on_new, 200U);
  EXPECT_EQ(times_of(ran, report::StageEvent::abort).size(), 1U);
  EXPECT_EQ(times_of(ran, report::StageEvent::end).size(), 1U);
  EXPECT_THAT(failed_checks(ran), testing::IsEmpty());
}

TEST(APatchOnlyRollout, NamesTheCartsThatDoNotSayWhatTheyRun) {
  Scenario scenario = small_world();
  scenario.images.at("new").changes = 0.25;
  scenario.rollout.patch_only = true;
  EXPECT_EQ(run(scenario).summary.on_new, 200U);
  Who cold;
  cold.profile = "eu_cold";
  scenario.faults.push_back(
      {{}, "metric_lost", MetricLost{cold, 1, {MetricKind::heartbeat, {}, {}}}});
  const Ran ran = run(scenario);
  EXPECT_EQ(ran.summary.on_new, 0U);
  EXPECT_THAT(ran.summary.refusal, HasSubstr("10 of 200 carts do not say that they run 1.8.0"));
  EXPECT_THAT(ran.summary.refusal, HasSubstr("cart-"));
}

TEST(AnImageForOtherHardware, IsRejectedBeforeAByteIsWritten) {
  Scenario scenario = small_world();
  scenario.ends_us = 6 * hour_us;
  scenario.images["new"].hardware = {2};
  const Ran ran = run(scenario, 1, true);
  std::size_t wrong = 0;
  for (const report::Record& record : ran.records) {
    const auto* verdict = std::get_if<report::ManifestVerdict>(&record.payload);
    wrong += verdict != nullptr && verdict->reason == report::Reason::wrong_hardware ? 1 : 0;
  }
  EXPECT_GT(wrong, 0U);
  ASSERT_FALSE(ran.summary.stages.empty());
  EXPECT_EQ(ran.summary.rollback_occurrences, 0U);
  EXPECT_EQ(ran.summary.stages[0].failed, wrong);
  EXPECT_EQ(ran.summary.stages[0].on_new, 10 - wrong);
}

}  // namespace
}  // namespace cartstorm::sim
