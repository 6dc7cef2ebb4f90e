#include <gmock/gmock.h>

#include <algorithm>
#include <tuple>

#include "tests/unit/sim/virtual_fleet/small_world.hpp"

// D13, metamorphic: the same fleet with other wall clocks on its carts gives the same verdicts, in
// the same order, at the same instants. The clocks exist in the simulation only; the cart has none.
namespace cartstorm::sim {
namespace {

using Verdict = std::tuple<std::int64_t, std::uint32_t, std::uint32_t, bool, int>;

Scenario world_with_dates(std::int64_t from_us, std::int64_t until_us) {
  Scenario scenario = small_world();
  scenario.images["new"].valid_from_us = from_us;
  scenario.images["new"].valid_until_us = until_us;
  return scenario;
}

std::vector<Verdict> verdicts_of(Scenario scenario, std::int64_t offset_us) {
  if (offset_us != 0) {
    ClockSkew skew;
    skew.offset_us = offset_us;
    scenario.faults.push_back({{}, "clock_skew", skew});
  }
  std::vector<Verdict> verdicts;
  for (const auto& record : run(scenario, 7, true).records) {
    if (const auto* verdict = std::get_if<report::ManifestVerdict>(&record.payload)) {
      verdicts.emplace_back(record.time_us, static_cast<std::uint32_t>(verdict->cart),
                            static_cast<std::uint32_t>(verdict->version), verdict->accepted,
                            static_cast<int>(verdict->reason));
      EXPECT_EQ(verdict->clock_offset_s, offset_us / second_us);
    }
  }
  return verdicts;
}

TEST(ClockSkewOfAnySize, LeavesEveryVerdictAsItIs) {
  const std::int64_t epoch_us = small_world().epoch_unix_s * second_us;
  constexpr std::int64_t week_us = 7 * 24 * hour_us;
  const std::int64_t offsets_us[] = {
      12 * hour_us,
      -12 * hour_us,
      -epoch_us,                                                 // 1970
      (std::int64_t{1} << 31) * second_us - epoch_us + hour_us,  // after 2038-01-19T03:14:08
      -1024 * week_us,  // a GPS week counter that has wrapped
  };
  const std::pair<std::int64_t, std::int64_t> windows[] = {
      {-2 * hour_us, 90 * 24 * hour_us},  // good for the whole run
      {-2 * hour_us, 6 * hour_us},        // expires between two stages
  };
  for (const auto& [from_us, until_us] : windows) {
    const Scenario scenario = world_with_dates(from_us, until_us);
    const std::vector<Verdict> expected = verdicts_of(scenario, 0);
    ASSERT_GE(expected.size(), 10U);
    const bool has_refusal =
        std::ranges::any_of(expected, [](const Verdict& v) { return !std::get<3>(v); });
    ASSERT_EQ(has_refusal, until_us == 6 * hour_us) << "both verdicts must be put to the test";
    for (const std::int64_t offset_us : offsets_us) {
      SCOPED_TRACE(offset_us / hour_us);
      EXPECT_EQ(verdicts_of(scenario, offset_us), expected);
    }
  }
}

}  // namespace
}  // namespace cartstorm::sim
