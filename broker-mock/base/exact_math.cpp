#include "broker-mock/base/exact_math.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <limits>

namespace cartstorm::broker {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
/// ln 2 in two parts: a multiple by any exponent of the first one is exact.
constexpr double ln2_high = 6.93147180369123816490e-01;
constexpr double ln2_low = 1.90821492927058770002e-10;
constexpr double half_root_two = 0.70710678118654752440;

/// 2^k for every k that a normal number has.
double power_of_two(int k) {
  return std::bit_cast<double>(static_cast<std::uint64_t>(k + 1023) << 52);
}

/// 2 artanh(s) = 2 s (1 + s^2 / 3 + s^4 / 5 + ...) for |s| <= 0.1716; 13 terms reach 1e-20.
double twice_artanh(double s) {
  const double square = s * s;
  double sum = 0;
  for (int odd = 25; odd >= 1; odd -= 2) sum = sum * square + 1.0 / odd;
  return 2 * s * sum;
}

/// ln n! - (n ln n - n + ln(2 pi n) / 2) where the series below is too short, n = 1 to 15.
constexpr std::array<double, 16> small_stirling_errors = {0.0,
                                                          0.08106146679532725822,
                                                          0.04134069595540929409,
                                                          0.02767792568499833915,
                                                          0.02079067210376509311,
                                                          0.01664469118982119216,
                                                          0.01387612882307074800,
                                                          0.01189670994589177010,
                                                          0.01041126526197209650,
                                                          0.009255462182712732918,
                                                          0.008330563433362871256,
                                                          0.007573675487951840795,
                                                          0.006942840107209529866,
                                                          0.006408994188004207068,
                                                          0.005951370112758847736,
                                                          0.005554733551962801371};

}  // namespace

double ln(double x) {
  if (x <= 0) return x < 0 ? std::numeric_limits<double>::quiet_NaN() : -infinity;
  if (!(x < infinity)) return x;
  int exponent = 0;
  if (x < std::numeric_limits<double>::min()) {  // subnormal
    x *= power_of_two(54);
    exponent = -54;
  }
  const auto bits = std::bit_cast<std::uint64_t>(x);
  exponent += static_cast<int>(bits >> 52) - 1022;
  constexpr std::uint64_t fraction = (std::uint64_t{1} << 52) - 1;
  double m = std::bit_cast<double>((bits & fraction) | std::uint64_t{1022} << 52);  // [0.5, 1)
  if (m < half_root_two) {
    m *= 2;
    --exponent;
  }
  const double f = m - 1;
  return exponent * ln2_high + (exponent * ln2_low + twice_artanh(f / (2 + f)));
}

double ln1p(double u) {
  if (u < -0.29 || u > 0.41) return ln(1 + u);
  return twice_artanh(u / (2 + u));
}

double e_to(double x) {
  if (x >= 709.79) return infinity;
  if (!(x < 709.79)) return x;  // not a number
  if (x < -745.2) return 0;
  const double halves = x / (ln2_high + ln2_low);
  const int k = static_cast<int>(halves + (halves < 0 ? -0.5 : 0.5));
  const double r = (x - k * ln2_high) - k * ln2_low;  // |r| <= 0.35
  double sum = 1;
  for (int i = 14; i >= 1; --i) sum = 1 + sum * r / i;
  // In two steps, since the smallest results have exponents that no normal number has.
  const int half = k / 2;
  return sum * power_of_two(half) * power_of_two(k - half);
}

double ln_sum(double a, double b) {
  const double high = a > b ? a : b;
  const double low = a > b ? b : a;
  return low == -infinity ? high : high + ln1p(e_to(low - high));
}

double stirling_error(double n) {
  if (n < 16) return small_stirling_errors[static_cast<std::size_t>(n)];
  const double square = n * n;
  return (1.0 / 12 -
          (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - 1.0 / 1188 / square) / square) / square) /
              square) /
         n;
}

double deviance(double x, double m) {
  if (x <= 0) return m;
  const double apart = x - m;
  const double both = x + m;
  if (apart * apart >= 0.01 * both * both) return x * ln(x / m) - apart;
  const double v = apart / both;
  double sum = apart * v;
  double term = 2 * x * v;
  for (int odd = 3; odd < 60; odd += 2) {
    term *= v * v;
    const double next = sum + term / odd;
    if (next == sum) break;
    sum = next;
  }
  return sum;
}

}  // namespace cartstorm::broker
