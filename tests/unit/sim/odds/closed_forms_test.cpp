#include "sim/odds/closed_forms.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace cartstorm::sim::odds {
namespace {

constexpr double seeds_ratio = 1.5;

/// halt-rule.md section 2: windows of half an hour, no regression, known baseline.
struct Row {
  double expected;
  std::int64_t threshold;
  double one_look, one_look_digits;
  double latched_24h, latched_72h;
};
constexpr Row rows[] = {
    {0.05, 1, 0.0487705755, 1e-10, 0.9093, 0.9993}, {0.15, 1, 0.1393, 1e-4, 0.9993, 1.0000},
    {0.5, 1, 0.3934693403, 1e-10, 1.0000, 1.0000},  {1.5, 3, 0.1912, 1e-4, 1.0000, 1.0000},
    {5, 8, 0.1333716741, 1e-10, 1.0000, 1.0000},    {15, 23, 0.0327, 1e-4, 0.9976, 1.0000},
    {50, 76, 0.0003719692, 1e-10, 0.1536, 0.3972},  {75, 113, 2.6e-5, 1e-6, 0.0163, 0.0486},
    {100, 151, 1.23e-6, 1e-8, 0.0010, 0.0031},      {150, 226, 4.58e-9, 1e-11, 0.0000, 0.0000},
};

TEST(RatioInClosedForm, GivesTheReferenceValues) {
  for (const Row& row : rows) {
    SCOPED_TRACE(row.expected);
    EXPECT_EQ(ratio_threshold(row.expected, seeds_ratio), row.threshold);
    EXPECT_NEAR(one_look(row.expected, seeds_ratio, 1), row.one_look, row.one_look_digits);
    EXPECT_NEAR(latched(row.expected, seeds_ratio, 1, 48), row.latched_24h, 1e-4);
    EXPECT_NEAR(latched(row.expected, seeds_ratio, 1, 144), row.latched_72h, 1e-4);
  }
}

TEST(RatioInClosedForm, IsExactWhereASingleErrorHolds) {
  EXPECT_NEAR(latched(0.05, seeds_ratio, 1, 48), 1 - std::exp(-2.4), 1e-14);
  EXPECT_NEAR(latched(0.05, seeds_ratio, 3, 48), 1 - std::exp(-7.2), 1e-14);
}

TEST(RatioInClosedForm, RegressionsHoldMoreOften) {
  double before = 0;
  for (const double factor : {0.5, 1.0, 1.25, 1.5, 2.0}) {
    const double now = latched(50, seeds_ratio, factor, 48);
    EXPECT_GE(now, before) << factor;
    before = now;
  }
  EXPECT_DOUBLE_EQ(latched(50, seeds_ratio, 5, 48), 1);
}

/// Section 2's rule of thumb: 5 % per 24 h needs more than 64.5 expected errors, and so on.
TEST(RatioInClosedForm, ThumbRulesHold) {
  EXPECT_GT(latched(64.5, seeds_ratio, 1, 48), 0.05);
  EXPECT_LE(latched(65, seeds_ratio, 1, 48), 0.05);
  EXPECT_GT(latched(90.5, seeds_ratio, 1, 144), 0.01);
  EXPECT_LE(latched(91, seeds_ratio, 1, 144), 0.01);
}

TEST(ConcurrentLook, TendsToTheKnownBaselineWithAWideOldArm) {
  // Not 50, whose threshold of 75.0 errors sits on an edge that every fluctuation crosses.
  const ConcurrentLook wide = concurrent_look(50.3, 1000, seeds_ratio, 1, 0);
  EXPECT_NEAR(wide.hold, one_look(50.3, seeds_ratio, 1), 5e-5);
  EXPECT_EQ(wide.undecided, 0);
}

TEST(ConcurrentLook, NarrowOldArmHoldsMoreOften) {
  const ConcurrentLook narrow = concurrent_look(50, 1, seeds_ratio, 1, 0);
  EXPECT_GT(narrow.hold, 10 * one_look(50, seeds_ratio, 1));
}

TEST(ConcurrentLook, TooFewExpectedDecideNothing) {
  const ConcurrentLook few = concurrent_look(8, 500, seeds_ratio, 3, 90);
  EXPECT_NEAR(few.undecided, 1, 1e-12);
  EXPECT_EQ(few.hold, 0);
  const ConcurrentLook enough = concurrent_look(500, 9, seeds_ratio, 3, 90);
  EXPECT_NEAR(enough.hold, 1, 1e-9);
}

/// Section 3.7: what no rollback among n devices proves.
TEST(FailingShare, IsAsLargeAsNobodyLikes) {
  EXPECT_NEAR(failing_share_proven(10), 0.2589, 1e-4);
  EXPECT_NEAR(failing_share_proven(100), 0.0295, 1e-4);
  EXPECT_NEAR(failing_share_proven(1000), 0.0030, 1e-4);
  EXPECT_EQ(failing_share_proven(0), 1);
}

/// Section 3.8; a large fleet is as good as drawing with replacement.
TEST(RandomPick, MissesRareConfigurations) {
  EXPECT_NEAR(missed_by_random_pick(10'000'000, 500'000, 10), 1 - 0.4013, 1e-4);
  EXPECT_NEAR(missed_by_random_pick(10'000'000, 200'000, 100), 1 - 0.8674, 1e-4);
  EXPECT_NEAR(missed_by_random_pick(10, 1, 5), 0.5, 1e-12);
  EXPECT_EQ(missed_by_random_pick(10, 5, 6), 0);
  EXPECT_EQ(missed_by_random_pick(10, 0, 6), 1);
}

}  // namespace
}  // namespace cartstorm::sim::odds
