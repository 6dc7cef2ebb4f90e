#include <gmock/gmock.h>

#include "broker-mock/rollout/soak_clock.hpp"
#include "tests/unit/broker-mock/support/fake_fleet.hpp"

namespace cartstorm::broker::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(SoakClock, StandsStillWhileItIsStopped) {
  rollout::SoakClock clock;
  clock.start(10, {100});
  clock.stop({104});
  clock.stop({300});
  EXPECT_FALSE(clock.is_over({1000}));
  clock.go_on({1000});
  clock.go_on({1005});
  EXPECT_FALSE(clock.is_over({1005}));
  EXPECT_TRUE(clock.is_over({1006}));
}

TEST(SoakClock, LosesWhatPassedBeforeAnybodyKnewThatItRuns) {
  rollout::SoakClock clock;
  clock.start(10, {100});
  clock.stop({104});
  clock.went_on_late({200});
  EXPECT_FALSE(clock.is_over({1000}));
  clock.go_on({1000});
  clock.went_on_late({1005});
  EXPECT_FALSE(clock.is_over({1010}));
  EXPECT_TRUE(clock.is_over({1011}));
}

/// A canary of ten that soaks for an hour.
class Canary : public ::testing::Test {
 protected:
  Canary() {
    fleet.connect_all();
    fleet.start(FakeFleet::spec());
  }
  std::string pause(std::string_view person = "ada", std::string_view reason = "fair weekend") {
    const auto refusal = fleet.cloud.pause("fw-2", person, reason, fleet.now());
    return refusal ? refusal->message : "";
  }
  std::string resume(std::string_view person = "ada", std::string_view reason = "it is over") {
    const auto refusal = fleet.cloud.resume("fw-2", person, reason, fleet.now());
    return refusal ? refusal->message : "";
  }
  FakeFleet fleet{200};
};

TEST_F(Canary, SoaksOnlyWhileItIsNotPaused) {
  fleet.run_until(40 * minute_ms);
  EXPECT_EQ(pause(), "");
  fleet.run_until(100 * hour_ms);
  EXPECT_THAT(fleet.facts.story(), ElementsAre("requested 0 0", "start 0 10", "pause 0 10"));
  EXPECT_EQ(resume(), "");
  fleet.run_until(100 * hour_ms + 19 * minute_ms);
  EXPECT_EQ(fleet.facts.story().back(), "resume 0 10");
  fleet.run_until(100 * hour_ms + 20 * minute_ms);
  EXPECT_EQ(fleet.facts.story().back(), "start 1 90");
}

TEST_F(Canary, IsPausedAndResumedByPersonsWithReasonsOnly) {
  EXPECT_THAT(resume(), HasSubstr("is not paused"));
  EXPECT_THAT(pause("system"), HasSubstr("by a person"));
  EXPECT_THAT(pause("ada", " "), HasSubstr("say what it waits for"));
  EXPECT_THAT(fleet.cloud.pause("fw-9", "ada", "x", fleet.now())->message,
              HasSubstr("no rollout fw-9"));
  EXPECT_EQ(pause(), "");
  EXPECT_THAT(pause(), HasSubstr("is paused already"));
  EXPECT_THAT(resume("\t"), HasSubstr("by a person"));
  EXPECT_THAT(resume("ada", ""), HasSubstr("say what has changed"));
  EXPECT_EQ(resume("bob"), "");
  EXPECT_THAT(fleet.facts.operators, Contains("ada pause 0 fair weekend"));
  EXPECT_THAT(fleet.facts.operators, Contains("bob resume 0 it is over"));
  EXPECT_EQ(fleet.facts.stages.back().actor, "bob");
  EXPECT_THAT(fleet.facts.operators,
              Contains(AllOf(HasSubstr("ada pause_refused 0"), HasSubstr("is paused already"))));
  EXPECT_THAT(fleet.facts.operators,
              Contains(AllOf(HasSubstr("ada resume_refused 0"), HasSubstr("is not paused"))));
}

TEST_F(Canary, CanBeHeldWhileItIsPausedAndNeitherEndsTheOther) {
  fleet.run_until(30 * minute_ms);
  pause();
  for (const std::uint32_t cart : fleet.targeted()) fleet.roll_back(cart);
  fleet.run_until(2 * hour_ms);
  EXPECT_EQ(fleet.facts.story().back(), "hold 0 10");
  ASSERT_EQ(fleet.release(1), "");
  fleet.run_until(9 * hour_ms);
  EXPECT_EQ(fleet.facts.story().back(), "release 0 10");
  resume();
  fleet.run_until(9 * hour_ms + 29 * minute_ms);
  EXPECT_EQ(fleet.facts.story().back(), "resume 0 10");
  fleet.run_until(9 * hour_ms + 31 * minute_ms);
  EXPECT_NE(fleet.facts.story().back(), "resume 0 10");
}

TEST_F(Canary, ThatIsHeldStaysHeldWhenAPauseEnds) {
  for (const std::uint32_t cart : fleet.targeted()) fleet.roll_back(cart);
  fleet.run_until(2 * minute_ms);
  ASSERT_EQ(fleet.facts.story().back(), "hold 0 10");
  pause();
  resume();
  fleet.run_until(5 * hour_ms);
  EXPECT_EQ(fleet.facts.story().back(), "resume 0 10");
}

TEST(AReleaseAtTheEndOfTheSoak, CompletesAPausedStageButStartsNoOther) {
  FakeFleet fleet{200};
  fleet.start(FakeFleet::spec());
  fleet.run_until(2 * hour_ms);
  ASSERT_EQ(fleet.facts.story().back(), "hold 0 10");
  ASSERT_FALSE(fleet.cloud.pause("fw-2", "ada", "night", fleet.now()));
  ASSERT_EQ(fleet.release(1), "");
  fleet.run_until(3 * hour_ms);
  EXPECT_EQ(fleet.facts.story().back(), "complete 0 10");
  ASSERT_FALSE(fleet.cloud.resume("fw-2", "ada", "day", fleet.now()));
  fleet.run_until(3 * hour_ms + minute_ms);
  EXPECT_EQ(fleet.facts.story().back(), "start 1 90");
}

TEST(APause, LeavesQueuedAndRunningExecutionsAlone) {
  FakeFleet fleet{200};
  fleet.behaviour = [](auto) { return Behaviour::stays_queued; };
  fleet.connect_all();
  fleet.start(FakeFleet::spec());
  ASSERT_FALSE(fleet.cloud.pause("fw-2", "ada", "night", fleet.now()));
  EXPECT_EQ(fleet.facts.executions.size(), 10U);
  EXPECT_THAT(fleet.facts.executions, ::testing::Each(::testing::EndsWith("queued v1")));
}

}  // namespace
}  // namespace cartstorm::broker::test
