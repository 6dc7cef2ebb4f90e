#include "sim/kernel/draw.hpp"

#include <gtest/gtest.h>

#include <array>

namespace cartstorm::sim {
namespace {

TEST(Draw, IsTheSameOnEveryMachine) {
  EXPECT_EQ(draw(1, 2, Purpose::key, 3), draw(1, 2, Purpose::key, 3));
  // Pinned: a change here changes every trace of every seed.
  EXPECT_EQ(draw(1, 2, Purpose::profile, 3), 0x7e17e5b3bebf7bbaULL);
  EXPECT_EQ(exponential(0x8000000000000000ULL, 1'000'000), 693'147);
}

TEST(Draw, DependsOnEveryArgument) {
  const auto base = draw(1, 2, Purpose::key, 3);
  EXPECT_NE(base, draw(2, 2, Purpose::key, 3));
  EXPECT_NE(base, draw(1, 3, Purpose::key, 3));
  EXPECT_NE(base, draw(1, 2, Purpose::self_test, 3));
  EXPECT_NE(base, draw(1, 2, Purpose::key, 4));
}

TEST(Draw, BelowIsUniform) {
  std::array<int, 10> counts{};
  for (std::uint64_t n = 0; n < 100'000; ++n) {
    ++counts[below(draw(7, 0, Purpose::error_code, n), 10)];
  }
  for (const int count : counts) {
    EXPECT_NEAR(count, 10'000, 500);  // five standard deviations
  }
}

TEST(Draw, ExponentialHasItsMeanAndItsTail) {
  double sum = 0;
  int beyond_three_means = 0;
  for (std::uint64_t n = 0; n < 200'000; ++n) {
    const auto gap = exponential(draw(7, 1, Purpose::error_gap, n), 1'000'000);
    sum += static_cast<double>(gap);
    beyond_three_means += gap > 3'000'000 ? 1 : 0;
  }
  EXPECT_NEAR(sum / 200'000, 1'000'000, 11'000);  // five standard errors
  EXPECT_NEAR(beyond_three_means, 9'957, 490);    // 200,000 e^-3
}

TEST(Draw, HappensForItsShare) {
  int hits = 0;
  for (std::uint64_t n = 0; n < 100'000; ++n) {
    hits += happens(draw(9, 4, Purpose::fault_who, n), 0.02) ? 1 : 0;
  }
  EXPECT_NEAR(hits, 2'000, 222);
  EXPECT_FALSE(happens(0, 0.0));
  EXPECT_TRUE(happens(~std::uint64_t{0}, 1.0));
}

}  // namespace
}  // namespace cartstorm::sim
