#include "reports/trace/words.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/trace/kinds.hpp"
#include "reports/trace/print.hpp"

namespace cartstorm::report {
namespace {

TEST(Words, ArePrintedAsTheyAreSpelled) {
  EXPECT_EQ(name(PowerCause::scripted), "scripted");
  EXPECT_EQ(name(PowerCause::commanded), "commanded");
  EXPECT_EQ(name(AgentState::armed), "armed");  // the first of a line of the list
  EXPECT_EQ(name(Reason::document_too_large), "document_too_large");
  EXPECT_EQ(name(CheckVerdict::not_evaluable), "not_evaluable");
}
TEST(Words, OfAValueOutsideTheVocabularyIsAQuestionMark) {
  EXPECT_EQ(name(static_cast<SlotName>(9)), "?");
}
TEST(Words, OfATypeAreListedInOrder) {
  EXPECT_THAT(words_of(Verdict{}), testing::ElementsAre("go", "hold", "undecided"));
  EXPECT_EQ(words_of(Reason{}).size(), 29);
  EXPECT_EQ(words_of(AgentState{}).size(), 12);
}
TEST(Kinds, HaveTheirNames) {
  EXPECT_EQ(kind_names[kind_of<report::Run>()], "run");
  EXPECT_EQ(kind_names[kind_of<FlashOp>()], "flash_op");
  EXPECT_EQ(kind_names[kind_of<StateChange>()], "state");
  EXPECT_EQ(kind_names[kind_of<Quarantine>()], "quarantine");
}
TEST(Kinds, KnowTheCartOfARecord) {
  EXPECT_EQ(cart_of(Quarantine{CartId{3}, Version{1}}), CartId{3});
  EXPECT_EQ(cart_of(Exposure{}), no_cart);
}
TEST(Print, Moments) {
  EXPECT_EQ(moment_text(0), "d0 00:00:00");
  EXPECT_EQ(moment_text(3 * 86'400'000'000LL + 15'153'999'999LL), "d3 04:12:33");
  EXPECT_EQ(moment_text(-3'600'000'000LL), "-d0 01:00:00");
}
TEST(Print, Spans) {
  EXPECT_EQ(span_text(119'999'999), "119 s");
  EXPECT_EQ(span_text(120'000'000), "2 min");
  EXPECT_EQ(span_text(9'000'000'000), "2.5 h");
  EXPECT_EQ(span_text(216'000'000'000), "2.5 d");
  EXPECT_EQ(span_text(-1'000'000), "-1 s");
}
TEST(Print, Versions) { EXPECT_EQ(version_text(Version{0x00020103}), "2.1.3"); }

}  // namespace
}  // namespace cartstorm::report
