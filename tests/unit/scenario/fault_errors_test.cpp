#include <fmt/format.h>

#include "tests/unit/scenario/scratch_folder.hpp"

namespace cartstorm::sim {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

/// Faults that are well written, but strike nobody, or too late.
using FaultMeaning = ScratchFolder;

TEST_F(FaultMeaning, FaultThatMatchesNobodyNamesTheKnownWords) {
  EXPECT_EQ(errors_with("region: eu", "region: ap"),
            "x.yaml:12:19: error: no cart of profile table two has region \"ap\", it has eu, us\n"
            "      who: {region: ap}\n"
            "                    ^\n");
  EXPECT_THAT(errors_with("region: eu", "region: eu, use: retail"),
              StartsWith("x.yaml:12:10: error: no cart of profile table two matches all of "
                         "faults[0].who\n"));
}

TEST_F(FaultMeaning, CrashNeedsASensorOfTheTable) {
  EXPECT_THAT(
      errors_with("expect:",
                  "  - fault: sensor_config_boot_crash\n    sensor: lidr\n"
                  "expect:"),
      StartsWith("x.yaml:15:13: error: no cart of profile table two has sensor \"lidr\", it "
                 "has camera, lidar, scale (did you mean \"lidar\"?)\n"));
}

TEST_F(FaultMeaning, MissingAnchorMustBeMissed) {
  EXPECT_THAT(
      errors_with("expect:", "  - {fault: ca_missing, anchor: ca-next}\nexpect:"),
      StartsWith("x.yaml:14:33: error: no image is signed by \"ca-next\", nobody would miss "
                 "it; the signers are ca-current\n"));
}

TEST_F(FaultMeaning, FaultStrikesBeforeTheQuietPhase) {
  EXPECT_THAT(errors_with("expect:", "  - {fault: power_cut, at: 9d23h}\nexpect:"),
              StartsWith("x.yaml:14:28: error: strikes at 9d23h, when the quiet phase has begun "
                         "(ends 10d minus quiet 1h)\n"));
  EXPECT_EQ(errors_with("expect:", "  - {fault: power_cut, at: 9d22h}\nexpect:"), "");
}

TEST_F(FaultMeaning, FaultWithoutEffectIsRefused) {
  EXPECT_THAT(errors_with("-13h", "0s"), HasSubstr("error: a skew of 0s is no fault\n"));
  EXPECT_THAT(errors_with("expect:", "  - {fault: regression, factor: 1}\nexpect:"),
              HasSubstr("error: a factor of 1 is no regression\n"));
}

TEST_F(FaultMeaning, AKilledControllerIsBackBeforeTheQuietPhase) {
  const auto errors = [this](std::string_view keys) {
    return errors_with("expect:", fmt::format("  - {{fault: controller_killed{}}}\nexpect:", keys));
  };
  EXPECT_EQ(errors(", at: 9d"), "");
  EXPECT_THAT(errors(""), HasSubstr("error: expected either at or at_write in faults[1], found "
                                    "neither\n"));
  EXPECT_THAT(errors(", at: 9d, at_write: 2"), HasSubstr("found both\n"));
  EXPECT_THAT(errors(", at: 9d, down: 1d"),
              HasSubstr("error: killed at 9d, down for 1d, the controller would not be back when "
                        "the quiet phase begins (ends 10d minus quiet 1h)\n"));
}

TEST_F(FaultMeaning, PowerCutStrikesInOneWay) {
  const auto with = [&](const std::string& keys) {
    return errors_with("expect:", "  - {fault: power_cut" + keys + "}\nexpect:");
  };
  EXPECT_THAT(with(""), HasSubstr("expected exactly one of at_operation, during, at in faults[1], "
                                  "found none\n"));
  EXPECT_THAT(with(", at: 1h, at_operation: 3"), HasSubstr("in faults[1], found several\n"));
  EXPECT_THAT(with(", at: 1h, from: 1s"), HasSubstr("from and until go with during only"));
  EXPECT_THAT(with(", during: downloading, from: 3m, until: 1m"),
              HasSubstr("expected until to be at least from in faults[1]"));
  EXPECT_THAT(with(", during: downlaoding, until: 1m"),
              HasSubstr("unknown agent state \"downlaoding\" in faults[1].during (did you mean "
                        "\"downloading\"?)"));
  EXPECT_EQ(with(", during: downloading, until: 1m"), "");
}

TEST_F(FaultMeaning, AFaultEndsAfterItBegan) {
  EXPECT_EQ(errors_with("expect:", "  - {fault: grid_outage, from: 2h, until: 1h}\nexpect:"),
            "x.yaml:14:43: error: ends at 1h, before it begins at 2h\n"
            "    - {fault: grid_outage, from: 2h, until: 1h}\n"
            "                                            ^\n");
}

TEST_F(FaultMeaning, NoFaultReachesIntoTheQuietPhase) {
  EXPECT_THAT(errors_with("expect:", "  - {fault: metric_duplicated, until: 1000d}\nexpect:"),
              HasSubstr("error: ends at 1000d, in the quiet phase, which begins at "));
  EXPECT_THAT(errors_with("expect:", "  - {fault: image_swapped, at: 1000d}\nexpect:"),
              HasSubstr("error: strikes at 1000d, when the quiet phase has begun"));
}

TEST_F(FaultMeaning, AnOutageNeedsARegionThatExists) {
  EXPECT_THAT(
      errors_with("expect:",
                  "  - {fault: regional_outage, region: mars, until: 1h, from: 0s}\nexpect:"),
      HasSubstr("x.yaml:14:38: error: "));
}

TEST_F(FaultMeaning, AWorkshopCanOnlyLackAnAnchorThatSomebodyNeeds) {
  EXPECT_THAT(errors_with("expect:", "  - {fault: reflashed, without: ca-nexxt, at: 0s}\nexpect:"),
              HasSubstr("error: no image is signed by \"ca-nexxt\", nobody would miss it"));
}

TEST_F(FaultMeaning, ADelayHasItsBoundsInOrder) {
  EXPECT_THAT(errors_with("expect:", "  - {fault: metric_delayed, least: 2h, most: 1h}\nexpect:"),
              HasSubstr("error: expected most not to be below least in "));
}

TEST_F(FaultMeaning, LostMetricsNeedAQuietPhaseInWhichTheyAreRepeated) {
  EXPECT_EQ(
      errors_with("expect:", "  - {fault: metric_lost, share: 10%}\nexpect:"),
      "x.yaml:14:5: error: with metric_lost, quiet must be at least 75m: until then a cart may "
      "wait before it reports a rollback again\n"
      "    - {fault: metric_lost, share: 10%}\n"
      "      ^\n");
}

}  // namespace
}  // namespace cartstorm::sim
