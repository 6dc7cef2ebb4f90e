#include "sim/scenario/known_words.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string_view>

#include "reports/trace/words.hpp"

namespace cartstorm::sim {
namespace {

/// Words of one vocabulary of the trace, taken from its declaration.
std::vector<std::string> words_of(std::string_view type) {
  std::vector<std::string> words;
#define CARTSTORM_COLLECT(Type, ...)                                    \
  if (std::string_view(#Type) == type) {                                \
    std::string_view rest = #__VA_ARGS__;                               \
    while (!rest.empty()) {                                             \
      const auto end = rest.find(", ");                                 \
      words.emplace_back(rest.substr(0, end));                          \
      rest = end == std::string_view::npos ? "" : rest.substr(end + 2); \
    }                                                                   \
  }
  CARTSTORM_WORDS(CARTSTORM_COLLECT)
#undef CARTSTORM_COLLECT
  return words;
}

TEST(KnownWords, ReasonsAreThoseOfTheTrace) {
  std::vector<std::string> expected = words_of("Reason");
  ASSERT_EQ(expected.front(), "none");
  expected.erase(expected.begin());
  EXPECT_EQ(known_reasons(), expected);
}

TEST(KnownWords, UpdateStatesAreStatesOfTheTrace) {
  EXPECT_EQ(known_update_states().size(), 9U);
  for (const auto& state : known_update_states()) {
    EXPECT_THAT(words_of("AgentState"), testing::Contains(state));
  }
}

TEST(KnownWords, PromisesAreDifferentOnes) {
  const auto& ids = known_check_ids();
  EXPECT_EQ(ids.size(), 29U);
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), ids.size());
}

}  // namespace
}  // namespace cartstorm::sim
