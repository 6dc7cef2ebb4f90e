#include "broker-mock/rollout/conditional.hpp"

#include "broker-mock/rollout/binomial.hpp"
#include "broker-mock/rollout/poisson.hpp"
#include "tests/unit/broker-mock/support/close.hpp"

namespace cartstorm::broker::rollout {
namespace {

using test::close_to;

/// The table of halt-rule.md 3.4; digits beyond the printed ones by mpmath 1.2.1.
TEST(Conditional, ChancesOfTheReference) {
  struct Row {
    std::uint64_t x, y, e_new, e_old;
    double at_one, at_one_and_a_half;
  };
  const Row rows[] = {{3, 100, 10, 990, 0.084974417700458495, 0.19968309666638982},
                      {5, 100, 10, 990, 0.0042262419998435373, 0.020962883174649684},
                      {12, 700, 10, 990, 0.058017147333800875, 0.37594826511593744},
                      {30, 20, 100, 100, 0.10131937553227033, 0.56103493204006652},
                      {2, 0, 10, 990, 0.0001, 0.00022276676319893072}};
  for (const Row& row : rows) {
    const telemetry::Counts tested{row.x, row.e_new}, base{row.y, row.e_old};
    EXPECT_THAT(chance_of_more(tested, base, 1), close_to(row.at_one)) << row.x;
    EXPECT_THAT(chance_of_more(tested, base, 1.5), close_to(row.at_one_and_a_half)) << row.x;
  }
}

TEST(Conditional, NeitherUnderflowsNorCancels) {
  EXPECT_THAT(chance_of_more({60, 10}, {100, 990}, 1), close_to(2.2596735795814268e-76));
  EXPECT_THAT(chance_of_more({600, 100}, {900, 900}, 1), close_to(4.4443645416638264e-205));
  EXPECT_THAT(chance_of_fewer({3, 10}, {100, 90}, 1.5), close_to(0.00012501513412969569));
  EXPECT_THAT(chance_of_fewer({0, 10}, {100, 90}, 1.5), close_to(2.0198589217018753e-7));
  EXPECT_THAT(chance_of_fewer({900, 100}, {900, 100}, 1.5), close_to(6.1774614225687476e-18));
}

TEST(Conditional, TheEndsOfTheDistribution) {
  EXPECT_EQ(chance_of_more({0, 10}, {0, 990}, 1), 1);
  EXPECT_EQ(chance_of_fewer({0, 10}, {0, 990}, 1), 1);
  EXPECT_EQ(chance_of_more({0, 10}, {7, 990}, 1), 1);
  EXPECT_EQ(chance_of_fewer({7, 10}, {0, 990}, 1), 1);
  EXPECT_THAT(chance_of_more({1, 10}, {0, 990}, 1), close_to(0.01));
}

TEST(Conditional, AgreesWithTheSumFromTheMode) {
  for (std::uint64_t x = 1; x <= 45; ++x) {
    EXPECT_THAT(chance_of_more({x, 30}, {60 - x, 70}, 1),
                close_to(binomial_tail(60, 0.3, x), 1e-11))
        << x;
  }
}

TEST(Conditional, ATailIsWithinAlphaWhereItsSumIs) {
  for (std::uint64_t x = 0; x <= 60; ++x) {
    const telemetry::Counts tested{x, 10}, base{60, 30};
    for (const double alpha : {0.5, 0.05, 1e-4}) {
      EXPECT_EQ(is_chance_of_more_within(alpha, tested, base, 1),
                chance_of_more(tested, base, 1) <= alpha)
          << x << " " << alpha;
    }
  }
}

/// Section 3.9: with a control that is certain, the bound is Garwood's: the rate of 1.5 errors per
/// expected one is excluded where U(x) < 1.5 m.
TEST(Certificate, OfALargeOldArmIsGarwoodsBound) {
  constexpr std::uint64_t large = 100'000'000;  // times the new arm's device time, and errors
  for (const std::uint64_t seen : {0ULL, 1ULL, 10ULL, 33ULL}) {
    const double needed = garwood_upper(seen, 0.05) / 1.5;
    const auto below = static_cast<std::uint64_t>(1e6 * needed * 0.9999);
    const auto above = static_cast<std::uint64_t>(1e6 * needed * 1.0001);
    EXPECT_FALSE(is_certified_below(1.5, 0.05, {seen, below}, {large, large * 1'000'000})) << seen;
    EXPECT_TRUE(is_certified_below(1.5, 0.05, {seen, above}, {large, large * 1'000'000})) << seen;
  }
}

TEST(Certificate, OfASmallOldArmNeedsMore) {
  // 30 against 28 expected: enough where the 28 are known, not where they are 28 of chance.
  EXPECT_LT(garwood_upper(30, 0.05), 1.5 * 28);
  EXPECT_TRUE(is_certified_below(1.5, 0.05, {30, 1'000}, {28'000, 1'000'000}));
  EXPECT_FALSE(is_certified_below(1.5, 0.05, {30, 1'000}, {28, 1'000}));
}

TEST(Certificate, NothingSeenIsNone) {
  EXPECT_FALSE(is_certified_below(1.5, 0.05, {0, 1'000}, {0, 1'000'000}));
  EXPECT_FALSE(is_certified_below(1.5, 0.05, {0, 1'000}, {5, 1'000'000}));
}

}  // namespace
}  // namespace cartstorm::broker::rollout
