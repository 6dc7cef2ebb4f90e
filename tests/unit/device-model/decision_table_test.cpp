#include <fmt/format.h>
#include <gtest/gtest.h>

#include "ota/boot_record.hpp"
#include "support/board.hpp"

// Every column of "The bootloader's decisions" in device-model/README.md against every other, and
// what is expected written down from that table, row by row, and not from the code.
namespace ota::test {
namespace {

constexpr std::uint32_t trailer_at = 14 * 1024;
constexpr std::uint32_t sector = 1024;

enum class Copies : std::uint8_t { both_good, one_damaged, unclean, both_lost };
enum class TrialIs : std::uint8_t { none, armed, spent };  ///< armed: 3 attempts; spent: none left

/// B is the trial, or the image that was confirmed before the active one. A is active unless B is
/// on probation.
struct Found {
  Copies copies;
  TrialIs trial;
  std::uint8_t probation;  ///< of A, with B to fall back to
  ResetCause cause;
  bool a_intact, b_intact, b_confirmed, b_above_floor;
};

std::string text_of(const Found& f) {
  return fmt::format(
      "copies {} trial {} probation {} cause {} a intact {} b intact {} b confirmed {} above floor "
      "{}",
      static_cast<int>(f.copies), static_cast<int>(f.trial), f.probation, static_cast<int>(f.cause),
      f.a_intact, f.b_intact, f.b_confirmed, f.b_above_floor);
}

struct Expected {
  BootReason reason = BootReason::recovery;
  Slot slot = Slot::a;
  std::uint64_t records = 0;  ///< written
  RollbackReason rollback = RollbackReason::none;
  std::uint8_t probation = 0, attempts = 0;
  BootNote note = BootNote::none;
};

bool is_crash(ResetCause cause) {
  return cause == ResetCause::watchdog || cause == ResetCause::panic;
}

/// Rows that speak of the confirmed slot.
Expected confirmed_rows(const Found& f, Expected e) {
  const bool b_can_boot =
      f.b_confirmed && f.trial == TrialIs::none && f.b_intact && f.b_above_floor;
  if (f.a_intact) {
    e.reason = BootReason::confirmed;
  } else if (b_can_boot) {
    e.reason = BootReason::fallback;
    e.slot = Slot::b;
    e.records += 1;
    e.probation = 0;
    e.note = BootNote::fallback_bitrot;
  }
  return e;
}

Expected found_rows(const Found& f) {
  Expected e;
  e.records = f.copies == Copies::both_good ? 0 : 1;  // the same content again, to the other copy
  e.probation = f.probation;
  const bool b_is_intact = f.b_intact && f.b_above_floor;
  if (f.trial != TrialIs::none) {
    if (f.trial == TrialIs::armed && b_is_intact) {
      return {BootReason::trial, Slot::b, e.records + 1, RollbackReason::none, e.probation, 2};
    }
    e.rollback =
        f.trial == TrialIs::armed ? RollbackReason::verify_failed : RollbackReason::attempts_spent;
    e.records += 1;
    e.probation = 0;
    return confirmed_rows(f, e);
  }
  if (f.probation > 0 && is_crash(f.cause)) {
    e.records += 1;
    e.probation = static_cast<std::uint8_t>(f.probation - 1);
    if (e.probation == 0 && f.b_confirmed && b_is_intact) {
      return {BootReason::fallback, Slot::b, e.records, RollbackReason::after_confirm, 0, 0};
    }
    e.note = e.probation == 0 ? BootNote::no_fallback : BootNote::none;
  }
  return confirmed_rows(f, e);
}

/// Signatures only: no floor, no confirmed mask, no trial. B has the higher security version.
Expected lost_rows(const Found& f) {
  Expected e;
  e.note = BootNote::bcb_lost;
  if (!f.a_intact && !f.b_intact) {
    return e;
  }
  e.reason = BootReason::fallback;
  e.slot = f.b_intact ? Slot::b : Slot::a;
  e.records = 2;  // both copies
  e.probation = f.a_intact && f.b_intact ? 3 : 0;
  return e;
}

BootRecord record_for(const Found& f, const BootRecord& factory, const Image& fresh) {
  BootRecord record = factory;
  record.pin(Slot::b) = {v2, 2, host::sha256(fresh.bytes), host::sha256(fresh.trailer)};
  record.trial = f.trial == TrialIs::none ? Trial::none : Trial::b;
  record.attempts_left = f.trial == TrialIs::armed ? 3 : 0;
  record.probation_left = f.probation;
  record.check_ins_left = f.probation;
  record.confirmed_mask = f.b_confirmed ? 3 : 1;
  record.invalid_mask = f.b_confirmed || f.trial != TrialIs::none ? 0 : 2;
  // The floor speaks of B alone: what the record says of A is never below it here.
  record.security_floor = f.b_above_floor ? 2 : 3;
  record.pin(Slot::a).security_version = 3;
  return record;
}

void prepare(Board& board, const Found& f) {
  const Image fresh = good_image(v2);
  ASSERT_EQ(board.provision_with(good_image(v1)), Status::ok);
  board.flash.plant(Region::slot_b, 0, fresh.bytes);
  board.flash.plant(Region::slot_b, trailer_at, fresh.trailer);
  BootRecord factory;
  RecordPlace place;
  ASSERT_EQ(load(board.flash, factory, place), Status::ok);
  ASSERT_EQ(format(board.flash, record_for(f, factory, fresh), 100), Status::ok);
  const auto damage_copy = [&](std::uint32_t copy) {
    board.flash.flip_bit(Region::boot_record, copy * sector + 30, 1);
  };
  if (f.copies == Copies::one_damaged || f.copies == Copies::both_lost) {
    damage_copy(0);
  }
  if (f.copies == Copies::both_lost) {
    damage_copy(1);
  }
  if (f.copies == Copies::unclean) {
    board.flash.flip_bit(Region::boot_record, sector + 224, 1);  // the seal of the winner
  }
  if (!f.a_intact) {
    board.flash.flip_bit(Region::slot_a, 5000, 1);
  }
  if (!f.b_intact) {
    board.flash.flip_bit(Region::slot_b, 5000, 1);
  }
}

void expect_row(const Found& f) {
  Board board;
  prepare(board, f);
  const std::uint64_t before = board.flash.changes(Region::boot_record);
  BootDecision decision;
  Hardware hardware = board.hardware();
  ASSERT_EQ(select_slot(hardware, f.cause, decision), Status::ok);
  const Expected e = f.copies == Copies::both_lost ? lost_rows(f) : found_rows(f);
  EXPECT_EQ(decision.reason, e.reason);
  EXPECT_EQ(decision.note, e.note);
  if (e.reason != BootReason::recovery) {
    EXPECT_EQ(decision.slot, e.slot);
    EXPECT_EQ(decision.version, e.slot == Slot::a ? v1 : v2);
  }
  // One record is an erase and four programs: body, the unit of the CRC, the proof, the seal.
  EXPECT_EQ(board.flash.changes(Region::boot_record) - before, 5 * e.records);
  BootRecord record;
  RecordPlace place;
  const Status loaded = load(board.flash, record, place);
  ASSERT_EQ(loaded == Status::ok, f.copies != Copies::both_lost || e.records > 0);
  if (loaded == Status::ok) {
    EXPECT_EQ(record.rollback.reason, e.rollback);
    EXPECT_EQ(record.rollback.is_pending, e.rollback != RollbackReason::none);
    EXPECT_EQ(record.probation_left, e.probation);
    EXPECT_EQ(record.attempts_left, e.attempts);
  }
  EXPECT_EQ(board.flash.defects(), 0u);
}

class EveryRow : public ::testing::TestWithParam<Copies> {};

TEST_P(EveryRow, IsDecidedAsTheReadmeSays) {
  int rows = 0;
  for (const TrialIs trial : {TrialIs::none, TrialIs::armed, TrialIs::spent}) {
    for (const std::uint8_t probation : {std::uint8_t{0}, std::uint8_t{1}, std::uint8_t{3}}) {
      for (const ResetCause cause :
           {ResetCause::power_on, ResetCause::brownout, ResetCause::watchdog, ResetCause::panic,
            ResetCause::commanded, ResetCause::unknown}) {
        for (unsigned bits = 0; bits < 16 && !HasFatalFailure(); ++bits) {
          const Found found{GetParam(),      trial,           probation,       cause,
                            (bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0};
          SCOPED_TRACE(text_of(found));
          expect_row(found);
          ++rows;
        }
      }
    }
  }
  EXPECT_EQ(rows, 3 * 3 * 6 * 16);
}

std::string copies_name(const ::testing::TestParamInfo<Copies>& info) {
  constexpr const char* names[] = {"both_good", "one_damaged", "unclean", "both_lost"};
  return names[static_cast<int>(info.param)];
}

INSTANTIATE_TEST_SUITE_P(Copies, EveryRow,
                         ::testing::Values(Copies::both_good, Copies::one_damaged, Copies::unclean,
                                           Copies::both_lost),
                         copies_name);

}  // namespace
}  // namespace ota::test
