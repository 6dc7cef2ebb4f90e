#include "sim/fleet/population.hpp"

#include <gmock/gmock.h>

#include <map>

#include "sim/scenario/durations.hpp"

namespace cartstorm::sim {
namespace {

// 2026-05-28 20:26:40 UTC
constexpr std::int64_t epoch = 1'780'000'000;

Profile profile(std::string name, double share, std::string region) {
  Profile made;
  made.name = std::move(name);
  made.share = share;
  made.region = std::move(region);
  made.powered.from = 8;
  made.powered.to = 18;
  return made;
}

Fleet fleet_of(std::uint32_t carts) {
  Fleet fleet;
  fleet.carts = carts;
  fleet.profiles = {profile("big", 0.90, "us"), profile("mid", 0.08, "eu"),
                    profile("rare", 0.02, "ap")};
  return fleet;
}

TEST(Population, GivesEveryProfileItsShare) {
  const Fleet fleet = fleet_of(5000);
  std::map<std::string, int> counts;
  for (const auto& cart : make_population(fleet, 1)) {
    ++counts[cart.profile->name];
  }
  EXPECT_EQ(counts["big"], 4500);
  EXPECT_EQ(counts["mid"], 400);
  EXPECT_EQ(counts["rare"], 100);
}

TEST(Population, DoesNotSortCartsByProfile) {
  const Fleet fleet = fleet_of(5000);
  const auto carts = make_population(fleet, 1);
  int rare_among_the_first_half = 0;
  for (std::size_t i = 0; i < 2500; ++i) {
    rare_among_the_first_half += carts[i].profile->name == "rare" ? 1 : 0;
  }
  EXPECT_NEAR(rare_among_the_first_half, 50, 25);
}

TEST(Population, DrawsOtherCartsForAnotherSeed) {
  const Fleet fleet = fleet_of(200);
  const auto one = make_population(fleet, 1);
  const auto two = make_population(fleet, 2);
  int equal = 0;
  for (std::size_t i = 0; i < one.size(); ++i) {
    equal += one[i].profile == two[i].profile ? 1 : 0;
  }
  EXPECT_LT(equal, 200);
}

TEST(Population, ComesWithTheOlderImageWhereTheFleetSaysSo) {
  Fleet fleet = fleet_of(5000);
  for (const auto& cart : make_population(fleet, 1)) EXPECT_FALSE(cart.is_on_older);
  fleet.on_older = Who{0.25, "eu", {}, {}, {}, {}};
  const auto carts = make_population(fleet, 1);
  int on_older = 0, by_a_fault_too = 0;
  for (std::uint32_t i = 0; i < carts.size(); ++i) {
    if (!carts[i].is_on_older) continue;
    EXPECT_EQ(carts[i].profile->region, "eu");
    ++on_older;
    by_a_fault_too += selects(*fleet.on_older, 1, i, carts[i], 0) ? 1 : 0;
  }
  EXPECT_NEAR(on_older, 100, 35);
  EXPECT_NEAR(by_a_fault_too, 25, 20) << "a draw of its own";
}

TEST(Who, DrawsItsShareIndependentlyOfNumbersAndFaults) {
  const Fleet fleet = fleet_of(5000);
  const auto carts = make_population(fleet, 1);
  const Who tenth{0.10, {}, {}, {}, {}, {}};
  int selected = 0;
  int among_the_first_500 = 0;
  int by_both_faults = 0;
  for (std::uint32_t i = 0; i < carts.size(); ++i) {
    const bool is_first = selects(tenth, 1, i, carts[i], 0);
    selected += is_first ? 1 : 0;
    among_the_first_500 += is_first && i < 500 ? 1 : 0;
    by_both_faults += is_first && selects(tenth, 1, i, carts[i], 1) ? 1 : 0;
  }
  EXPECT_NEAR(selected, 500, 106);
  EXPECT_NEAR(among_the_first_500, 50, 34);
  EXPECT_NEAR(by_both_faults, 50, 35);
}

TEST(Who, MatchesEveryNamedProperty) {
  const Fleet fleet = fleet_of(100);
  const CartSpec cart{"cart-00000", &fleet.profiles[1]};
  Who who;
  who.region = "eu";
  EXPECT_TRUE(selects(who, 1, 0, cart, 0));
  who.profile = "big";
  EXPECT_FALSE(selects(who, 1, 0, cart, 0));
}

TEST(PowerHabit, FollowsTheLocalDay) {
  Profile us = profile("us", 1, "us");
  us.utc_offset_h = -6;
  const PowerHabit habit{us, 1, 0, epoch};
  // Time 0 is 14:26:40 local; on from 8 to 18 with at most ten minutes of jitter either way.
  EXPECT_TRUE(habit.is_on(0));
  EXPECT_FALSE(habit.is_on(5 * hour_us));
  EXPECT_TRUE(habit.is_on(20 * hour_us));
  const std::int64_t off = habit.next_off(0);
  EXPECT_NEAR(static_cast<double>(off), 3.5556 * static_cast<double>(hour_us), 0.2 * hour_us);
  const std::int64_t on = habit.next_on(off);
  EXPECT_NEAR(static_cast<double>(on - off), 14.0 * static_cast<double>(hour_us), 0.4 * hour_us);
  EXPECT_FALSE(habit.is_on(on - 1));
  EXPECT_TRUE(habit.is_on(on));
}

TEST(PowerHabit, CrossesMidnight) {
  Profile night = profile("night", 1, "us");
  night.powered.from = 20;
  night.powered.to = 4;
  const PowerHabit habit{night, 1, 0, epoch};  // time 0 is 20:26:40
  EXPECT_TRUE(habit.is_on(2 * hour_us));
  EXPECT_TRUE(habit.is_on(6 * hour_us));
  EXPECT_FALSE(habit.is_on(12 * hour_us));
}

TEST(PowerHabit, NeverSwitchesACartThatIsAlwaysOn) {
  Profile always = profile("always", 1, "us");
  always.powered.from = 0;
  always.powered.to = 0;
  const PowerHabit habit{always, 1, 0, epoch};
  EXPECT_TRUE(habit.is_on(-3 * hour_us));
  EXPECT_EQ(habit.next_off(0), INT64_MAX);
}

TEST(Maintenance, IsTheProfilesHoursInItsOwnZone) {
  Profile night = profile("night", 1, "us");
  night.maintenance = {22.5, 24};
  night.utc_offset_h = -5;
  EXPECT_EQ(maintenance_of(night), (ota::MaintenanceWindow{1350, 0, 0x7f, {-300, -300, {}, {}}}));
  EXPECT_TRUE(maintenance_of(profile("any", 1, "us")).is_always());
}

/// 2026-10-24T12:00:00Z, the Saturday before Europe's clocks go back at 01:00 UTC.
constexpr std::int64_t before_winter = 1'792'843'200;

TEST(Maintenance, MovesWithTheClocks) {
  Profile night = profile("night", 1, "eu");
  night.maintenance = {1, 5};
  night.utc_offset_h = 1;
  night.daylight_saving = DaylightSaving::eu;
  const ota::MaintenanceWindow window = maintenance_of(night);
  const auto open_at = [&](double hours) {
    return ota::is_open(window, {before_winter + static_cast<std::int64_t>(hours * 3600)});
  };
  // 01:00 summer time is 23:00 UTC, 05:00 winter time 04:00 UTC: this one window has five hours.
  EXPECT_FALSE(open_at(10.99));
  EXPECT_TRUE(open_at(11));
  EXPECT_TRUE(open_at(15.99));
  EXPECT_FALSE(open_at(16));
  EXPECT_FALSE(open_at(24 + 11.99));
  EXPECT_TRUE(open_at(24 + 12));
  night.daylight_saving = DaylightSaving::us;
  EXPECT_EQ(maintenance_of(night).zone.summer_begins, (ota::ClockChange{3, 2, 0, 120}));
}

TEST(PowerHabit, FollowsTheClocks) {
  Profile shop = profile("shop", 1, "eu");
  shop.utc_offset_h = 1;
  shop.daylight_saving = DaylightSaving::eu;
  const PowerHabit habit{shop, 1, 0, before_winter};  // time 0 is 14:00 summer time
  const auto hours_until = [&](std::int64_t time_us) {
    return static_cast<double>(time_us) / static_cast<double>(hour_us);
  };
  EXPECT_NEAR(hours_until(habit.next_off(0)), 4, 0.2);
  // 08:00 winter time: 18 hours after 14:00 and one that the clocks repeat.
  EXPECT_NEAR(hours_until(habit.next_on(5 * hour_us)), 19, 0.2);
}

TEST(Maintenance, KeepsEveryMinuteOfTheDay) {
  Profile night = profile("night", 1, "us");
  for (int hour = 0; hour < 24; ++hour) {
    for (int minute = 0; minute < 60; ++minute) {
      night.maintenance = {hour + minute / 60.0, 24};
      EXPECT_EQ(maintenance_of(night).from_minute, hour * 60 + minute);
    }
  }
}

}  // namespace
}  // namespace cartstorm::sim
