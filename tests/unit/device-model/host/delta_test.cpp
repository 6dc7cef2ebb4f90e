#include "ota/host/delta.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "tests/unit/device-model/support/patches.hpp"

namespace ota::test {
namespace {

constexpr host::PatchOptions small_sectors{256, {0x00010800}, {0x00020000}};

Octets random_image(std::size_t size) {
  return *rc::gen::container<Octets>(
      size, rc::gen::map(rc::gen::arbitrary<std::uint8_t>(), [](auto b) { return std::byte{b}; }));
}

std::ptrdiff_t random_place(const Octets& image) {
  return *rc::gen::inRange<std::ptrdiff_t>(0, static_cast<std::ptrdiff_t>(image.size()) + 1);
}

/// What happens to firmware: parts come, go and move, and numbers in it change by the same amount.
Octets edited(Octets image) {
  for (int edits = *rc::gen::inRange(0, 6); edits > 0; --edits) {
    const auto at = random_place(image);
    const auto end = std::min(at + *rc::gen::inRange<std::ptrdiff_t>(0, 90),
                              static_cast<std::ptrdiff_t>(image.size()));
    switch (*rc::gen::inRange(0, 4)) {
      case 0: {
        const Octets part = random_image(*rc::gen::inRange<std::size_t>(0, 90));
        image.insert(image.begin() + at, part.begin(), part.end());
        break;
      }
      case 1:
        image.erase(image.begin() + at, image.begin() + end);
        break;
      case 2: {
        const Octets part(image.begin() + at, image.begin() + end);
        const auto to = random_place(image);
        image.insert(image.begin() + to, part.begin(), part.end());
        break;
      }
      default:
        for (auto i = at; i < end; i += *rc::gen::inRange(1, 20)) {
          image[static_cast<std::size_t>(i)] ^= std::byte{0x14};
        }
    }
  }
  return image;
}

void expect_round_trip(const Octets& base, const Octets& target) {
  const auto patch = host::make_patch(base, target, small_sectors);
  RC_ASSERT(patch.has_value());
  RC_ASSERT(host::apply_patch(base, *patch) == target);
}

RC_GTEST_PROP(Delta, EditedImagesComeBack, ()) {
  Octets base = random_image(*rc::gen::inRange<std::size_t>(1, 1500));
  Octets target = edited(base);
  target.resize(std::max<std::size_t>(target.size(), 1));
  expect_round_trip(base, target);
}

RC_GTEST_PROP(Delta, UnrelatedImagesComeBack, ()) {
  expect_round_trip(random_image(*rc::gen::inRange<std::size_t>(1, 900)),
                    random_image(*rc::gen::inRange<std::size_t>(1, 900)));
}

RC_GTEST_PROP(Delta, AnyPiecesGiveTheSame, ()) {
  const Octets base = random_image(*rc::gen::inRange<std::size_t>(1, 900));
  Octets target = edited(base);
  target.resize(std::max<std::size_t>(target.size(), 1));
  const auto patch = host::make_patch(base, target, small_sectors);
  Feeding feeding{plan_for(base, target.size(), patch->size() - patch_header_bytes),
                  patch_first_place,
                  base,
                  {patch->begin() + patch_header_bytes, patch->end()}};
  feeding.in_piece = *rc::gen::inRange<std::size_t>(1, 300);
  feeding.out_piece = *rc::gen::inRange<std::size_t>(1, 300);
  const Fed fed = feed(feeding);
  RC_ASSERT(fed.is_complete);
  RC_ASSERT(fed.output == target);
}

RC_GTEST_PROP(Delta, RandomRecordsNeverLeaveTheirBounds, ()) {
  const Octets base = counting(*rc::gen::inRange<std::size_t>(1, 400));
  const auto target_size = *rc::gen::inRange<std::size_t>(300, 600);
  Octets records = random_image(*rc::gen::inRange<std::size_t>(15, target_size + 16));
  // Mostly operations, so that many of them are taken before one is refused.
  for (std::byte& b : records) {
    b = *rc::gen::inRange(0, 3) == 0 ? b & std::byte{0x0f} : b | std::byte{0x80};
  }
  Feeding feeding{plan_for(base, target_size, records.size()), patch_first_place, base, records};
  feeding.out_piece = *rc::gen::inRange<std::size_t>(1, 300);
  const Fed fed = feed(feeding);
  RC_ASSERT(fed.trespasses == 0u);
  RC_ASSERT(fed.is_within_output);
  RC_ASSERT(fed.output.size() <= target_size);
}

/// A pair with every kind of operation in its patch.
class PatchedPair : public ::testing::Test {
 protected:
  void SetUp() override {
    for (std::size_t i = 0; i < 1300; ++i) {
      base.push_back(static_cast<std::byte>(i * i * 7 + (i >> 5) * 31 + (i >> 8)));
    }
    target.assign(base.begin(), base.begin() + 1200);
    for (std::size_t i = 300; i < 1100; i += 46) {
      target[i] ^= std::byte{0x08};
    }
    const Octets part(base.begin() + 900, base.begin() + 908);
    target.insert(target.begin() + 100, part.begin(), part.end());
    const Octets fresh = octets({0xde, 0xad, 0xbe, 0xef, 0xf0, 0x0d});
    target.insert(target.begin() + 40, fresh.begin(), fresh.end());
    patch = host::make_patch(base, target, small_sectors).value();
  }

  Feeding feeding_of(const Octets& bytes) const {
    return {plan_for(base, target.size(), patch.size() - patch_header_bytes),
            patch_first_place,
            base,
            {bytes.begin() + patch_header_bytes, bytes.end()}};
  }

  Octets base;
  Octets target;
  Octets patch;
};

TEST_F(PatchedPair, TheSameArgumentsGiveTheSameBytes) {
  EXPECT_EQ(host::make_patch(base, target, small_sectors), patch);
  EXPECT_LT(patch.size(), target.size() / 2);
}

TEST_F(PatchedPair, ResumingAtEverySectorGivesTheSame) {
  const Fed whole = feed(feeding_of(patch));
  ASSERT_TRUE(whole.is_complete);
  ASSERT_EQ(whole.output, target);
  ASSERT_EQ(whole.places.size(), 5u);
  for (std::size_t i = 0; i + 1 < whole.places.size(); ++i) {
    const PatchPlace place = whole.places[i];
    Feeding rest = feeding_of(patch);
    rest.place = place;
    rest.records.assign(patch.begin() + place.offset, patch.end());
    const Fed fed = feed(rest);
    EXPECT_TRUE(fed.is_complete);
    EXPECT_EQ(fed.output, Octets(target.begin() + place.record * 256, target.end()));
  }
}

TEST_F(PatchedPair, ResumingAtAnotherRecordsOffsetIsCorrupt) {
  const Fed whole = feed(feeding_of(patch));
  Feeding rest = feeding_of(patch);
  rest.place = {whole.places[0].record, whole.places[1].offset};
  rest.records.assign(patch.begin() + rest.place.offset, patch.end());
  EXPECT_EQ(feed(rest).status, Status::corrupt);
}

TEST_F(PatchedPair, EveryPlaceMayPartThePieces) {
  for (std::size_t piece = 1; piece < patch.size(); ++piece) {
    for (const std::size_t room : {1u, 2u, 7u, 256u}) {
      Feeding feeding = feeding_of(patch);
      feeding.in_piece = piece;
      feeding.out_piece = room;
      const Fed fed = feed(feeding);
      ASSERT_TRUE(fed.is_complete) << piece << " in, " << room << " out";
      ASSERT_EQ(fed.output, target) << piece << " in, " << room << " out";
    }
  }
}

TEST_F(PatchedPair, NoFlippedBitMakesAnotherImage) {
  for (std::size_t bit = 0; bit < 8 * patch.size(); ++bit) {
    Octets bad = patch;
    bad[bit / 8] ^= std::byte{1} << (bit % 8);
    const auto made = host::apply_patch(base, bad);
    EXPECT_TRUE(!made || *made == target) << "bit " << bit;
  }
}

/// The same without the header's CRC and without the digest: the records defend themselves.
TEST_F(PatchedPair, AFlippedBitInARecordIsCorrupt) {
  for (std::size_t bit = 8 * patch_header_bytes; bit < 8 * patch.size(); ++bit) {
    Octets bad = patch;
    bad[bit / 8] ^= std::byte{1} << (bit % 8);
    const Fed fed = feed(feeding_of(bad));
    EXPECT_TRUE(fed.status == Status::corrupt || fed.output == target) << "bit " << bit;
    EXPECT_EQ(fed.trespasses, 0u) << "bit " << bit;
    EXPECT_TRUE(fed.is_within_output) << "bit " << bit;
  }
}

TEST_F(PatchedPair, NoTruncatedPatchIsComplete) {
  for (std::size_t size = 0; size < patch.size(); ++size) {
    EXPECT_FALSE(host::apply_patch(base, Bytes{patch}.first(size))) << size;
    if (size >= patch_header_bytes) {
      Feeding feeding = feeding_of(patch);
      feeding.records.resize(size - patch_header_bytes);
      const Fed fed = feed(feeding);
      EXPECT_FALSE(fed.is_complete) << size;
      EXPECT_EQ(fed.trespasses, 0u) << size;
    }
  }
}

TEST_F(PatchedPair, AnotherBaseIsRefused) {
  base[1250] ^= std::byte{1};
  EXPECT_FALSE(host::apply_patch(base, patch));
}

TEST(MakePatch, RefusesWhatNoPatchCanDescribe) {
  const Octets image = counting(1000);
  EXPECT_FALSE(host::make_patch({}, image, {}));
  EXPECT_FALSE(host::make_patch(image, {}, {}));
  EXPECT_FALSE(host::make_patch(image, image, {3000}));
  EXPECT_FALSE(host::make_patch(image, image, {128}));
  EXPECT_TRUE(host::make_patch(image, image, {128 * 1024}));
}

/// Header 104; per sector "copy the rest" and a CRC.
TEST(MakePatch, AnUnchangedSectorCostsFiveBytes) {
  const Octets image = counting(16 * 4096);
  EXPECT_EQ(host::make_patch(image, image, {})->size(), 104u + 16 * 5);
}

/// A function inserted early: two bytes of literal and everything behind it two bytes later.
TEST(MakePatch, MovedContentCostsAFewBytesPerSector) {
  Octets base;
  for (std::uint32_t i = 0; i < 8192; ++i) {
    base.push_back(static_cast<std::byte>(i * 2654435761u >> 24));
  }
  Octets target = base;
  target.insert(target.begin() + 16, {std::byte{0xaa}, std::byte{0xbb}});
  EXPECT_LE(host::make_patch(base, target, {})->size(), 104u + 2 * 4 + 32);
}

/// Calls whose distance grew by the same amount: one byte each.
TEST(MakePatch, ARepeatedDifferenceCostsOneByte) {
  Octets base;
  for (std::uint32_t i = 0; i < 4096; ++i) {
    base.push_back(static_cast<std::byte>(i * 2654435761u >> 24));
  }
  Octets target = base;
  for (std::size_t i = 0; i < 4000; i += 40) {
    const unsigned old = std::to_integer<unsigned>(base[i]) | std::to_integer<unsigned>(base[i + 1])
                                                                  << 8;
    target[i] = static_cast<std::byte>((old + 0x1234) & 0xff);
    target[i + 1] = static_cast<std::byte>((old + 0x1234) >> 8 & 0xff);
  }
  EXPECT_LE(host::make_patch(base, target, {})->size(), 104u + 100 + 16);
}

}  // namespace
}  // namespace ota::test
