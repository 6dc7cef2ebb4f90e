#include <gtest/gtest.h>

#include <string>

#include "sim/scenario/load.hpp"
#include "sim/scenario/suggest.hpp"

namespace cartstorm::sim {
namespace {

TEST(DiagnosticText, ShowsPlaceSuggestionLineAndCaret) {
  const Diagnostic diagnostic{
      {"a.yaml", 14, 5}, "unknown key \"pwer\" in faults[2]", "power", "    pwer: 3"};
  EXPECT_EQ(to_text(diagnostic, false),
            "a.yaml:14:5: error: unknown key \"pwer\" in faults[2] (did you mean \"power\"?)\n"
            "      pwer: 3\n"
            "      ^\n");
}

TEST(DiagnosticText, OfAWholeFileHasNoLine) {
  EXPECT_EQ(to_text({{"a.yaml", 0, 0}, "no such file", "", ""}, false),
            "a.yaml: error: no such file\n");
}

TEST(DiagnosticText, CountsCharactersNotBytes) {
  EXPECT_EQ(to_text({{"a.yaml", 1, 8}, "m", "", "why: \xC3\xA4 x"}, false),
            "a.yaml:1:8: error: m\n"
            "  why: \xC3\xA4 x\n"
            "         ^\n");
}

TEST(DiagnosticText, TabsDoNotMoveTheCaret) {
  EXPECT_EQ(to_text({{"a.yaml", 1, 3}, "m", "", "\t\tx\x1b[31m"}, false),
            "a.yaml:1:3: error: m\n"
            "    x [31m\n"
            "    ^\n");
}

TEST(DiagnosticText, ShowsThePartOfALongLineAroundTheCaret) {
  const std::string line = std::string(200, 'a') + "X" + std::string(200, 'b');
  EXPECT_EQ(to_text({{"a.yaml", 1, 201}, "m", "", line}, false),
            "a.yaml:1:201: error: m\n  ..." + std::string(60, 'a') + "X" + std::string(39, 'b') +
                "\n  " + std::string(63, ' ') + "^\n");
}

TEST(DiagnosticText, IsColoredOnlyIfAsked) {
  const Diagnostic diagnostic{{"a.yaml", 1, 1}, "m", "", "x"};
  EXPECT_EQ(to_text(diagnostic, true),
            "\x1b[1ma.yaml:1:1:\x1b[0m \x1b[1;31merror:\x1b[0m m\n  x\n  \x1b[1;32m^\x1b[0m\n");
  EXPECT_EQ(to_text(diagnostic, false).find('\x1b'), std::string::npos);
}

TEST(Suggestions, AreWordsThatAreATypingErrorAway) {
  EXPECT_EQ(closest("pwer", {"fault", "power", "who"}), "power");
  EXPECT_EQ(closest("clock_stepp", {"power_cut", "clock_skew"}), "clock_skew");
  EXPECT_EQ(closest("hedl", {"held", "not_held"}), "held");
  EXPECT_EQ(closest("banana", {"held", "not_held"}), "");
  EXPECT_EQ(closest("", {"held"}), "");
  EXPECT_EQ(closest(std::string(100, 'a'), {std::string(100, 'a')}), "");
}

TEST(Suggestions, CountASwapAsOneMistake) { EXPECT_EQ(closest("rgeion", {"region"}), "region"); }

}  // namespace
}  // namespace cartstorm::sim
