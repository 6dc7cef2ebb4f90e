#include <gmock/gmock.h>

#include <map>

#include "tests/unit/sim/virtual_fleet/small_world.hpp"

// Whole carts in two time zones: the cloud queues each in its own night, by server time.
namespace cartstorm::sim {
namespace {

TEST(ARolloutWithAWindow, QueuesEveryCartInItsOwnNight) {
  Scenario scenario = small_world();
  for (auto& profile : scenario.fleet.profiles) {
    profile.utc_offset_h = profile.region == "eu" ? 1 : -5;
  }
  scenario.rollout.window = {1, 5};
  for (auto& stage : scenario.rollout.stages) {
    stage.soak_us = 24 * hour_us;
  }
  scenario.ends_us = 80 * hour_us;
  const Ran ran = run(scenario, 1, true);
  std::map<std::string, int> queued;
  for (const auto& record : ran.records) {
    const auto* target = std::get_if<report::Target>(&record.payload);
    if (target == nullptr || target->event != report::TargetEvent::queued) continue;
    const std::int64_t hour = (scenario.epoch_unix_s + record.time_us / second_us) / 3600 % 24;
    EXPECT_THAT(hour, testing::AnyOf(testing::AllOf(testing::Ge(0), testing::Lt(4)),
                                     testing::AllOf(testing::Ge(6), testing::Lt(10))))
        << "01:00 to 05:00 is 00 to 04 or 06 to 10 UTC";
    ++queued[hour < 4 ? "eu" : "us"];
  }
  EXPECT_GT(queued["eu"], 50);
  EXPECT_GT(queued["us"], 50);
  EXPECT_EQ(ran.summary.on_new, 200U);
  EXPECT_EQ(ran.summary.stages[0].carts, 10U);
  EXPECT_THAT(failed_checks(ran), testing::IsEmpty());
}

TEST(AStageForATier, TakesNobodyElse) {
  Scenario scenario = small_world();
  scenario.fleet.profiles[1].tier = "early_access";
  scenario.rollout.stages[0].tiers = {"early_access"};
  const Ran ran = run(scenario, 1, true);
  std::map<report::CartId, report::Cart> carts;
  int canary = 0;
  report::TextId early{};
  for (const auto& record : ran.records) {
    if (const auto* cart = std::get_if<report::Cart>(&record.payload)) carts[cart->cart] = *cart;
    const auto* target = std::get_if<report::Target>(&record.payload);
    if (target == nullptr || target->stage != 0) continue;
    if (canary++ == 0) early = carts[target->cart].tier;
    EXPECT_EQ(carts[target->cart].tier, early);
  }
  EXPECT_EQ(canary, 10);
  EXPECT_EQ(ran.summary.on_new, 200U);
}

}  // namespace
}  // namespace cartstorm::sim
