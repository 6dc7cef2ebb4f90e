#include "broker-mock/rollout/cohort.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace cartstorm::broker::rollout {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

void add(Things& things, int count, std::uint32_t revision, const std::string& region) {
  for (int i = 0; i < count; ++i) {
    things.add({"cart-" + std::to_string(things.count()), revision, region, "retail", "standard",
                "camera"});
  }
}

Cohort pick(const Things& things, std::uint32_t carts, std::set<std::uint32_t> targeted = {},
            std::uint64_t seed = 1, std::set<std::uint32_t> opted_out = {}) {
  return pick_cohort(things, {carts, seed, [&](ThingId t) { return targeted.contains(index(t)); },
                              [&](ThingId t) { return !opted_out.contains(index(t)); }});
}

std::map<std::string, int> by_cell(const Things& things, const Cohort& cohort) {
  std::map<std::string, int> counts;
  for (const ThingId thing : cohort.things) {
    const ThingAttributes& of = things.of(thing);
    ++counts[of.region + std::to_string(of.hardware_revision)];
  }
  return counts;
}

/// 900 carts of one kind, 95 of a second, 5 of a third.
class LopsidedFleet : public ::testing::Test {
 protected:
  LopsidedFleet() {
    add(things, 900, 1, "eu");
    add(things, 95, 2, "eu");
    add(things, 5, 1, "us");
  }
  Things things;
};

TEST_F(LopsidedFleet, ACanaryCoversTheRareCells) {
  const Cohort cohort = pick(things, 10);
  EXPECT_THAT(cohort.things, SizeIs(10));
  EXPECT_THAT(cohort.uncovered, IsEmpty());
  EXPECT_EQ(by_cell(things, cohort),
            (std::map<std::string, int>{{"eu1", 7}, {"eu2", 2}, {"us1", 1}}));
}

TEST_F(LopsidedFleet, ATinyCanaryTakesLargeCellsAndNamesTheRest) {
  const Cohort cohort = pick(things, 2);
  EXPECT_EQ(by_cell(things, cohort), (std::map<std::string, int>{{"eu1", 1}, {"eu2", 1}}));
  EXPECT_THAT(cohort.uncovered, ElementsAre("hw 1/us/retail/camera (5)"));
}

TEST(Cohort, SpreadsOverAllHardwareWhenThereAreMoreCellsThanCarts) {
  Things things;
  for (std::uint32_t i = 0; i < 400; ++i) {
    things.add({"cart-" + std::to_string(i), i % 2, i / 2 % 2 == 0 ? "eu" : "us", "retail",
                "standard", "sensors-" + std::to_string(i / 4 % 5)});
  }
  std::set<std::string> configurations, regions;
  std::set<std::uint32_t> revisions;
  for (const ThingId thing : pick(things, 5).things) {
    configurations.insert(things.of(thing).configuration);
    regions.insert(things.of(thing).region);
    revisions.insert(things.of(thing).hardware_revision);
  }
  EXPECT_THAT(configurations, SizeIs(5));
  EXPECT_THAT(regions, SizeIs(2));
  EXPECT_THAT(revisions, SizeIs(2));
}

TEST_F(LopsidedFleet, ACoveredCellNeedsNoSecondCart) {
  const Cohort cohort = pick(things, 100, {0, 900, 999});
  EXPECT_EQ(by_cell(things, cohort), (std::map<std::string, int>{{"eu1", 90}, {"eu2", 10}}));
}

TEST_F(LopsidedFleet, WhoIsPickedDependsOnTheSeedNotOnTheNumber) {
  const Cohort one = pick(things, 10, {}, 1), again = pick(things, 10, {}, 1),
               two = pick(things, 10, {}, 2);
  EXPECT_EQ(one.things, again.things);
  EXPECT_NE(one.things, two.things);
  EXPECT_GT(index(one.things[6]), 300U) << "not the first ones of their cell";
}

TEST_F(LopsidedFleet, ACellThatOptedOutIsNamed) {
  const Cohort cohort = pick(things, 10, {}, 1, {995, 996, 997, 998, 999});
  EXPECT_THAT(cohort.things, SizeIs(10));
  EXPECT_THAT(cohort.uncovered, ElementsAre("hw 1/us/retail/camera (5)"));
}

TEST_F(LopsidedFleet, MoreThanThereAreIsAll) {
  EXPECT_THAT(pick(things, 5000).things, SizeIs(1000));
  EXPECT_THAT(pick(things, 0).things, IsEmpty());
}

RC_GTEST_PROP(Cohort, HasTheAskedSizeAndCoversOrNamesEveryCell, ()) {
  Things things;
  const auto cells = *rc::gen::inRange(1, 12);
  std::map<std::string, std::set<std::uint32_t>> members;
  for (int cell = 0; cell < cells; ++cell) {
    const auto size = *rc::gen::inRange(1, 30);
    for (int i = 0; i < size; ++i) {
      members["hw " + std::to_string(cell) + "/eu/retail/camera"].insert(things.count());
      add(things, 1, static_cast<std::uint32_t>(cell), "eu");
    }
  }
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  std::set<std::uint32_t> targeted;
  for (int stage = 0; stage < 3; ++stage) {
    const auto wanted = *rc::gen::inRange<std::uint32_t>(0, things.count() + 2);
    const std::size_t left = things.count() - targeted.size();
    const Cohort cohort = pick(things, wanted, targeted, seed);
    RC_ASSERT(cohort.things.size() == std::min<std::size_t>(wanted, left));
    RC_ASSERT(std::is_sorted(cohort.things.begin(), cohort.things.end()));
    for (const ThingId thing : cohort.things) RC_ASSERT(targeted.insert(index(thing)).second);
    for (const auto& cell : members) {
      const std::string front = cell.first + " (";
      const bool is_covered = std::any_of(cell.second.begin(), cell.second.end(),
                                          [&](std::uint32_t t) { return targeted.contains(t); });
      const bool is_named =
          std::any_of(cohort.uncovered.begin(), cohort.uncovered.end(),
                      [&](const std::string& named) { return named.starts_with(front); });
      RC_ASSERT(is_covered != is_named);
    }
    RC_ASSERT(cohort.uncovered.empty() || wanted < static_cast<std::uint32_t>(cells));
  }
}

Cohort pick_at_random(const Things& things, std::uint32_t carts, std::uint64_t seed,
                      std::set<std::uint32_t> targeted = {}) {
  return pick_cohort(things, {carts, seed, [&](ThingId t) { return targeted.contains(index(t)); },
                              [](ThingId t) { return index(t) != 3; }, CohortPick::random});
}

/// 5 carts of 1,000: ten at random have one of them in 4.9 % of seeds.
TEST_F(LopsidedFleet, ARandomCanaryMissesTheRareCellAsOftenAsChanceSays) {
  constexpr std::uint64_t seeds = 4000;
  std::uint64_t seen = 0;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const Cohort cohort = pick_at_random(things, 10, seed);
    ASSERT_THAT(cohort.things, SizeIs(10));
    const auto counts = by_cell(things, cohort);
    seen += counts.contains("us1") ? 1 : 0;
    EXPECT_EQ(cohort.uncovered.size(), 3 - counts.size());
  }
  // 1 - C(995,10)/C(1000,10) = 4.91 %; five standard deviations of 4,000 draws are 1.7 %.
  EXPECT_NEAR(static_cast<double>(seen) / seeds, 0.0491, 0.017);
}

TEST_F(LopsidedFleet, ARandomPickIsTheSameEveryTimeAndTakesNobodyTwice) {
  const Cohort canary = pick_at_random(things, 10, 7);
  EXPECT_EQ(pick_at_random(things, 10, 7).things, canary.things);
  EXPECT_NE(pick_at_random(things, 10, 8).things, canary.things);
  std::set<std::uint32_t> targeted;
  for (const ThingId thing : canary.things) targeted.insert(index(thing));
  const Cohort rest = pick_at_random(things, 1000, 7, targeted);
  EXPECT_THAT(rest.things, SizeIs(989));  // all but the canary and the one that is not eligible
  EXPECT_THAT(rest.uncovered, IsEmpty());
  for (const ThingId thing : rest.things) EXPECT_FALSE(targeted.contains(index(thing)));
  EXPECT_TRUE(std::is_sorted(rest.things.begin(), rest.things.end()));
}

}  // namespace
}  // namespace cartstorm::broker::rollout
