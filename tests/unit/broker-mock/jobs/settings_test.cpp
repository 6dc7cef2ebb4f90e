#include "broker-mock/jobs/settings.hpp"

#include <gmock/gmock.h>

#include <vector>

namespace cartstorm::broker::jobs {
namespace {

using ::testing::ElementsAre;

RolloutRate exponential(std::uint32_t base, std::uint32_t tenths, std::uint32_t notified,
                        std::uint32_t succeeded = 0, std::uint32_t maximum = 1000) {
  RolloutRate rate;
  rate.maximum_per_minute = maximum;
  rate.exponential = {base, tenths, notified, succeeded};
  return rate;
}

/// The table of the developer guide: base 50, factor 2, a step at every 1000.
TEST(PaceMaker, DoublesAtEachThousandNotified) {
  PaceMaker pace;
  const RolloutRate rate = exponential(50, 20, 1000);
  std::vector<std::uint32_t> rates;
  for (const std::uint64_t notified :
       {0UL, 950UL, 999UL, 1000UL, 1900UL, 2000UL, 2999UL, 3000UL, 4000UL, 5000UL}) {
    rates.push_back(pace.next(rate, notified, 0));
  }
  EXPECT_THAT(rates, ElementsAre(50, 50, 50, 100, 100, 200, 200, 400, 800, 1000));
}

TEST(PaceMaker, EitherCriterionCounts) {
  PaceMaker pace;
  const RolloutRate rate = exponential(10, 15, 100, 20);
  EXPECT_EQ(pace.next(rate, 10, 0), 10U);
  EXPECT_EQ(pace.next(rate, 30, 20), 15U);
  EXPECT_EQ(pace.next(rate, 200, 20), 22U);  // 22.5
  EXPECT_EQ(pace.next(rate, 200, 60), 33U);  // 33.75
}

TEST(PaceMaker, AFactorOfOneTenthIsNotLostInRounding) {
  PaceMaker pace;
  const RolloutRate rate = exponential(10, 11, 1);
  EXPECT_EQ(pace.next(rate, 0, 0), 10U);
  EXPECT_EQ(pace.next(rate, 1, 0), 11U);
  EXPECT_EQ(pace.next(rate, 3, 0), 13U);  // 10 * 1.331
  EXPECT_EQ(pace.next(rate, 7, 0), 19U);  // 10 * 1.1^7 = 19.487
}

TEST(PaceMaker, TheMaximumIsNeverPassedAndAConstantNeverGrows) {
  PaceMaker pace;
  EXPECT_EQ(pace.next(exponential(400, 50, 1, 0, 700), 1'000'000, 0), 700U);
  RolloutRate constant;
  constant.maximum_per_minute = 3;
  PaceMaker other;
  EXPECT_EQ(other.next(constant, 1'000'000, 1'000'000), 3U);
}

struct AbortRow {
  AbortCriterion criterion;
  Ended ended;
  bool is_met;
};
class Aborts : public ::testing::TestWithParam<AbortRow> {};

TEST_P(Aborts, ThresholdIsReachedNotPassed) {
  EXPECT_EQ(is_met(GetParam().criterion, GetParam().ended), GetParam().is_met);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, Aborts,
    ::testing::Values(AbortRow{{AbortFailure::failed, 500, 20}, {20, 1, 0, 0}, true},
                      AbortRow{{AbortFailure::failed, 500, 20}, {19, 19, 0, 0}, false},
                      AbortRow{{AbortFailure::failed, 500, 20}, {21, 1, 0, 0}, false},
                      AbortRow{{AbortFailure::failed, 501, 20}, {20, 1, 0, 0}, false},
                      AbortRow{{AbortFailure::failed, 5000, 1}, {2, 0, 2, 0}, false},
                      AbortRow{{AbortFailure::rejected, 5000, 1}, {2, 0, 1, 0}, true},
                      AbortRow{{AbortFailure::timed_out, 3333, 1}, {3, 0, 0, 1}, true},
                      AbortRow{{AbortFailure::timed_out, 3334, 1}, {3, 0, 0, 1}, false},
                      AbortRow{{AbortFailure::all, 10'000, 1}, {3, 1, 1, 1}, true},
                      AbortRow{{AbortFailure::all, 0, 2}, {2, 0, 0, 0}, true},
                      AbortRow{{AbortFailure::all, 0, 1}, {0, 0, 0, 0}, false}));

}  // namespace
}  // namespace cartstorm::broker::jobs
