#include "reports/trace/stream.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace cartstorm::report {
namespace {

/// Notes the sequence numbers it was handed.
class Reader : public Sink {
 public:
  explicit Reader(std::uint64_t kinds) : kinds_{kinds} {}
  std::uint64_t kinds() const override { return kinds_; }
  void on(const Record& record) override { seen.push_back(record.seq); }
  void flagged(CartId cart) override { flags.push_back(cart); }
  std::vector<std::uint64_t> seen;
  std::vector<CartId> flags;

 private:
  std::uint64_t kinds_;
};

void emit_small_trace(Stream& stream, std::uint32_t boot_no, std::string_view thing) {
  const TextId text = stream.texts().intern(thing);
  stream.emit(-5, Run{text, text, text, text, 42, 0xfeedULL, 1'780'000'000, 100, 200});
  stream.emit(0, Cart{CartId{0}, text, text, text, text, text, 3, Version{0x10800}});
  stream.emit(1, Jump{CartId{0}, boot_no, SlotName::b, Version{0x20000}, 0xabcdULL});
  stream.emit(1, Clock{CartId{0}, -46'800, ClockEvent::step});
}

TEST(Stream, NumbersRecordsWithoutGaps) {
  Stream stream;
  Reader reader{all_kinds};
  stream.attach(reader);
  emit_small_trace(stream, 1, "cart-00000");
  EXPECT_THAT(reader.seen, testing::ElementsAre(0, 1, 2, 3));
  EXPECT_EQ(stream.count(), 4);
  EXPECT_EQ(stream.last_us(), 1);
}

TEST(Stream, HandsASinkTheKindsItWantsOnly) {
  Stream stream;
  Reader reader{mask_of<Cart, Clock>()};
  stream.attach(reader);
  emit_small_trace(stream, 1, "cart-00000");
  EXPECT_THAT(reader.seen, testing::ElementsAre(1, 3));
}

TEST(Stream, TellsAllSinksOfAFlaggedCart) {
  Stream stream;
  Reader one{all_kinds}, other{mask_of<Stage>()};
  stream.attach(one);
  stream.attach(other);
  stream.flag(CartId{9});
  EXPECT_THAT(one.flags, testing::ElementsAre(CartId{9}));
  EXPECT_THAT(other.flags, testing::ElementsAre(CartId{9}));
}

// The literal pins the hash for every compiler: g++ and clang must agree on it, and a change of it
// is a change of what "the same trace" means.
TEST(StreamHash, OfASmallTraceIsTheSameEverywhere) {
  Stream stream;
  emit_small_trace(stream, 1, "cart-00000");
  EXPECT_EQ(stream.hash(), "c401bd43f48e25681dfb398638dd7efa");
}

TEST(StreamHash, OfNothingIsTheInitialState) {
  EXPECT_EQ(Stream{}.hash(), "6a09e667f3bcc908bb67ae8584caa73b");
}

TEST(StreamHash, ChangesWithAField) {
  Stream one, other;
  emit_small_trace(one, 1, "cart-00000");
  emit_small_trace(other, 2, "cart-00000");
  EXPECT_NE(one.hash(), other.hash());
}

TEST(StreamHash, ChangesWithTheTextBehindAnId) {
  Stream one, other;
  emit_small_trace(one, 1, "cart-00000");
  emit_small_trace(other, 1, "cart-00001");
  EXPECT_NE(one.hash(), other.hash());
}

TEST(StreamHash, DoesNotDependOnTheNumberOfAnId) {
  Stream one, other;
  other.texts().intern("something that never reaches the trace");
  emit_small_trace(one, 1, "cart-00000");
  emit_small_trace(other, 1, "cart-00000");
  EXPECT_EQ(one.hash(), other.hash());
}

TEST(StreamHash, ChangesWithTheTime) {
  Stream one, other;
  one.emit(1, Quarantine{CartId{1}, Version{2}});
  other.emit(2, Quarantine{CartId{1}, Version{2}});
  EXPECT_NE(one.hash(), other.hash());
}

TEST(StreamHash, ChangesWithTheOrder) {
  Stream one, other;
  one.emit(1, Quarantine{CartId{1}, Version{2}});
  one.emit(1, Quarantine{CartId{2}, Version{2}});
  other.emit(1, Quarantine{CartId{2}, Version{2}});
  other.emit(1, Quarantine{CartId{1}, Version{2}});
  EXPECT_NE(one.hash(), other.hash());
}

TEST(StreamHash, TellsKindsWithEqualFieldsApart) {
  Stream one, other;
  one.emit(1, Quarantine{CartId{1}, Version{64}});
  other.emit(1, AfterPowerLoss{CartId{1}, 64});
  EXPECT_NE(one.hash(), other.hash());
}

TEST(TextTable, GivesOneNumberPerText) {
  TextTable texts;
  const TextId eu = texts.intern("eu");
  EXPECT_EQ(texts.intern("us"), TextId{2});
  EXPECT_EQ(texts.intern("eu"), eu);
  EXPECT_EQ(texts.text(eu), "eu");
  EXPECT_EQ(texts.text(TextId{0}), "");
  EXPECT_EQ(texts.intern(""), TextId{0});
  EXPECT_EQ(texts.size(), 3);
}

TEST(TextTable, KeepsItsTextsWhenItGrows) {
  TextTable texts;
  const std::string_view first = texts.text(texts.intern("the first"));
  for (int n = 0; n < 10'000; ++n) texts.intern(std::to_string(n));
  EXPECT_EQ(first, "the first");
}

TEST(TextTable, AnswersAnUnknownNumberWithNothing) { EXPECT_EQ(TextTable{}.text(TextId{77}), ""); }

}  // namespace
}  // namespace cartstorm::report
