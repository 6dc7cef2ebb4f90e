#include "sim/odds/poisson.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "sim/kernel/draw.hpp"

namespace cartstorm::sim::odds {
namespace {

TEST(Poisson, HasItsProbabilities) {
  const Poisson poisson{0.5};
  EXPECT_NEAR(poisson.pmf(0), 0.60653065971263342, 1e-15);
  EXPECT_NEAR(poisson.pmf(2), 0.075816332464079178, 1e-15);
  EXPECT_NEAR(poisson.tail(1), 0.39346934028736658, 1e-15);
  EXPECT_NEAR(poisson.cdf(3), 0.99824837744370891, 1e-14);
}

TEST(Poisson, FarTailsKeepTheirDigits) {
  // halt-rule.md section 2: 226 errors where 150 are expected.
  EXPECT_NEAR(Poisson{150}.tail(226), 4.58e-9, 0.005e-9);
  EXPECT_GT(Poisson{50'000}.tail(52'000), 0);
  EXPECT_LT(Poisson{50'000}.tail(52'000), 1e-15);
}

TEST(Poisson, SumsToOneAtEveryMean) {
  for (const double mean : {0.0, 1e-9, 0.3, 5.0, 50.0, 5e3, 5e4, 1e6}) {
    const Poisson poisson{mean};
    double sum = 0;
    for (std::int64_t k = poisson.first(); k <= poisson.last(); ++k) sum += poisson.pmf(k);
    EXPECT_NEAR(sum, 1, 1e-9) << mean;
    EXPECT_EQ(poisson.cdf(poisson.last()), 1) << mean;
    EXPECT_EQ(poisson.tail(0), 1) << mean;
    EXPECT_EQ(poisson.cdf(-1), 0) << mean;
    EXPECT_EQ(poisson.tail(poisson.last() + 1), 0) << mean;
  }
}

TEST(Poisson, SamplesFollowTheTable) {
  constexpr std::uint64_t seed = 77, draws = 200'000;
  SCOPED_TRACE(seed);
  for (const double mean : {0.05, 1.7, 60.0}) {
    const Poisson poisson{mean};
    double sum = 0, squares = 0;
    for (std::uint64_t i = 0; i < draws; ++i) {
      const auto x =
          static_cast<double>(poisson.sample(draw(seed, 0, Purpose::simulated_errors, i)));
      sum += x;
      squares += x * x;
    }
    const double seen = sum / draws;
    // Five standard errors of the mean, and as much for the variance.
    EXPECT_NEAR(seen, mean, 5 * std::sqrt(mean / draws)) << mean;
    EXPECT_NEAR(squares / draws - seen * seen, mean, 5 * (mean + 1) * 2 / std::sqrt(draws)) << mean;
  }
}

TEST(Poisson, SamplesStayInTheTable) {
  const Poisson poisson{3};
  EXPECT_EQ(poisson.sample(0), 0);
  EXPECT_LE(poisson.sample(~std::uint64_t{0}), poisson.last());
  EXPECT_EQ(Poisson{0}.sample(~std::uint64_t{0}), 0);
}

}  // namespace
}  // namespace cartstorm::sim::odds
