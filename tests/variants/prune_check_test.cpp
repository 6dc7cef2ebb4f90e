#include "prune_check.hpp"

#include <gmock/gmock.h>

namespace cartstorm::variants {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Ended ended(int code, const std::string& out) {
  Ended ended;
  ended.code = code;
  ended.out = out;
  return ended;
}
const std::string one_story =
    R"("stories": [{"executed": 7, "outcomes": {"updated": 5, "brick": 2}}])";

TEST(WhatIsSeen, AreTheKindsAndTheEnds) {
  const Seen seen = seen_of(ended(
      1, "{" + one_story + R"(, "violations": [{"promise": "trial_bounded", "outcome": "brick"},
          {"promise": "trial_bounded", "outcome": "brick"},
          {"promise": null, "outcome": "storm"}]})"));
  EXPECT_EQ(seen.problem, "");
  EXPECT_EQ(seen.booted, 7u);
  EXPECT_THAT(seen.kinds, ElementsAre("outcome/storm", "trial_bounded/brick"));
  EXPECT_THAT(seen.outcomes, ElementsAre("brick", "updated"));
}

TEST(WhatIsSeen, NeedsAVerdict) {
  EXPECT_THAT(seen_of(ended(3, "{}")).problem, HasSubstr("exit code 3"));
  EXPECT_THAT(seen_of(ended(0, "nonsense")).problem, HasSubstr("exit code 0"));
  EXPECT_THAT(seen_of(ended(0, R"({"stories": []})")).problem, HasSubstr("exit code 0"));
  Ended hung = ended(-1, "");
  hung.hung = true;
  EXPECT_THAT(seen_of(hung).problem, HasSubstr("limit"));
}

TEST(TwoSearches, DifferInKindsOrInEnds) {
  Seen pruned, whole;
  pruned.kinds = {"a/updated", "b/updated"};
  whole.kinds = {"a/updated", "c/brick"};
  pruned.outcomes = {"updated"};
  whole.outcomes = {"brick", "updated"};
  EXPECT_EQ(difference(pruned, whole),
            "lost by pruning: c/brick; only with pruning: b/updated; ends lost by pruning: brick");
  EXPECT_EQ(difference(whole, whole), "");
}

TEST(ASample, IsTheSameForTheSameSeed) {
  std::vector<Defect> all;
  for (int i = 0; i < 20; ++i) {
    all.emplace_back();
    all.back().name = "defect_" + std::string(1, static_cast<char>('a' + i));
  }
  const auto names = [&](std::size_t count, std::uint64_t seed) {
    std::vector<std::string> drawn;
    for (const Defect& defect : sample(all, count, seed)) drawn.push_back(defect.name);
    return drawn;
  };
  EXPECT_EQ(names(3, 1), names(3, 1));
  EXPECT_NE(names(20, 1), names(20, 2));
  EXPECT_EQ(names(99, 1).size(), 20u);
  EXPECT_THAT(names(0, 1), IsEmpty());
}

TEST(PruneRows, DecideTheExitCode) {
  PruneRow same, differs, failed;
  same.verdict = PruneRow::Verdict::same;
  differs.verdict = PruneRow::Verdict::differs;
  failed.verdict = PruneRow::Verdict::failed;
  EXPECT_EQ(exit_code({same}), 0);
  EXPECT_EQ(exit_code({same, differs, failed}), 1);
  EXPECT_EQ(exit_code({same, failed}), 3);
}

}  // namespace
}  // namespace cartstorm::variants
