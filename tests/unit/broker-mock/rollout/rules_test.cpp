#include "broker-mock/rollout/rules.hpp"

#include <gtest/gtest.h>

#include "broker-mock/rollout/binomial.hpp"

namespace cartstorm::broker::rollout {
namespace {

using fact::Verdict;

/// The table of halt-rule.md 3.7.
TEST(Binomial, ThresholdsAndTailsOfTheReference) {
  struct Row {
    std::uint64_t n;
    double p;
    std::uint64_t r5;
    double tail5;
    std::uint64_t r1;
    double tail1;
  };
  const Row rows[] = {
      {10, 0.001, 1, 0.00996, 1, 0.00996},   {10, 0.005, 1, 0.04889, 2, 0.00110},
      {10, 0.01, 2, 0.00427, 2, 0.00427},    {100, 0.001, 2, 0.00464, 2, 0.00464},
      {100, 0.005, 3, 0.01410, 4, 0.00167},  {100, 0.01, 4, 0.01837, 5, 0.00343},
      {1000, 0.001, 4, 0.01893, 5, 0.00364}, {1000, 0.005, 10, 0.03147, 12, 0.00533},
      {1000, 0.01, 16, 0.04787, 19, 0.00690}};
  for (const Row& row : rows) {
    EXPECT_EQ(binomial_threshold(row.n, row.p, 0.05), row.r5) << row.n << " " << row.p;
    EXPECT_EQ(binomial_threshold(row.n, row.p, 0.01), row.r1) << row.n << " " << row.p;
    EXPECT_NEAR(binomial_tail(row.n, row.p, row.r5), row.tail5, 0.000006);
    EXPECT_NEAR(binomial_tail(row.n, row.p, row.r1), row.tail1, 0.000006);
  }
}

TEST(Binomial, AgreesWithArithmeticByHand) {
  EXPECT_NEAR(binomial_tail(10, 0.5, 8), 56.0 / 1024, 1e-12);
  EXPECT_NEAR(binomial_tail(3, 0.1, 1), 1 - 0.729, 1e-12);
  EXPECT_EQ(binomial_tail(10, 0.5, 0), 1);
  EXPECT_EQ(binomial_tail(10, 0.5, 11), 0);
  EXPECT_NEAR(binomial_tail(10, 0.5, 10), 1.0 / 1024, 1e-15);
}

TEST(Binomial, DoesNotUnderflowForAMillionCarts) {
  // Mean 10,000, standard deviation 99.5: the 99 % point lies 2.33 of them above.
  const std::uint64_t threshold = binomial_threshold(1'000'000, 0.01, 0.01);
  EXPECT_GT(threshold, 10'225U);
  EXPECT_LT(threshold, 10'240U);
}

TEST(Binomial, NothingToleratedMeansTheFirstOneHolds) {
  EXPECT_EQ(binomial_threshold(1000, 0, 0.01), 1U);
  EXPECT_EQ(binomial_threshold(0, 0.01, 0.01), 1U);
}

class LiteralRatio : public ::testing::Test {
 protected:
  static Verdict judge(std::uint64_t x, std::uint64_t e_new, std::uint64_t y, std::uint64_t e_old) {
    RatioRule rule;
    rule.min_expected = 0;
    return judge_ratio(rule, {x, e_new}, {y, e_old}).verdict;
  }
};

TEST_F(LiteralRatio, HoldsStrictlyAboveOneAndAHalf) {
  EXPECT_EQ(judge(15, 1000, 10, 1000), Verdict::go);
  EXPECT_EQ(judge(16, 1000, 10, 1000), Verdict::hold);
  EXPECT_EQ(judge(15, 1000, 10, 1001), Verdict::hold);
}

TEST_F(LiteralRatio, NoErrorsNeverHold) {
  EXPECT_EQ(judge(0, 1000, 0, 1000), Verdict::go);
  EXPECT_EQ(judge(0, 1000, 5, 1000), Verdict::go);
}

TEST_F(LiteralRatio, AnyErrorAgainstAPerfectBaseHolds) {
  EXPECT_EQ(judge(1, 1000, 0, 1'000'000), Verdict::hold);
}

TEST_F(LiteralRatio, NoExposureIsNoData) {
  EXPECT_EQ(judge(5, 0, 5, 1000), Verdict::undecided);
  EXPECT_EQ(judge(5, 1000, 5, 0), Verdict::undecided);
}

TEST_F(LiteralRatio, DoesNotOverflowForAMillionCarts) {
  const std::uint64_t exposure = 1'000'000ULL * 1'800'000;
  EXPECT_EQ(judge(30'000'000, exposure, 20'000'000, exposure), Verdict::go);
  EXPECT_EQ(judge(30'000'001, exposure, 20'000'000, exposure), Verdict::hold);
}

TEST(Ratio, IsTheDecimalThatThePlanSays) {
  RatioRule rule;
  rule.ratio = 2.05;  // as a double a little less, 1.1 a little more
  EXPECT_EQ(judge_ratio(rule, {205, 1000}, {100, 1000}).verdict, Verdict::go);
  EXPECT_EQ(judge_ratio(rule, {206, 1000}, {100, 1000}).verdict, Verdict::hold);
  rule.ratio = 1.1;
  EXPECT_EQ(judge_ratio(rule, {110, 1000}, {100, 1000}).verdict, Verdict::go);
  EXPECT_EQ(judge_ratio(rule, {110'000'001, 1000}, {100'000'000, 1000}).verdict, Verdict::hold);
}

class NinetyExpected : public ::testing::Test {
 protected:
  static Verdict judge(std::uint64_t x, std::uint64_t e_new, std::uint64_t y, std::uint64_t e_old) {
    return judge_ratio(RatioRule{}, {x, e_new}, {y, e_old}).verdict;
  }
};

TEST_F(NinetyExpected, JudgesWhereTheBaseWouldHaveMadeNinety) {
  EXPECT_EQ(judge(136, 1000, 90, 1000), Verdict::hold);
  EXPECT_EQ(judge(135, 1000, 90, 1000), Verdict::go);
  EXPECT_EQ(judge(1000, 1000, 89, 1000), Verdict::undecided);
  EXPECT_EQ(judge(1000, 999, 90, 1000), Verdict::undecided);
}

TEST_F(NinetyExpected, ATinyOldArmProvesNothing) {
  EXPECT_EQ(judge(1000, 90'000, 2, 1000), Verdict::undecided);
}

TEST(DevicesRule, HoldsAtTheThresholdAndGoesWhenNearlyAllAreGood) {
  EXPECT_EQ(judge_devices({10, 2, 10, 8, 2}).verdict, Verdict::hold);
  EXPECT_EQ(judge_devices({10, 1, 10, 9, 2}).verdict, Verdict::undecided);
  EXPECT_EQ(judge_devices({10, 0, 10, 10, 2}).verdict, Verdict::go);
  EXPECT_EQ(judge_devices({100, 4, 100, 95, 5}).verdict, Verdict::go);
  EXPECT_EQ(judge_devices({100, 0, 100, 94, 5}).verdict, Verdict::undecided);
  EXPECT_EQ(judge_devices({100, 0, 0, 0, 5}).verdict, Verdict::undecided);
}

}  // namespace
}  // namespace cartstorm::broker::rollout
