#include <gtest/gtest.h>

#include "tests/unit/reports/tape.hpp"

namespace cartstorm::report {
namespace {

using enum CheckVerdict;

TEST(AlwaysBootable, PassesABootThatJumps) {
  Tape tape{"always_bootable"};
  tape.add(0, Power{cart_7, true, PowerCause::user})
      .add(0, Reset{cart_7, ResetCause::power_on})
      .add(1, verify(cart_7, 1, SlotName::a, old_digest))
      .add(1, decide(cart_7, 1, SlotName::a, BootReason::confirmed))
      .add(2, Jump{cart_7, 1, SlotName::a, v1_8, old_digest});
  EXPECT_THAT(tape.finish(), Is(pass, 1, 0));
}
TEST(AlwaysBootable, IsVacuousWithoutABoot) {
  Tape tape{"always_bootable"};
  EXPECT_THAT(tape.cart(cart_7).finish(), Is(vacuous, 0, 0));
}
TEST(AlwaysBootable, FindsRecovery) {
  Tape tape{"always_bootable"};
  tape.add(5, decide(cart_7, 3, SlotName::a, BootReason::recovery));
  const CheckResult result = tape.finish();
  EXPECT_THAT(result, Is(fail, 1, 1));
  EXPECT_EQ(result.first_time_us, 5);
  EXPECT_EQ(result.first_cart, cart_7);
  EXPECT_EQ(result.first_message, "boot 3 found no slot that verifies and stayed in recovery");
}
TEST(AlwaysBootable, FindsTheWriteThatLeavesNoSlot) {
  Tape tape{"always_bootable"};
  tape.add(1, decide(cart_7, 1, SlotName::a, BootReason::confirmed))
      .add(2, program(cart_7, FlashPart::slot_b))   // b was empty, a boots
      .add(3, program(cart_7, FlashPart::slot_a));  // now neither
  const CheckResult result = tape.finish();
  EXPECT_THAT(result, Is(fail, 1, 1));
  EXPECT_EQ(result.first_message, "program of slot a at offset 4096 left no slot that boots");
}
TEST(AlwaysBootable, AcceptsTheOldSlotBeingReusedOnceTheNewOneIsWritten) {
  Tape tape{"always_bootable"};
  tape.add(1, decide(cart_7, 1, SlotName::a, BootReason::confirmed))
      .add(2, program(cart_7, FlashPart::slot_b))
      .add(3, SlotWrite{cart_7, SlotName::b, v2_0, 0, Phase::end})
      .add(4, program(cart_7, FlashPart::slot_a));
  EXPECT_THAT(tape.finish(), Is(pass, 1, 0));
}
TEST(AlwaysBootable, IgnoresAnOperationThatNeverHappened) {
  Tape tape{"always_bootable"};
  tape.add(1, decide(cart_7, 1, SlotName::a, BootReason::confirmed))
      .add(2, program(cart_7, FlashPart::slot_a, OpOutcome::none));
  EXPECT_THAT(tape.finish(), Is(pass, 1, 0));
}
TEST(AlwaysBootable, FindsAResetLoop) {
  Tape tape{"always_bootable"};
  tape.add(0, Power{cart_7, true, PowerCause::user});
  for (int boot = 0; boot < 11; ++boot) {  // K = 2 * 3 + 4 = 10 boots are allowed
    tape.add(boot, Reset{cart_7, ResetCause::panic});
  }
  tape.add(20, Power{cart_7, false, PowerCause::user});
  EXPECT_THAT(tape.finish(), Is(fail, 0, 1));
}
TEST(AlwaysBootable, ForgivesBootsThatPowerCutsEnded) {
  Tape tape{"always_bootable"};
  for (int boot = 0; boot < 30; ++boot) {
    tape.add(boot, Power{cart_7, true, PowerCause::scripted})
        .add(boot, Reset{cart_7, ResetCause::power_on})
        .add(boot, Power{cart_7, false, PowerCause::scripted});
  }
  EXPECT_THAT(tape.finish(), Is(vacuous, 0, 0));
}
TEST(AlwaysBootable, FindsAPoweredCartThatNeverJumped) {
  Tape tape{"always_bootable"};
  tape.add(0, Power{cart_7, true, PowerCause::user}).add(0, Reset{cart_7, ResetCause::power_on});
  EXPECT_THAT(tape.finish(10 * minute), Is(fail, 0, 1));
}
TEST(AlwaysBootable, GivesABootTenMinutes) {
  Tape tape{"always_bootable"};
  tape.add(1, Power{cart_7, true, PowerCause::user});
  EXPECT_THAT(tape.finish(10 * minute), Is(vacuous, 0, 0));
}

TEST(VerifiedBeforeExecute, PassesAVerifiedJump) {
  Tape tape{"verified_before_execute"};
  tape.add(1, verify(cart_7, 4, SlotName::b, new_digest))
      .add(2, Jump{cart_7, 4, SlotName::b, v2_0, new_digest});
  EXPECT_THAT(tape.finish(), Is(pass, 1, 0));
}
TEST(VerifiedBeforeExecute, IsVacuousWithoutAJump) {
  Tape tape{"verified_before_execute"};
  EXPECT_THAT(tape.add(1, verify(cart_7, 4, SlotName::b, new_digest)).finish(), Is(vacuous, 0, 0));
}
TEST(VerifiedBeforeExecute, FindsAVerdictOfAnEarlierBoot) {
  Tape tape{"verified_before_execute"};
  tape.add(1, verify(cart_7, 4, SlotName::b, new_digest))
      .add(2, Jump{cart_7, 5, SlotName::b, v2_0, new_digest});
  EXPECT_THAT(tape.finish(), Is(fail, 1, 1));
}
TEST(VerifiedBeforeExecute, FindsABadSignature) {
  Tape tape{"verified_before_execute"};
  tape.add(1, BootVerify{cart_7, 4, SlotName::b, new_digest, false, 1, 1, true})
      .add(2, Jump{cart_7, 4, SlotName::b, v2_0, new_digest});
  EXPECT_THAT(tape.finish(), Is(fail, 1, 1));
}
TEST(VerifiedBeforeExecute, FindsAWriteAfterTheVerdict) {
  Tape tape{"verified_before_execute"};
  tape.add(1, verify(cart_7, 4, SlotName::b, new_digest))
      .add(2, program(cart_7, FlashPart::slot_b))
      .add(3, Jump{cart_7, 4, SlotName::b, v2_0, new_digest});
  EXPECT_THAT(tape.finish(), Is(fail, 1, 1));
}
TEST(VerifiedBeforeExecute, FindsAnotherContentThanTheOneVerified) {
  Tape tape{"verified_before_execute"};
  tape.add(1, verify(cart_7, 4, SlotName::b, new_digest))
      .add(3, Jump{cart_7, 4, SlotName::b, v2_0, 0xbad});
  const CheckResult result = tape.finish();
  EXPECT_THAT(result, Is(fail, 1, 1));
  EXPECT_EQ(result.first_message,
            "boot 4 verified 0000000000000202 in slot b but jumped to 0000000000000bad");
}
TEST(VerifiedBeforeExecute, KeepsSlotsAndCartsApart) {
  Tape tape{"verified_before_execute"};
  tape.add(1, verify(cart_7, 4, SlotName::b, new_digest))
      .add(2, program(cart_7, FlashPart::slot_a))
      .add(2, program(cart_8, FlashPart::slot_b))
      .add(2, program(cart_7, FlashPart::boot_record))
      .add(3, Jump{cart_7, 4, SlotName::b, v2_0, new_digest});
  EXPECT_THAT(tape.finish(), Is(pass, 1, 0));
}

TEST(ConfirmedSlotUntouched, PassesWritesToTheOtherSlot) {
  Tape tape{"confirmed_slot_untouched"};
  tape.add(1, decide(cart_7, 1, SlotName::a, BootReason::confirmed))
      .add(2, program(cart_7, FlashPart::slot_b))
      .add(3, Confirm{cart_7, SlotName::b, v2_0, Phase::durable})
      .add(4, program(cart_7, FlashPart::slot_a));
  EXPECT_THAT(tape.finish(), Is(pass, 2, 0));
}
TEST(ConfirmedSlotUntouched, FindsAWriteIntoTheConfirmedSlot) {
  Tape tape{"confirmed_slot_untouched"};
  tape.add(1, decide(cart_7, 1, SlotName::a, BootReason::confirmed))
      .add(2, FlashOp{cart_7, 9, 1, FlashOpKind::erase, FlashPart::slot_a, 8192, 4096, 0,
                      OpOutcome::torn});
  const CheckResult result = tape.finish();
  EXPECT_THAT(result, Is(fail, 1, 1));
  EXPECT_EQ(result.first_message, "erase at offset 8192 inside slot a, which is confirmed");
}
TEST(ConfirmedSlotUntouched, DoesNotTakeARequestForAConfirm) {
  Tape tape{"confirmed_slot_untouched"};
  tape.add(1, decide(cart_7, 1, SlotName::a, BootReason::confirmed))
      .add(3, Confirm{cart_7, SlotName::b, v2_0, Phase::requested})
      .add(4, program(cart_7, FlashPart::slot_a));
  EXPECT_THAT(tape.finish(), Is(fail, 1, 1));
}
TEST(ConfirmedSlotUntouched, IsVacuousWithoutWrites) {
  Tape tape{"confirmed_slot_untouched"};
  tape.add(1, decide(cart_7, 1, SlotName::a, BootReason::confirmed))
      .add(2, FlashOp{cart_7, 9, 1, FlashOpKind::read, FlashPart::slot_a, 0, 4096, 4096,
                      OpOutcome::full});
  EXPECT_THAT(tape.finish(), Is(vacuous, 0, 0));
}
TEST(ConfirmedSlotUntouched, IsNotEvaluableOnABoardThatShowsNoFlash) {
  Tape tape{"confirmed_slot_untouched"};
  tape.add(1, decide(cart_7, 1, SlotName::a, BootReason::confirmed));
  EXPECT_THAT(tape.finish(), Is(not_evaluable, 0, 0));
}

void trial_jump(Tape& tape, std::uint32_t boot_no) {
  tape.add(boot_no, decide(cart_7, boot_no, SlotName::b, BootReason::trial, 3, 2))
      .add(boot_no, Jump{cart_7, boot_no, SlotName::b, v2_0, new_digest});
}

TEST(TrialBounded, PassesThreeTrialJumps) {
  Tape tape{"trial_bounded"};
  for (std::uint32_t boot = 1; boot <= 3; ++boot) trial_jump(tape, boot);
  EXPECT_THAT(tape.finish(), Is(pass, 3, 0));
}
TEST(TrialBounded, FindsTheFourth) {
  Tape tape{"trial_bounded"};
  for (std::uint32_t boot = 1; boot <= 4; ++boot) trial_jump(tape, boot);
  EXPECT_THAT(tape.finish(), Is(fail, 4, 1));
}
TEST(TrialBounded, StartsAnewWhenArmedAgain) {
  Tape tape{"trial_bounded"};
  for (std::uint32_t boot = 1; boot <= 3; ++boot) trial_jump(tape, boot);
  tape.add(4, Rollback{cart_7, v2_0, v1_8, RollbackReason::attempts_spent, 1});
  for (std::uint32_t boot = 5; boot <= 7; ++boot) trial_jump(tape, boot);
  EXPECT_THAT(tape.finish(), Is(pass, 6, 0));
}
TEST(TrialBounded, IsVacuousForConfirmedBoots) {
  Tape tape{"trial_bounded"};
  tape.add(1, decide(cart_7, 1, SlotName::a, BootReason::confirmed))
      .add(1, Jump{cart_7, 1, SlotName::a, v1_8, old_digest});
  EXPECT_THAT(tape.finish(), Is(vacuous, 0, 0));
}

Tape& trial_boot(Tape& tape, bool is_record_written, std::uint8_t before, std::uint8_t after) {
  tape.add(0, program(cart_8, FlashPart::boot_record));  // this driver shows record writes
  tape.add(1, program(cart_7, FlashPart::boot_record));  // arming, in the boot before
  tape.add(2, Reset{cart_7, ResetCause::commanded});
  if (is_record_written) tape.add(3, program(cart_7, FlashPart::boot_record));
  return tape.add(4, decide(cart_7, 2, SlotName::b, BootReason::trial, before, after))
      .add(5, Jump{cart_7, 2, SlotName::b, v2_0, new_digest});
}

TEST(AttemptSpentBeforeJump, PassesASpentAndWrittenAttempt) {
  Tape tape{"attempt_spent_before_jump"};
  EXPECT_THAT(trial_boot(tape, true, 3, 2).finish(), Is(pass, 1, 0));
}
TEST(AttemptSpentBeforeJump, FindsAnAttemptThatWasNotSpent) {
  Tape tape{"attempt_spent_before_jump"};
  const CheckResult result = trial_boot(tape, true, 3, 3).finish();
  EXPECT_THAT(result, Is(fail, 1, 1));
  EXPECT_EQ(result.first_message, "trial jump with 3 attempts left after 3 before");
}
TEST(AttemptSpentBeforeJump, FindsAJumpWithNothingLeft) {
  Tape tape{"attempt_spent_before_jump"};
  EXPECT_THAT(trial_boot(tape, true, 0, 255).finish(), Is(fail, 1, 1));
}
TEST(AttemptSpentBeforeJump, FindsAnAttemptSpentInMemoryOnly) {
  Tape tape{"attempt_spent_before_jump"};
  EXPECT_THAT(trial_boot(tape, false, 3, 2).finish(), Is(fail, 1, 1));
}
TEST(AttemptSpentBeforeJump, IsVacuousForConfirmedBoots) {
  Tape tape{"attempt_spent_before_jump"};
  tape.add(1, decide(cart_7, 1, SlotName::a, BootReason::confirmed))
      .add(1, Jump{cart_7, 1, SlotName::a, v1_8, old_digest});
  EXPECT_THAT(tape.finish(), Is(vacuous, 0, 0));
}

}  // namespace
}  // namespace cartstorm::report
