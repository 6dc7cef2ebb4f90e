#include <gmock/gmock.h>

#include <map>
#include <set>

#include "tests/unit/sim/virtual_fleet/small_world.hpp"

namespace cartstorm::sim {
namespace {

using report::MetricName;
using testing::IsEmpty;

/// The small world, in which the new image crashes on the cold chain carts: ten rollbacks.
Scenario crashing_world() {
  Scenario scenario = small_world();
  SensorBootCrash crash;
  crash.sensor = "cold_chain";
  scenario.faults.push_back({{}, "sensor_config_boot_crash", crash});
  scenario.rollout.stages = {{"all", 0, 100, 4 * hour_us}};
  return scenario;
}

struct Counted {
  std::uint64_t sent = 0, received = 0, counted = 0;
};

Counted count(const Ran& ran, MetricName metric, std::int64_t until_us = INT64_MAX) {
  Counted counted;
  for (const auto& record : ran.records) {
    if (record.time_us >= until_us) break;
    const auto* tx = std::get_if<report::MetricTx>(&record.payload);
    const auto* rx = std::get_if<report::MetricRx>(&record.payload);
    counted.sent += tx != nullptr && tx->metric == metric ? 1 : 0;
    if (rx != nullptr && rx->metric == metric) {
      ++counted.received;
      counted.counted += rx->counted ? 1 : 0;
    }
  }
  return counted;
}

std::size_t fired(const Ran& ran) {
  std::size_t count = 0;
  for (const auto& record : ran.records) {
    const auto* fault = std::get_if<report::Fault>(&record.payload);
    count += fault != nullptr && fault->event == report::FaultEvent::fire ? 1U : 0U;
  }
  return count;
}

Ran run_with(Scenario scenario, const char* name, const auto& body) {
  scenario.faults.push_back({{}, name, body});
  return run(scenario, 1, true);
}

TEST(MetricLost, TakesOnlyTheKindThatIsNamed) {
  MetricLost lost;
  lost.part.metric = MetricKind::heartbeat;
  const Ran ran = run_with(crashing_world(), "metric_lost", lost);
  EXPECT_EQ(count(ran, MetricName::heartbeat, 28 * hour_us).received, 0U);
  EXPECT_GT(count(ran, MetricName::error).received, 1000U);
  EXPECT_EQ(count(ran, MetricName::rollback).counted, 10U);
}
TEST(MetricLost, LastsFromAndUntil) {
  MetricLost lost;
  lost.part.metric = MetricKind::error;
  lost.part.from_us = 2 * hour_us;
  lost.part.until_us = 4 * hour_us;
  const Ran ran = run_with(small_world(), "metric_lost", lost);
  std::map<std::int64_t, int> per_hour;
  for (const auto& record : ran.records) {
    const auto* rx = std::get_if<report::MetricRx>(&record.payload);
    // A second of latency at the edges.
    const std::int64_t hour = (record.time_us + 2 * hour_us - second_us) / hour_us - 2;
    per_hour[hour] += rx != nullptr && rx->metric == MetricName::error ? 1 : 0;
  }
  EXPECT_GT(per_hour[1], 100);
  EXPECT_EQ(per_hour[2] + per_hour[3], 0);
  EXPECT_GT(per_hour[4], 100);
}

TEST(MetricDuplicated, ComesOftenAndCountsOnce) {
  MetricDuplicated copied;
  copied.copies = 2;
  copied.after_us = 30 * second_us;
  const Ran ran = run_with(crashing_world(), "metric_duplicated", copied);
  const Counted rollbacks = count(ran, MetricName::rollback);
  EXPECT_EQ(rollbacks.received, 3 * rollbacks.sent);
  EXPECT_EQ(rollbacks.counted, 10U);
  const Counted errors = count(ran, MetricName::error, 20 * hour_us);
  EXPECT_NEAR(static_cast<double>(errors.received), 3.0 * static_cast<double>(errors.sent), 20);
  EXPECT_NEAR(static_cast<double>(errors.counted), static_cast<double>(errors.sent), 20);
  EXPECT_THAT(failed_checks(ran), IsEmpty());
}

TEST(MetricDelayed, ComesLateByWhatWasAsked) {
  MetricDelayed late;
  late.least_us = 10 * 60 * second_us;
  late.part.metric = MetricKind::error;
  const Ran ran = run_with(small_world(), "metric_delayed", late);
  std::map<std::pair<report::CartId, std::uint64_t>, std::int64_t> sent_us;
  std::size_t compared = 0;
  for (const auto& record : ran.records) {
    if (const auto* tx = std::get_if<report::MetricTx>(&record.payload)) {
      sent_us[{tx->cart, tx->key}] = record.time_us;
    }
    const auto* rx = std::get_if<report::MetricRx>(&record.payload);
    if (rx == nullptr || rx->metric != MetricName::error || record.time_us > 28 * hour_us) continue;
    const std::int64_t late_us = record.time_us - sent_us[{rx->cart, rx->key}];
    EXPECT_GE(late_us, late.least_us);
    EXPECT_LT(late_us, late.least_us + 20 * second_us) << "and a busy flash, and the wire";
    ++compared;
  }
  EXPECT_GT(compared, 1000U);
}
TEST(MetricDelayed, OutlivesItsSender) {
  // Past the broker nobody asks whether the cart that sent it still has power.
  MetricDelayed late;
  late.least_us = 3600 * second_us;
  late.part.metric = MetricKind::heartbeat;
  Scenario scenario = small_world();
  GridOutage dark;
  dark.from_us = 0;
  dark.until_us = 2 * hour_us;
  scenario.faults.push_back({{}, "grid_outage", dark});
  const Ran ran = run_with(scenario, "metric_delayed", late);
  const auto before = count(ran, MetricName::heartbeat, -hour_us / 2).received;
  const auto during = count(ran, MetricName::heartbeat, 2 * hour_us).received;
  EXPECT_EQ(before, 200U) << "the first minute of the warm-up, an hour later";
  EXPECT_EQ(during, 200U);
}

TEST(MetricReordered, ChangesTheOrderAndSaysSo) {
  MetricReordered mixed;
  mixed.within_us = 2 * hour_us;
  const Ran ran = run_with(small_world(), "metric_reordered", mixed);
  std::map<report::CartId, std::uint64_t> last;
  std::size_t overtaken = 0;
  for (const auto& record : ran.records) {
    const auto* rx = std::get_if<report::MetricRx>(&record.payload);
    if (rx == nullptr || rx->metric != MetricName::error) continue;
    overtaken += rx->key < last[rx->cart] ? 1U : 0U;
    last[rx->cart] = std::max(last[rx->cart], rx->key);
  }
  EXPECT_GT(overtaken, 1000U);
  EXPECT_EQ(fired(ran), 200U) << "once per cart";
}
TEST(MetricReordered, OfMessagesThatCannotMeetDoesNotFire) {
  MetricReordered mixed;
  mixed.within_us = 1;
  mixed.part.metric = MetricKind::heartbeat;
  EXPECT_EQ(fired(run_with(small_world(), "metric_reordered", mixed)), 0U);
}

TEST(AFaultOfTheChannel, DoesNotRedrawWhatAnotherTakes) {
  Scenario one = small_world();
  MetricLost lost;
  lost.share = 0.3;
  lost.part.metric = MetricKind::error;
  lost.part.until_us = -hour_us;  // before time shifts by other faults could matter
  one.faults = {{{}, "metric_lost", lost}};
  Scenario two = one;
  MetricDuplicated copied;
  copied.share = 0.5;
  two.faults.insert(two.faults.begin(), {{}, "metric_duplicated", copied});
  const auto arrived = [](const Ran& ran) {
    std::set<std::pair<report::CartId, std::uint64_t>> keys;
    for (const auto& record : ran.records) {
      const auto* rx = std::get_if<report::MetricRx>(&record.payload);
      if (rx != nullptr && rx->metric == MetricName::error && record.time_us < -hour_us) {
        keys.insert({rx->cart, rx->key});
      }
    }
    return keys;
  };
  const auto first = arrived(run(one, 1, true));
  EXPECT_GT(first.size(), 200U);
  EXPECT_EQ(first, arrived(run(two, 1, true)));
}

}  // namespace
}  // namespace cartstorm::sim
