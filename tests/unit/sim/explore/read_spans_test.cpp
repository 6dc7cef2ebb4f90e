#include "sim/explore/read_spans.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <bitset>

namespace cartstorm::sim::explore {
namespace {

Key key_of(const ReadSpans& spans) {
  KeyWriter writer;
  spans.encode(writer);
  return writer.finish();
}

TEST(ReadSpans, HasWhatWasAddedInPieces) {
  ReadSpans spans;
  spans.add(100, 200);
  spans.add(0, 50);
  EXPECT_FALSE(spans.has(0, 200));
  spans.add(50, 100);
  EXPECT_TRUE(spans.has(0, 200));
  spans.remove(120, 121);
  EXPECT_TRUE(spans.has(0, 120));
  EXPECT_FALSE(spans.has(119, 121));
  EXPECT_TRUE(spans.has(121, 200));
}

TEST(ReadSpans, DropsTheShortestAndSaysSo) {
  ReadSpans spans;
  for (std::uint32_t at = 0; at < 40; at += 10) {
    spans.add(at, at + 5);
  }
  EXPECT_TRUE(spans.is_complete());
  spans.add(42, 43);
  EXPECT_FALSE(spans.is_complete());
  EXPECT_FALSE(spans.has(42, 43));
  spans.add(50, 56);
  EXPECT_TRUE(spans.has(50, 56));
  EXPECT_FALSE(spans.has(0, 5));
  spans.begin_anew();
  EXPECT_TRUE(spans.is_complete());
}

struct Call {
  bool is_add;
  std::uint32_t from, size;
};

/// Compared with a bit per byte: nothing is made up, nothing is lost while the set is complete, and
/// equal sets are equal values.
RC_GTEST_PROP(ReadSpans, IsTheSetOfBytes, ()) {
  const auto numbers =
      *rc::gen::container<std::vector<std::uint16_t>>(rc::gen::arbitrary<std::uint16_t>());
  ReadSpans spans;
  std::bitset<64> bytes;
  for (const std::uint16_t number : numbers) {
    const Call call{number % 2 == 0, number / 2u % 64, number / 128u % 24};
    const std::uint32_t to = std::min(call.from + call.size, 64u);
    call.is_add ? spans.add(call.from, to) : spans.remove(call.from, to);
    for (std::uint32_t at = call.from; at < to; ++at) {
      bytes[at] = call.is_add;
    }
  }
  ReadSpans again;
  for (std::uint32_t at = 64; at-- > 0;) {
    RC_ASSERT(!spans.has(at, at + 1) || bytes[at]);
    RC_ASSERT(spans.has(at, at + 1) || !bytes[at] || !spans.is_complete());
    if (bytes[at]) {
      again.add(at, at + 1);
    }
  }
  RC_ASSERT(!spans.is_complete() || !again.is_complete() || key_of(spans) == key_of(again));
}

}  // namespace
}  // namespace cartstorm::sim::explore
