#include <gmock/gmock.h>

#include "tests/unit/sim/virtual_fleet/small_world.hpp"

/// People and images that are wrong in ordinary ways.
namespace cartstorm::sim {
namespace {

using testing::HasSubstr;

/// Three times the errors, which the half of the fleet is enough to see.
Scenario regressing_world() {
  Scenario scenario = small_world();
  scenario.ends_us = 12 * hour_us;
  scenario.rollout.rules.ratio.min_expected = 20;
  scenario.faults.push_back({{}, "regression", Regression{"new", 3, 0}});
  return scenario;
}

Release release_of_hold(std::optional<std::uint32_t> hold) {
  Release release;
  release.after_us = hour_us;
  release.person = "Dana";
  release.reason = "looks like noise";
  release.hold = hold;
  return release;
}

std::size_t holds(const Ran& ran) {
  std::size_t count = 0;
  for (const report::Record& record : ran.records) {
    const auto* stage = std::get_if<report::Stage>(&record.payload);
    count += stage != nullptr && stage->event == report::StageEvent::hold ? 1 : 0;
  }
  return count;
}

TEST(ARelease, IsUsedUpAndTheRuleHoldsAgain) {
  Scenario scenario = regressing_world();
  scenario.rollout.releases = {release_of_hold(std::nullopt)};
  const Ran ran = run(scenario, 1, true);
  EXPECT_EQ(holds(ran), 2U);
}

TEST(AReleaseOfTheWrongHold, IsRefusedAndSaysWhichStands) {
  Scenario scenario = regressing_world();
  scenario.rollout.releases = {release_of_hold(7)};
  const Ran ran = run(scenario, 1, true);
  EXPECT_EQ(holds(ran), 1U);
  EXPECT_THAT(ran.summary.refusal, HasSubstr("hold 7 is not the current one"));
  EXPECT_THAT(ran.summary.refusal, HasSubstr("hold 1"));
}

TEST(AnImageForOtherHardware, IsRejectedBeforeAByteIsWritten) {
  Scenario scenario = small_world();
  scenario.ends_us = 6 * hour_us;
  scenario.images["new"].hardware = {2};
  const Ran ran = run(scenario, 1, true);
  std::size_t wrong = 0;
  for (const report::Record& record : ran.records) {
    const auto* verdict = std::get_if<report::ManifestVerdict>(&record.payload);
    wrong += verdict != nullptr && verdict->reason == report::Reason::wrong_hardware ? 1 : 0;
  }
  EXPECT_GT(wrong, 0U);
  ASSERT_FALSE(ran.summary.stages.empty());
  EXPECT_EQ(ran.summary.rollback_occurrences, 0U);
  EXPECT_EQ(ran.summary.stages[0].failed, wrong);
  EXPECT_EQ(ran.summary.stages[0].on_new, 10 - wrong);
}

}  // namespace
}  // namespace cartstorm::sim
