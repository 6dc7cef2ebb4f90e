#include <gmock/gmock.h>

#include <map>
#include <set>

#include "tests/unit/sim/virtual_fleet/small_world.hpp"

/// Carts that come with another image than the one from which a patch starts.
namespace cartstorm::sim {
namespace {

using report::CartId;
using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::Gt;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Lt;
using testing::SizeIs;

constexpr std::uint32_t older_version = 0x010600;

Who cold_carts() {
  Who who;
  who.profile = "eu_cold";
  return who;
}

/// Ten of the two hundred carts missed the last release; a patch of a few KiB fits the others.
Scenario mixed_bases() {
  Scenario scenario = small_world();
  Image older = scenario.images.at("old");
  older.version = {older_version};
  scenario.images["older"] = older;
  scenario.images.at("new").changes = 0.1;
  scenario.fleet.on_older = cold_carts();
  return scenario;
}

/// The same, and nobody is to fetch the whole image.
Scenario patch_only() {
  Scenario scenario = mixed_bases();
  scenario.rollout.patch_only = true;
  return scenario;
}

/// Calls see(time, row) for every record of this kind.
template <class Kind>
void each_of(const Ran& ran, auto&& see) {
  for (const auto& record : ran.records) {
    if (const auto* row = std::get_if<Kind>(&record.payload)) see(record.time_us, *row);
  }
}

/// Who comes with the older image.
std::set<CartId> on_older(const Ran& ran) {
  std::set<CartId> carts;
  each_of<report::Cart>(ran, [&](std::int64_t, const report::Cart& row) {
    if (static_cast<std::uint32_t>(row.version) == older_version) carts.insert(row.cart);
  });
  return carts;
}

std::vector<std::int64_t> stage_starts(const Ran& ran) {
  std::vector<std::int64_t> starts;
  each_of<report::Stage>(ran, [&](std::int64_t time_us, const report::Stage& row) {
    if (row.event == report::StageEvent::start) starts.push_back(time_us);
  });
  return starts;
}

TEST(AnOlderBase, StandsInTheTraceBeforeWhatTheRolloutBrings) {
  const Ran ran = run(mixed_bases(), 1, true);
  std::vector<std::string> images;
  each_of<report::Image>(ran, [&](std::int64_t, const report::Image& row) {
    images.push_back(to_string(Version{static_cast<std::uint32_t>(row.version)}));
  });
  EXPECT_THAT(images, ElementsAre("1.8.0", "1.6.0", "2.0.0"));
  EXPECT_THAT(on_older(ran), SizeIs(10));
}

TEST(APatchOnlyRollout, NeverBeginsWhileCartsRunAnotherBase) {
  const Ran ran = run(patch_only(), 1, true);
  EXPECT_THAT(stage_starts(ran), IsEmpty());
  EXPECT_THAT(ran.summary.refusal,
              HasSubstr("10 of 200 carts do not say that they run 1.8.0, from which the patch "
                        "starts: cart-"));
  EXPECT_EQ(ran.summary.on_new, 0U);
  EXPECT_EQ(ran.summary.on_old, 190U);
  EXPECT_EQ(ran.summary.on_other, 10U);
  EXPECT_EQ(ran.outcome.infrastructure_error, "");
  EXPECT_THAT(failed_checks(ran), IsEmpty());
}

TEST(APatchOnlyRollout, BeginsWhenAWorkshopHasPutTheBaseOnThem) {
  Scenario scenario = patch_only();
  Reflashed workshop;
  workshop.who = cold_carts();
  workshop.image = "old";
  workshop.at_us = 5 * hour_us;
  scenario.faults.push_back({{}, "reflashed", workshop});
  const Ran ran = run(scenario, 1, true);
  EXPECT_THAT(stage_starts(ran), AllOf(SizeIs(3), Each(Gt(5 * hour_us))));
  EXPECT_THAT(stage_starts(ran).front(), Lt(6 * hour_us));
  EXPECT_EQ(ran.summary.on_new, 200U);
  EXPECT_THAT(failed_checks(ran), IsEmpty());
}

TEST(APatchOnlyRollout, StaysRefusedWhileOneCartIsLeft) {
  Scenario scenario = patch_only();
  scenario.fleet.on_older->profile = "eu_retail";
  scenario.fleet.on_older->share = 0.5;
  const std::uint32_t stragglers = run(scenario).summary.on_other;
  EXPECT_GT(stragglers, 20U);
  EXPECT_LT(stragglers, 50U);
  // The workshop draws anew who comes: of those it misses, all are named still.
  Reflashed workshop;
  workshop.who = *scenario.fleet.on_older;
  workshop.image = "old";
  workshop.at_us = 5 * hour_us;
  scenario.faults.push_back({{}, "reflashed", workshop});
  const Ran ran = run(scenario, 1, true);
  EXPECT_GT(ran.summary.on_other, 0U);
  EXPECT_LT(ran.summary.on_other, stragglers);
  EXPECT_THAT(stage_starts(ran), IsEmpty());
  EXPECT_THAT(ran.summary.refusal,
              HasSubstr(std::to_string(ran.summary.on_other) + " of 200 carts do not say"));
}

TEST(ADelta, IsWholeForCartsOfAnotherBase) {
  const Ran ran = run(mixed_bases(), 1, true);
  std::map<CartId, std::uint32_t> fetched;
  each_of<report::Http>(
      ran, [&](std::int64_t, const report::Http& row) { fetched[row.cart] += row.bytes; });
  ASSERT_EQ(fetched.size(), 200U);
  const std::set<CartId> older = on_older(ran);
  for (const auto& [cart, bytes] : fetched) {
    EXPECT_EQ(bytes >= 64U * 1024, older.contains(cart)) << static_cast<std::uint32_t>(cart);
  }
  EXPECT_EQ(ran.summary.on_new, 200U);
  EXPECT_EQ(ran.summary.rollback_occurrences, 0U);
  EXPECT_THAT(failed_checks(ran), IsEmpty());
}

TEST(ACartOfAnOlderBase, RollsBackToIt) {
  Scenario scenario = mixed_bases();
  scenario.faults.push_back({{}, "boot_crash", BootCrash{cold_carts()}});
  scenario.rollout.rules.devices.enabled = false;
  const Ran ran = run(scenario, 1, true);
  const std::set<CartId> older = on_older(ran);
  std::size_t rollbacks = 0;
  each_of<report::Rollback>(ran, [&](std::int64_t, const report::Rollback& row) {
    EXPECT_TRUE(older.contains(row.cart));
    EXPECT_EQ(static_cast<std::uint32_t>(row.to), older_version);
    ++rollbacks;
  });
  EXPECT_GT(rollbacks, 0U);
  EXPECT_EQ(ran.summary.on_other, 10U);
  EXPECT_THAT(failed_checks(ran), IsEmpty());
}

TEST(AnOlderBase, CountsAsBeforeWhenANewerReleaseTakesOver) {
  Scenario scenario = mixed_bases();
  Image newer = scenario.images.at("new");
  newer.version = {0x020001};
  newer.changes.reset();
  scenario.images["newer"] = newer;
  scenario.rollout.superseded = {"canary", 2 * hour_us, "Bo", {{"again", 0, 100, 8 * hour_us}}};
  const Ran ran = run(scenario, 1, true);
  EXPECT_EQ(ran.summary.on_new, 200U);
  EXPECT_THAT(failed_checks(ran), IsEmpty());
}

}  // namespace
}  // namespace cartstorm::sim
