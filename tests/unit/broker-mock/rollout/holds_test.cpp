#include <gmock/gmock.h>

#include "tests/unit/broker-mock/support/fake_fleet.hpp"

namespace cartstorm::broker::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string last_event(const FakeFleet& fleet) { return fleet.facts.stages.back().event; }

/// 400 carts; the new version makes three times the errors of the old one.
class Regression : public ::testing::Test {
 protected:
  Regression() {
    fleet.new_errors_per_hour = 6;
    fleet.connect_all();
  }
  FakeFleet fleet{400};
};

TEST_F(Regression, IsUndecidedInTheCanaryAndHeldByRatioInTheHalf) {
  fleet.start(FakeFleet::spec());
  fleet.run_until(6 * hour_ms);
  EXPECT_THAT(fleet.facts.story(), ElementsAre("requested 0 0", "start 0 10", "complete 0 10",
                                               "start 1 190", "hold 1 190"));
  EXPECT_THAT(fleet.facts.stages.back().reason,
              ::testing::AllOf(StartsWith("ratio: "), HasSubstr(" on 2.0.0 against "),
                               HasSubstr(" on 1.8.0, more than 1.5 times")));
  const auto& last = fleet.facts.evaluations;
  const auto held = std::find_if(last.begin(), last.end(),
                                 [](const auto& e) { return e.verdict == fact::Verdict::hold; });
  ASSERT_NE(held, last.end());
  EXPECT_EQ(held->rule, "ratio");
  EXPECT_EQ(held->stage, 1U);
  EXPECT_GT(held->x * held->e_old * 2, held->y * held->e_new * 3);
}

TEST_F(Regression, WithoutErrorMessagesNobodyHolds) {
  fleet.sends_metrics = false;
  fleet.start(FakeFleet::spec());
  fleet.run_until(6 * hour_ms);
  EXPECT_EQ(last_event(fleet), "end");
}

TEST_F(Regression, AHoldStaysWhateverTheMetricsSayLater) {
  fleet.start(FakeFleet::spec());
  fleet.run_until(3 * hour_ms);
  ASSERT_EQ(last_event(fleet), "hold");
  fleet.new_errors_per_hour = 0;
  fleet.run_until(72 * hour_ms);
  EXPECT_EQ(last_event(fleet), "hold");
  EXPECT_EQ(fleet.on_new(), 200U);
}

TEST_F(Regression, OnlyAReleaseThatNamesTheHoldAPersonAndAReasonIsTaken) {
  fleet.start(FakeFleet::spec());
  EXPECT_THAT(fleet.release(1), HasSubstr("is not held"));
  fleet.run_until(3 * hour_ms);
  ASSERT_EQ(last_event(fleet), "hold");
  EXPECT_EQ(fleet.facts.stages.back().hold_id, 1U);
  EXPECT_THAT(fleet.release(2), HasSubstr("look at hold 1"));
  EXPECT_THAT(fleet.release(0), HasSubstr("look at hold 1"));
  EXPECT_THAT(fleet.release(1, "system"), HasSubstr("by a person"));
  EXPECT_THAT(fleet.release(1, " "), HasSubstr("by a person"));
  EXPECT_THAT(fleet.release(1, "ada", "\t"), HasSubstr("needs a reason"));
  EXPECT_THAT(fleet.cloud.release("fw-9", 1, "ada", "x", fleet.now())->message,
              HasSubstr("no rollout fw-9"));
  EXPECT_EQ(last_event(fleet), "hold");
  EXPECT_EQ(fleet.release(1), "");
  EXPECT_EQ(last_event(fleet), "release");
  EXPECT_EQ(fleet.facts.stages.back().actor, "ada");
  EXPECT_THAT(fleet.facts.operators, Contains("ada release 1 looked at it"));
}

TEST_F(Regression, AReleaseServesOnceAndANewViolationIsANewHold) {
  fleet.start(FakeFleet::spec());
  fleet.run_until(3 * hour_ms);
  ASSERT_EQ(fleet.release(1), "");
  EXPECT_THAT(fleet.release(1), HasSubstr("is not held"));
  // The violating minutes of before are not judged again; the new ones are.
  const std::size_t judged = fleet.facts.stages.size();
  fleet.run_until(3 * hour_ms + 5 * minute_ms);
  EXPECT_EQ(fleet.facts.stages.size(), judged);
  fleet.run_until(4 * hour_ms);
  EXPECT_EQ(last_event(fleet), "hold");
  EXPECT_EQ(fleet.facts.stages.back().hold_id, 2U);
  EXPECT_THAT(fleet.release(1), HasSubstr("look at hold 2"));
}

TEST_F(Regression, ThatHealsLetsAReleasedRolloutComplete) {
  fleet.start(FakeFleet::spec());
  fleet.run_until(3 * hour_ms);
  fleet.new_errors_per_hour = 2;
  fleet.release(1);
  fleet.run_until(9 * hour_ms);
  EXPECT_EQ(last_event(fleet), "end");
}

TEST_F(Regression, TheSoakClockStandsStillWhileHeld) {
  fleet.start(FakeFleet::spec());
  fleet.run_until(10 * hour_ms);
  const auto& stages = fleet.facts.stages;
  ASSERT_EQ(stages.back().event, "hold");
  fleet.new_errors_per_hour = 2;
  fleet.release(1);
  fleet.run_until(10 * hour_ms + 20 * minute_ms);
  EXPECT_EQ(last_event(fleet), "release");
}

TEST(LiteralRule, HoldsAGoodReleaseForOneStrayError) {
  FakeFleet fleet{200};
  fleet.connect_all();
  RolloutSpec spec = FakeFleet::spec(24 * hour_ms);
  spec.plan.rules.ratio.min_expected = 0;
  spec.plan.rules.devices.enabled = false;
  fleet.old_errors_per_hour = 1;
  fleet.new_errors_per_hour = 0;
  fleet.start(spec);
  fleet.run_until(2 * minute_ms);
  // One error in half a device hour is two an hour; the old version makes one.
  fleet.send(fleet.targeted().front(), "error",
             R"({"version":"2.0.0","code":17,"episode":"00000000000000ff"})");
  fleet.run_until(3 * minute_ms);
  EXPECT_THAT(fleet.facts.story(), ElementsAre("requested 0 0", "start 0 10", "hold 0 10"));
  EXPECT_THAT(fleet.facts.stages.back().reason,
              StartsWith("ratio: 1 errors in 0.5 device hours on 2.0.0 against "));
}

TEST(PlanStandard, DoesNotJudgeTheSameStrayError) {
  FakeFleet fleet{200};
  fleet.connect_all();
  fleet.old_errors_per_hour = 1;
  fleet.new_errors_per_hour = 0;
  fleet.start(FakeFleet::spec(24 * hour_ms));
  fleet.run_until(2 * minute_ms);
  fleet.send(fleet.targeted().front(), "error",
             R"({"version":"2.0.0","code":17,"episode":"00000000000000ff"})");
  fleet.run_until(5 * hour_ms);
  EXPECT_THAT(fleet.facts.story(), ElementsAre("requested 0 0", "start 0 10"));
}

/// Carts 0, 7, 14, ... fail in one of the ways.
class SomeFail : public ::testing::Test {
 protected:
  void start(Behaviour how, OnHold on_hold = OnHold::cancel_queued) {
    fleet.behaviour = [how](std::uint32_t cart) {
      return cart % 7 == 0 ? how : Behaviour::updates;
    };
    RolloutSpec spec = FakeFleet::spec();
    spec.plan.on_hold = on_hold;
    fleet.start(spec);
  }
  FakeFleet fleet{400};
};

TEST_F(SomeFail, FailedCartsHold) {
  fleet.connect_all();
  start(Behaviour::fails);
  fleet.run_until(3 * hour_ms);
  EXPECT_EQ(last_event(fleet), "hold");
  EXPECT_THAT(fleet.facts.stages.back().reason, HasSubstr("failed "));
}

TEST_F(SomeFail, RejectedCartsHold) {
  fleet.connect_all();
  start(Behaviour::rejects);
  fleet.run_until(3 * hour_ms);
  EXPECT_THAT(fleet.facts.stages.back().reason, HasSubstr("(rejected "));
}

TEST_F(SomeFail, RolledBackCartsHold) {
  fleet.connect_all();
  start(Behaviour::rolls_back);
  fleet.run_until(3 * hour_ms);
  EXPECT_THAT(fleet.facts.stages.back().reason, HasSubstr("(rolled_back "));
}

TEST_F(SomeFail, ARollbackAfterSucceededHoldsThoughJobsKnowsNoSuchState) {
  fleet.connect_all();
  start(Behaviour::reverts);
  fleet.run_until(3 * hour_ms);
  EXPECT_THAT(fleet.facts.stages.back().reason, HasSubstr("(rolled_back "));
}

TEST_F(SomeFail, WithoutTheMetricChannelTheVerdictIsAnother) {
  fleet.sends_metrics = false;
  fleet.connect_all();
  start(Behaviour::reverts);
  fleet.run_until(3 * hour_ms);
  EXPECT_EQ(last_event(fleet), "hold");
  EXPECT_THAT(fleet.facts.stages.back().reason, StartsWith("undecided"));
}

TEST_F(SomeFail, WhatAPersonAcknowledgedDoesNotHoldAgainButANewCartDoes) {
  fleet.connect_all();
  start(Behaviour::fails);
  fleet.run_until(3 * hour_ms);
  const auto held = fleet.facts.stages.back();
  ASSERT_EQ(held.event, "hold");
  ASSERT_EQ(fleet.release(held.hold_id), "");
  fleet.run_until(3 * hour_ms + 30 * minute_ms);
  EXPECT_NE(last_event(fleet), "hold");
  // Everybody who ran the update so far now reports that it was rolled back.
  for (const std::uint32_t cart : fleet.targeted()) {
    if (cart % 7 != 0) fleet.roll_back(cart);
  }
  fleet.run_until(3 * hour_ms + 32 * minute_ms);
  EXPECT_EQ(last_event(fleet), "hold");
  EXPECT_THAT(fleet.facts.stages.back().reason, Not(HasSubstr("failed ")));
}

class HalfTheFleetIsOff : public SomeFail {
 protected:
  HalfTheFleetIsOff() {
    for (std::uint32_t cart = 0; cart < 400; cart += 2) fleet.connect(cart);
  }
  std::size_t lines(std::string_view end) const {
    return static_cast<std::size_t>(
        std::count_if(fleet.facts.executions.begin(), fleet.facts.executions.end(),
                      [end](const std::string& line) { return line.ends_with(end); }));
  }
};

TEST_F(HalfTheFleetIsOff, AHoldCancelsWhatNobodyStarted) {
  start(Behaviour::updates);
  fleet.run_until(2 * hour_ms);
  ASSERT_EQ(last_event(fleet), "hold");
  const std::size_t queued = 10 - fleet.on_new();
  EXPECT_GT(queued, 0U);
  EXPECT_EQ(lines("canceled v2"), queued);
}

TEST_F(HalfTheFleetIsOff, AReleaseQueuesThemAgainUnderANewJob) {
  start(Behaviour::updates);
  fleet.run_until(2 * hour_ms);
  const std::size_t queued = 10 - fleet.on_new();
  fleet.release(1);
  EXPECT_THAT(fleet.facts.executions,
              Contains(HasSubstr("fw-2-canary-r2 #1 queued v1")).Times(queued));
  EXPECT_EQ(last_event(fleet), "start");
}

TEST_F(HalfTheFleetIsOff, LetRunCancelsNothing) {
  start(Behaviour::updates, OnHold::let_run);
  fleet.run_until(2 * hour_ms);
  ASSERT_EQ(last_event(fleet), "hold");
  EXPECT_EQ(lines("canceled v2"), 0U);
}

/// A soak of three days, so that silence can show.
class Silence : public ::testing::Test {
 protected:
  void start() {
    fleet.connect_all();
    RolloutSpec spec = FakeFleet::spec(72 * hour_ms);
    fleet.start(spec);
  }
  FakeFleet fleet{60};
};

TEST_F(Silence, CartsThatTookTheJobAndVanishedHoldAfterThirtyHours) {
  fleet.behaviour = [](std::uint32_t cart) {
    return cart % 3 == 0 ? Behaviour::goes_dark : Behaviour::updates;
  };
  start();
  fleet.run_until(30 * hour_ms - minute_ms);
  EXPECT_EQ(last_event(fleet), "start");
  fleet.run_until(30 * hour_ms);
  EXPECT_EQ(last_event(fleet), "hold");
  EXPECT_THAT(fleet.facts.stages.back().reason, HasSubstr("(silent "));
}

TEST_F(Silence, CartsThatAreSwitchedOffAtNightAreNotSilent) {
  start();
  for (int day = 0; day < 3; ++day) {
    fleet.run_until((day * 24 + 8) * hour_ms);
    for (std::uint32_t cart = 0; cart < 60; ++cart) fleet.disconnect(cart);
    fleet.run_until((day * 24 + 24) * hour_ms - 1);
    for (std::uint32_t cart = 0; cart < 60; ++cart) fleet.connect(cart);
  }
  fleet.run_until(73 * hour_ms);
  EXPECT_THAT(fleet.facts.story(),
              ElementsAre("requested 0 0", "start 0 10", "complete 0 10", "start 1 20"));
}

TEST_F(Silence, AConnectedCartThatNeverReportsIsSilentToo) {
  fleet.is_beating = false;
  fleet.sends_metrics = false;
  start();
  fleet.run_until(31 * hour_ms);
  EXPECT_THAT(fleet.facts.stages.back().reason, HasSubstr("silent 10"));
}

}  // namespace
}  // namespace cartstorm::broker::test
