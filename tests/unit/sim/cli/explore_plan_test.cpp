#include "sim/cli/explore_plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cartstorm::cli {
namespace {

using testing::HasSubstr;

const std::string shipped = CARTSTORM_SOURCE_DIR "/scenarios/";

ExploreArguments of(const std::string& path) {
  ExploreArguments arguments;
  arguments.paths = {shipped + path};
  return arguments;
}

TEST(ExplorePlan, TakesTheWishesOfTheCommandLine) {
  ExploreArguments arguments = of("explore/update.yaml");
  arguments.depth = 2;
  arguments.stories = {"crashing", "good"};
  arguments.tears = {sim::Tear::half};
  const ExplorePlan plan = plan_explorations(arguments);
  EXPECT_EQ(plan.problem, "");
  ASSERT_EQ(plan.catalogue.explorations.size(), 1U);
  const auto& exploration = plan.catalogue.explorations[0].exploration;
  EXPECT_EQ(exploration.search.depth, 2U);
  EXPECT_THAT(exploration.search.tears, testing::ElementsAre(sim::Tear::half));
  ASSERT_EQ(exploration.stories.size(), 2U);
  EXPECT_EQ(exploration.stories[0].name, "good");
  // What addresses depend on stays that of the file.
  EXPECT_EQ(
      exploration.digest,
      plan_explorations(of("explore/update.yaml")).catalogue.explorations[0].exploration.digest);
}

TEST(ExplorePlan, LeavesOutFilesWithoutTheStory) {
  ExploreArguments arguments = of("explore");
  arguments.stories = {"failing_self_test"};
  const ExplorePlan plan = plan_explorations(arguments);
  EXPECT_EQ(plan.problem, "");
  EXPECT_EQ(plan.catalogue.explorations.size(), 3U);
}

TEST(ExplorePlan, RefusesWhatCannotBe) {
  ExploreArguments arguments = of("explore/update.yaml");
  arguments.stories = {"crashnig"};
  EXPECT_THAT(plan_explorations(arguments).problem,
              HasSubstr("there is no story \"crashnig\" (did you mean \"crashing\"?)"));
  arguments.stories.clear();
  arguments.device_code = "/nowhere/variant.so";
  EXPECT_THAT(plan_explorations(arguments).problem, HasSubstr("--device-code: "));
  EXPECT_FALSE(plan_explorations(of("smoke/healthy.yaml")).catalogue.diagnostics.empty());
}

TEST(ReadMemory, TakesSizesWithUnits) {
  std::uint64_t bytes = 0;
  EXPECT_EQ(read_memory("64MiB", bytes), "");
  EXPECT_EQ(bytes, 64ULL << 20U);
  EXPECT_EQ(read_memory("12GiB", bytes), "");
  EXPECT_EQ(bytes, 12ULL << 30U);
  for (const char* wrong : {"", "4", "4GB", "63MiB", "-1GiB", "1.5GiB", "999999999999GiB",
                            "99999999999999999999MiB", "4GiB "}) {
    EXPECT_THAT(read_memory(wrong, bytes), HasSubstr("expected a size from 64MiB")) << wrong;
  }
}

}  // namespace
}  // namespace cartstorm::cli
