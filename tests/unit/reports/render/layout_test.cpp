#include "reports/render/layout.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <sstream>

#include "reports/render/clean.hpp"

namespace cartstorm::report {
namespace {

TEST(Wrapped, BreaksAtSpaces) {
  EXPECT_EQ(wrapped("one two", 2), "  one two\n");
  EXPECT_EQ(wrapped("", 2), "");
  EXPECT_EQ(wrapped("  ", 2), "");
  EXPECT_EQ(wrapped(std::string(60, 'a') + " " + std::string(60, 'b'), 0),
            std::string(60, 'a') + "\n" + std::string(60, 'b') + "\n");
}
TEST(Wrapped, CutsAWordThatIsTooLong) {
  EXPECT_EQ(wrapped(std::string(150, 'a'), 10), std::string(10, ' ') + std::string(90, 'a') + "\n" +
                                                    std::string(10, ' ') + std::string(60, 'a') +
                                                    "\n");
}
TEST(Columns, AreFilledOrCut) {
  EXPECT_EQ(left("ab", 4), "ab  ");
  EXPECT_EQ(left("abcdef", 4), "abc~");
  EXPECT_EQ(left("\xc3\xa9\xc3\xa9\xc3\xa9", 2), "\xc3\xa9~");
  EXPECT_EQ(right("7", 3), "  7");
  EXPECT_EQ(short_moment(15'153'000'000 + 3 * 86'400'000'000), "d3 04:12");
  EXPECT_EQ(short_moment(-1), "-");
}

RC_GTEST_PROP(Wrapped, NeverExceedsTheTerminal, (const std::string& words)) {
  std::istringstream lines{wrapped(words, 7)};
  for (std::string line; std::getline(lines, line);) {
    RC_ASSERT(columns(line) <= 100);
  }
}
RC_GTEST_PROP(Clean, LeavesOnlyGoodCharacters, (const std::string& bytes)) {
  const std::string cleaned = clean(bytes);
  for (std::string_view rest = cleaned; !rest.empty();) {
    const std::size_t size = character_size(rest);
    RC_ASSERT(size > 0);
    RC_ASSERT(size > 1 || static_cast<unsigned char>(rest[0]) >= 0x20);
    rest.remove_prefix(size);
  }
  RC_ASSERT(clean(cleaned) == cleaned);
}

}  // namespace
}  // namespace cartstorm::report
