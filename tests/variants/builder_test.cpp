#include "builder.hpp"

#include <gmock/gmock.h>

#include "defect.hpp"
#include "sim/explore/device_code.hpp"

namespace cartstorm::variants {
namespace {

namespace fs = std::filesystem;
using sim::explore::LoadedDeviceCode;

const fs::path build_folder = CARTSTORM_VARIANTS_BUILD;

class VariantOf : public testing::Test {
 protected:
  void build(const std::string& patch, bool wants_unit_tests = false) {
    builder_.build(patch, wants_unit_tests, variant_);
  }
  /// Wakes up `never` unless the patch made something else of it.
  ota::Uptime deadline() {
    std::string problem;
    const auto loaded = LoadedDeviceCode::load(variant_.for_explorer(), problem);
    EXPECT_NE(loaded, nullptr) << problem;
    return loaded == nullptr ? ota::Uptime{} : loaded->code().deadline(ota::Agent{});
  }

  Builder builder_{read_how_to_build(build_folder / "how_to_build.txt"), CARTSTORM_SOURCE_DIR,
                   build_folder / "scratch"};
  Variant variant_{builder_.fresh_folder()};
};

std::string to_7_ms(const std::string& folder) {
  return "--- " + folder + "src/agent.cpp\n+++ " + folder +
         "src/agent.cpp\n"
         "@@ -45,3 +45,3 @@\n"
         "   }\n"
         "-  return std::min({memory_.reply_by, memory_.body_by, memory_.retry_at,"
         " memory_.heartbeat_at,\n"
         "+  return std::min({Uptime{7}, memory_.body_by, memory_.retry_at, memory_.heartbeat_at,\n"
         "                    memory_.rollback_at, memory_.confirm_by});\n";
}

TEST_F(VariantOf, NoPatchIsTheDeviceModelAsItIs) {
  build("");
  ASSERT_EQ(variant_.verdict, BuildVerdict::built) << variant_.problem;
  EXPECT_EQ(deadline(), ota::never);
}

TEST_F(VariantOf, APatchRunsItsOwnCodeBesideThatOfTheProgram) {
  build(to_7_ms("a/device-model/"));
  ASSERT_EQ(variant_.verdict, BuildVerdict::built) << variant_.problem;
  EXPECT_EQ(deadline(), ota::Uptime{7});
  EXPECT_EQ(sim::explore::linked_device_code().deadline(ota::Agent{}), ota::never);
}

TEST_F(VariantOf, APatchMadeInTheDeviceModelsFolderIsTheSame) {
  build(to_7_ms("a/"));
  ASSERT_EQ(variant_.verdict, BuildVerdict::built) << variant_.problem;
  EXPECT_EQ(deadline(), ota::Uptime{7});
}

TEST_F(VariantOf, APatchWithoutPrefixesIsTheSame) {
  build(to_7_ms("device-model/"));
  ASSERT_EQ(variant_.verdict, BuildVerdict::built) << variant_.problem;
  EXPECT_EQ(deadline(), ota::Uptime{7});
}

TEST_F(VariantOf, AHeaderIsSeenByWhateverIncludesIt) {
  build(
      "--- a/device-model/src/patch_plan.hpp\n+++ b/device-model/src/patch_plan.hpp\n"
      "@@ -1,1 +1,2 @@\n #pragma once\n+#error seen\n");
  EXPECT_EQ(variant_.verdict, BuildVerdict::does_not_compile);
  EXPECT_THAT(variant_.problem, testing::HasSubstr("seen"));
}

TEST_F(VariantOf, WhatTheUnitTestsLoadIsMadeOnDemand) {
  build(to_7_ms("a/device-model/"), true);
  EXPECT_TRUE(fs::exists(variant_.for_unit_tests() / builder_.how().baseline));
}

}  // namespace
}  // namespace cartstorm::variants
