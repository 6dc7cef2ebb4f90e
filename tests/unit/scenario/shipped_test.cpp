#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>
#include <tuple>

#include "sim/scenario/load.hpp"
#include "sim/scenario/schema.hpp"
#include "sim/scenario/vocabulary.hpp"

/// The files of scenarios/ as they are shipped.
namespace cartstorm::sim {
namespace {

const std::filesystem::path shipped = CARTSTORM_SOURCE_DIR "/scenarios";

std::string text_of(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

TEST(ShippedScenarios, AllLoad) {
  const Found found = find_scenarios({shipped});
  EXPECT_TRUE(found.diagnostics.empty());
  EXPECT_GE(found.files.size(), 13U);
  for (const auto& file : found.files) {
    for (const auto& d : load_scenario(file).diagnostics) ADD_FAILURE() << to_text(d, false);
  }
}

TEST(ShippedScenarios, NameTheirSchemaForTheEditor) {
  for (const auto& file : find_scenarios({shipped}).files) {
    EXPECT_THAT(text_of(file), testing::StartsWith("# yaml-language-server: "
                                                   "$schema=../schema/scenario.schema.json\n"))
        << file;
  }
}

TEST(ShippedScenarios, HaveTagsForTheCommandLine) {
  for (const auto& file : find_scenarios({shipped / "smoke"}).files) {
    EXPECT_THAT(load_scenario(file).scenario.tags, testing::Contains("smoke")) << file;
  }
}

TEST(ShippedScenarios, ReadAsTheyAreWritten) {
  const Scenario s = load_scenario(shipped / "smoke/clock_storm_before_fix.yaml").scenario;
  EXPECT_EQ(s.name, "clock_storm_before_fix");
  EXPECT_EQ(s.ends_us, 36'000'000'000);
  EXPECT_EQ(s.quiet_us, 3'600'000'000);
  EXPECT_EQ(s.epoch_unix_s, 1'780'329'600);
  EXPECT_EQ(s.fleet.carts, 5000U);
  EXPECT_EQ(s.fleet.profiles.size(), 10U);
  const Image& old_image = s.images.at("old");
  EXPECT_TRUE(old_image.has(ImageQuirk::local_clock_validity));
  EXPECT_TRUE(old_image.has(ImageQuirk::retry_without_backoff));
  EXPECT_FALSE(old_image.has(ImageQuirk::no_anchor_channel));
  EXPECT_EQ(s.images.at("new").valid_from_us, -7'200'000'000);
  EXPECT_EQ(s.images.at("new").valid_until_us, 7'776'000'000'000);
  ASSERT_EQ(s.faults.size(), 1U);
  const auto& skew = std::get<ClockSkew>(s.faults[0].body);
  EXPECT_EQ(skew.who.region, "eu");
  EXPECT_EQ(skew.who.share, std::nullopt);
  EXPECT_EQ(skew.offset_us, -46'800'000'000);
  EXPECT_EQ(skew.heals_at_us, std::nullopt);
}

TEST(ShippedScenarios, ExpectAsTheyAreWritten) {
  const Scenario s = load_scenario(shipped / "smoke/clock_storm_before_fix.yaml").scenario;
  ASSERT_EQ(s.expect.size(), 4U);
  EXPECT_EQ(s.expect[0].text, "held: {stage: canary, by: devices, within: 1h}");
  const auto& held = std::get<report::ExpectHeld>(s.expect[0].body);
  EXPECT_EQ(held.stage, "canary");
  EXPECT_EQ(held.by, "devices");
  EXPECT_EQ(held.within_us, 3'600'000'000);
  const auto& attempts = std::get<report::ExpectAttempts>(s.expect[1].body);
  EXPECT_EQ(attempts.who.region, "eu");
  EXPECT_EQ(attempts.who.stage, "canary");
  EXPECT_EQ(attempts.each_at_least, 20U);
  EXPECT_EQ(attempts.each_at_most, std::nullopt);
  EXPECT_THAT(std::get<report::ExpectViolates>(s.expect[2].body).checks,
              testing::ElementsAre("clock_independent_verdict", "bounded_retries", "converges"));
  const auto& on_new = std::get<report::ExpectOnNew>(s.expect[3].body);
  EXPECT_TRUE(on_new.at_least->is_share);
  EXPECT_EQ(on_new.at_least->value, 1.0);
}

TEST(ShippedScenarios, StandardPlanIsTheOneOfTheDesign) {
  const Rollout rollout = load_scenario(shipped / "smoke/healthy.yaml").scenario.rollout;
  ASSERT_EQ(rollout.stages.size(), 5U);
  EXPECT_EQ(rollout.stages[0].name, "canary");
  EXPECT_EQ(rollout.stages[0].carts, 10U);
  EXPECT_EQ(rollout.stages[0].soak_us, 86'400'000'000);
  EXPECT_EQ(rollout.stages[1].percent, 1);
  EXPECT_EQ(rollout.stages[1].soak_us, 259'200'000'000);
  EXPECT_EQ(rollout.stages[2].percent, 10);
  EXPECT_EQ(rollout.stages[3].percent, 25);
  EXPECT_EQ(rollout.stages[4].percent, 100);
  EXPECT_EQ(rollout.rules.ratio.min_expected, 90);
  EXPECT_TRUE(rollout.rules.devices.enabled);
}

TEST(ShippedScenarios, LiteralPlanJudgesAnyWindow) {
  const Rollout rollout = load_scenario(shipped / "smoke/halt_rule_literal.yaml").scenario.rollout;
  EXPECT_EQ(rollout.rules.ratio.min_expected, 0);
  EXPECT_EQ(rollout.rules.ratio.ratio, 1.5);
  EXPECT_FALSE(rollout.rules.devices.enabled);
  EXPECT_EQ(rollout.stages.size(), 5U);
}

TEST(DeployedTen, IsTenCellsWithARareSensor) {
  const Fleet fleet = load_scenario(shipped / "smoke/healthy.yaml").scenario.fleet;
  std::set<std::tuple<std::uint32_t, std::string, std::string>> cells;
  double rare = 0;
  for (const Profile& p : fleet.profiles) {
    cells.insert({p.hardware_revision, p.region, p.use});
    for (const auto& sensor : p.sensors) rare += sensor == "cold_chain_v1" ? p.share : 0;
  }
  // Ten cells, so that a stratified canary of ten has a cart of every configuration.
  EXPECT_EQ(cells.size(), 10U);
  EXPECT_EQ(rare, 0.02);
}

TEST(GeneratedFiles, SchemaOfScenariosIsFresh) {
  EXPECT_EQ(text_of(shipped / "schema/scenario.schema.json"), scenario_schema())
      << "renew it: ./cartstorm explain --schema > scenarios/schema/scenario.schema.json";
}

TEST(GeneratedFiles, SchemaOfProfilesIsFresh) {
  EXPECT_EQ(text_of(shipped / "schema/profiles.schema.json"), profiles_schema());
}

TEST(GeneratedFiles, VocabularyIsFresh) {
  // The words of explorations follow; whoever defines them judges those.
  EXPECT_THAT(text_of(shipped / "VOCABULARY.md"), testing::StartsWith(vocabulary_markdown()));
}

}  // namespace
}  // namespace cartstorm::sim
