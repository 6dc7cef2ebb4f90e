#include "sim/kernel/draw.hpp"

#include <bit>
#include <initializer_list>

namespace cartstorm::sim {
namespace {

constexpr std::uint64_t mix(std::uint64_t x) {
  x ^= x >> 30;
  x *= 0xbf58476d1ce4e5b9ULL;
  x ^= x >> 27;
  x *= 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

// ln(m) for m in [1, 2): the atanh series in s = (m - 1) / (m + 1) <= 1/3 converges below 1e-12
// after 12 terms. Multiplied out from the last term on, with reciprocals: a division is what costs
// here.
double log_of_mantissa(double m) {
  const double s = (m - 1.0) / (m + 1.0);
  const double s2 = s * s;
  double sum = 1.0 / 23.0;
  for (const double reciprocal : {1.0 / 21.0, 1.0 / 19.0, 1.0 / 17.0, 1.0 / 15.0, 1.0 / 13.0,
                                  1.0 / 11.0, 1.0 / 9.0, 1.0 / 7.0, 1.0 / 5.0, 1.0 / 3.0, 1.0}) {
    sum = sum * s2 + reciprocal;
  }
  return 2.0 * s * sum;
}

}  // namespace

std::uint64_t draw(std::uint64_t seed, std::uint64_t who, Purpose purpose, std::uint64_t n) {
  std::uint64_t x = mix(seed + 0x9e3779b97f4a7c15ULL);
  x = mix(x ^ (who * 0xd6e8feb86659fd93ULL + static_cast<std::uint64_t>(purpose)));
  return mix(x + n * 0x9e3779b97f4a7c15ULL);
}

std::uint64_t below(std::uint64_t bits, std::uint64_t bound) {
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::uint64_t>((static_cast<Wide>(bits) * bound) >> 64);
}

std::int64_t between(std::uint64_t bits, std::int64_t from, std::int64_t until) {
  if (until <= from) {
    return from;
  }
  return from + static_cast<std::int64_t>(below(bits, static_cast<std::uint64_t>(until - from)));
}

bool happens(std::uint64_t bits, double share) {
  constexpr double one_in_2_to_53 = 1.0 / 9007199254740992.0;
  return static_cast<double>(bits >> 11) * one_in_2_to_53 < share;
}

std::int64_t exponential(std::uint64_t bits, std::int64_t mean) {
  constexpr double ln2 = 0.69314718055994530942;
  const std::uint64_t u = bits | 1;  // uniform in (0, 2^64)
  const int zeros = std::countl_zero(u);
  const double mantissa =
      static_cast<double>((u << zeros) >> 11) / 4503599627370496.0;  // [1, 2), 52 bits below 1
  const double minus_ln = ln2 * static_cast<double>(zeros + 1) - log_of_mantissa(mantissa);
  return static_cast<std::int64_t>(minus_ln * static_cast<double>(mean));
}

}  // namespace cartstorm::sim
