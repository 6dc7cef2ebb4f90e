#include "mutants.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace cartstorm::variants {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::SizeIs;

std::vector<std::string> ids_of(const std::vector<Mutant>& mutants) {
  std::vector<std::string> ids;
  for (const Mutant& mutant : mutants) ids.push_back(mutant.id);
  return ids;
}

std::vector<std::string> ids_in(const std::string& text) {
  return ids_of(mutants_of(Source{"device-model/src/x.cpp", text}));
}

const std::string two_functions =
    "bool f(int a) {\n"
    "  return a == b;\n"
    "}\n"
    "bool g(int a) {\n"
    "  return a == b || b == c;\n"
    "}\n";

TEST(MutantIds, NameFileFunctionOperatorAndPlace) {
  EXPECT_THAT(ids_in(two_functions),
              ElementsAre("x/f/eq_to_ne/1", "x/g/eq_to_ne/1", "x/g/or_to_and/1", "x/g/eq_to_ne/2"));
}

TEST(MutantIds, DoNotMindWhatIsWrittenElsewhere) {
  EXPECT_THAT(ids_in("// more\nvoid h() {\n  k();\n}\n" + two_functions),
              ElementsAre("x/f/eq_to_ne/1", "x/g/eq_to_ne/1", "x/g/or_to_and/1", "x/g/eq_to_ne/2",
                          "x/h/remove/1"));
}

TEST(Mutants, SayWhatTheyChangeAndWhere) {
  const std::vector<Mutant> mutants = mutants_of(Source{"device-model/src/x.cpp", two_functions});
  EXPECT_EQ(mutants[0].where, "device-model/src/x.cpp:2");
  EXPECT_EQ(mutants[0].change, "return a == b; => return a != b;");
  EXPECT_EQ(mutants[0].patch,
            "--- a/device-model/src/x.cpp\n"
            "+++ b/device-model/src/x.cpp\n"
            "@@ -1,5 +1,5 @@\n"
            " bool f(int a) {\n"
            "-  return a == b;\n"
            "+  return a != b;\n"
            " }\n"
            " bool g(int a) {\n"
            "   return a == b || b == c;\n");
}

TEST(UnifiedDiff, CanLeaveOutLines) {
  EXPECT_EQ(unified_diff("x.cpp", "a\nb\nc\n", 2, 4, ""),
            "--- a/x.cpp\n+++ b/x.cpp\n@@ -1,3 +1,2 @@\n a\n-b\n c\n");
  EXPECT_EQ(unified_diff("x.cpp", "a\n", 0, 2, ""),
            "--- a/x.cpp\n+++ b/x.cpp\n@@ -1,1 +0,0 @@\n-a\n");
}

std::vector<Mutant> numbered(unsigned count) {
  std::vector<Mutant> mutants(count);
  for (unsigned n = 0; n < count; ++n) mutants[n].id = "x/f/remove/" + std::to_string(n);
  return mutants;
}

TEST(Sample, IsTheSameForTheSameSeed) {
  const auto once = ids_of(sample(numbered(100), 10, 7));
  EXPECT_THAT(once, SizeIs(10));
  EXPECT_EQ(once, ids_of(sample(numbered(100), 10, 7)));
  EXPECT_NE(once, ids_of(sample(numbered(100), 10, 8)));
}

TEST(Sample, ChangesByOneWhenOneMutantIsGone) {
  auto before = ids_of(sample(numbered(100), 10, 7));
  std::vector<Mutant> fewer = numbered(100);
  std::erase_if(fewer, [&](const Mutant& mutant) { return mutant.id == before[0]; });
  auto after = ids_of(sample(fewer, 10, 7));
  std::ranges::sort(before);
  std::ranges::sort(after);
  std::vector<std::string> common;
  std::ranges::set_intersection(before, after, std::back_inserter(common));
  EXPECT_THAT(common, SizeIs(9));
}

TEST(Judgements, AreRowsOfATable) {
  const auto found = read_judgements(
      "# Survivors\n"
      "| mutant | mark | judgement | why |\n"
      "|---|---|---|---|\n"
      "| `x/f/eq_to_ne/1` | 00abcd | equivalent | never 0 there |\n"
      "| `x/g/remove/2` | 123456 | gap | no test yet |\n"
      "| `x/h/remove/1` | 123456 | equivalent | |\n");
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_EQ(found.at("x/f/eq_to_ne/1").mark, 0xabcdu);
  EXPECT_TRUE(found.at("x/f/eq_to_ne/1").is_equivalent);
  EXPECT_EQ(found.at("x/f/eq_to_ne/1").reason, "never 0 there");
  EXPECT_FALSE(found.at("x/g/remove/2").is_equivalent);
}

TEST(DeviceModel, HasMutantsWithDistinctIds) {
  std::vector<std::string> ids = ids_of(all_mutants(CARTSTORM_SOURCE_DIR));
  EXPECT_GT(ids.size(), 1000u);
  EXPECT_THAT(ids, Each(testing::MatchesRegex("[a-z0-9_]+/[a-zA-Z0-9_]+/[a-z0-9_]+/[0-9]+")));
  std::ranges::sort(ids);
  EXPECT_EQ(std::ranges::adjacent_find(ids), ids.end());
}

}  // namespace
}  // namespace cartstorm::variants
