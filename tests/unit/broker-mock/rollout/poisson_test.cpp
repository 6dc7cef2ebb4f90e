#include "broker-mock/rollout/poisson.hpp"

#include "tests/unit/broker-mock/support/close.hpp"

// The tables of halt-rule.md; digits beyond the printed ones by mpmath 1.2.1.
namespace cartstorm::broker::rollout {
namespace {

using test::close_to;

/// Section 2, column "one look".
TEST(PoissonTail, OfOneLookAtTheNaiveRule) {
  EXPECT_THAT(poisson_tail(0.05, 1), close_to(0.048770575499285994));
  EXPECT_THAT(poisson_tail(0.15, 1), close_to(0.13929202357494219));
  EXPECT_THAT(poisson_tail(0.5, 1), close_to(0.39346934028736658));
  EXPECT_THAT(poisson_tail(1.5, 3), close_to(0.19115316946194187));
  EXPECT_THAT(poisson_tail(5, 8), close_to(0.1333716740700073));
  EXPECT_THAT(poisson_tail(15, 23), close_to(0.032744244932778743));
  EXPECT_THAT(poisson_tail(50, 76), close_to(0.0003719691514945561));
  EXPECT_THAT(poisson_tail(75, 113), close_to(2.5990333916952259e-5));
  EXPECT_THAT(poisson_tail(100, 151), close_to(1.2330944191600357e-6));
  EXPECT_THAT(poisson_tail(150, 226), close_to(4.5812326917606935e-9));
}

TEST(PoissonTail, NeitherUnderflowsNorCancels) {
  EXPECT_THAT(poisson_tail(50'000, 50'892), close_to(3.5058006852889741e-5));
  EXPECT_THAT(poisson_tail(50'000, 51'500), close_to(1.2479920929452462e-11));
  EXPECT_THAT(poisson_tail(50, 200), close_to(2.0247590148473564e-57));
  EXPECT_THAT(poisson_tail(5'000, 4'900), close_to(0.92273640466212655));
  EXPECT_THAT(poisson_cdf(50'000, 49'000), close_to(3.6599201537942663e-6));
  EXPECT_THAT(poisson_cdf(50, 20), close_to(1.2351872218710017e-6));
  EXPECT_THAT(poisson_cdf(5, 8), close_to(0.93190636527815144));
  EXPECT_THAT(poisson_cdf(2'000, 2'000), close_to(0.50594670045178371));
  EXPECT_THAT(poisson_at(50'000, 50'000), close_to(0.0017841211426150555));
  EXPECT_THAT(poisson_at(5, 3), close_to(0.14037389581428056));
}

TEST(PoissonTail, OfNothing) {
  EXPECT_EQ(poisson_tail(7, 0), 1);
  EXPECT_EQ(poisson_tail(0, 0), 1);
  EXPECT_EQ(poisson_tail(0, 1), 0);
  EXPECT_EQ(poisson_cdf(0, 0), 1);
  EXPECT_EQ(poisson_at(0, 0), 1);
  EXPECT_EQ(poisson_at(0, 3), 0);
  EXPECT_THAT(poisson_cdf(3, 0), close_to(0.049787068367863944));
}

/// Section 6: alpha 0.05 over the looks of a day (1411) and of three days (4291).
TEST(PoissonThreshold, IsTheReferencesKStar) {
  struct Row {
    double mean;
    std::uint64_t of_a_day, of_three;
  };
  const Row rows[] = {{0.05, 3, 4},    {0.5, 6, 7},         {5, 17, 18},           {50, 81, 84},
                      {500, 592, 598}, {5'000, 5284, 5303}, {50'000, 50892, 50950}};
  for (const Row& row : rows) {
    EXPECT_EQ(poisson_threshold(row.mean, 0.05 / 1411), row.of_a_day) << row.mean;
    EXPECT_EQ(poisson_threshold(row.mean, 0.05 / 4291), row.of_three) << row.mean;
  }
}

TEST(PoissonThreshold, IsAtLeastOne) {
  EXPECT_EQ(poisson_threshold(0, 0.05), 1U);
  EXPECT_EQ(poisson_threshold(0.01, 0.5), 1U);
}

TEST(PoissonThreshold, IsWhereTheTailCrossesAlpha) {
  for (const double mean : {0.001, 0.3, 1.0, 2.7, 33.0, 1234.5}) {
    for (const double alpha : {0.5, 0.05, 1e-4, 1e-9}) {
      const std::uint64_t k = poisson_threshold(mean, alpha);
      EXPECT_LE(poisson_tail(mean, k), alpha) << mean << " " << alpha;
      EXPECT_TRUE(is_poisson_tail_within(mean, k, alpha)) << mean << " " << alpha;
      EXPECT_FALSE(is_poisson_tail_within(mean, k - 1, alpha)) << mean << " " << alpha;
      EXPECT_GT(poisson_tail(mean, k - 1), alpha) << mean << " " << alpha;
    }
  }
}

/// Section 3.9.
TEST(Garwood, BoundsOfTheReference) {
  const double bounds[] = {2.995732273553991,  4.7438645183905784, 6.2957936218719897,
                           7.7536565279327269, 9.1535190266375734, 10.513034908741533,
                           11.84239565242029,  13.14811380243212,  14.434649715196317,
                           15.705216422115463, 16.962219235721901};
  for (std::uint64_t seen = 0; seen <= 10; ++seen) {
    EXPECT_THAT(garwood_upper(seen, 0.05), close_to(bounds[seen], 1e-12)) << seen;
  }
  EXPECT_THAT(garwood_upper(33, 0.05), close_to(44.125082210937064, 1e-12));
  EXPECT_THAT(garwood_upper(100, 0.05), close_to(118.07927278209706, 1e-12));
  EXPECT_THAT(garwood_upper(1000, 0.05), close_to(1053.6031221333008, 1e-12));
}

}  // namespace
}  // namespace cartstorm::broker::rollout
