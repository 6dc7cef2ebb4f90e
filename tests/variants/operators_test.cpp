#include "operators.hpp"

#include <gmock/gmock.h>

namespace cartstorm::variants {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// `body` in a function, two blanks deep.
std::string in_function(const std::string& body) { return "Status f() {\n" + body + "}\n"; }

/// What each edit makes of the text, without the lines around the body.
std::vector<std::string> made_by(void (*add)(const Source&, Edits&), const std::string& body) {
  const Source source{"device-model/src/x.cpp", in_function(body)};
  Edits edits;
  add(source, edits);
  std::vector<std::string> made;
  for (const Edit& edit : edits) {
    const std::string text =
        source.text().substr(0, edit.begin) + edit.text + source.text().substr(edit.end);
    const std::size_t begin = text.find('\n') + 1;
    made.push_back(std::string(edit.name) + ": " +
                   text.substr(begin, text.size() - begin - std::string("}\n").size()));
  }
  return made;
}

TEST(SwapRelations, TurnsEachIntoItsNeighbour) {
  EXPECT_THAT(made_by(swap_relations, "  g(a == b);\n"), ElementsAre("eq_to_ne:   g(a != b);\n"));
  EXPECT_THAT(made_by(swap_relations, "  g(a <= b);\n"), ElementsAre("le_to_lt:   g(a < b);\n"));
  EXPECT_THAT(made_by(swap_relations, "  g(a > b);\n"), ElementsAre("gt_to_ge:   g(a >= b);\n"));
  EXPECT_THAT(
      made_by(swap_relations, "  g(a &&\n    b || c);\n"),
      ElementsAre("and_to_or:   g(a ||\n    b || c);\n", "or_to_and:   g(a &&\n    b && c);\n"));
}

TEST(SwapRelations, LeavesTemplatesShiftsTextsAndCommentsAlone) {
  EXPECT_THAT(made_by(swap_relations,
                      "  std::vector<int> a = b << 2;  // a == b\n"
                      "  g(\" == \", c->d, T&& e);\n"
                      "  static_assert(1 == 1);\n"),
              IsEmpty());
}

TEST(ShiftBoundaries, MovesNumbersByOne) {
  EXPECT_THAT(made_by(shift_boundaries, "  g(a < 0xffu, b == 0);\n"),
              ElementsAre("plus_1:   g(a < (0xffu + 1), b == 0);\n",
                          "minus_1:   g(a < (0xffu - 1), b == 0);\n",
                          "plus_1:   g(a < 0xffu, b == (0 + 1));\n"));
}

TEST(ShiftBoundaries, KnowsTheConstantsOfTheFile) {
  const std::string body = "  constexpr int most = 3;\n  g(a <= most, b <= other, c == d(1));\n";
  EXPECT_THAT(made_by(shift_boundaries, body),
              ElementsAre("plus_1:   constexpr int most = 3;\n"
                          "  g(a <= (most + 1), b <= other, c == d(1));\n",
                          "minus_1:   constexpr int most = 3;\n"
                          "  g(a <= (most - 1), b <= other, c == d(1));\n"));
}

TEST(NegateConditions, OnlyPlainTruths) {
  EXPECT_THAT(made_by(negate_conditions, "  if (a.is_cut()) {\n    g();\n  }\n"),
              ElementsAre("negate:   if (!(a.is_cut())) {\n    g();\n  }\n"));
  EXPECT_THAT(made_by(negate_conditions, "  if (a == b) {\n  }\n  if (auto* c = d()) {\n  }\n"),
              IsEmpty());
}

TEST(DropGuards, LeavesOutWhatOnlyReturns) {
  EXPECT_THAT(made_by(drop_guards,
                      "  if (s != Status::ok) {\n"
                      "    return s;\n"
                      "  }\n"
                      "  g();\n"),
              ElementsAre("drop_guard:   g();\n"));
}

TEST(DropGuards, KeepsBlocksThatDoMoreOrHaveAnElse) {
  EXPECT_THAT(made_by(drop_guards,
                      "  if (a) {\n    g();\n    return s;\n  }\n"
                      "  if (a) {\n    return s;\n  } else {\n    g();\n  }\n"
                      "  for (;;) {\n    return s;\n  }\n"),
              IsEmpty());
}

TEST(RemoveStatements, TakesAssignmentsAndCalls) {
  EXPECT_THAT(made_by(remove_statements, "  a->b |= c(d, e);\n"), ElementsAre("remove: "));
  EXPECT_THAT(made_by(remove_statements, "  --a.b;\n"), ElementsAre("remove: "));
  EXPECT_THAT(made_by(remove_statements, "  a.b(c,\n      d).e();\n"), ElementsAre("remove: "));
}

TEST(RemoveStatements, KeepsDeclarationsAndReturns) {
  EXPECT_THAT(made_by(remove_statements,
                      "  const Status a = b();\n"
                      "  Layout c{d};\n"
                      "  std::uint8_t& e = f;\n"
                      "  return g();\n"),
              IsEmpty());
}

TEST(SwapSteps, TakesTwoCallsInARow) {
  EXPECT_THAT(made_by(swap_steps, "  a();\n  // why\n  b();\n  int c = d();\n  e();\n"),
              ElementsAre("swap:   b();\n  // why\n  a();\n  int c = d();\n  e();\n"));
}

TEST(SwapSteps, TakesTwoStepsUnderOneCondition) {
  const std::string a = "  if (s == ok) {\n    s = a();\n  }\n";
  const std::string b = "  if (s == ok) {\n    s = b();\n  }\n";
  const std::string c = "  if (s != ok) {\n    s = c();\n  }\n";
  EXPECT_THAT(made_by(swap_steps, a + b + c), ElementsAre("swap: " + b + a + c));
}

TEST(SwapReturns, TurnsGoodIntoBad) {
  EXPECT_THAT(made_by(swap_returns, "  return Status::ok;\n"),
              ElementsAre("return:   return Status::io_error;\n"));
  EXPECT_THAT(made_by(swap_returns, "  return false;\n"), ElementsAre("return:   return true;\n"));
}

}  // namespace
}  // namespace cartstorm::variants
