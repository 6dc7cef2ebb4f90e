#include <gmock/gmock.h>

#include "planted.hpp"

namespace cartstorm::lint {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// What the rule says about one include of one file, in a tree that has a header in every room.
std::vector<std::string> include_from(const std::string& path, const std::string& include) {
  return found_by(check_includes, tree_of({{"device-model/include/ota/agent.hpp", ""},
                                           {"device-model/include/ota/host/crypto.hpp", ""},
                                           {"broker-mock/jobs/engine.hpp", ""},
                                           {"broker-mock/rollout/plan.hpp", ""},
                                           {"reports/trace/record.hpp", ""},
                                           {"reports/check/check.hpp", ""},
                                           {"reports/check/expectation.hpp", ""},
                                           {"sim/kernel/draw.hpp", ""},
                                           {"sim/cli/plan.hpp", ""},
                                           {path, "#include " + include + "\n"}}));
}

TEST(IncludeTable, CartKnowsNeitherCloudNorWorld) {
  EXPECT_THAT(include_from("device-model/src/a.cpp", "\"broker-mock/jobs/engine.hpp\""),
              ElementsAre("device-model/src/a.cpp:1 include"));
  EXPECT_THAT(include_from("device-model/src/a.cpp", "\"sim/kernel/draw.hpp\""),
              ElementsAre("device-model/src/a.cpp:1 include"));
}

TEST(IncludeTable, AngleBracketsAreNoWayAround) {
  EXPECT_THAT(include_from("device-model/src/a.cpp", "<sim/kernel/draw.hpp>"),
              ElementsAre("device-model/src/a.cpp:1 include"));
}

TEST(IncludeTable, CartHasNoOperatingSystemAndNoHeap) {
  for (const char* header : {"<unistd.h>", "<vector>", "<string>", "<memory>", "<thread>"}) {
    EXPECT_THAT(include_from("device-model/src/a.cpp", header),
                ElementsAre("device-model/src/a.cpp:1 include"))
        << header;
  }
  EXPECT_THAT(include_from("device-model/src/a.cpp", "<cstdint>"), IsEmpty());
  EXPECT_THAT(include_from("device-model/ports/host/a.cpp", "<vector>"), IsEmpty());
}

TEST(IncludeTable, CloudCoreKnowsNeitherCartNorEvidenceNorSockets) {
  for (const char* header :
       {"\"ota/agent.hpp\"", "\"reports/trace/record.hpp\"", "\"sim/kernel/draw.hpp\"",
        "<boost/asio/io_context.hpp>", "<sys/socket.h>", "<thread>", "<random>", "<cmath>"}) {
    EXPECT_THAT(include_from("broker-mock/jobs/a.cpp", header),
                ElementsAre("broker-mock/jobs/a.cpp:1 include"))
        << header;
  }
}

TEST(IncludeTable, RolloutLooksDownOnJobsButJobsNotUp) {
  EXPECT_THAT(include_from("broker-mock/rollout/a.cpp", "\"broker-mock/jobs/engine.hpp\""),
              IsEmpty());
  EXPECT_THAT(include_from("broker-mock/jobs/a.cpp", "\"broker-mock/rollout/plan.hpp\""),
              ElementsAre("broker-mock/jobs/a.cpp:1 include"));
}

TEST(IncludeTable, TraceKnowsNothingOfOursAndChecksKnowTheTraceOnly) {
  EXPECT_THAT(include_from("reports/trace/a.cpp", "\"reports/check/check.hpp\""),
              ElementsAre("reports/trace/a.cpp:1 include"));
  EXPECT_THAT(include_from("reports/check/a.cpp", "\"reports/trace/record.hpp\""), IsEmpty());
  EXPECT_THAT(include_from("reports/check/a.cpp", "\"ota/agent.hpp\""),
              ElementsAre("reports/check/a.cpp:1 include"));
}

TEST(IncludeTable, ScenarioKnowsExpectationsButNotChecks) {
  EXPECT_THAT(include_from("sim/scenario/a.cpp", "\"reports/check/expectation.hpp\""), IsEmpty());
  EXPECT_THAT(include_from("sim/scenario/a.cpp", "\"reports/check/check.hpp\""),
              ElementsAre("sim/scenario/a.cpp:1 include"));
}

TEST(IncludeTable, OnlyTheCommandLineKnowsEverything) {
  EXPECT_THAT(include_from("sim/cli/a.cpp", "\"broker-mock/jobs/engine.hpp\""), IsEmpty());
  EXPECT_THAT(include_from("sim/fleet/a.cpp", "\"broker-mock/jobs/engine.hpp\""),
              ElementsAre("sim/fleet/a.cpp:1 include"));
  EXPECT_THAT(include_from("sim/virtual_fleet/a.cpp", "\"sim/cli/plan.hpp\""),
              ElementsAre("sim/virtual_fleet/a.cpp:1 include"));
}

TEST(IncludeTable, RelativePathIsNoWayAround) {
  EXPECT_THAT(include_from("sim/kernel/a.cpp", "\"../../broker-mock/jobs/engine.hpp\""),
              ElementsAre("sim/kernel/a.cpp:1 include"));
  EXPECT_THAT(include_from("sim/kernel/deep/a.cpp", "\"../draw.hpp\""), IsEmpty());
}

TEST(IncludeTable, FindsIncludesOfNothingAndFilesInNoRoom) {
  EXPECT_THAT(include_from("sim/cli/a.cpp", "\"sim/cli/gone.hpp\""),
              ElementsAre("sim/cli/a.cpp:1 include"));
  EXPECT_THAT(include_from("cellar/a.cpp", "<vector>"), ElementsAre("cellar/a.cpp:0 include"));
}

}  // namespace
}  // namespace cartstorm::lint
