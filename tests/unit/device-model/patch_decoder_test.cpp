#include <gtest/gtest.h>

#include <algorithm>

#include "support/patches.hpp"

// What the operations of DELTA.md mean, byte for byte, and what is refused.
namespace ota::test {
namespace {

// It stands in the job context, and a copy of it is a checkpoint.
static_assert(std::is_trivially_copyable_v<PatchDecoder>);
static_assert(sizeof(PatchDecoder) <= 80);

Fed feed_one(const Octets& base, const Octets& records, std::size_t target_size) {
  return feed({plan_for(base, target_size, records.size()), patch_first_place, base, records});
}

/// Feeds one record that should make `output`.
Fed make(const Octets& base, const Octets& operations, const Octets& output) {
  return feed_one(base, record(0, operations, output), output.size());
}

struct Meaning {
  const char* name;
  Octets operations;
  Octets output;
};

class Operation : public ::testing::TestWithParam<Meaning> {};

// The base holds 00 01 02 ... 1f.
TEST_P(Operation, MakesItsBytes) {
  const Fed fed = make(counting(32), GetParam().operations, GetParam().output);
  EXPECT_EQ(fed.status, Status::ok);
  EXPECT_TRUE(fed.is_complete);
  EXPECT_EQ(fed.output, GetParam().output);
}

INSTANTIATE_TEST_SUITE_P(
    Meanings, Operation,
    ::testing::Values(
        Meaning{"copy_rest", octets({0xcf}), octets({0, 1, 2, 3})},
        Meaning{"copy_short", octets({0xc1, 0xc1}), octets({0, 1, 2, 3})},
        Meaning{"copy_long", octets({0xce, 0x01}), counting(16)},
        Meaning{"literal_short", octets({0xd2, 0xaa, 0xbb, 0xcc}), octets({0xaa, 0xbb, 0xcc})},
        Meaning{"literal_long", joined({octets({0xdf, 0x00}), Octets(16, std::byte{0x77})}),
                Octets(16, std::byte{0x77})},
        Meaning{"literal_moves_the_base_along", octets({0xd0, 0xaa, 0xcf}), octets({0xaa, 1, 2})},
        // zigzag 0x12 = 18 is +9; what stands behind a seek is not the base's begin any more.
        Meaning{"seek_forward", octets({0xe2, 0x01, 0xcf}), octets({9, 10, 11})},
        // +9, one byte, then zigzag 5 is -3: position 1 + shift 6.
        Meaning{"seek_back", octets({0xe2, 0x01, 0xc0, 0xe5, 0x00, 0xcf}), octets({9, 7, 8})},
        // zigzag 0x20 is +16, four bytes; the copy goes on as if nothing had been borrowed.
        Meaning{"borrow", octets({0xf0, 0x20, 0xcf}), octets({16, 17, 18, 19, 4, 5})},
        // 0x0100 + zigzag 2 (+1) is 0x0101; little-endian.
        Meaning{"fix_new", octets({0xb0, 0x02}), octets({0x01, 0x01})},
        Meaning{"fix_after_a_gap", octets({0xb1, 0x02}), octets({0, 1, 3, 3})},
        // -1 (zigzag 1) takes a carry from the high byte.
        Meaning{"fix_carries", octets({0xb0, 0x01}), octets({0xff, 0x00})},
        Meaning{"fix_with_the_last", octets({0xb0, 0x02, 0x00}), octets({1, 1, 3, 3})},
        Meaning{"fix_with_the_last_after_a_gap", octets({0xb0, 0x02, 0x01}),
                octets({1, 1, 2, 3, 5, 5})},
        // +1, +2, then +1 again from second place, then it is first.
        Meaning{"fix_with_the_one_before", octets({0xb0, 0x02, 0xb0, 0x04, 0x80, 0x00}),
                octets({1, 1, 4, 3, 5, 5, 7, 7})},
        // +1 +2 +3 +4: the oldest of four is +1.
        Meaning{"fix_with_the_oldest",
                octets({0xb0, 0x02, 0xb0, 0x04, 0xb0, 0x06, 0xb0, 0x08, 0xa0}),
                octets({1, 1, 4, 3, 7, 5, 10, 7, 9, 9})}),
    [](const auto& test) { return test.param.name; });

TEST(PatchVector, TwoRecordsByteForByte) {
  const Octets base = counting(300);
  // Record 0: fifteen bytes of the base, one literal, the rest; record 1: from 44 bytes behind.
  const Octets records = octets({0xce, 0x00, 0xd0, 0xee, 0xcf, 0x21, 0xe9, 0x11, 0x86,  //
                                 0xe7, 0x05, 0xc1, 0xb0, 0x02, 0x4d, 0x12, 0x32, 0x5d});
  const Fed fed = feed_one(base, records, 260);
  Octets expected = counting(256);
  expected[15] = std::byte{0xee};
  // Position 256 with shift -44 is byte 212; 214 | 215 << 8, plus 1.
  expected = joined({expected, octets({212, 213, 215, 215})});
  EXPECT_EQ(fed.status, Status::ok);
  EXPECT_TRUE(fed.is_complete);
  EXPECT_EQ(fed.output, expected);
  EXPECT_EQ(fed.places, (std::vector<PatchPlace>{{1, 104 + 9}, {2, 104 + 18}}));
}

struct Refusal {
  const char* name;
  Octets operations;
};

class Malformed : public ::testing::TestWithParam<Refusal> {
 protected:
  // The base holds 32 bytes, the target 40; more of the patch is still to come.
  Fed feed_some(const Octets& operations, std::size_t out_piece) const {
    const PatchPlan plan{256, patch_header_bytes + 48, 32, 40};
    Feeding feeding{plan, patch_first_place, counting(32), operations};
    feeding.out_piece = out_piece;
    return feed(feeding);
  }
};

TEST_P(Malformed, IsCorruptAtItsLastByteAndReadsNothingOutsideTheBase) {
  const Octets& operations = GetParam().operations;
  for (const std::size_t out_piece : {1u, 64u}) {
    const Fed fed = feed_some(operations, out_piece);
    EXPECT_EQ(fed.status, Status::corrupt);
    EXPECT_EQ(fed.trespasses, 0u);
    EXPECT_TRUE(fed.is_within_output);
    EXPECT_EQ(feed_some({operations.begin(), operations.end() - 1}, out_piece).status, Status::ok);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Refusals, Malformed,
    ::testing::Values(
        Refusal{"copy_past_the_base", octets({0xcf})},
        Refusal{"copy_one_past_the_base", octets({0xce, 0x12})},
        Refusal{"copy_past_the_sector",
                joined({octets({0xdf, 0x00}), counting(16), octets({0xe1, 0x01, 0xce, 0x0a})})},
        Refusal{"copy_of_28_bits", octets({0xce, 0xff, 0xff, 0xff, 0x7f})},
        Refusal{"literal_past_the_sector", octets({0xdf, 0x19})},
        Refusal{"literal_of_28_bits", octets({0xdf, 0xff, 0xff, 0xff, 0x7f})},
        Refusal{"fix_without_a_difference", octets({0x00})},
        Refusal{"fix_without_a_second_difference", octets({0xb0, 0x02, 0x80})},
        Refusal{"fix_without_a_fourth_difference", octets({0xb0, 0x02, 0xa0})},
        Refusal{"fix_by_nothing", octets({0xb0, 0x00})},
        Refusal{"fix_by_17_bits", octets({0xb0, 0x80, 0x80, 0x04})},
        Refusal{"fix_past_the_base", octets({0xb0, 0x02, 0x0f})},
        Refusal{"fix_half_past_the_base", octets({0xb0, 0x02, 0xc0, 0x0e})},
        Refusal{"fix_half_past_the_sector",
                joined({octets({0xdf, 0x11}), counting(33), octets({0xe3, 0x01, 0xb3, 0x02})})},
        Refusal{"seek_before_the_base", octets({0xe1, 0x00})},
        Refusal{"seek_to_the_end_of_the_base", octets({0xe0, 0x04})},
        Refusal{"seek_by_32_bits", octets({0xc1, 0xef, 0xff, 0xff, 0xff, 0x7f})},
        Refusal{"seek_far_away", octets({0xee, 0xff, 0xff, 0x7f})},
        Refusal{"borrow_before_the_base", octets({0xf0, 0x01})},
        Refusal{"borrow_past_the_base", octets({0xf0, 0x3a})},
        Refusal{"borrow_past_the_sector",
                joined({octets({0xdf, 0x16}), counting(38), octets({0xf0, 0x4b})})},
        Refusal{"borrow_past_the_end_of_everything", octets({0xff, 0xfe, 0xff, 0xff, 0x7f})},
        // A seek of +1 to who drops the fifth digit.
        Refusal{"number_of_five_digits", octets({0xe2, 0x80, 0x80, 0x80, 0x80, 0x10})},
        Refusal{"number_with_a_zero_behind", octets({0xce, 0x81, 0x00})}),
    [](const auto& test) { return test.param.name; });

TEST(PatchRecords, NothingOfTheOneBeforeIsLeft) {
  const Octets base = counting(512);
  Octets first(base.begin(), base.begin() + 256);
  first[0] = std::byte{1};
  const Octets before = record(0, octets({0xb0, 0x02, 0xcf}), first);
  const Octets again = record(1, octets({0x00}), octets({1, 1}));
  EXPECT_EQ(feed_one(base, joined({before, again}), 258).status, Status::corrupt);
  const Octets sought = record(0, octets({0xe0, 0x20, 0xcf}), counting(256));
  EXPECT_EQ(feed_one(base, joined({sought, record(1, octets({0xcf}), octets({0, 1}))}), 258).output,
            joined({counting(256), octets({0, 1})}));
}

TEST(PatchEnd, BytesBehindTheLastRecordAreCorrupt) {
  const Octets base = counting(16);
  const Octets records = joined({record(0, octets({0xcf}), base), octets({0})});
  EXPECT_EQ(feed_one(base, records, 16).status, Status::corrupt);
}

TEST(PatchEnd, MoreThanTheHeaderSaysIsCorruptAtOnce) {
  const Octets base = counting(16);
  const Octets records = record(0, octets({0xcf}), base);
  const Fed fed = feed({plan_for(base, 16, records.size()), patch_first_place, base,
                        joined({records, octets({0})})});
  EXPECT_EQ(fed.status, Status::corrupt);
  EXPECT_TRUE(fed.output.empty());
}

TEST(PatchEnd, AMissingRecordIsCorrupt) {
  const Octets base = counting(512);
  const Octets sector(base.begin(), base.begin() + 256);
  const Octets records = joined({record(0, octets({0xc7, 0xcf}), sector), octets({0xc0})});
  EXPECT_EQ(feed_one(base, records, 512).status, Status::corrupt);
}

TEST(PatchCheck, ASectorWithAnotherSumIsCorrupt) {
  const Octets base = counting(16);
  Octets records = record(0, octets({0xcf}), base);
  records.back() ^= std::byte{1};
  const Fed fed = feed_one(base, records, 16);
  EXPECT_EQ(fed.status, Status::corrupt);
  EXPECT_TRUE(fed.places.empty());
}

TEST(PatchCheck, AnotherBaseIsCorrupt) {
  Octets base = counting(16);
  const Octets records = record(0, octets({0xcf}), base);
  base[7] ^= std::byte{0x10};
  EXPECT_EQ(feed_one(base, records, 16).status, Status::corrupt);
}

TEST(PatchCheck, ARecordInTheOthersPlaceIsCorrupt) {
  const Octets base(512, std::byte{0x11});
  const Octets sector(256, std::byte{0x11});
  const Octets other = record(1, octets({0xcf}), sector);
  EXPECT_EQ(feed_one(base, joined({other, other}), 512).status, Status::corrupt);
}

TEST(PatchReads, AFailureIsPassedOnAndTheNextFeedTriesAgain) {
  const Octets base = counting(16);
  const Octets records = record(0, octets({0xc3, 0xb0, 0x02, 0xcf}), octets({0, 1, 2, 3, 5, 5, 6}));
  for (const Status failure : {Status::io_error, Status::power_lost}) {
    for (std::uint32_t read = 0; read < 3; ++read) {
      BaseSlot flash{base};
      flash.fail_at(read, failure);
      PatchDecoder decoder{};
      ASSERT_EQ(
          decoder.start(plan_for(base, 7, records.size()), patch_first_place, flash.geometry()),
          Status::ok);
      Octets out(7);
      std::size_t consumed = 0;
      std::size_t produced = 0;
      ASSERT_EQ(decoder.feed(flash, Region::slot_b, records, consumed, out, produced), failure);
      std::size_t more = 0;
      std::size_t rest = 0;
      EXPECT_EQ(decoder.feed(flash, Region::slot_b, Bytes{records}.subspan(consumed), more,
                             MutableBytes{out}.subspan(produced), rest),
                Status::ok);
      EXPECT_TRUE(decoder.is_complete());
      EXPECT_EQ(consumed + more, records.size());
      EXPECT_EQ(out, octets({0, 1, 2, 3, 5, 5, 6}));
    }
  }
}

TEST(PatchRefused, StaysRefused) {
  const Octets base = counting(16);
  BaseSlot flash{base};
  PatchDecoder decoder{};
  std::size_t consumed = 0;
  std::size_t produced = 0;
  Octets out(16);
  EXPECT_EQ(decoder.feed(flash, Region::slot_a, {}, consumed, out, produced), Status::corrupt);
  ASSERT_EQ(decoder.start(plan_for(base, 16, 20), patch_first_place, flash.geometry()), Status::ok);
  EXPECT_EQ(decoder.feed(flash, Region::slot_a, octets({0x00}), consumed, out, produced),
            Status::corrupt);
  EXPECT_EQ(decoder.feed(flash, Region::slot_a, octets({0xcf}), consumed, out, produced),
            Status::corrupt);
  EXPECT_EQ(produced, 0u);
  EXPECT_FALSE(decoder.is_complete());
}

TEST(PatchStart, RefusesPlacesAndPlansThatNoPatchHas) {
  const FlashGeometry part{8, 1024, 64 * 1024};
  const PatchPlan plan{256, 200, 1000, 1000};
  PatchDecoder decoder{};
  EXPECT_EQ(decoder.start(plan, {3, 199}, part), Status::ok);
  EXPECT_EQ(decoder.start(plan, {4, 150}, part), Status::corrupt);
  EXPECT_EQ(decoder.start(plan, {1, 103}, part), Status::corrupt);
  EXPECT_EQ(decoder.start(plan, {1, 200}, part), Status::corrupt);
  EXPECT_EQ(decoder.start(PatchPlan{}, patch_first_place, part), Status::corrupt);
  EXPECT_EQ(decoder.start({256, 123, 1000, 1000}, patch_first_place, part), Status::corrupt);
  EXPECT_EQ(decoder.start({256, 1137, 1000, 1000}, patch_first_place, part), Status::corrupt);
}

TEST(PatchStart, RejectsWhatThePartCannotHold) {
  const PatchPlan plan{1024, 200, 15 * 1024, 15 * 1024};
  PatchDecoder decoder{};
  EXPECT_EQ(decoder.start(plan, patch_first_place, {8, 1024, 17 * 1024}), Status::ok);
  EXPECT_EQ(decoder.start(plan, patch_first_place, {8, 4096, 20 * 1024}), Status::ok);
  EXPECT_EQ(decoder.start(plan, patch_first_place, {8, 1024, 16 * 1024}), Status::rejected)
      << "the trailer takes two of such sectors";
  EXPECT_EQ(decoder.start(plan, patch_first_place, {8, 512, 16 * 1024}), Status::rejected);
  EXPECT_EQ(decoder.start(plan, patch_first_place, {8, 1536, 24 * 1024}), Status::rejected);
}

}  // namespace
}  // namespace ota::test
