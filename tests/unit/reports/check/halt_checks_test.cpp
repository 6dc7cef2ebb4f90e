#include <gtest/gtest.h>

#include "tests/unit/reports/tape.hpp"

/// halt_is_sticky, missing_data_is_not_health and rollback_visible on hand-made traces.
namespace cartstorm::report {
namespace {

using enum CheckVerdict;

constexpr std::uint64_t anchor = 0xca;

Target queued(CartId cart, std::uint32_t stage) {
  return {{}, stage, cart, TargetEvent::queued, {}};
}
JobRx jobs(CartId cart, JobStatus status, std::uint32_t execution = 1) {
  return {cart, {}, execution, status, 1, true, Reason::none};
}
MetricRx rollback(CartId cart, std::uint64_t key, bool is_counted = true) {
  return {cart, MetricName::rollback, v2_0, key, is_counted};
}
MetricRx heartbeat(CartId cart) { return {cart, MetricName::heartbeat, v1_8, 0, true}; }
CartId cart_no(std::uint32_t number) { return CartId{number}; }

class AHold : public testing::Test {
 protected:
  AHold() {
    tape.stage(0, 0, StageEvent::start).add(0, queued(cart_7, 0));
    tape.stage(hour, 0, StageEvent::hold, "system", 1);
  }
  Tape tape{"halt_is_sticky"};
};
TEST_F(AHold, ThatNothingFollowsIsKept) { EXPECT_THAT(tape.finish(), Is(pass, 1, 0)); }
TEST_F(AHold, EndsByAPersonsRelease) {
  tape.stage(2 * hour, 0, StageEvent::release, "dana", 1)
      .stage(2 * hour, 0, StageEvent::complete)
      .stage(2 * hour, 1, StageEvent::start)
      .add(2 * hour, queued(cart_8, 1))
      .add(2 * hour, jobs(cart_8, JobStatus::queued));
  EXPECT_THAT(tape.finish(), Is(pass, 1, 0));
}
TEST_F(AHold, DoesNotEndByTheSystemsRelease) {
  tape.stage(2 * hour, 0, StageEvent::release, "system", 1).stage(2 * hour, 1, StageEvent::start);
  const CheckResult result = tape.finish();
  EXPECT_THAT(result, Is(fail, 1, 1));
  EXPECT_EQ(result.first_message, "a start of the rollout while hold 1 was not released");
}
TEST_F(AHold, IsNotForgottenForAnother) {
  EXPECT_THAT(tape.stage(2 * hour, 0, StageEvent::hold, "system", 2).finish(), Is(fail, 2, 1));
}
TEST_F(AHold, LetsNobodyBeTargetedOrGivenAJob) {
  tape.add(2 * hour, queued(cart_8, 0)).add(2 * hour, jobs(cart_8, JobStatus::queued));
  EXPECT_THAT(tape.finish(), Is(fail, 1, 2));
}
TEST_F(AHold, LetsThoseWhoBeganGoOn) {
  tape.add(2 * hour, jobs(cart_7, JobStatus::in_progress))
      .add(2 * hour, jobs(cart_7, JobStatus::succeeded))
      .add(2 * hour, jobs(cart_8, JobStatus::canceled));
  EXPECT_THAT(tape.finish(), Is(pass, 1, 0));
}
TEST(HaltIsSticky, WithoutAHoldIsVacuous) {
  Tape tape{"halt_is_sticky"};
  EXPECT_THAT(tape.stage(0, 0, StageEvent::start).finish(), Is(vacuous, 0, 0));
}

/// A stage of twenty carts, all connected; the first `with_outcome` of them succeed.
class AStageOfTwenty : public testing::Test {
 protected:
  void begins(std::uint32_t with_outcome) {
    for (std::uint32_t i = 0; i < 20; ++i) {
      tape.add(0, Transport{cart_no(i), LinkEvent::connect, {}});
    }
    tape.stage(0, 0, StageEvent::start, "system", 0, 20);
    for (std::uint32_t i = 0; i < 20; ++i) tape.add(0, queued(cart_no(i), 0));
    for (std::uint32_t i = 0; i < with_outcome; ++i) {
      tape.add(hour, jobs(cart_no(i), JobStatus::succeeded));
    }
  }
  /// All carts but the last `silent` ones are heard of.
  void beats(std::int64_t t, std::uint32_t silent) {
    for (std::uint32_t i = 0; i < 20 - silent; ++i) tape.add(t, heartbeat(cart_no(i)));
  }
  Tape tape{"missing_data_is_not_health"};
};
TEST_F(AStageOfTwenty, ThatAllFinishedMayBeLeft) {
  begins(20);
  EXPECT_THAT(tape.stage(day, 0, StageEvent::complete).finish(), Is(pass, 1, 0));
}
TEST_F(AStageOfTwenty, MayBeLeftWithTwoWithoutAnOutcomeButNotWithThree) {
  begins(18);
  EXPECT_THAT(tape.stage(day, 0, StageEvent::complete).finish(), Is(pass, 1, 0));
}
TEST_F(AStageOfTwenty, IsNotLeftWithThreeWithoutAnOutcome) {
  begins(17);
  const CheckResult result = tape.stage(day, 0, StageEvent::complete).finish();
  EXPECT_THAT(result, Is(fail, 1, 1));
  EXPECT_EQ(result.first_message, "stage stage was left while 3 of its 20 carts had no outcome");
}
TEST_F(AStageOfTwenty, CountsTheSilentAlsoIfTheySucceeded) {
  begins(20);
  beats(31 * hour, 2);
  const CheckResult result = tape.stage(32 * hour, 0, StageEvent::complete).finish(2 * day);
  EXPECT_THAT(result, Is(fail, 1, 1));
  EXPECT_EQ(result.first_message, "stage stage was left while 2 of 20 targeted carts were silent");
}
TEST_F(AStageOfTwenty, MayHaveOneSilentCart) {
  begins(20);
  beats(31 * hour, 1);
  EXPECT_THAT(tape.stage(32 * hour, 0, StageEvent::complete).finish(2 * day), Is(pass, 1, 0));
}
TEST_F(AStageOfTwenty, MayBeLeftByAPersonAndIsNotHeldAgainstTheNextStage) {
  begins(10);
  beats(31 * hour, 5);
  tape.stage(31 * hour, 0, StageEvent::hold, "system", 1)
      .stage(32 * hour, 0, StageEvent::release, "dana", 1)
      .stage(32 * hour, 0, StageEvent::complete)
      .stage(32 * hour, 1, StageEvent::start, "system", 0, 1)
      .add(32 * hour, queued(cart_no(20), 1))
      .add(33 * hour, jobs(cart_no(20), JobStatus::succeeded));
  beats(50 * hour, 5);
  EXPECT_THAT(tape.stage(51 * hour, 1, StageEvent::complete).finish(3 * day), Is(pass, 1, 0));
}
TEST_F(AStageOfTwenty, ThatIsNeverLeftIsVacuous) {
  begins(3);
  EXPECT_THAT(tape.finish(), Is(vacuous, 0, 0));
}

/// A stage of two carts, and what the device rule says of them.
class AStageOfTwo : public testing::Test {
 protected:
  AStageOfTwo() {
    tape.run().cart(cart_7).cart(cart_8).images();
    tape.stage(0, 0, StageEvent::start, "system", 0, 2)
        .add(0, queued(cart_7, 0))
        .add(0, queued(cart_8, 0))
        .add(0, jobs(cart_7, JobStatus::queued))
        .add(0, jobs(cart_8, JobStatus::queued));
  }
  void rule_says(std::int64_t t, std::uint64_t bad, std::uint64_t targeted = 2) {
    tape.add(t, HaltEval{{}, 0, tape.text("devices"), bad, 2, targeted, 1, Verdict::undecided});
  }
  Tape tape{"rollback_visible"};
};
TEST_F(AStageOfTwo, IsAccountedFor) {
  rule_says(hour, 0);
  tape.add(2 * hour, rollback(cart_7, 0xa1));
  rule_says(3 * hour, 1);
  EXPECT_THAT(tape.stage(day, 0, StageEvent::complete).finish(), Is(pass, 3, 0));
}
TEST_F(AStageOfTwo, WhoseRuleDoesNotCountAKnownRollbackIsFound) {
  tape.add(2 * hour, rollback(cart_7, 0xa1));
  rule_says(3 * hour, 0);
  const CheckResult result = tape.finish();
  EXPECT_THAT(result, Is(fail, 1, 1));
  EXPECT_EQ(result.first_message,
            "the device rule counts 0 bad carts, and 1 are known to have rolled back");
}
TEST_F(AStageOfTwo, CountsACartWithTwoRollbacksOnce) {
  tape.add(2 * hour, rollback(cart_7, 0xa1)).add(2 * hour, rollback(cart_7, 0xa2));
  rule_says(3 * hour, 1);
  EXPECT_THAT(tape.finish(), Is(pass, 1, 0));
}
TEST_F(AStageOfTwo, IsNotAskedForWhatAPersonAccepted) {
  tape.add(2 * hour, rollback(cart_7, 0xa1))
      .stage(3 * hour, 0, StageEvent::hold, "system", 1)
      .stage(4 * hour, 0, StageEvent::release, "dana", 1);
  rule_says(5 * hour, 0);
  tape.add(6 * hour, rollback(cart_7, 0xa2));
  rule_says(7 * hour, 0);
  EXPECT_THAT(tape.finish(), Is(pass, 3, 0));
}
TEST_F(AStageOfTwo, WhoseDenominatorShrinksIsFound) {
  rule_says(hour, 0, 1);
  EXPECT_THAT(tape.finish(), Is(fail, 1, 1));
}
TEST_F(AStageOfTwo, WithACartThatNobodyTargetedIsFound) {
  tape.stage(hour, 1, StageEvent::start, "system", 0, 2)
      .stage(2 * hour, 1, StageEvent::hold, "system", 1);
  const CheckResult result = tape.finish();
  EXPECT_THAT(result, Is(fail, 1, 1));
  EXPECT_EQ(result.first_message,
            "stage 1 counts 2 carts, targeted 0, 0 of them wait for their window and 0 have an "
            "execution");
}
TEST(RollbackVisible, WithoutAStageIsVacuous) {
  Tape tape{"rollback_visible"};
  tape.run().cart(cart_7).images().add(1, rollback(cart_7, 0xa1));
  EXPECT_THAT(tape.finish(), Is(vacuous, 0, 0));
}

/// A rollout that needs an anchor; cart 7 is in its first stage, cart 8 is still to come.
class ANeededAnchor : public testing::Test {
 protected:
  ANeededAnchor() {
    tape.run().cart(cart_7).cart(cart_8).images(anchor);
    tape.add(0, Anchor{cart_7, anchor, AnchorEvent::ack})
        .add(0, Anchor{cart_8, anchor, AnchorEvent::ack})
        .stage(0, 0, StageEvent::start)
        .add(0, queued(cart_7, 0));
  }
  Tape tape{"prereq_recheck"};
};
TEST_F(ANeededAnchor, ThatEverybodyStillHasLetsTheNextStageStart) {
  EXPECT_THAT(tape.stage(day, 1, StageEvent::start).finish(), Is(pass, 1, 0));
}
TEST_F(ANeededAnchor, ThatACartToComeHasLostIsFound) {
  tape.add(hour, Anchor{cart_8, anchor, AnchorEvent::removed}).add(2 * hour, heartbeat(cart_8));
  const CheckResult result = tape.stage(day, 1, StageEvent::start).finish();
  EXPECT_THAT(result, Is(fail, 1, 1));
  EXPECT_EQ(result.first_message,
            "stage stage started while 1 carts still to come lacked anchor 00000000000000ca");
}
TEST_F(ANeededAnchor, IsNotKnownToBeLostBeforeAHeartbeatSaysSo) {
  tape.add(hour, Anchor{cart_8, anchor, AnchorEvent::removed});
  EXPECT_THAT(tape.stage(day, 1, StageEvent::start).finish(), Is(pass, 1, 0));
}
TEST_F(ANeededAnchor, ThatCameBackInTimeIsFine) {
  tape.add(hour, Anchor{cart_8, anchor, AnchorEvent::removed})
      .add(2 * hour, heartbeat(cart_8))
      .add(3 * hour, Anchor{cart_8, anchor, AnchorEvent::ack});
  EXPECT_THAT(tape.stage(day, 1, StageEvent::start).finish(), Is(pass, 1, 0));
}
TEST_F(ANeededAnchor, IsAskedOfLateJoiners) {
  tape.add(hour, Cart{CartId{9}, {}, {}, {}, {}, {}, 1, v1_8});
  EXPECT_THAT(tape.stage(day, 1, StageEvent::start).finish(), Is(fail, 1, 1));
}
TEST_F(ANeededAnchor, IsNotAskedOfCustomersWhoRefuseNorOfThoseTargetedAlready) {
  tape.add(hour, Anchor{cart_7, anchor, AnchorEvent::removed})
      .add(hour, heartbeat(cart_7))
      .add(hour, Anchor{cart_8, anchor, AnchorEvent::removed})
      .add(hour, heartbeat(cart_8))
      .add(hour, Consent{cart_8, {}, ConsentEvent::opt_out});
  EXPECT_THAT(tape.stage(day, 1, StageEvent::start).finish(), Is(pass, 1, 0));
}
TEST(PrereqRecheck, OfARolloutThatNeedsNoAnchorIsVacuous) {
  Tape tape{"prereq_recheck"};
  tape.run().cart(cart_7).images().stage(0, 0, StageEvent::start);
  EXPECT_THAT(tape.stage(day, 1, StageEvent::start).finish(), Is(vacuous, 0, 0));
}

}  // namespace
}  // namespace cartstorm::report
