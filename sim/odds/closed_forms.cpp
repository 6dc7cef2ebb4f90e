#include "sim/odds/closed_forms.hpp"

#include <algorithm>
#include <cmath>

#include "sim/odds/poisson.hpp"

namespace cartstorm::sim::odds {
namespace {

/// The sums of Naus' approximation for threshold k and mean psi of one window (section 2).
class Scan {
 public:
  Scan(const Poisson& window, std::int64_t k)
      : window_{window}, k_{k}, psi_{window.mean()}, kd_{static_cast<double>(k)} {}

  double not_in_two_windows() const {
    const double p = window_.pmf(k_);
    return f(k_ - 1) * f(k_ - 1) - (kd_ - 1) * p * window_.pmf(k_ - 2) -
           (kd_ - 1 - psi_) * p * f(k_ - 3);
  }
  double not_in_three_windows() const {
    const double p = window_.pmf(k_);
    const double a1 = 2 * p * f(k_ - 1) * ((kd_ - 1) * f(k_ - 2) - psi_ * f(k_ - 3));
    const double a2 = 0.5 * p * p *
                      ((kd_ - 1) * (kd_ - 2) * f(k_ - 3) - 2 * (kd_ - 2) * psi_ * f(k_ - 4) +
                       psi_ * psi_ * f(k_ - 5));
    return f(k_ - 1) * f(k_ - 1) * f(k_ - 1) - a1 + a2 + a3() - a4();
  }

 private:
  double f(std::int64_t i) const { return window_.cdf(i); }
  double a3() const {
    double sum = 0;
    for (std::int64_t r = 1; r < k_; ++r) sum += window_.pmf(2 * k_ - r) * f(r - 1) * f(r - 1);
    return sum;
  }
  double a4() const {
    double sum = 0;
    for (std::int64_t r = 2; r < k_; ++r) {
      const auto rd = static_cast<double>(r);
      sum += window_.pmf(2 * k_ - r) * window_.pmf(r) * ((rd - 1) * f(r - 2) - psi_ * f(r - 3));
    }
    return sum;
  }

  const Poisson& window_;
  std::int64_t k_;
  double psi_, kd_;
};

}  // namespace

std::int64_t ratio_threshold(double expected, double ratio) {
  return static_cast<std::int64_t>(ratio * expected) + 1;
}

double one_look(double expected, double ratio, double factor) {
  return Poisson{factor * expected}.tail(ratio_threshold(expected, ratio));
}

double latched(double expected, double ratio, double factor, double windows) {
  const Poisson window{factor * expected};
  const std::int64_t k = ratio_threshold(expected, ratio);
  if (k == 1) return -std::expm1(-window.mean() * windows);
  if (window.tail(k) >= 1) return 1;
  const Scan scan{window, k};
  const double two = scan.not_in_two_windows();
  const double three = scan.not_in_three_windows();
  // Where the threshold lies inside the bulk the approximation loses its footing; then it holds.
  if (two <= 0 || three <= 0) return 1;
  const double clean = two * std::pow(std::min(1.0, three / two), windows - 2);
  return std::clamp(1 - clean, 0.0, 1.0);
}

ConcurrentLook concurrent_look(double expected, double old_share, double ratio, double factor,
                               double min_expected) {
  const Poisson old_arm{expected * old_share};
  const Poisson new_arm{factor * expected};
  ConcurrentLook look;
  for (std::int64_t y = old_arm.first(); y <= old_arm.last(); ++y) {
    const double p = old_arm.pmf(y);
    const double predicted = static_cast<double>(y) / old_share;
    if (min_expected > 0 && (predicted < min_expected || static_cast<double>(y) < min_expected)) {
      look.undecided += p;
    } else {
      look.hold += p * new_arm.tail(ratio_threshold(predicted, ratio));
    }
  }
  return look;
}

double failing_share_proven(std::uint64_t carts) {
  if (carts == 0) return 1;
  return -std::expm1(std::log(0.05) / static_cast<double>(carts));
}

double missed_by_random_pick(std::uint64_t fleet, std::uint64_t carriers, std::uint64_t picked) {
  double missed = 1;
  for (std::uint64_t i = 0; i < picked; ++i) {
    if (fleet - carriers <= i) return 0;
    missed *= static_cast<double>(fleet - carriers - i) / static_cast<double>(fleet - i);
  }
  return missed;
}

}  // namespace cartstorm::sim::odds
