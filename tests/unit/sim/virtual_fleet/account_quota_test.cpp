#include <gmock/gmock.h>

#include <algorithm>
#include <map>

#include "tests/unit/sim/virtual_fleet/small_world.hpp"

/// F18 with whole carts: an account that may write less than its fleet would like to.
namespace cartstorm::sim {
namespace {

/// All 200 carts get the job at once.
Scenario crowded_world(std::optional<std::uint32_t> jobs_writes_per_s) {
  Scenario scenario = small_world();
  scenario.ends_us = 8 * hour_us;
  scenario.rollout.stages = {{"all", 0, 100, 4 * hour_us}};
  scenario.cloud.quotas.jobs_writes_per_s = jobs_writes_per_s;
  return scenario;
}

struct Updates {
  std::uint32_t accepted_a_second = 0;  ///< in the busiest one
  std::uint32_t throttled = 0;
};

Updates updates_of(const Ran& ran) {
  Updates updates;
  std::map<std::int64_t, std::uint32_t> seconds;
  for (const report::Record& record : ran.records) {
    const auto* row = std::get_if<report::JobRx>(&record.payload);
    if (row == nullptr || row->status == report::JobStatus::queued) continue;
    updates.throttled += row->accepted ? 0 : 1;
    if (row->accepted) {
      updates.accepted_a_second =
          std::max(updates.accepted_a_second, ++seconds[record.time_us / second_us]);
    }
  }
  return updates;
}

TEST(AnAccount, WithoutAQuotaAnswersEverybody) {
  const Updates updates = updates_of(run(crowded_world({}), 1, true));
  EXPECT_EQ(updates.throttled, 0U);
  EXPECT_GT(updates.accepted_a_second, 4U);
}

TEST(AnAccount, ThatIsTooSmallThrottlesAndEverybodyArrivesAllTheSame) {
  const Ran ran = run(crowded_world(4), 1, true);
  const Updates updates = updates_of(ran);
  EXPECT_GT(updates.throttled, 0U);
  EXPECT_EQ(updates.accepted_a_second, 4U);
  EXPECT_EQ(ran.summary.on_new, 200U);
  EXPECT_EQ(check(ran, "attempt_terminates").verdict, report::CheckVerdict::pass);
  EXPECT_EQ(check(ran, "bounded_retries").verdict, report::CheckVerdict::pass);
  EXPECT_EQ(check(ran, "converges").verdict, report::CheckVerdict::pass);
  EXPECT_EQ(check(ran, "rate_limits_respected").first_message,
            "more than 4 updates of executions within a second");
}

}  // namespace
}  // namespace cartstorm::sim
