#include "broker-mock/rollout/poisson.hpp"

#include "broker-mock/base/exact_math.hpp"

namespace cartstorm::broker::rollout {
namespace {

/// Terms below this share of the sum so far cannot change a digit.
constexpr double negligible_term = 1e-18;

/// 1 + k / mean + k (k - 1) / mean^2 + ...: P(X <= k) in units of P(X = k), k < mean.
double sum_downwards(double mean, std::uint64_t k) {
  double sum = 1;
  double term = 1;
  for (; k > 0 && term >= negligible_term * sum; --k) {
    term *= static_cast<double>(k) / mean;
    sum += term;
  }
  return sum;
}

/// 1 + mean / (k + 1) + mean^2 / (k + 1) (k + 2) + ...: P(X >= k) in units of P(X = k), k > mean.
double sum_upwards(double mean, std::uint64_t k) {
  double sum = 1;
  double term = 1;
  for (double next = static_cast<double>(k) + 1; term >= negligible_term * sum; ++next) {
    term *= mean / next;
    sum += term;
  }
  return sum;
}

}  // namespace

double poisson_at(double mean, std::uint64_t k) {
  if (mean <= 0) return k == 0 ? 1 : 0;
  if (k == 0) return e_to(-mean);
  const auto n = static_cast<double>(k);
  return e_to(-stirling_error(n) - deviance(n, mean) - (ln_two_pi + ln(n)) / 2);
}

double poisson_cdf(double mean, std::uint64_t k) {
  if (mean <= 0) return 1;
  if (static_cast<double>(k) >= mean) return 1 - poisson_tail(mean, k + 1);
  return poisson_at(mean, k) * sum_downwards(mean, k);
}

double poisson_tail(double mean, std::uint64_t k) {
  if (k == 0) return 1;
  if (mean <= 0) return 0;
  if (static_cast<double>(k) <= mean) return 1 - poisson_cdf(mean, k - 1);
  return poisson_at(mean, k) * sum_upwards(mean, k);
}

bool is_poisson_tail_within(double mean, std::uint64_t k, double alpha) {
  return poisson_at(mean, k) <= alpha && poisson_tail(mean, k) <= alpha;
}

std::uint64_t poisson_threshold(double mean, double alpha) {
  std::uint64_t too_few = 0;  // P(X >= 0) is 1
  std::uint64_t enough = static_cast<std::uint64_t>(mean) + 1;
  for (std::uint64_t step = 1; poisson_tail(mean, enough) > alpha; step *= 2) {
    too_few = enough;
    enough += step;
  }
  while (enough - too_few > 1) {
    const std::uint64_t middle = too_few + (enough - too_few) / 2;
    (poisson_tail(mean, middle) > alpha ? too_few : enough) = middle;
  }
  return enough;
}

double garwood_upper(std::uint64_t seen, double alpha) {
  double low = 0;
  double high = static_cast<double>(seen) + 1;
  for (; poisson_cdf(high, seen) > alpha; high *= 2) low = high;
  // Halving ends where no double lies between the two.
  for (double middle = (low + high) / 2; middle > low && middle < high; middle = (low + high) / 2) {
    (poisson_cdf(middle, seen) > alpha ? low : high) = middle;
  }
  return high;
}

}  // namespace cartstorm::broker::rollout
