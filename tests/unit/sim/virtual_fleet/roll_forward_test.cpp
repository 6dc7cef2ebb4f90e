#include <gmock/gmock.h>

#include "tests/unit/sim/virtual_fleet/small_world.hpp"

/// A release that is held and superseded by a newer one, with an image of its own.
namespace cartstorm::sim {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint32_t bad_version = 0x020000, fixed_version = 0x020001;

/// Half of the fleet runs the bad release when a rule holds it; three hours later a person rolls
/// forward.
Scenario rolling_forward() {
  Scenario scenario = small_world();
  scenario.ends_us = 20 * hour_us;
  scenario.rollout.rules.ratio.min_expected = 20;
  scenario.rollout.rules.ratio.ratio = 4;  // between eight times and as good as the old version
  scenario.faults.push_back({{}, "regression", Regression{"new", 8, 4 * hour_us}});
  Image fixed = scenario.images.at("new");
  fixed.version = {fixed_version};
  scenario.images["newer"] = fixed;
  scenario.rollout.superseded = {
      "half", 3 * hour_us, "Bo", {{"again", 20, 0, 4 * hour_us}, {"rest", 0, 100, 4 * hour_us}}};
  return scenario;
}

TEST(RollingForward, BringsTheFixToEverybodyAndBreaksNothing) {
  const Ran ran = run(rolling_forward(), 1, true);
  EXPECT_EQ(ran.outcome.infrastructure_error, "");
  EXPECT_EQ(ran.summary.on_new, 200U);
  EXPECT_EQ(ran.summary.on_other, 0U);
  EXPECT_EQ(ran.summary.rollback_occurrences, 0U);
  EXPECT_THAT(failed_checks(ran), IsEmpty());
  ASSERT_EQ(ran.summary.stages.size(), 4U);
  EXPECT_GT(ran.summary.stages[1].hold_us, 0);
  EXPECT_EQ(ran.summary.stages[1].aborted_by, "Bo");
  // What a stage did is told by what it was there to bring.
  EXPECT_EQ(ran.summary.stages[0].on_new, 10U);
  EXPECT_GT(ran.summary.stages[1].on_new, 50U);
  EXPECT_EQ(ran.summary.stages[2].on_new, 20U);
  EXPECT_EQ(ran.summary.stages[3].on_new, 180U);
}

/// The images of a trace and the requests of rollouts, in their order.
std::vector<std::string> releases(const Ran& ran) {
  std::vector<std::string> lines;
  for (const report::Record& record : ran.records) {
    if (const auto* image = std::get_if<report::Image>(&record.payload)) {
      lines.push_back("image " + to_string(Version{static_cast<std::uint32_t>(image->version)}));
    }
    const auto* stage = std::get_if<report::Stage>(&record.payload);
    if (stage != nullptr && stage->event == report::StageEvent::requested) {
      lines.emplace_back("requested");
    }
  }
  return lines;
}

TEST(RollingForward, ItsImageIsInTheTraceWhenItsRolloutIsAskedFor) {
  EXPECT_THAT(releases(run(rolling_forward(), 1, true)),
              ElementsAre("image 1.8.0", "image 2.0.0", "requested", "requested", "image 2.0.1"));
}

TEST(RollingForward, CartsGoFromTheBadReleaseToTheFixedOne) {
  const Ran ran = run(rolling_forward(), 1, true);
  std::vector<std::uint32_t> confirmed(200);
  std::uint32_t from_bad = 0, from_old = 0;
  for (const report::Record& record : ran.records) {
    const auto* row = std::get_if<report::Confirm>(&record.payload);
    if (row == nullptr || row->phase != report::Phase::durable) continue;
    std::uint32_t& version = confirmed[static_cast<std::size_t>(row->cart)];
    const auto next = static_cast<std::uint32_t>(row->version);
    from_bad += next == fixed_version && version == bad_version ? 1 : 0;
    from_old += next == fixed_version && version == 0 ? 1 : 0;
    version = next;
  }
  EXPECT_GT(from_bad, 50U);
  EXPECT_EQ(from_bad + from_old, 200U);
}

TEST(RollingForward, ABadFixIsHeldToo) {
  Scenario scenario = rolling_forward();
  scenario.images["newer"].errors_per_hour = 40;
  const Ran ran = run(scenario, 1, true);
  ASSERT_GE(ran.summary.stages.size(), 3U);
  EXPECT_GT(ran.summary.stages.back().hold_us, 0);
  EXPECT_LT(ran.summary.on_new, 200U);
  EXPECT_GT(ran.summary.on_other, 0U);  // still on the bad one
  EXPECT_THAT(failed_checks(ran), IsEmpty());
}

TEST(RollingForward, WithAControllerThatDiesOverItIsDoneOnce) {
  for (const std::int64_t down_us : {hour_us / 6, 2 * hour_us}) {
    Scenario scenario = rolling_forward();
    scenario.faults.push_back(
        {{}, "controller_killed", ControllerKilled{7 * hour_us - second_us, {}, down_us}});
    const Ran ran = run(scenario, 1, true);
    EXPECT_EQ(ran.outcome.infrastructure_error, "");
    EXPECT_EQ(ran.summary.on_new, 200U);
    EXPECT_EQ(releases(ran).size(), 5U);
    EXPECT_THAT(failed_checks(ran), IsEmpty());
  }
}

}  // namespace
}  // namespace cartstorm::sim
