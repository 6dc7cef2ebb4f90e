#include "sim/scenario/vocabulary.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cartstorm::sim {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::StartsWith;

TEST(Vocabulary, ExplainsAFaultWithItsKeys) {
  const std::string text = explain_word("clock_skew");
  EXPECT_THAT(text,
              StartsWith("fault clock_skew: The cart's own clock is wrong from the start.\n"));
  EXPECT_THAT(text, HasSubstr("  offset: Cart clock minus true time. Required.\n"));
}

TEST(Vocabulary, ExplainsAKeyWithItsDefault) {
  EXPECT_EQ(explain_word("quiet"),
            "key in (top level):\n"
            "  quiet: Last part of the run: network up, no new faults, so that liveness can be "
            "judged. Default: 1h.\n");
}

TEST(Vocabulary, ExplainsARuleWithItsParameters) {
  const std::string text = explain_word("e_value");
  EXPECT_THAT(text, HasSubstr("mapping rollout.rules.e_value: "));
  EXPECT_THAT(text, HasSubstr("  restart: "));
  EXPECT_THAT(text, HasSubstr("key in rollout.rules:\n  e_value: "));
}

TEST(Vocabulary, DoesNotKnowOtherWords) { EXPECT_EQ(explain_word("banana"), ""); }

TEST(Vocabulary, ExplainsEveryWordItLists) {
  EXPECT_THAT(explainable_words(), Contains("power_cut"));
  for (const auto& word : explainable_words()) EXPECT_NE(explain_word(word), "") << word;
}

}  // namespace
}  // namespace cartstorm::sim
