#include <gtest/gtest.h>

#include "tests/unit/reports/tape.hpp"

namespace cartstorm::report {
namespace {

using enum CheckVerdict;

JobTx sends(JobStatus status, Version version) {
  return {cart_7, {}, 1, status, Reason::none, version, 2};
}

class NewImageRuns : public testing::Test {
 protected:
  NewImageRuns() {
    tape.cart(cart_7)
        .add(1, decide(cart_7, 2, SlotName::b, BootReason::trial, 3, 2))
        .add(1, Jump{cart_7, 2, SlotName::b, v2_0, new_digest});
  }
  Tape tape{"status_truthful"};
};

TEST_F(NewImageRuns, SucceededAfterTheDurableConfirmIsTrue) {
  tape.add(2, Confirm{cart_7, SlotName::b, v2_0, Phase::durable})
      .add(3, sends(JobStatus::succeeded, v2_0));
  EXPECT_THAT(tape.finish(), Is(pass, 1, 0));
}
TEST_F(NewImageRuns, SucceededBeforeItIsConfirmedIsALie) {
  tape.add(2, Confirm{cart_7, SlotName::b, v2_0, Phase::requested})
      .add(3, sends(JobStatus::succeeded, v2_0));
  const CheckResult result = tape.finish();
  EXPECT_THAT(result, Is(fail, 1, 1));
  EXPECT_EQ(result.first_message,
            "reported succeeded for 2.0.0 while 1.8.0 is confirmed and 2.0.0 runs");
}
TEST_F(NewImageRuns, FailedForTheConfirmedVersionIsALie) {
  tape.add(2, Confirm{cart_7, SlotName::b, v2_0, Phase::durable})
      .add(3, sends(JobStatus::failed, v2_0));
  EXPECT_THAT(tape.finish(), Is(fail, 1, 1));
}
TEST_F(NewImageRuns, FailedAfterARollbackIsTrue) {
  tape.add(2, Rollback{cart_7, v2_0, v1_8, RollbackReason::attempts_spent, 1})
      .add(3, decide(cart_7, 3, SlotName::a, BootReason::confirmed))
      .add(3, Jump{cart_7, 3, SlotName::a, v1_8, old_digest})
      .add(4, sends(JobStatus::failed, v2_0));
  EXPECT_THAT(tape.finish(), Is(pass, 1, 0));
}
TEST_F(NewImageRuns, SucceededAfterAConfirmThatWasRolledBackIsALie) {
  tape.add(2, Confirm{cart_7, SlotName::b, v2_0, Phase::durable})
      .add(3, Rollback{cart_7, v2_0, v1_8, RollbackReason::after_confirm, 1})
      .add(4, sends(JobStatus::succeeded, v2_0));
  EXPECT_THAT(tape.finish(), Is(fail, 1, 1));
}
TEST_F(NewImageRuns, ProgressIsNoPremise) {
  tape.add(2, sends(JobStatus::in_progress, v2_0));
  EXPECT_THAT(tape.finish(), Is(vacuous, 0, 0));
}

class RolledBackOnce : public testing::Test {
 protected:
  RolledBackOnce() {
    tape.run().add(hour, Rollback{cart_7, v2_0, v1_8, RollbackReason::attempts_spent, 0xa1});
  }
  static MetricRx counts(std::uint64_t key, bool is_counted = true) {
    return {cart_7, MetricName::rollback, v2_0, key, is_counted};
  }
  static Transport link(LinkEvent event) { return {cart_7, event, {}}; }
  Tape tape{"rollback_reported_once"};
};

TEST_F(RolledBackOnce, CountedOnceAndClearedIsRight) {
  tape.add(2 * hour, counts(0xa1))
      .add(2 * hour, counts(0xa1, false))
      .add(3 * hour, RollbackCleared{cart_7, 0xa1});
  EXPECT_THAT(tape.finish(), Is(pass, 1, 0));
}
TEST_F(RolledBackOnce, CountedTwiceIsFound) {
  tape.add(2 * hour, counts(0xa1)).add(2 * hour, counts(0xa1));
  const CheckResult result = tape.finish();
  EXPECT_THAT(result, Is(fail, 2, 1));
  EXPECT_EQ(result.first_message, "occurrence 00000000000000a1 was counted 2 times");
}
TEST_F(RolledBackOnce, AnInventedOccurrenceIsFound) {
  EXPECT_THAT(tape.add(2 * hour, counts(0xb2)).finish(), Is(fail, 1, 1));
}
TEST_F(RolledBackOnce, ClearedBeforeItWasCountedIsFound) {
  EXPECT_THAT(tape.add(2 * hour, RollbackCleared{cart_7, 0xa1}).finish(), Is(fail, 0, 1));
}
TEST_F(RolledBackOnce, NeverCountedInSpiteOfAConnectionIsFound) {
  tape.add(2 * hour, link(LinkEvent::connect)).add(3 * hour + 5 * minute, link(LinkEvent::lost));
  const CheckResult result = tape.finish();
  EXPECT_THAT(result, Is(fail, 1, 1));
  EXPECT_EQ(result.first_time_us, hour);
  EXPECT_EQ(result.first_message,
            "occurrence 00000000000000a1 was never counted in 65 min of connection");
}
TEST_F(RolledBackOnce, WithoutAConnectionNothingIsDue) {
  tape.add(2 * hour, link(LinkEvent::connect)).add(3 * hour, link(LinkEvent::lost));
  EXPECT_THAT(tape.finish(), Is(vacuous, 0, 0));
}
TEST_F(RolledBackOnce, ACutEndsTheConnection) {
  tape.add(2 * hour, link(LinkEvent::connect))
      .add(3 * hour, Power{cart_7, false, PowerCause::user});
  EXPECT_THAT(tape.finish(), Is(vacuous, 0, 0));
}
TEST_F(RolledBackOnce, TimeInWhichAFaultEatsReportsDoesNotCount) {
  tape.add(2 * hour, Fault{cart_7, tape.text("metric_lost 50%"), FaultEvent::fire, 0})
      .add(2 * hour, link(LinkEvent::connect))
      .add(9 * hour, Fault{cart_7, tape.text("metric_lost 50%"), FaultEvent::clear, 0})
      .add(10 * hour, link(LinkEvent::lost));
  EXPECT_THAT(tape.finish(), Is(vacuous, 0, 0));
}
TEST_F(RolledBackOnce, TimeInWhichAFaultHoldsReportsUpDoesNotCountEither) {
  tape.add(2 * hour, Fault{cart_7, tape.text("metric_delayed"), FaultEvent::fire, 0})
      .add(2 * hour, link(LinkEvent::connect))
      .add(10 * hour, link(LinkEvent::lost));
  EXPECT_THAT(tape.finish(), Is(vacuous, 0, 0));
}
TEST_F(RolledBackOnce, TheFaultIsOverWhenTheQuietEndBegins) {
  tape.add(2 * hour, Fault{cart_7, tape.text("metric_lost"), FaultEvent::fire, 0})
      .add(2 * hour, link(LinkEvent::connect));
  EXPECT_THAT(tape.finish(20 * hour + 64 * minute), Is(vacuous, 0, 0));
  EXPECT_THAT(tape.finish(20 * hour + 65 * minute), Is(fail, 1, 1));
}
TEST_F(RolledBackOnce, AnErrorMetricIsNoRollback) {
  tape.add(2 * hour, MetricRx{cart_7, MetricName::error, v1_8, 0xa1, true});
  EXPECT_THAT(tape.finish(), Is(vacuous, 0, 0));
}

class Attempts : public testing::Test {
 protected:
  static ManifestVerdict verdict(bool is_accepted, std::uint32_t execution = 1) {
    return {cart_7, {}, execution, v2_0, is_accepted, Reason::none, 0};
  }
  Tape tape{"bounded_retries"};
};

TEST_F(Attempts, FourADayAreAllowed) {
  for (int n = 0; n < 4; ++n) tape.add(n * hour, verdict(false));
  EXPECT_THAT(tape.finish(), Is(pass, 4, 0));
}
TEST_F(Attempts, TheFifthWithinADayIsFound) {
  for (int n = 0; n < 5; ++n) tape.add(n * hour, verdict(false));
  const CheckResult result = tape.finish();
  EXPECT_THAT(result, Is(fail, 5, 1));
  EXPECT_EQ(result.first_message, "attempt 5 at 2.0.0 is one more than 4 within 24.0 h");
}
TEST_F(Attempts, TheFifthIsFineAfterADay) {
  for (int n = 0; n < 4; ++n) tape.add(n * hour, verdict(false));
  EXPECT_THAT(tape.add(day, verdict(false)).finish(2 * day), Is(pass, 5, 0));
}
TEST_F(Attempts, TheThirdWithoutAPauseIsFound) {
  tape.add(0, verdict(false)).add(1 * second, verdict(false)).add(2 * second, verdict(false));
  const CheckResult result = tape.finish();
  EXPECT_THAT(result, Is(fail, 3, 1));
  EXPECT_EQ(result.first_message, "attempt 3 at 2.0.0 came 1 s after the one before");
}
TEST_F(Attempts, GoingOnAfterAResetIsNoNewAttempt) {
  for (int n = 0; n < 9; ++n) {
    tape.add(n * hour, verdict(true)).add(n * hour + 1, Reset{cart_7, ResetCause::power_on});
  }
  EXPECT_THAT(tape.finish(), Is(pass, 1, 0));
}
TEST_F(Attempts, ARollbackEndsTheAttempt) {
  for (int n = 0; n < 5; ++n) {
    tape.add(n * hour, verdict(true))
        .add(n * hour + 1, Rollback{cart_7, v2_0, v1_8, RollbackReason::attempts_spent, 1})
        .add(n * hour + 1, Reset{cart_7, ResetCause::panic});
  }
  EXPECT_THAT(tape.finish(), Is(fail, 5, 1));
}
TEST_F(Attempts, OfAnotherVersionCountAnew) {
  for (int n = 0; n < 4; ++n) tape.add(n * hour, verdict(false));
  tape.add(5 * hour, ManifestVerdict{cart_7, {}, 1, Version{0x20001}, true, Reason::none, 0});
  EXPECT_THAT(tape.finish(), Is(pass, 5, 0));
}
TEST_F(Attempts, NoneIsVacuous) { EXPECT_THAT(tape.finish(), Is(vacuous, 0, 0)); }

class PublishedToday : public testing::Test {
 protected:
  // Valid for one day from the epoch of the run.
  PublishedToday() { tape.run().cart(cart_7).images(0, epoch_s, epoch_s + 86'400); }
  static ManifestVerdict verdict(bool is_accepted, Reason reason, std::int64_t offset_s) {
    return {cart_7, {}, 1, v2_0, is_accepted, reason, offset_s};
  }
  Tape tape{"clock_independent_verdict"};
};

TEST_F(PublishedToday, AWrongClockThatAcceptsItIsRight) {
  tape.add(hour, verdict(true, Reason::none, -46'800));
  EXPECT_THAT(tape.finish(), Is(pass, 1, 0));
}
TEST_F(PublishedToday, AWrongClockThatRefusesItIsFound) {
  tape.add(hour, verdict(false, Reason::not_yet_valid, -46'800));
  const CheckResult result = tape.finish();
  EXPECT_THAT(result, Is(fail, 1, 1));
  EXPECT_EQ(result.first_message,
            "clock off by -46800 s: refused 2.0.0 as not_yet_valid while it is valid");
}
TEST_F(PublishedToday, AWrongClockThatAcceptsItAfterItExpiredIsFound) {
  tape.add(25 * hour, verdict(true, Reason::none, -46'800));
  EXPECT_THAT(tape.finish(2 * day), Is(fail, 1, 1));
}
TEST_F(PublishedToday, RefusingItAfterItExpiredIsRight) {
  tape.add(25 * hour, verdict(false, Reason::expired, -46'800));
  EXPECT_THAT(tape.finish(2 * day), Is(pass, 1, 0));
}
TEST_F(PublishedToday, AnotherReasonHasNothingToDoWithClocks) {
  tape.add(hour, verdict(false, Reason::bad_signature, -46'800));
  EXPECT_THAT(tape.finish(), Is(pass, 1, 0));
}
TEST_F(PublishedToday, ARightClockIsNoPremise) {
  tape.add(hour, verdict(false, Reason::not_yet_valid, 0));
  EXPECT_THAT(tape.finish(), Is(vacuous, 0, 0));
}
TEST_F(PublishedToday, ASelfTestThatFailsOnWrongClocksOnlyIsFound) {
  tape.add(1, Clock{cart_7, -46'800, ClockEvent::step})
      .add(2, Jump{cart_7, 1, SlotName::b, v2_0, new_digest})
      .add(2, Jump{cart_8, 1, SlotName::b, v2_0, new_digest})
      .add(3, SelfTest{cart_7, false, 10})
      .add(4, SelfTest{cart_8, true, 10});
  const CheckResult result = tape.finish();
  EXPECT_THAT(result, Is(fail, 1, 1));
  EXPECT_EQ(result.first_cart, cart_7);
}
TEST_F(PublishedToday, ASelfTestThatAlsoFailsOnRightClocksIsAnotherProblem) {
  tape.add(1, Clock{cart_7, -46'800, ClockEvent::step})
      .add(2, Jump{cart_7, 1, SlotName::b, v2_0, new_digest})
      .add(2, Jump{cart_8, 1, SlotName::b, v2_0, new_digest})
      .add(3, SelfTest{cart_7, false, 10})
      .add(4, SelfTest{cart_8, false, 10});
  EXPECT_THAT(tape.finish(), Is(vacuous, 0, 0));
}

}  // namespace
}  // namespace cartstorm::report
