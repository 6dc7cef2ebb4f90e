#include <gtest/gtest.h>

#include "ota/host/delta.hpp"
#include "support/images.hpp"
#include "support/patches.hpp"

namespace ota::test {
namespace {

Digest filled(unsigned value) {
  Digest digest;
  digest.fill(static_cast<std::byte>(value));
  return digest;
}

PatchHeader good_header() {
  return {4096, 300, {v1, 5000, filled(0x11)}, {v2, 9000, filled(0x22)}};
}

std::array<std::byte, patch_header_bytes> encoded(const PatchHeader& header) {
  std::array<std::byte, patch_header_bytes> bytes;
  host::encode(header, bytes);
  return bytes;
}

Status judged(const PatchHeader& header) {
  PatchHeader decoded;
  return decode(encoded(header), decoded);
}

TEST(PatchHeaderVector, ByteForByte) {
  EXPECT_EQ(hex(encoded(good_header())),
            "43505431"
            "0100"
            "6800"
            "00100000"
            "2c010000"
            "03000000"
            "00080100"
            "88130000"
            "1111111111111111111111111111111111111111111111111111111111111111"
            "00000200"
            "28230000"
            "2222222222222222222222222222222222222222222222222222222222222222"
            "736f973a");
  PatchHeader decoded;
  EXPECT_EQ(decode(encoded(good_header()), decoded), Status::ok);
  EXPECT_EQ(decoded, good_header());
}

TEST(PatchHeaderDecode, EveryFlippedBitIsCorrupt) {
  const auto good = encoded(good_header());
  for (std::size_t bit = 0; bit < 8 * good.size(); ++bit) {
    auto bad = good;
    bad[bit / 8] ^= std::byte{1} << (bit % 8);
    PatchHeader decoded;
    EXPECT_EQ(decode(bad, decoded), Status::corrupt) << "bit " << bit;
  }
}

TEST(PatchHeaderDecode, EveryOtherSizeIsCorrupt) {
  Octets bytes(patch_header_bytes + 1);
  std::ranges::copy(encoded(good_header()), bytes.begin());
  PatchHeader decoded;
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    const Status expected = size == patch_header_bytes ? Status::ok : Status::corrupt;
    EXPECT_EQ(decode(Bytes{bytes}.first(size), decoded), expected) << size;
  }
}

TEST(PatchHeaderDecode, SizesThatNoPatchHasAreCorrupt) {
  const auto with = [](auto change) {
    PatchHeader header = good_header();
    change(header);
    return judged(header);
  };
  EXPECT_EQ(with([](PatchHeader& h) { h.sector_bytes = 3000; }), Status::corrupt);
  EXPECT_EQ(with([](PatchHeader& h) { h.sector_bytes = 128; }), Status::corrupt);
  EXPECT_EQ(with([](PatchHeader& h) { h.sector_bytes = 256 * 1024; }), Status::corrupt);
  EXPECT_EQ(with([](PatchHeader& h) { h.base.size = 0; }), Status::corrupt);
  EXPECT_EQ(with([](PatchHeader& h) { h.target.size = 0; }), Status::corrupt);
  EXPECT_EQ(with([](PatchHeader& h) { h.base.size = patch_largest_image + 1; }), Status::corrupt);
  EXPECT_EQ(with([](PatchHeader& h) { h.target.size = patch_largest_image + 1; }), Status::corrupt);
  // Three records of at least five bytes, and of at most eight more than their sectors.
  EXPECT_EQ(with([](PatchHeader& h) { h.patch_bytes = 118; }), Status::corrupt);
  EXPECT_EQ(with([](PatchHeader& h) { h.patch_bytes = 119; }), Status::ok);
  EXPECT_EQ(with([](PatchHeader& h) { h.patch_bytes = 9128; }), Status::ok);
  EXPECT_EQ(with([](PatchHeader& h) { h.patch_bytes = 9129; }), Status::corrupt);
}

TEST(PatchMatch, AnotherBaseTargetOrPartTakesTheFullImage) {
  const FlashGeometry part{8, 4096, 16 * 1024};
  const PatchHeader header = good_header();
  EXPECT_EQ(match(header, header.base, header.target, part), Status::ok);

  PatchImage other = header.base;
  other.digest[31] ^= std::byte{1};
  EXPECT_EQ(match(header, other, header.target, part), Status::rejected);
  other = header.target;
  other.version = v3;
  EXPECT_EQ(match(header, header.base, other, part), Status::rejected);
  other = header.target;
  ++other.size;
  EXPECT_EQ(match(header, header.base, other, part), Status::rejected);
  EXPECT_EQ(match(header, header.base, header.target, {8, 2048, 16 * 1024}), Status::rejected);
  EXPECT_EQ(match(header, header.base, header.target, {8, 4096, 12 * 1024}), Status::rejected);
}

}  // namespace
}  // namespace ota::test
