#include "sim/odds/poisson.hpp"

#include <algorithm>

namespace cartstorm::sim::odds {
namespace {

constexpr double negligible = 1e-40;
constexpr std::size_t guide_size = 1024;

}  // namespace

Poisson::Poisson(double mean) : mean_{mean} {
  add_terms();
  make_guide();
}

void Poisson::add_terms() {
  const auto mode = static_cast<std::int64_t>(mean_);
  std::vector<double> below;
  double weight = 1;
  for (std::int64_t k = mode; k > 0 && weight > negligible; --k) {
    weight *= static_cast<double>(k) / mean_;
    below.push_back(weight);
  }
  first_ = mode - static_cast<std::int64_t>(below.size());
  pmf_.assign(below.rbegin(), below.rend());
  pmf_.push_back(1);
  weight = 1;
  for (std::int64_t k = mode + 1; mean_ > 0; ++k) {
    weight *= mean_ / static_cast<double>(k);
    if (weight <= negligible) break;
    pmf_.push_back(weight);
  }
  // Each sum begins at its small end, so that far tails keep all their digits.
  cdf_.resize(pmf_.size());
  tail_.resize(pmf_.size());
  double sum = 0;
  for (std::size_t i = 0; i < pmf_.size(); ++i) cdf_[i] = sum += pmf_[i];
  const double total = sum;
  sum = 0;
  for (std::size_t i = pmf_.size(); i > 0; --i) tail_[i - 1] = sum += pmf_[i - 1];
  for (std::vector<double>* const terms : {&pmf_, &cdf_, &tail_}) {
    for (double& term : *terms) term /= total;
  }
  tail_.front() = 1;  // summed from the other end, its last digits may differ
}

void Poisson::make_guide() {
  guide_.resize(guide_size);
  std::size_t at = 0;
  for (std::size_t i = 0; i < guide_size; ++i) {
    const double share = static_cast<double>(i) / guide_size;
    while (at + 1 < cdf_.size() && cdf_[at] <= share) ++at;
    guide_[i] = static_cast<std::uint32_t>(at);
  }
}

double Poisson::pmf(std::int64_t k) const {
  return k < first_ || k > last() ? 0 : pmf_[static_cast<std::size_t>(k - first_)];
}

double Poisson::cdf(std::int64_t k) const {
  if (k < first_) return 0;
  return k > last() ? 1 : cdf_[static_cast<std::size_t>(k - first_)];
}

double Poisson::tail(std::int64_t k) const {
  if (k > last()) return 0;
  return k < first_ ? 1 : tail_[static_cast<std::size_t>(k - first_)];
}

std::int64_t Poisson::sample(std::uint64_t bits) const {
  constexpr double per_unit = 1.0 / 9007199254740992.0;  // 2^-53
  const double share = static_cast<double>(bits >> 11U) * per_unit;
  std::size_t at = guide_[static_cast<std::size_t>(share * guide_size)];
  while (at + 1 < cdf_.size() && cdf_[at] <= share) ++at;
  return first_ + static_cast<std::int64_t>(at);
}

}  // namespace cartstorm::sim::odds
