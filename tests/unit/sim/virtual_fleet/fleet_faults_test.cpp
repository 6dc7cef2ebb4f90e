#include <gmock/gmock.h>

#include <map>
#include <set>

#include "tests/unit/sim/virtual_fleet/small_world.hpp"

namespace cartstorm::sim {
namespace {

using report::CartId;
using report::Reconciled;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

Ran run_with(Scenario scenario, const char* name, const auto& body) {
  scenario.faults.push_back({{}, name, body});
  return run(scenario, 1, true);
}

/// Carts of the region, by the trace.
std::set<CartId> carts_of(const Ran& ran, report::TextId region) {
  std::set<CartId> carts;
  for (const auto& record : ran.records) {
    const auto* cart = std::get_if<report::Cart>(&record.payload);
    if (cart != nullptr && cart->region == region) carts.insert(cart->cart);
  }
  return carts;
}

report::TextId region_of(const Ran& ran, CartId id) {
  for (const auto& record : ran.records) {
    const auto* cart = std::get_if<report::Cart>(&record.payload);
    if (cart != nullptr && cart->cart == id) return cart->region;
  }
  return {};
}

/// Calls see(time, row) for every record of this kind.
template <class Kind>
void each(const Ran& ran, auto&& see) {
  for (const auto& record : ran.records) {
    if (const auto* row = std::get_if<Kind>(&record.payload)) see(record.time_us, *row);
  }
}

std::uint32_t carts_in(const Ran& ran, Reconciled row) {
  return ran.summary.reconciliation.at(static_cast<std::size_t>(row)).carts;
}

std::set<CartId> struck(const Ran& ran) {
  std::set<CartId> carts;
  each<report::Fault>(ran, [&](std::int64_t, const report::Fault& row) {
    if (row.event == report::FaultEvent::fire) carts.insert(row.cart);
  });
  return carts;
}

TEST(ARegionalOutage, CutsOffExactlyThatRegionAndBringsItBack) {
  RegionalOutage outage{"eu", 1 * hour_us, 3 * hour_us};
  const Ran ran = run_with(small_world(), "regional_outage", outage);
  const auto victims = struck(ran);
  ASSERT_EQ(victims.size(), 80U) << "40% of 200";
  EXPECT_EQ(victims, carts_of(ran, region_of(ran, *victims.begin())));
  std::set<CartId> lost, back;
  each<report::Transport>(ran, [&](std::int64_t time_us, const report::Transport& row) {
    if (row.event == report::LinkEvent::connect && victims.contains(row.cart)) {
      EXPECT_FALSE(time_us >= outage.from_us && time_us < outage.until_us);
      if (time_us >= outage.until_us && time_us < outage.until_us + 15 * second_us) {
        back.insert(row.cart);
      }
    }
    if (row.event == report::LinkEvent::lost && time_us == outage.from_us) lost.insert(row.cart);
  });
  EXPECT_EQ(lost, victims);
  EXPECT_EQ(back, victims) << "each by a draw of its own, within the 3 to 11 s of a connect";
  EXPECT_EQ(ran.summary.on_new, 200U);
  EXPECT_THAT(failed_checks(ran), IsEmpty());
}
TEST(ARegionalOutage, InTheMiddleOfDownloadsRollsNobodyBack) {
  Scenario scenario = small_world();
  scenario.rollout.stages = {{"all", 0, 100, 8 * hour_us}};
  scenario.network.bandwidth_bytes_per_s = 1024;
  RegionalOutage outage{"us", 30 * second_us, 2 * hour_us};
  const Ran ran = run_with(scenario, "regional_outage", outage);
  EXPECT_EQ(ran.summary.on_new, 200U);
  EXPECT_EQ(ran.summary.rollback_occurrences, 0U);
  EXPECT_THAT(failed_checks(ran), IsEmpty());
}

TEST(AGridOutage, TakesEverybodysSupplyAndGivesItBackAtOnce) {
  GridOutage outage{{}, hour_us, 2 * hour_us};
  outage.who.region = "eu";
  const Ran ran = run_with(small_world(), "grid_outage", outage);
  EXPECT_EQ(struck(ran).size(), 80U);
  std::set<CartId> off, on;
  each<report::Power>(ran, [&](std::int64_t time_us, const report::Power& row) {
    if (row.cause == report::PowerCause::grid) {
      EXPECT_EQ(time_us, outage.from_us);
      off.insert(row.cart);
    }
    if (row.on && time_us == outage.until_us) on.insert(row.cart);
  });
  EXPECT_EQ(off, struck(ran));
  EXPECT_EQ(on, off);
  EXPECT_THAT(failed_checks(ran), IsEmpty());
}

/// The new image crashes on the ten cold chain carts.
Scenario crashing_world(std::int64_t soak_us) {
  Scenario scenario = small_world();
  scenario.ends_us = 50 * hour_us;
  scenario.rollout.stages = {{"all", 0, 100, soak_us}};
  SensorBootCrash crash;
  crash.sensor = "cold_chain";
  scenario.faults.push_back({{}, "sensor_config_boot_crash", crash});
  return scenario;
}

TEST(ACartThatGoesSilent, IsHeldByItsSilenceNotByItsRollback) {
  GoesSilent silent;
  silent.after = SilenceAfter::rolled_back;
  const Ran ran = run_with(crashing_world(40 * hour_us), "goes_silent", silent);
  EXPECT_EQ(ran.summary.rollback_occurrences, 10U);
  EXPECT_EQ(ran.summary.counted_rollbacks, 0U) << "nobody ever told";
  ASSERT_EQ(ran.summary.stages.size(), 1U);
  EXPECT_THAT(ran.summary.stages[0].held_by, StartsWith("devices: "));
  EXPECT_THAT(ran.summary.stages[0].held_by, testing::HasSubstr("(silent "));
  EXPECT_THAT(ran.summary.stages[0].held_by, testing::Not(testing::HasSubstr("rolled_back")));
  EXPECT_GT(ran.summary.stages[0].hold_us, 29 * hour_us);
  EXPECT_EQ(carts_in(ran, Reconciled::silent), 10U);
  EXPECT_THAT(failed_checks(ran), IsEmpty());
}
TEST(ACartThatGoesSilent, AfterTheFirstCrashNeverComesBack) {
  GoesSilent silent;
  silent.after = SilenceAfter::boot_crash;
  const Ran ran = run_with(crashing_world(10 * hour_us), "goes_silent", silent);
  std::map<CartId, std::int64_t> since;
  each<report::Fault>(ran, [&](std::int64_t time_us, const report::Fault& row) {
    if (row.event == report::FaultEvent::fire) since.try_emplace(row.cart, time_us);
  });
  ASSERT_EQ(since.size(), 10U);
  each<report::Transport>(ran, [&](std::int64_t time_us, const report::Transport& row) {
    if (since.contains(row.cart) && row.event == report::LinkEvent::connect) {
      EXPECT_LE(time_us, since[row.cart]);
    }
  });
}
TEST(ACartThatGoesSilent, AfterItsConfirmHasReportedIt) {
  GoesSilent silent;
  silent.after = SilenceAfter::confirm;
  silent.wait_us = 60 * second_us;
  silent.who.region = "eu";
  Scenario scenario = small_world();
  scenario.ends_us = 50 * hour_us;
  scenario.rollout.stages = {{"all", 0, 100, 40 * hour_us}};
  const Ran ran = run_with(scenario, "goes_silent", silent);
  EXPECT_EQ(ran.summary.on_new, 200U);
  EXPECT_EQ(carts_in(ran, Reconciled::silent), 80U);
  EXPECT_EQ(carts_in(ran, Reconciled::shipped), 120U);
}

TEST(ACrashAfterTheConfirm, IsRolledBackAfterSuccessAndRaisesTheAlarm) {
  CrashAfterConfirm crash;
  crash.who.sensor = "cold_chain";
  crash.after_us = hour_us;
  crash.again_us = 2 * second_us;
  Scenario scenario = small_world();
  scenario.rollout.stages = {{"all", 0, 100, 4 * hour_us}};
  const Ran ran = run_with(scenario, "crash_after_confirm", crash);
  EXPECT_THAT(failed_checks(ran), ElementsAre("jobs_metric_reconcile"));
  EXPECT_EQ(carts_in(ran, Reconciled::rolled_back_after_success), 10U);
  EXPECT_EQ(ran.summary.rollback_reasons.at(0).reason, "after_confirm");
  EXPECT_EQ(ran.summary.stages.at(0).rolled_back, 10U);
  EXPECT_EQ(ran.summary.stages.at(0).on_new, 190U) << "not shipped, whatever Jobs says";
}

TEST(ASwappedImage, IsInstalledByNobody) {
  const Ran ran =
      run_with(small_world(), "image_swapped", ImageSwapped{4 * hour_us + 30 * second_us});
  EXPECT_LT(ran.summary.on_new, 200U);
  EXPECT_THAT(ran.summary.stages.at(1).held_by, StartsWith("devices: "));
  EXPECT_THAT(failed_checks(ran), IsEmpty());
}

TEST(ASwappedImage, StartsNoStage) {
  const Ran ran = run_with(small_world(), "image_swapped", ImageSwapped{2 * hour_us});
  EXPECT_EQ(ran.summary.on_new, 10U) << "the canary was before it";
  EXPECT_EQ(ran.summary.stages.size(), 1U);
  EXPECT_THAT(ran.summary.refusal, testing::HasSubstr("has SHA-256"));
  EXPECT_THAT(failed_checks(ran), IsEmpty());
}

TEST(AReflashedCart, RunsWhatNobodyOrdered) {
  Reflashed workshop;
  workshop.who.region = "eu";
  workshop.at_us = hour_us;
  Scenario scenario = small_world();
  scenario.ends_us = 3 * hour_us;
  scenario.quiet_us = hour_us;
  const Ran ran = run_with(scenario, "reflashed", workshop);
  EXPECT_THAT(failed_checks(ran), ElementsAre("jobs_metric_reconcile", "blast_radius"));
  EXPECT_GT(carts_in(ran, Reconciled::uncommanded_install), 60U);
  EXPECT_EQ(carts_in(ran, Reconciled::shipped), 10U) << "the canary, wherever it was flashed";
}
TEST(AReflashedCart, TellsThatItsTrustAnchorIsGone) {
  Reflashed workshop;
  workshop.who.region = "eu";
  workshop.at_us = hour_us;
  workshop.image = "old";
  workshop.without = "ca-next";
  Scenario scenario = small_world();
  scenario.images["new"].signed_by = "ca-next";
  scenario.images["old"].quirks = {ImageQuirk::no_anchor_channel};
  scenario.rollout.releases = {{"canary", {}, hour_us, "dana", "those were in the workshop"}};
  const Ran ran = run_with(scenario, "reflashed", workshop);
  EXPECT_EQ(ran.summary.stages.size(), 1U) << "the second stage is refused";
  EXPECT_THAT(ran.summary.refusal, testing::HasSubstr("have not acknowledged anchor"));
}

TEST(ACustomerWhoOptsOut, GetsNothingAndHoldsNothing) {
  OptedOut customer;
  customer.who.region = "eu";
  customer.at_us = -hour_us;
  const Ran ran = run_with(small_world(), "opted_out", customer);
  EXPECT_EQ(ran.summary.on_new, 120U);
  EXPECT_EQ(ran.summary.stages.size(), 3U);
  for (const auto& stage : ran.summary.stages) EXPECT_EQ(stage.held_by, "");
  EXPECT_THAT(failed_checks(ran), IsEmpty());
}
TEST(ACustomerWhoOptsOut, IsRememberedByTheCartAcrossResets) {
  OptedOut customer;
  customer.who.region = "eu";
  customer.at_us = -hour_us;
  Scenario scenario = small_world();
  GridOutage outage{{}, 60 * second_us, hour_us};
  scenario.faults.push_back({{}, "grid_outage", outage});
  EXPECT_EQ(run_with(scenario, "opted_out", customer).summary.on_new, 120U);
}
TEST(ACustomerWhoOptsOut, MayChangeHisMind) {
  OptedOut customer;
  customer.at_us = -hour_us;
  customer.until_us = 30 * 60 * second_us;
  Scenario scenario = small_world();
  const Ran ran = run_with(scenario, "opted_out", customer);
  std::map<report::ConsentEvent, int> events;
  each<report::Consent>(ran,
                        [&](std::int64_t, const report::Consent& row) { ++events[row.event]; });
  EXPECT_EQ(events[report::ConsentEvent::opt_out], 200);
  EXPECT_EQ(events[report::ConsentEvent::opt_in], 200);
}

TEST(AMaintenanceWindowOfTheTrace, OpensAndClosesByLocalTime) {
  Scenario scenario = small_world();
  scenario.fleet.profiles[0].maintenance = {2, 4.5};
  scenario.fleet.profiles[0].utc_offset_h = -5;
  const Ran ran = run(scenario, 1, true);
  std::map<report::ConsentEvent, std::set<std::int64_t>> minutes;
  each<report::Consent>(ran, [&](std::int64_t time_us, const report::Consent& row) {
    if (time_us > -2 * hour_us) {
      minutes[row.event].insert((scenario.epoch_unix_s + time_us / second_us) % 86'400 / 60);
    }
  });
  EXPECT_THAT(minutes[report::ConsentEvent::window_open], ElementsAre(7 * 60));
  EXPECT_THAT(minutes[report::ConsentEvent::window_closed], ElementsAre(9 * 60 + 30));
}

TEST(AnExecutionThatTimesOut, AfterTheConfirmIsALateSuccess) {
  Scenario scenario = small_world();
  scenario.rollout.execution_timeout_us = 30 * 60 * second_us;
  scenario.rollout.stages = {{"all", 0, 100, 8 * hour_us}};
  PowerCut cut;
  cut.who.sensor = "cold_chain";
  cut.during = "reporting";
  cut.until_us = 1;
  cut.off_us = 2 * hour_us;
  const Ran ran = run_with(scenario, "power_cut", cut);
  EXPECT_EQ(carts_in(ran, Reconciled::late_success), 10U);
  EXPECT_EQ(ran.summary.on_new, 200U);
  EXPECT_THAT(failed_checks(ran), IsEmpty());
}

}  // namespace
}  // namespace cartstorm::sim
