#include "ota/record.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string_view>

#include "ota/boot_record.hpp"
#include "ota/bytes.hpp"
#include "ota/counters.hpp"
#include "ota/host/ram_flash.hpp"
#include "ota/journal.hpp"
#include "ota/trust.hpp"
#include "support/images.hpp"

namespace ota::test {
namespace {

using host::CutShape;
using host::RamFlash;

// The parts the record must work on: tiny units, one page per record, units larger than a record.
constexpr FlashGeometry parts[] = {{1, 1024, 16384}, {8, 1024, 16384}, {256, 2048, 16384}};

BootRecord record_with(std::uint64_t attempt) {
  BootRecord record;
  record.attempt = attempt;
  return record;
}

/// Loads as a cart does after a start; 0 when nothing decodes.
std::uint64_t attempt_in(RamFlash& flash) {
  BootRecord record;
  RecordPlace place;
  return load(flash, record, place) == Status::ok ? record.attempt : 0;
}

class RecordOnPart : public ::testing::TestWithParam<FlashGeometry> {
 protected:
  void SetUp() override { ASSERT_EQ(format(flash, record_with(1), 1), Status::ok); }

  Status write(std::uint64_t attempt) {
    BootRecord old;
    RecordPlace place;
    const Status status = load(flash, old, place);
    return status == Status::ok ? store(flash, record_with(attempt), place) : status;
  }

  RamFlash flash{GetParam()};
};

TEST_P(RecordOnPart, TheNewestOfManyWins) {
  for (std::uint64_t attempt = 2; attempt < 12; ++attempt) {
    ASSERT_EQ(write(attempt), Status::ok);
    EXPECT_EQ(attempt_in(flash), attempt);
  }
  EXPECT_EQ(flash.defects(), 0u);
}

TEST_P(RecordOnPart, ACutAtAnyOperationLeavesTheOldOrTheNewRecord) {
  ASSERT_EQ(write(2), Status::ok);
  const std::uint64_t before = flash.operations();
  ASSERT_EQ(write(3), Status::ok);
  const std::uint64_t count = flash.operations() - before;
  ASSERT_GE(count, 3u);
  for (const CutShape shape : host::cut_shapes) {
    for (std::uint64_t i = 0; i < count; ++i) {
      RamFlash part{GetParam()};
      ASSERT_EQ(format(part, record_with(1), 1), Status::ok);
      RecordPlace place{2, 1, false};
      ASSERT_EQ(store(part, record_with(2), place), Status::ok);
      part.cut_at(part.operations() + i, shape);
      ASSERT_EQ(store(part, record_with(3), place), Status::power_lost);
      part.restore_power();
      const std::uint64_t found = attempt_in(part);
      EXPECT_TRUE(found == 2 || found == 3)
          << fmt::format("operation {}, shape {}: found {}", i, static_cast<int>(shape), found);
    }
  }
}

TEST_P(RecordOnPart, ACutOfTheRecoveryFromACutLosesNothingEither) {
  for (const CutShape shape : host::cut_shapes) {
    for (std::uint64_t i = 0; i < 6; ++i) {
      for (std::uint64_t j = 0; j < 6; ++j) {
        RamFlash part{GetParam()};
        ASSERT_EQ(format(part, record_with(1), 1), Status::ok);
        RecordPlace place{2, 1, false};
        BootRecord record = record_with(2);
        part.cut_at(part.operations() + i, shape);
        (void)store(part, record, place);
        part.restore_power();
        ASSERT_EQ(load(part, record, place), Status::ok);
        const std::uint64_t first = record.attempt;
        part.cut_at(part.operations() + j, shape);
        if (place.needs_commit) {
          (void)store(part, record, place);
        }
        part.restore_power();
        EXPECT_EQ(attempt_in(part), first) << fmt::format("cuts at {} and {}", i, j);
      }
    }
  }
}

TEST_P(RecordOnPart, ACleanStartNeedsNoCommitAndAnUncleanOneDoes) {
  BootRecord record;
  RecordPlace place;
  ASSERT_EQ(load(flash, record, place), Status::ok);
  EXPECT_FALSE(place.needs_commit);
  // Only the seal is missing: the record counts, and is made whole before anything relies on it.
  const std::uint64_t before = flash.operations();
  RamFlash copy = flash;
  ASSERT_EQ(store(copy, record_with(2), place), Status::ok);
  const std::uint64_t last = copy.operations() - before - 1;
  ASSERT_EQ(load(flash, record, place), Status::ok);
  flash.cut_at(before + last, CutShape::before);
  ASSERT_EQ(store(flash, record_with(2), place), Status::power_lost);
  flash.restore_power();
  ASSERT_EQ(load(flash, record, place), Status::ok);
  EXPECT_EQ(record.attempt, 2u);
  EXPECT_TRUE(place.needs_commit);
  ASSERT_EQ(store(flash, record, place), Status::ok);
  ASSERT_EQ(load(flash, record, place), Status::ok);
  EXPECT_FALSE(place.needs_commit);
  EXPECT_EQ(place.sequence, 4u);
}

TEST_P(RecordOnPart, ABrokenSectorFailsTheWriteAndKeepsTheWinner) {
  flash.break_sector(Region::boot_record, 0);  // copy 1 wins after formatting
  EXPECT_EQ(write(2), Status::io_error);
  EXPECT_EQ(attempt_in(flash), 1u);
}

INSTANTIATE_TEST_SUITE_P(Parts, RecordOnPart, ::testing::ValuesIn(parts), [](const auto& part) {
  return fmt::format("unit_{}", part.param.program_unit);
});

class FormattedRecord : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(format(flash, record_with(7), 1), Status::ok); }
  RamFlash flash{small_part};
};

TEST_F(FormattedRecord, AnyFlippedBitOfTheWinnerFallsBackToTheOtherCopy) {
  RecordPlace place{2, 1, false};
  ASSERT_EQ(store(flash, record_with(8), place), Status::ok);  // copy 0, sequence 3
  const std::uint32_t length = 16 + boot_record_format.body_bytes + 4;
  for (std::uint32_t at = 0; at < length; ++at) {
    for (unsigned bit = 0; bit < 8; bit += 3) {
      flash.flip_bit(Region::boot_record, at, bit);
      EXPECT_EQ(attempt_in(flash), 7u) << "byte " << at << " bit " << bit;
      flash.flip_bit(Region::boot_record, at, bit);
    }
  }
  EXPECT_EQ(attempt_in(flash), 8u);
}

TEST_F(FormattedRecord, EqualSequencesAreDecidedByTheLowerCopy) {
  RamFlash other{small_part};
  ASSERT_EQ(format(other, record_with(9), 2), Status::ok);  // copy 0 holds sequence 2
  const Bytes copy = other.content(Region::boot_record).first(1024);
  flash.plant(Region::boot_record, 0, copy);  // ours in copy 1 has sequence 2 as well
  EXPECT_EQ(attempt_in(flash), 9u);
}

TEST_F(FormattedRecord, BothCopiesDamagedIsNotFound) {
  flash.flip_bit(Region::boot_record, 40, 0);
  flash.flip_bit(Region::boot_record, 1024 + 40, 0);
  BootRecord record;
  RecordPlace place;
  EXPECT_EQ(load(flash, record, place), Status::not_found);
}

TEST_F(FormattedRecord, ABlankOrZeroedRegionIsNotFound) {
  RamFlash blank{small_part};
  BootRecord record;
  RecordPlace place;
  EXPECT_EQ(load(blank, record, place), Status::not_found);
  const std::vector<std::byte> zeros(2048);
  blank.plant(Region::boot_record, 0, zeros);
  EXPECT_EQ(load(blank, record, place), Status::not_found);
}

/// Writes a whole record, good CRC and seal included, of which every body byte is 0xff.
void write_absurd(RamFlash& flash, const RecordFormat& format) {
  RecordFrame frame;
  RecordPlace place;
  std::ranges::fill(frame.body(format), std::byte{0xff});
  ASSERT_EQ(store_record(flash, format, frame, place), Status::ok);
}

// The anchors were searched up to the 255th of 8: callers go on with what not_found leaves.
/// Programs some units and leaves the rest of a copy as it is, as an interrupted write does.
TEST(AnUnprovenRecord, LosesToAProvenOneAndToAnEarlierUnprovenOne) {
  RamFlash flash{small_part};
  BootRecord record;
  RecordPlace place;
  ASSERT_EQ(format(flash, record_with(1), 1), Status::ok);
  ASSERT_EQ(load(flash, record, place), Status::ok);
  // Head, body and CRC of the next record are there, its proof is not.
  RamFlash cut = flash;
  ASSERT_EQ(store(cut, record_with(2), place), Status::ok);
  const std::uint64_t last = cut.operations() - flash.operations() - 1;
  ASSERT_EQ(load(flash, record, place), Status::ok);
  flash.cut_at(flash.operations() + last - 1, CutShape::before);
  ASSERT_EQ(store(flash, record_with(2), place), Status::power_lost);
  flash.restore_power();
  ASSERT_EQ(load(flash, record, place), Status::ok);
  EXPECT_EQ(record.attempt, 1u);
  EXPECT_TRUE(place.needs_commit);
  // The proven one loses its proof, as marginal cells can: it was the earlier one, and it stands.
  flash.flip_bit(Region::boot_record, 1024 * place.winner + 216, 0);
  ASSERT_EQ(load(flash, record, place), Status::ok);
  EXPECT_EQ(record.attempt, 1u);
}

TEST(AWholeRecordOfAbsurdContent, IsNotFoundAndLeavesADefault) {
  RamFlash flash{small_part};
  RecordPlace place;
  write_absurd(flash, trust_format);
  TrustStore trust;
  EXPECT_EQ(load(flash, trust, place), Status::not_found);
  EXPECT_EQ(trust.installed, 0);
  EXPECT_EQ(trust.known, 0);
  EXPECT_EQ(trust.find_known({~std::uint64_t{0}}), nullptr);
  write_absurd(flash, journal_format);
  Journal journal;
  EXPECT_EQ(load(flash, journal, place), Status::not_found);
  EXPECT_EQ(journal, Journal{});
  write_absurd(flash, boot_record_format);
  BootRecord record;
  EXPECT_EQ(load(flash, record, place), Status::not_found);
  EXPECT_EQ(record, BootRecord{});
}

TEST(Crc32, KnownValue) {
  constexpr std::string_view text = "123456789";
  EXPECT_EQ(crc32(0, std::as_bytes(std::span{text})), 0xcbf43926u);
  EXPECT_EQ(crc32(crc32(0, std::as_bytes(std::span{text}.first(4))),
                  std::as_bytes(std::span{text}.subspan(4))),
            0xcbf43926u);
}

// A host takes many bytes at a time: every length has to come to the sum that single bytes make.
TEST(Crc32, IsTheSameInPiecesOfAnySize) {
  std::byte bytes[100];
  std::uint32_t noise = 1;
  for (std::byte& b : bytes) {
    noise = noise * 1664525u + 1013904223u;
    b = static_cast<std::byte>(noise >> 24);
  }
  std::uint32_t one_by_one = 0;
  for (std::size_t size = 1; size <= std::size(bytes); ++size) {
    one_by_one = crc32(one_by_one, Bytes{bytes + size - 1, 1});
    EXPECT_EQ(crc32(0, Bytes{bytes, size}), one_by_one) << size << " bytes";
  }
}

TEST(BootRecordLayout, StandsWhereTheReadmeDrawsIt) {
  RamFlash flash{small_part};
  BootRecord record;
  record.active = Slot::b;
  record.trial = Trial::a;
  record.attempts_left = 3;
  record.probation_left = 4;
  record.check_ins_left = 5;
  record.confirmed_mask = 2;
  record.invalid_mask = 1;
  record.give_up = RollbackReason::cancelled;
  record.security_floor = 0x0d0c0b0a;
  record.attempt = 0x1122334455667788;
  ASSERT_EQ(format(flash, record, 1), Status::ok);
  EXPECT_EQ(hex(flash.content(Region::boot_record).first(36)),
            "434f4231"
            "0100"
            "d200"
            "0100000000000000"  // magic, format, length 210, sequence
            "01"
            "01"
            "03"
            "04"
            "05"
            "02"
            "01"
            "04"  // the eight small fields
            "0a0b0c0d"
            "8877665544332211");
}

RC_GTEST_PROP(RecordCodecs, ReadBackWhatTheyWrote, ()) {
  RamFlash flash{small_part};
  RecordPlace place;
  BootRecord boot;
  boot.active = *rc::gen::arbitrary<bool>() ? Slot::a : Slot::b;
  boot.attempts_left = *rc::gen::arbitrary<std::uint8_t>();
  boot.security_floor = *rc::gen::arbitrary<std::uint32_t>();
  boot.pin(Slot::b).version.value = *rc::gen::arbitrary<std::uint32_t>();
  boot.pin(Slot::b).image.fill(static_cast<std::byte>(*rc::gen::arbitrary<std::uint8_t>()));
  boot.rollback = {
      true, RollbackReason::after_confirm,          {*rc::gen::arbitrary<std::uint32_t>()},
      v1,   {*rc::gen::arbitrary<std::uint64_t>()}, 3};
  RC_ASSERT(format(flash, boot, 1) == Status::ok);
  BootRecord boot_read;
  RC_ASSERT(load(flash, boot_read, place) == Status::ok);
  RC_ASSERT(boot_read == boot);
  Journal journal;
  journal.phase = JobPhase::downloading;
  journal.set_job_id("fw-2-0-0");
  journal.set_etag("\"abc\"");
  journal.watermark = *rc::gen::arbitrary<std::uint32_t>();
  journal.execution = *rc::gen::arbitrary<std::uint32_t>();
  RC_ASSERT(format(flash, journal, 1) == Status::ok);
  Journal journal_read;
  RC_ASSERT(load(flash, journal_read, place) == Status::ok);
  RC_ASSERT(journal_read == journal);
  Counters counters;
  counters.touch({*rc::gen::inRange<std::uint32_t>(1, 1000)}).rollbacks = 9;
  counters.versions[0].attempts = *rc::gen::arbitrary<std::uint16_t>();
  counters.versions[0].attempted_s = *rc::gen::arbitrary<std::uint32_t>();
  counters.last_counted.value = *rc::gen::arbitrary<std::uint64_t>();
  RC_ASSERT(format(flash, counters, 1) == Status::ok);
  Counters counters_read;
  RC_ASSERT(load(flash, counters_read, place) == Status::ok);
  RC_ASSERT(counters_read == counters);
}

TEST(Counters, TheVersionTouchedLongestAgoMakesRoom) {
  Counters counters;
  for (std::uint32_t version = 1; version <= 8; ++version) {
    counters.touch({version}).rollbacks = static_cast<std::uint8_t>(version);
  }
  counters.touch({1});
  counters.touch({9}).rollbacks = 9;
  EXPECT_EQ(counters.of({1}).rollbacks, 1);
  EXPECT_EQ(counters.of({2}).rollbacks, 0);
  EXPECT_EQ(counters.of({3}).rollbacks, 3);
  EXPECT_EQ(counters.of({9}).rollbacks, 9);
}

}  // namespace
}  // namespace ota::test
