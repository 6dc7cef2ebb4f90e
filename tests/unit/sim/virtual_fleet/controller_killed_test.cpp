#include <gmock/gmock.h>

#include <algorithm>

#include "tests/unit/sim/virtual_fleet/small_world.hpp"

// F14 with whole carts: the controller may die at any time and before anything it writes or does.
namespace cartstorm::sim {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> story(const Ran& ran) {
  std::vector<std::string> lines;
  for (const auto& record : ran.records) {
    if (const auto* stage = std::get_if<report::Stage>(&record.payload)) {
      lines.push_back(std::string{report::name(stage->event)} + " " + std::to_string(stage->stage) +
                      " " + std::to_string(stage->carts));
    }
  }
  return lines;
}

std::vector<std::string> fault_events(const Ran& ran) {
  std::vector<std::string> events;
  for (const auto& record : ran.records) {
    if (const auto* fault = std::get_if<report::Fault>(&record.payload)) {
      events.emplace_back(report::name(fault->event));
    }
  }
  return events;
}

Scenario with_kill(ControllerKilled killed) {
  Scenario scenario = small_world();
  scenario.faults.push_back({{}, "controller_killed", killed});
  return scenario;
}

void expect_undisturbed(const Ran& ran) {
  EXPECT_EQ(ran.outcome.infrastructure_error, "");
  EXPECT_EQ(ran.summary.on_new, 200U);
  EXPECT_THAT(story(ran),
              ElementsAre("requested 0 0", "start 0 10", "complete 0 10", "start 1 90",
                          "complete 1 90", "start 2 100", "complete 2 100", "end 2 100"));
  EXPECT_THAT(failed_checks(ran), IsEmpty());
  EXPECT_THAT(fault_events(ran), ElementsAre("arm", "fire", "clear"));
}

TEST(AControllerThatIsKilled, ByTheClockGoesOnWhereItWas) {
  for (const std::int64_t at_us : {std::int64_t{0}, second_us, 3 * hour_us, 5 * hour_us}) {
    SCOPED_TRACE(at_us / second_us);
    expect_undisturbed(run(with_kill({at_us, {}, hour_us}), 1, true));
  }
}

TEST(AControllerThatIsKilled, BeforeAnythingItWritesOrDoesGoesOnWhereItWas) {
  for (const std::uint64_t write : {1U, 2U, 3U, 4U, 5U, 9U, 15U, 16U, 17U, 18U, 21U, 60U, 124U}) {
    SCOPED_TRACE(write);
    expect_undisturbed(run(with_kill({{}, write, hour_us}), 1, true));
  }
}

TEST(AControllerThatIsKilled, AgainAndAgainGoesOnWhereItWas) {
  Scenario scenario = with_kill({{}, 21, hour_us});
  // Out of order in the file, one of them in the recovery from another, one while it is down.
  scenario.faults.push_back({{}, "controller_killed", ControllerKilled{{}, 4, hour_us}});
  scenario.faults.push_back({{}, "controller_killed", ControllerKilled{{}, 23, hour_us}});
  scenario.faults.push_back(
      {{}, "controller_killed", ControllerKilled{hour_us + 60 * second_us, {}, hour_us}});
  const Ran ran = run(scenario, 1, true);
  EXPECT_EQ(ran.outcome.infrastructure_error, "");
  EXPECT_EQ(ran.summary.on_new, 200U);
  EXPECT_EQ(story(ran).size(), 8U);
  EXPECT_THAT(failed_checks(ran), IsEmpty());
  const auto events = fault_events(ran);
  EXPECT_EQ(std::ranges::count(events, "fire"), 4);
  EXPECT_EQ(std::ranges::count(events, "clear"), 3);
}

/// Twenty carts; a person pauses the canary for two hours, another one asks for a newer rollout.
Scenario steered_world() {
  Scenario scenario = small_world();
  scenario.ends_us = 20 * hour_us;
  scenario.fleet.carts = 20;
  scenario.rollout.stages[0].carts = 4;
  scenario.rollout.pauses = {{"canary", hour_us / 6, 2 * hour_us, "Ada", "fair"}};
  scenario.rollout.superseded = {
      "half", hour_us / 2, "Bo", {{"again", 4, 0, 4 * hour_us}, {"rest", 0, 100, 4 * hour_us}}};
  return scenario;
}

TEST(AControllerThatIsKilled, BeforeAnythingWhatPeopleAskForIsDoneOnce) {
  const auto undisturbed = story(run(steered_world(), 1, true));
  ASSERT_THAT(undisturbed,
              ElementsAre("requested 0 0", "start 0 4", "pause 0 4", "resume 0 4", "complete 0 4",
                          "start 1 6", "abort 1 6", "requested 0 0", "start 0 4", "complete 0 4",
                          "start 1 16", "complete 1 16", "end 1 16"));
  std::uint64_t write = 1;
  for (bool has_fired = true; has_fired; ++write) {
    SCOPED_TRACE(write);
    Scenario scenario = steered_world();
    scenario.faults.push_back({{}, "controller_killed", ControllerKilled{{}, write, hour_us / 6}});
    const Ran ran = run(scenario, 1, true);
    ASSERT_EQ(ran.outcome.infrastructure_error, "");
    EXPECT_EQ(story(ran), undisturbed);
    EXPECT_GE(ran.summary.stages[0].paused_us, 2 * hour_us);
    EXPECT_EQ(ran.summary.on_new, 20U);
    EXPECT_THAT(failed_checks(ran), IsEmpty());
    has_fired = std::ranges::count(fault_events(ran), "fire") > 0;
  }
  EXPECT_GT(write, 100U);
}

TEST(AControllerThatIsKilled, KeepsItsHoldsAndHearsTheirReleaseWhenItIsBack) {
  Scenario scenario = with_kill({5 * hour_us, {}, 3 * hour_us});
  Regression worse;
  worse.factor = 8;
  scenario.faults.push_back({{}, "regression", worse});
  scenario.rollout.releases.push_back({"half", {}, 2 * hour_us, "dana", "it is the sensor"});
  const Ran ran = run(scenario, 1, true);
  std::int64_t held_us = -1, released_us = -1;
  for (const auto& record : ran.records) {
    const auto* stage = std::get_if<report::Stage>(&record.payload);
    if (stage == nullptr || stage->stage != 1) continue;
    if (stage->event == report::StageEvent::hold && held_us < 0) held_us = record.time_us;
    if (stage->event == report::StageEvent::release && released_us < 0) {
      released_us = record.time_us;
    }
  }
  ASSERT_GT(held_us, 4 * hour_us);
  ASSERT_LT(held_us, 5 * hour_us);
  EXPECT_EQ(released_us, 8 * hour_us);
  EXPECT_EQ(check(ran, "halt_holds").verdict, report::CheckVerdict::pass);
}

}  // namespace
}  // namespace cartstorm::sim
