#include <fmt/format.h>
#include <gmock/gmock.h>

#include <optional>

#include "ota/boot_record.hpp"
#include "ota/trust.hpp"
#include "support/board.hpp"

namespace ota::test {
namespace {

using ::testing::Contains;
using ::testing::IsSupersetOf;

/// Two sectors of 1 KiB at the end of the slot of 16 KiB.
constexpr std::uint32_t trailer_at = 14 * 1024;

/// A cart with 1.8.0 confirmed in slot A and 2.0.0 whole, with its trailer, in slot B.
class TwoImages : public ::testing::Test {
 protected:
  void SetUp() override {
    const Image old = good_image(v1);
    const Image fresh = good_image(v2);
    ASSERT_EQ(board.provision_with(old), Status::ok);
    board.flash.plant(Region::slot_b, 0, fresh.bytes);
    board.flash.plant(Region::slot_b, trailer_at, fresh.trailer);
    record = read();
    record.pin(Slot::b) = {v2, 2, host::sha256(fresh.bytes), host::sha256(fresh.trailer)};
    record.attempt = 5;
  }

  BootRecord read() {
    BootRecord result;
    RecordPlace place;
    EXPECT_EQ(load(board.flash, result, place), Status::ok);
    return result;
  }
  void write() { ASSERT_EQ(format(board.flash, record, 100), Status::ok); }
  BootDecision boot(ResetCause cause = ResetCause::power_on) {
    BootDecision decision;
    Hardware hardware = board.hardware();
    EXPECT_EQ(select_slot(hardware, cause, decision), Status::ok);
    return decision;
  }
  void arm(std::uint8_t attempts) {
    record.trial = Trial::b;
    record.attempts_left = attempts;
    record.invalid_mask = 0;
  }
  void confirm_b(std::uint8_t probation) {
    record.active = Slot::b;
    record.confirmed_mask = 3;
    record.invalid_mask = 0;
    record.probation_left = probation;
    record.check_ins_left = 3;
  }
  void damage(Slot slot) { board.flash.flip_bit(region_of(slot), 17, 3); }
  std::uint64_t record_changes() { return board.flash.changes(Region::boot_record); }

  Board board;
  BootRecord record;
};

TEST_F(TwoImages, NormalPowerCyclingWritesNothing) {
  write();
  const std::uint64_t before = record_changes();
  for (const ResetCause cause : {ResetCause::power_on, ResetCause::brownout, ResetCause::watchdog,
                                 ResetCause::panic, ResetCause::commanded, ResetCause::unknown}) {
    const BootDecision decision = boot(cause);
    EXPECT_EQ(decision.slot, Slot::a);
    EXPECT_EQ(decision.reason, BootReason::confirmed);
    EXPECT_EQ(decision.note, BootNote::none);
    EXPECT_EQ(decision.version, v1);
  }
  EXPECT_EQ(record_changes(), before);
}

TEST_F(TwoImages, ATrialSpendsItsAttemptBeforeTheJump) {
  arm(3);
  write();
  const BootDecision decision = boot();
  EXPECT_EQ(decision.slot, Slot::b);
  EXPECT_EQ(decision.reason, BootReason::trial);
  EXPECT_EQ(decision.attempts_left_before, 3);
  EXPECT_EQ(decision.attempts_left_after, 2);
  EXPECT_EQ(read().attempts_left, 2);
}

TEST_F(TwoImages, ATrialIsStartedAsOftenAsItHasAttemptsThenRolledBackInOneRecord) {
  arm(3);
  write();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(boot(ResetCause::watchdog).slot, Slot::b);
  }
  const BootDecision decision = boot(ResetCause::watchdog);
  EXPECT_EQ(decision.slot, Slot::a);
  EXPECT_EQ(decision.reason, BootReason::confirmed);
  EXPECT_EQ(decision.record_sequence, 105u);  // 101 after formatting, three attempts, one give-up
  const BootRecord after = read();
  EXPECT_EQ(after.trial, Trial::none);
  EXPECT_EQ(after.invalid_mask, 2);
  EXPECT_EQ(after.rollback,
            (PendingRollback{true, RollbackReason::attempts_spent, v2, v1, {105}, 5}));
}

TEST_F(TwoImages, AReasonGivenByTheApplicationIsTheReasonOfTheRollback) {
  arm(0);
  record.give_up = RollbackReason::self_test_failed;
  write();
  boot(ResetCause::commanded);
  EXPECT_EQ(read().rollback.reason, RollbackReason::self_test_failed);
}

TEST_F(TwoImages, ADamagedTrialIsNotJumpedTo) {
  arm(3);
  write();
  damage(Slot::b);
  EXPECT_EQ(boot().slot, Slot::a);
  EXPECT_EQ(read().rollback.reason, RollbackReason::verify_failed);
  EXPECT_THAT(board.witness.lines, Contains("verified b bad"));
}

TEST_F(TwoImages, ATrialWithADamagedTrailerIsNotJumpedTo) {
  arm(3);
  write();
  board.flash.flip_bit(Region::slot_b, trailer_at + 150, 0);
  EXPECT_EQ(boot().slot, Slot::a);
  EXPECT_EQ(read().rollback.reason, RollbackReason::verify_failed);
}

TEST_F(TwoImages, ATrialBelowTheSecurityFloorIsNotJumpedTo) {
  arm(3);
  record.security_floor = 3;
  record.pin(Slot::a).security_version = 3;
  write();
  EXPECT_EQ(boot().slot, Slot::a);
  EXPECT_EQ(read().rollback.reason, RollbackReason::verify_failed);
}

TEST_F(TwoImages, ADamagedConfirmedSlotFallsBackToTheOtherWithoutARollback) {
  confirm_b(0);
  write();
  damage(Slot::b);
  const BootDecision decision = boot();
  EXPECT_EQ(decision.slot, Slot::a);
  EXPECT_EQ(decision.reason, BootReason::fallback);
  EXPECT_EQ(decision.note, BootNote::fallback_bitrot);
  EXPECT_THAT(board.witness.lines, Contains("boot a fallback 0 fallback_bitrot"));
  EXPECT_FALSE(read().rollback.is_pending);
  EXPECT_EQ(read().active, Slot::a);
  const BootDecision next = boot();
  EXPECT_EQ(next.reason, BootReason::confirmed);
  EXPECT_EQ(next.note, BootNote::none) << "said once, by the boot that decided it";
}

TEST_F(TwoImages, ADamagedConfirmedSlotAloneIsRecovery) {
  write();
  damage(Slot::a);
  EXPECT_EQ(boot().reason, BootReason::recovery);
}

TEST_F(TwoImages, ASlotThatWasNeverConfirmedIsNoFallback) {
  record.invalid_mask = 0;  // whole, verified, not confirmed
  write();
  damage(Slot::a);
  EXPECT_EQ(boot().reason, BootReason::recovery);
}

TEST_F(TwoImages, ProbationIsSpentByCrashesOnly) {
  confirm_b(3);
  write();
  const std::uint64_t before = record_changes();
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(boot(ResetCause::power_on).slot, Slot::b);
    EXPECT_EQ(boot(ResetCause::brownout).slot, Slot::b);
    EXPECT_EQ(boot(ResetCause::commanded).slot, Slot::b);
  }
  EXPECT_EQ(record_changes(), before);
  EXPECT_EQ(boot(ResetCause::watchdog).slot, Slot::b);
  EXPECT_EQ(read().probation_left, 2);
  EXPECT_EQ(boot(ResetCause::panic).slot, Slot::b);
  EXPECT_EQ(read().probation_left, 1);
}

TEST_F(TwoImages, TheLastCrashOfTheProbationRollsBackInOneRecord) {
  confirm_b(1);
  write();
  const BootDecision decision = boot(ResetCause::watchdog);
  EXPECT_EQ(decision.slot, Slot::a);
  EXPECT_EQ(decision.version, v1);
  EXPECT_EQ(decision.note, BootNote::none) << "the rollback says it";
  const BootRecord after = read();
  EXPECT_EQ(after.active, Slot::a);
  EXPECT_EQ(after.rollback,
            (PendingRollback{true, RollbackReason::after_confirm, v2, v1, {102}, 5}));
  EXPECT_EQ(boot(ResetCause::watchdog).slot, Slot::a);
}

TEST_F(TwoImages, ASpentProbationWithoutAFallbackStays) {
  confirm_b(1);
  write();
  damage(Slot::a);
  const BootDecision decision = boot(ResetCause::watchdog);
  EXPECT_EQ(decision.slot, Slot::b);
  EXPECT_EQ(decision.reason, BootReason::confirmed);
  EXPECT_EQ(decision.note, BootNote::no_fallback);
  EXPECT_FALSE(read().rollback.is_pending);
  EXPECT_EQ(read().probation_left, 0);
  EXPECT_EQ(boot(ResetCause::watchdog).note, BootNote::none);
}

TEST_F(TwoImages, ARecordThatCannotBeWrittenNeverStartsATrial) {
  arm(3);
  write();
  board.flash.break_sector(Region::boot_record, 0);
  const BootDecision decision = boot();
  EXPECT_EQ(decision.slot, Slot::a);
  EXPECT_EQ(decision.reason, BootReason::confirmed);
}

class BothRecordsLost : public TwoImages {
 protected:
  void lose_records() {
    write();
    board.flash.flip_bit(Region::boot_record, 30, 1);
    board.flash.flip_bit(Region::boot_record, 1024 + 30, 1);
  }
};

TEST_F(BothRecordsLost, TheHighestSecurityVersionBootsOnProbation) {
  lose_records();
  const BootDecision decision = boot();
  EXPECT_EQ(decision.slot, Slot::b);
  EXPECT_EQ(decision.reason, BootReason::fallback);
  EXPECT_EQ(decision.note, BootNote::bcb_lost);
  EXPECT_THAT(board.witness.lines, IsSupersetOf({"verified a ok", "verified b ok"}));
  const BootRecord after = read();
  EXPECT_EQ(after.active, Slot::b);
  EXPECT_EQ(after.confirmed_mask, 3);
  EXPECT_EQ(after.security_floor, 1u);
  EXPECT_EQ(after.probation_left, 3);
  EXPECT_EQ(boot().reason, BootReason::confirmed);
}

TEST_F(BothRecordsLost, ADamagedImageIsLeftOut) {
  lose_records();
  damage(Slot::b);
  EXPECT_EQ(boot().slot, Slot::a);
  EXPECT_EQ(read().probation_left, 0);
}

TEST_F(BothRecordsLost, AForeignSignatureIsLeftOut) {
  lose_records();
  const std::vector<std::byte> bytes = image_bytes(v2, 6000);
  const Image forged = signed_image(fields_for(v2, bytes), bytes, new_key());
  board.flash.plant(Region::slot_b, trailer_at, forged.trailer);
  EXPECT_EQ(boot().slot, Slot::a);
}

TEST_F(BothRecordsLost, AnchorsThatWereReplacedAndDatesThatAreOverStillCount) {
  TrustStore trust;
  AnchorId removed;
  trust.install(anchor_of(factory_key()), {}, removed);
  for (std::uint64_t id = 1; id <= 4; ++id) {
    Anchor other;
    other.id = {id};
    trust.install(other, {}, removed);
  }
  ASSERT_EQ(trust.find_installed(anchor_of(factory_key()).id), nullptr);
  ASSERT_EQ(format(board.flash, trust, 50), Status::ok);
  lose_records();
  EXPECT_EQ(boot().slot, Slot::b);
}

TEST_F(BothRecordsLost, NothingThatVerifiesIsRecoveryAndErasesNothing) {
  lose_records();
  damage(Slot::a);
  damage(Slot::b);
  const std::uint64_t before = record_changes();
  const BootDecision decision = boot();
  EXPECT_EQ(decision.reason, BootReason::recovery);
  EXPECT_EQ(decision.note, BootNote::bcb_lost);
  EXPECT_EQ(record_changes(), before);
}

/// One row of the decision table in the README: B is the trial, or the other slot.
struct Found {
  bool is_armed, has_attempts, b_intact, a_intact, b_confirmed;
};

void prepare(Board& board, const Found& found) {
  const Image fresh = good_image(v2);
  ASSERT_EQ(board.provision_with(good_image(v1)), Status::ok);
  board.flash.plant(Region::slot_b, 0, fresh.bytes);
  board.flash.plant(Region::slot_b, trailer_at, fresh.trailer);
  BootRecord record;
  RecordPlace place;
  ASSERT_EQ(load(board.flash, record, place), Status::ok);
  record.pin(Slot::b) = {v2, 2, host::sha256(fresh.bytes), host::sha256(fresh.trailer)};
  record.trial = found.is_armed ? Trial::b : Trial::none;
  record.attempts_left = found.has_attempts ? 3 : 0;
  record.confirmed_mask = found.b_confirmed && !found.is_armed ? 3 : 1;
  record.invalid_mask = found.b_confirmed || found.is_armed ? 0 : 2;
  ASSERT_EQ(store(board.flash, record, place), Status::ok);
  if (!found.b_intact) {
    board.flash.flip_bit(Region::slot_b, 5000, 1);
  }
  if (!found.a_intact) {
    board.flash.flip_bit(Region::slot_a, 5000, 1);
  }
}

/// What the README's table says, from top to bottom; nothing is recovery.
std::optional<Slot> expected_slot(const Found& found) {
  if (found.is_armed && found.has_attempts && found.b_intact) {
    return Slot::b;
  }
  if (found.a_intact) {
    return Slot::a;
  }
  return !found.is_armed && found.b_confirmed && found.b_intact ? std::optional{Slot::b}
                                                                : std::nullopt;
}

TEST(DecisionTable, IsWhatTheReadmeSays) {
  for (int bits = 0; bits < 32; ++bits) {
    const Found found{(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0,
                      (bits & 16) != 0};
    SCOPED_TRACE(fmt::format("armed {} attempts {} b intact {} a intact {} b confirmed {}",
                             found.is_armed, found.has_attempts, found.b_intact, found.a_intact,
                             found.b_confirmed));
    Board board;
    prepare(board, found);
    BootDecision decision;
    Hardware hardware = board.hardware();
    ASSERT_EQ(select_slot(hardware, ResetCause::power_on, decision), Status::ok);
    const std::optional<Slot> expected = expected_slot(found);
    EXPECT_EQ(decision.reason == BootReason::recovery, !expected.has_value());
    EXPECT_EQ(decision.slot, expected.value_or(Slot::a));
    BootRecord record;
    RecordPlace place;
    ASSERT_EQ(load(board.flash, record, place), Status::ok);
    const bool starts_trial = found.has_attempts && found.b_intact;
    EXPECT_EQ(record.rollback.is_pending, found.is_armed && !starts_trial);
  }
}

class BootCutAnywhere : public TwoImages {};

/// Boots until it succeeds, cutting the n-th device operation of the first try.
TEST_F(BootCutAnywhere, ComesToTheSameDecision) {
  for (const host::CutShape shape : host::cut_shapes) {
    for (std::uint64_t operation = 0; operation < 6; ++operation) {
      arm(0);
      write();
      board.flash.cut_at(board.flash.operations() + operation, shape);
      BootDecision decision;
      Hardware hardware = board.hardware();
      const Status first = select_slot(hardware, ResetCause::power_on, decision);
      board.flash.restore_power();
      if (first != Status::ok) {
        decision = boot();
      }
      EXPECT_EQ(decision.slot, Slot::a);
      EXPECT_TRUE(read().rollback.is_pending);
      EXPECT_EQ(read().trial, Trial::none);
    }
  }
}

}  // namespace
}  // namespace ota::test
