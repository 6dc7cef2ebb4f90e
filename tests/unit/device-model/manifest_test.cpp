#include <gtest/gtest.h>

#include <vector>

#include "support/images.hpp"

namespace ota::test {
namespace {

Manifest example() {
  Manifest m;
  m.version = {0x00020000};
  m.image_size = 0x01020304;
  m.image_digest.fill(std::byte{0xdd});
  m.issued = {0x1112131415161718};
  m.expires = {0x2122232425262728};
  m.security_version = 5;
  m.hardware_mask = 0x80000001;
  m.layout = 7;
  m.anchor = {0x6b1f0c2ad9e35587};
  m.signature.fill(std::byte{0xee});
  return m;
}

TEST(ManifestCodec, PutsEveryFieldWhereTheWireSays) {
  std::array<std::byte, manifest_bytes> bytes;
  encode(example(), bytes);
  EXPECT_EQ(hex(bytes),
            "43534d31"  // magic
            "0100"
            "8000"                                                              // format, length
            "00000200"                                                          // version
            "04030201"                                                          // size
            "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"  // digest
            "1817161514131211"
            "2827262524232221"  // dates
            "05000000"
            "01000080"
            "07000000"
            "00000000"          // numbers
            "6b1f0c2ad9e35587"  // anchor
            "0000000000000000000000000000000000000000"
            "0000000000000000000000000000000000000000"  // reserved
            "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee"
            "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee");
}

TEST(ManifestCodec, ReadsBackWhatItWrote) {
  std::array<std::byte, manifest_bytes> bytes;
  encode(example(), bytes);
  Manifest read;
  ASSERT_EQ(decode(bytes, read), Status::ok);
  EXPECT_EQ(read, example());
}

TEST(ManifestCodec, RefusesAnyChangeOfTheHeadAndOfReservedBytes) {
  std::array<std::byte, manifest_bytes> bytes;
  encode(example(), bytes);
  Manifest read;
  for (std::size_t i = 0; i < manifest_signed_bytes; ++i) {
    if (i >= 8 && i < 88) {
      continue;  // fields: any value decodes
    }
    for (int bit = 0; bit < 8; ++bit) {
      bytes[i] ^= std::byte{1} << bit;
      EXPECT_EQ(decode(bytes, read), Status::corrupt) << "byte " << i << " bit " << bit;
      bytes[i] ^= std::byte{1} << bit;
    }
  }
}

TEST(ManifestCodec, RefusesEveryOtherSize) {
  const std::vector<std::byte> bytes(400);
  Manifest read;
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(decode(Bytes{bytes}.first(size), read), Status::corrupt);
  }
}

}  // namespace
}  // namespace ota::test
