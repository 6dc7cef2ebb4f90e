#include <gtest/gtest.h>

#include "tests/unit/reports/tape.hpp"

namespace cartstorm::report {
namespace {

using enum CheckVerdict;

Target queued(CartId cart, std::uint32_t stage) {
  return {{}, stage, cart, TargetEvent::queued, {}};
}
JobRx works(CartId cart) { return {cart, {}, 1, JobStatus::in_progress, 2, true, Reason::none}; }

class CanaryStarted : public testing::Test {
 protected:
  CanaryStarted() { tape.stage(0, 0, StageEvent::start).add(0, queued(cart_7, 0)); }
  Tape tape{"stage_containment"};
};
TEST_F(CanaryStarted, ItsCartMayWorkAndDownload) {
  tape.add(1, works(cart_7)).add(2, Http{cart_7, 0, 206, 4096, v2_0});
  EXPECT_THAT(tape.finish(), Is(pass, 2, 0));
}
TEST_F(CanaryStarted, AStrangerThatDownloadsIsFound) {
  const CheckResult result = tape.add(1, Http{cart_8, 0, 200, 4096, v2_0}).finish();
  EXPECT_THAT(result, Is(fail, 1, 1));
  EXPECT_EQ(result.first_message, "got bytes of the image although no stage targeted it");
}
TEST_F(CanaryStarted, ACartOfALaterStageThatWorksIsFound) {
  tape.add(1, queued(cart_8, 1)).add(2, works(cart_8));
  EXPECT_THAT(tape.finish(), Is(fail, 1, 1));
}
TEST_F(CanaryStarted, ARefusedDownloadIsNoPremise) {
  EXPECT_THAT(tape.add(1, Http{cart_8, 0, 403, 0, v2_0}).finish(), Is(vacuous, 0, 0));
}

/// Cart 7 is at work for the older rollout, cart 8 was only its target.
class CanarySuperseded : public CanaryStarted {
 protected:
  CanarySuperseded() {
    tape.add(0, queued(cart_8, 0)).add(1, works(cart_7)).stage(2, 0, StageEvent::abort, "bo");
    tape.stage(2, 0, StageEvent::requested, "bo").stage(2, 0, StageEvent::start);
  }
};
TEST_F(CanarySuperseded, WhoIsAtWorkMayFinish) {
  tape.add(3, Http{cart_7, 0, 206, 4096, v2_0});
  tape.add(4, JobRx{cart_7, {}, 1, JobStatus::succeeded, 3, true, Reason::none});
  EXPECT_THAT(tape.finish(), Is(pass, 3, 0));
}
TEST_F(CanarySuperseded, WhoHasFinishedMayNotBeginAgain) {
  tape.add(3, JobRx{cart_7, {}, 1, JobStatus::failed, 3, true, Reason::none});
  tape.stage(4, 0, StageEvent::requested, "bo").add(5, works(cart_7));
  EXPECT_THAT(tape.finish(), Is(fail, 3, 1));
}
TEST_F(CanarySuperseded, AnOlderTargetThatBeginsIsFound) {
  const CheckResult result = tape.add(3, works(cart_8)).finish();
  EXPECT_THAT(result, Is(fail, 2, 1));
  EXPECT_EQ(result.first_message, "worked on an execution although no stage targeted it");
}
TEST_F(CanarySuperseded, ANewTargetMayBegin) {
  EXPECT_THAT(tape.add(3, queued(cart_8, 0)).add(4, works(cart_8)).finish(), Is(pass, 2, 0));
}

class TwoStages : public testing::Test {
 protected:
  static CheckParameters soaks() {
    CheckParameters parameters;
    parameters.stage_soak_us = {day, 3 * day};
    parameters.superseding_soak_us = {3 * hour};
    return parameters;
  }
  static HaltEval says(Verdict verdict) { return {{}, 0, {}, 0, 10, 10, 10, verdict}; }
  Tape tape{"stage_order", soaks()};
};
TEST_F(TwoStages, OneAfterTheOtherIsRight) {
  tape.stage(0, 0, StageEvent::start)
      .add(hour, says(Verdict::go))
      .stage(day, 0, StageEvent::complete)
      .stage(day, 1, StageEvent::start, "system", 0, 50);
  EXPECT_THAT(tape.finish(5 * day), Is(pass, 3, 0));
}
TEST_F(TwoStages, AStartBeforeTheOtherIsCompleteIsFound) {
  tape.stage(0, 0, StageEvent::start).stage(day, 1, StageEvent::start);
  EXPECT_THAT(tape.finish(5 * day), Is(fail, 2, 1));
}
TEST_F(TwoStages, APersonMayDecideIt) {
  tape.stage(0, 0, StageEvent::start)
      .stage(hour, 0, StageEvent::release, "dana", 1)
      .stage(hour, 1, StageEvent::start);
  EXPECT_THAT(tape.finish(5 * day), Is(pass, 2, 0));
}
TEST_F(TwoStages, TheMachineryMayNot) {
  tape.stage(0, 0, StageEvent::start)
      .stage(hour, 0, StageEvent::release, "system", 1)
      .stage(hour, 1, StageEvent::start);
  EXPECT_THAT(tape.finish(5 * day), Is(fail, 2, 1));
}
TEST_F(TwoStages, ASoakCutShortIsFound) {
  tape.stage(0, 0, StageEvent::start)
      .add(hour, says(Verdict::go))
      .stage(day - 1, 0, StageEvent::complete);
  const CheckResult result = tape.finish(5 * day);
  EXPECT_THAT(result, Is(fail, 2, 1));
  EXPECT_EQ(result.first_message, "stage stage was complete after 23.9 h, its soak time is 24.0 h");
}
TEST_F(TwoStages, APauseIsNoSoakTime) {
  tape.stage(0, 0, StageEvent::start)
      .add(hour, says(Verdict::go))
      .stage(2 * hour, 0, StageEvent::pause, "ada")
      .stage(5 * hour, 0, StageEvent::resume, "ada")
      .stage(day + 3 * hour, 0, StageEvent::complete);
  EXPECT_THAT(tape.finish(5 * day), Is(pass, 3, 0));
}
TEST_F(TwoStages, ASoakThatAPauseCutShortIsFound) {
  tape.stage(0, 0, StageEvent::start)
      .add(hour, says(Verdict::go))
      .stage(2 * hour, 0, StageEvent::pause, "ada")
      .stage(5 * hour, 0, StageEvent::resume, "ada")
      .stage(day + 2 * hour, 0, StageEvent::complete);
  const CheckResult result = tape.finish(5 * day);
  EXPECT_THAT(result, Is(fail, 3, 1));
  EXPECT_EQ(result.first_message, "stage stage was complete after 23.0 h, its soak time is 24.0 h");
}
TEST_F(TwoStages, WhatBeginsInAPauseIsFound) {
  tape.stage(0, 0, StageEvent::start)
      .add(hour, says(Verdict::go))
      .stage(2 * hour, 0, StageEvent::pause, "ada")
      .add(3 * hour, queued(cart_7, 0))
      .stage(2 * day, 0, StageEvent::complete)
      .stage(2 * day, 1, StageEvent::start, "system", 0, 50);
  const CheckResult result = tape.finish(5 * day);
  EXPECT_THAT(result, Is(fail, 4, 3));
  EXPECT_EQ(result.first_message, "a cart was queued while a person had paused the rollout");
}
TEST_F(TwoStages, APersonMayEndAStageInAPause) {
  tape.stage(0, 0, StageEvent::start)
      .stage(2 * hour, 0, StageEvent::pause, "ada")
      .stage(3 * hour, 0, StageEvent::hold, "system", 1)
      .stage(4 * hour, 0, StageEvent::release, "ada", 1)
      .stage(4 * hour, 0, StageEvent::complete);
  EXPECT_THAT(tape.finish(5 * day), Is(pass, 3, 0));
}
/// Its soak times are its own, and the pause of the other one is over with it.
TEST_F(TwoStages, ANewerRolloutBeginsAgain) {
  tape.stage(0, 0, StageEvent::requested)
      .stage(0, 0, StageEvent::start)
      .stage(hour, 0, StageEvent::pause, "ada")
      .stage(2 * hour, 0, StageEvent::abort, "bo")
      .stage(2 * hour, 0, StageEvent::requested, "bo")
      .stage(2 * hour, 0, StageEvent::start, "system", 0, 20)
      .add(3 * hour, says(Verdict::go))
      .stage(4 * hour, 0, StageEvent::complete, "system", 0, 20);
  const CheckResult result = tape.finish(5 * day);
  EXPECT_THAT(result, Is(fail, 4, 1));
  EXPECT_EQ(result.first_message, "stage stage was complete after 2.0 h, its soak time is 3.0 h");
}
TEST_F(TwoStages, ASkippedStageIsFound) {
  tape.stage(0, 0, StageEvent::start)
      .add(hour, says(Verdict::go))
      .stage(day, 0, StageEvent::complete)
      .stage(day, 2, StageEvent::start);
  EXPECT_THAT(tape.finish(5 * day), Is(fail, 3, 1));
}
TEST_F(TwoStages, AShrinkingDenominatorIsFound) {
  tape.stage(0, 0, StageEvent::start, "system", 0, 10)
      .add(hour, says(Verdict::go))
      .stage(day, 0, StageEvent::complete, "system", 0, 8);
  EXPECT_THAT(tape.finish(5 * day), Is(fail, 2, 1));
}
TEST_F(TwoStages, LeavingAStageThatNobodyCalledGoodIsFound) {
  tape.stage(0, 0, StageEvent::start)
      .add(hour, says(Verdict::go))
      .add(2 * hour, says(Verdict::undecided))
      .stage(day, 0, StageEvent::complete);
  const CheckResult result = tape.finish(5 * day);
  EXPECT_THAT(result, Is(fail, 2, 1));
  EXPECT_EQ(result.first_message, "stage stage was left although no rule said go");
}
TEST_F(TwoStages, NothingStartedIsVacuous) { EXPECT_THAT(tape.finish(), Is(vacuous, 0, 0)); }

/// An hour of minutes: 1,000 old carts with 200 errors per 30 minutes, and the new arm as given.
class HaltRule : public testing::Test {
 protected:
  HaltRule() { tape.run().cart(cart_7).images().stage(0, 0, StageEvent::start); }
  void minutes(std::int64_t from, std::int64_t until, std::uint32_t new_errors) {
    for (std::int64_t m = from; m < until; ++m) {
      tape.add((m + 1) * minute, Exposure{v1_8, m, 60'000'000, 10});
      tape.add((m + 1) * minute, Exposure{v2_0, m, 60'000'000, new_errors});
    }
  }
  Tape tape{"halt_holds"};
};
TEST_F(HaltRule, AtTheRatioNothingIsMet) {
  minutes(0, 60, 15);  // exactly 1.5 times
  tape.stage(day, 1, StageEvent::start);
  EXPECT_THAT(tape.finish(2 * day), Is(vacuous, 0, 0));
}
TEST_F(HaltRule, AStartAfterItWasMetIsFound) {
  minutes(0, 60, 16);
  tape.stage(day, 1, StageEvent::start);
  const CheckResult result = tape.finish(2 * day);
  EXPECT_THAT(result, Is(fail, 1, 1));
  EXPECT_EQ(result.first_message,
            "stage stage started although the rule was met at d0 00:30:00 (480 new errors in "
            "1800000 s, 300 old in 1800000 s) and nobody released it");
}
TEST_F(HaltRule, TooFewExpectedErrorsDecideNothing) {
  tape.add(minute, Exposure{v1_8, 0, 60'000'000, 89});
  for (std::int64_t m = 0; m < 40; ++m) {
    tape.add((m + 1) * minute, Exposure{v2_0, m, 2'000'000, 10});
  }
  tape.stage(day, 1, StageEvent::start);
  EXPECT_THAT(tape.finish(2 * day), Is(vacuous, 0, 0));
}
TEST_F(HaltRule, AStartWithinTheDetectionTimeIsForgiven) {
  minutes(0, 30, 16);
  tape.stage(32 * minute, 1, StageEvent::start);
  EXPECT_THAT(tape.finish(2 * day), Is(pass, 1, 0));
}
TEST_F(HaltRule, AReleaseByAPersonMakesAStartRight) {
  minutes(0, 60, 16);
  tape.stage(61 * minute, 0, StageEvent::hold, "system", 1)
      .stage(3 * hour, 0, StageEvent::release, "dana", 1)
      .stage(day, 1, StageEvent::start);
  EXPECT_THAT(tape.finish(2 * day), Is(pass, 2, 0));
}
TEST_F(HaltRule, AReleaseCoversWhatWasSeenBeforeItOnly) {
  minutes(0, 60, 16);
  tape.stage(61 * minute, 0, StageEvent::hold, "system", 1)
      .stage(61 * minute, 0, StageEvent::release, "dana", 1);
  minutes(61, 100, 16);
  tape.stage(day, 1, StageEvent::start);
  EXPECT_THAT(tape.finish(2 * day), Is(fail, 3, 1));
}
TEST_F(HaltRule, AStartDuringAHoldIsFound) {
  tape.stage(hour, 0, StageEvent::hold, "system", 1).stage(day, 1, StageEvent::start);
  const CheckResult result = tape.finish(2 * day);
  EXPECT_THAT(result, Is(fail, 1, 1));
  EXPECT_EQ(result.first_message, "stage stage started while hold 1 was not released");
}
TEST_F(HaltRule, AReleaseOfAnotherHoldIsFoundAndReleasesNothing) {
  tape.stage(hour, 0, StageEvent::hold, "system", 2)
      .stage(2 * hour, 0, StageEvent::release, "dana", 1)
      .stage(day, 1, StageEvent::start);
  EXPECT_THAT(tape.finish(2 * day), Is(fail, 1, 2));
}
TEST_F(HaltRule, AReleaseByTheMachineryIsFound) {
  tape.stage(hour, 0, StageEvent::hold, "system", 1)
      .stage(2 * hour, 0, StageEvent::release, "system", 1);
  EXPECT_THAT(tape.finish(2 * day), Is(fail, 1, 1));
}
TEST_F(HaltRule, AReleaseIsSingleUse) {
  tape.stage(hour, 0, StageEvent::hold, "system", 1)
      .stage(2 * hour, 0, StageEvent::release, "dana", 1)
      .stage(3 * hour, 0, StageEvent::release, "dana", 1);
  EXPECT_THAT(tape.finish(2 * day), Is(fail, 1, 1));
}
TEST(HaltRuleLiteral, OneErrorAgainstNoneIsEnough) {
  CheckParameters parameters;
  parameters.halt_min_expected = 0;
  Tape tape{"halt_holds", parameters};
  tape.run().cart(cart_7).images().stage(0, 0, StageEvent::start);
  for (std::int64_t m = 0; m < 30; ++m) {
    tape.add((m + 1) * minute, Exposure{v1_8, m, 60'000'000, 0});
    tape.add((m + 1) * minute, Exposure{v2_0, m, 60'000, m == 7 ? 1U : 0U});
  }
  tape.stage(day, 1, StageEvent::start);
  EXPECT_THAT(tape.finish(2 * day), Is(fail, 1, 1));
}

constexpr std::uint64_t next_ca = 0x6b1f;

class NeedsTheNextCa : public testing::Test {
 protected:
  NeedsTheNextCa() { tape.cart(cart_7).cart(cart_8).images(next_ca); }
  static Anchor anchor(CartId cart, AnchorEvent event, std::uint64_t id = next_ca) {
    return {cart, id, event};
  }
  Tape tape{"ca_prereq"};
};
TEST_F(NeedsTheNextCa, AcknowledgedBeforeTheFirstStageIsRight) {
  tape.add(1, anchor(cart_7, AnchorEvent::ack))
      .stage(hour, 0, StageEvent::start)
      .add(hour, queued(cart_7, 0));
  EXPECT_THAT(tape.finish(), Is(pass, 1, 0));
}
TEST_F(NeedsTheNextCa, SentIsNotAcknowledged) {
  tape.add(1, anchor(cart_7, AnchorEvent::sent))
      .add(1, anchor(cart_7, AnchorEvent::ack, 0x1111))
      .stage(hour, 0, StageEvent::start)
      .add(hour, queued(cart_7, 0));
  EXPECT_THAT(tape.finish(), Is(fail, 1, 1));
}
TEST_F(NeedsTheNextCa, RemovedIsNotAcknowledged) {
  tape.add(1, anchor(cart_7, AnchorEvent::ack))
      .add(2, anchor(cart_7, AnchorEvent::removed))
      .stage(hour, 0, StageEvent::start)
      .add(hour, queued(cart_7, 0));
  EXPECT_THAT(tape.finish(), Is(fail, 1, 1));
}
TEST_F(NeedsTheNextCa, ACartOfALaterStageMustHaveItWhenTheFirstStarts) {
  tape.add(1, anchor(cart_7, AnchorEvent::ack))
      .stage(hour, 0, StageEvent::start)
      .add(hour, queued(cart_7, 0))
      .add(2 * hour, anchor(cart_8, AnchorEvent::ack))
      .stage(day, 1, StageEvent::start)
      .add(day, queued(cart_8, 1));
  const CheckResult result = tape.finish(2 * day);
  EXPECT_THAT(result, Is(fail, 2, 1));
  EXPECT_EQ(result.first_cart, cart_8);
}
TEST(NeedsNoCa, IsVacuous) {
  Tape tape{"ca_prereq"};
  tape.cart(cart_7).images(0).add(hour, queued(cart_7, 0));
  EXPECT_THAT(tape.finish(), Is(vacuous, 0, 0));
}

}  // namespace
}  // namespace cartstorm::report
