#include "broker-mock/base/exact_math.hpp"

#include <bit>
#include <limits>

#include "broker-mock/base/draw.hpp"
#include "tests/unit/broker-mock/support/close.hpp"

// Expected values: mpmath 1.2.1 with 60 digits, of the double that the literal is.
namespace cartstorm::broker {
namespace {

using test::close_to;

constexpr double infinity = std::numeric_limits<double>::infinity();

TEST(Ln, HasFifteenDigits) {
  EXPECT_THAT(ln(0.5), close_to(-0.69314718055994530942, 1e-15));
  EXPECT_THAT(ln(0.7071067811865475), close_to(-0.34657359027997274336, 1e-15));
  EXPECT_THAT(ln(0.9999999999), close_to(-1.0000000827903710074e-10, 1e-15));
  EXPECT_THAT(ln(1.0000001), close_to(9.9999995058387045178e-8, 1e-15));
  EXPECT_EQ(ln(1), 0);
  EXPECT_THAT(ln(1.5), close_to(0.40546510810816438198, 1e-15));
  EXPECT_THAT(ln(3), close_to(1.0986122886681096914, 1e-15));
  EXPECT_THAT(ln(10), close_to(2.302585092994045684, 1e-15));
  EXPECT_THAT(ln(1e-300), close_to(-690.77552789821370518, 1e-15));
  EXPECT_THAT(ln(1e300), close_to(690.77552789821370526, 1e-15));
  EXPECT_THAT(ln(123456789), close_to(18.631401766168018033, 1e-15));
}

TEST(Ln, OfTheEndsOfItsRange) {
  EXPECT_EQ(ln(0), -infinity);
  EXPECT_EQ(ln(infinity), infinity);
  EXPECT_TRUE(ln(-1) != ln(-1));
  EXPECT_THAT(ln(0x1p-1074), close_to(-744.44007192138126231, 1e-15));
}

TEST(Ln1p, KeepsASmallArgument) {
  EXPECT_THAT(ln1p(1e-12), close_to(9.9999999999949997989e-13, 1e-15));
  EXPECT_THAT(ln1p(1e-5), close_to(9.9999500003333316514e-6, 1e-15));
  EXPECT_THAT(ln1p(0.1), close_to(0.09531017980432486509, 1e-15));
  EXPECT_THAT(ln1p(0.4), close_to(0.33647223662121294636, 1e-15));
  EXPECT_THAT(ln1p(-0.2), close_to(-0.22314355131420976964, 1e-15));
  EXPECT_THAT(ln1p(0.5), close_to(0.40546510810816438198, 1e-15));
  EXPECT_THAT(ln1p(9), close_to(2.302585092994045684, 1e-15));
  EXPECT_THAT(ln1p(-0.5), close_to(-0.69314718055994530942, 1e-15));
  EXPECT_EQ(ln1p(0), 0);
}

TEST(ETo, HasFourteenDigits) {
  EXPECT_EQ(e_to(0), 1);
  EXPECT_THAT(e_to(1), close_to(2.7182818284590452354, 1e-15));
  EXPECT_THAT(e_to(-1), close_to(0.3678794411714423216, 1e-15));
  EXPECT_THAT(e_to(0.3), close_to(1.349858807576003089, 1e-15));
  EXPECT_THAT(e_to(1e-9), close_to(1.0000000010000000005, 1e-15));
  EXPECT_THAT(e_to(10), close_to(22026.465794806716517, 1e-14));
  EXPECT_THAT(e_to(-20.5), close_to(1.2501528663867426289e-9, 1e-14));
  EXPECT_THAT(e_to(100), close_to(2.6881171418161354484e+43, 1e-13));
  EXPECT_THAT(e_to(700), close_to(1.0142320547350045095e+304, 1e-12));
  EXPECT_THAT(e_to(-700), close_to(9.8596765437597708567e-305, 1e-12));
}

TEST(ETo, OfTheEndsOfItsRange) {
  EXPECT_THAT(e_to(-740), close_to(4.1887398800480489395e-322, 0.02));  // three bits are left
  EXPECT_EQ(e_to(-746), 0);
  EXPECT_EQ(e_to(-infinity), 0);
  EXPECT_EQ(e_to(710), infinity);
  EXPECT_EQ(e_to(infinity), infinity);
  const double not_a_number = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(e_to(not_a_number) != e_to(not_a_number));
}

TEST(LnSum, NeedsNeitherTerm) {
  EXPECT_THAT(ln_sum(0, 0), close_to(0.69314718055994530942, 1e-15));
  EXPECT_THAT(ln_sum(5000, 4999), close_to(5000.3132616875182228, 1e-15));
  EXPECT_EQ(ln_sum(-infinity, 3), 3);
  EXPECT_EQ(ln_sum(3, -infinity), 3);
  EXPECT_EQ(ln_sum(5000, -5000), 5000);
}

TEST(StirlingError, OfTheTableAndOfTheSeries) {
  EXPECT_THAT(stirling_error(1), close_to(0.08106146679532725822, 1e-15));
  EXPECT_THAT(stirling_error(16), close_to(0.0052076559196096404407, 1e-13));
  EXPECT_THAT(stirling_error(100), close_to(0.00083333055563491468338, 1e-14));
}

TEST(Deviance, DoesNotCancelNearTheMean) {
  EXPECT_THAT(deviance(5, 5.5), close_to(0.02344910097837569978, 1e-14));
  EXPECT_THAT(deviance(100, 101), close_to(0.0049669146831917151785, 1e-14));
  EXPECT_THAT(deviance(1e6, 1000001), close_to(4.9999966666691666647e-7, 1e-14));
  EXPECT_THAT(deviance(10, 5), close_to(1.9314718055994530942, 1e-14));
  EXPECT_THAT(deviance(3, 50), close_to(38.559767849719890898, 1e-14));
  EXPECT_EQ(deviance(0, 7), 7);
  EXPECT_EQ(deviance(7, 7), 0);
}

/// One bit decides whether a rollout is held; every compiler must give the same ones.
TEST(ExactMath, HasTheSameBitsWithEveryCompiler) {
  constexpr std::uint64_t seed = 3;
  std::uint64_t hash = 0;
  const auto add = [&hash](double value) {
    hash = mix(hash ^ std::bit_cast<std::uint64_t>(value));
  };
  for (std::uint64_t n = 0; n < 10'000; ++n) {
    const double x = static_cast<double>(draw(seed, 1, n) >> 11) * 0x1p-53;  // [0, 1)
    const double m = static_cast<double>(draw(seed, 2, n) % 100'000 + 1) / 64;
    add(ln(x * m));
    add(ln1p(x * m));
    add(e_to(x * 700));
    add(e_to(-x * 700));
    add(ln_sum(m, -x));
    add(deviance(m * (1 + x / 10), m));
    add(stirling_error(static_cast<double>(n + 1)));
  }
  EXPECT_EQ(hash, 0xe681f41771e6b9a9ULL);
}

}  // namespace
}  // namespace cartstorm::broker
