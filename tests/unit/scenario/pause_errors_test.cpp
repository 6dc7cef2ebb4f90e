#include <fmt/format.h>

#include "tests/unit/scenario/scratch_folder.hpp"

namespace cartstorm::sim {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

/// What people do in a stage that a pause keeps from ending.
using PausedStage = ScratchFolder;

/// A canary of 24 h that is paused for 3 h is there for 27 h.
TEST_F(PausedStage, IsThereForLonger) {
  const auto with = [this](const std::string& more) {
    return errors_with("plan: standard",
                       "plan: standard\n  pauses:\n"
                       "    - {stage: canary, after: 2h, lasts: 3h, person: ada, reason: fair}\n" +
                           more);
  };
  const auto second = [&](const char* stage_and_after) {
    return with(
        fmt::format("    - {{{}, lasts: 1h, person: bo, reason: fair}}\n", stage_and_after));
  };
  EXPECT_EQ(second("stage: canary, after: 26h59m"), "");
  EXPECT_THAT(second("stage: canary, after: 27h"),
              StartsWith("x.yaml:12:30: error: stage canary soaks for 1d, is paused for 3h and may "
                         "be over by then, expected less than 1d3h in rollout.pauses[1].after, "
                         "found 1d3h\n"));
  EXPECT_THAT(second("stage: early, after: 74h"), HasSubstr("stage early soaks for 3d and may be"));
  const auto superseded = [&](const char* after) {
    return with(
        fmt::format("  superseded: {{stage: canary, after: {}, person: bo,\n"
                    "    stages: [{{stage: everybody, share: 100%, soak: 24h}}]}}\n",
                    after));
  };
  EXPECT_EQ(superseded("26h"), "");
  EXPECT_THAT(superseded("27h"), HasSubstr("expected less than 1d3h in rollout.superseded.after"));
}

TEST_F(PausedStage, ThatNobodyResumesIsThereForGood) {
  const auto with = [this](const char* lasts) {
    return errors_with(
        "plan: standard",
        fmt::format("plan: standard\n  pauses: [{{stage: canary, after: 2h{}, person: "
                    "ada, reason: fair}}]\n"
                    "  superseded: {{stage: canary, after: 48h, person: bo,\n"
                    "    stages: [{{stage: everybody, share: 100%, soak: 24h}}]}}",
                    lasts));
  };
  EXPECT_EQ(with(""), "");
  EXPECT_THAT(with(", lasts: 3h"),
              HasSubstr("expected less than 1d3h in rollout.superseded.after"));
}

}  // namespace
}  // namespace cartstorm::sim
