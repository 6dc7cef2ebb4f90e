#include "broker-mock/rollout/binomial.hpp"

#include <algorithm>
#include <vector>

namespace cartstorm::broker::rollout {
namespace {

/// Terms below this share of the largest one cannot change a decision.
constexpr double negligible = 1e-25;

/// Terms of the distribution relative to its mode. (1 - p)^n itself would underflow for a fleet of
/// a million; ratios of neighbours never do.
struct Terms {
  std::uint64_t first = 0;  ///< count of the first weight
  std::vector<double> weights;
  double total = 0;
};

Terms terms_of(std::uint64_t n, double p) {
  const double odds = p / (1 - p);
  const auto mode = std::min(n, static_cast<std::uint64_t>(static_cast<double>(n + 1) * p));
  std::vector<double> below, above;
  double weight = 1;
  for (std::uint64_t k = mode; k > 0 && weight > negligible; --k) {
    weight *= static_cast<double>(k) / static_cast<double>(n - k + 1) / odds;
    below.push_back(weight);
  }
  weight = 1;
  for (std::uint64_t k = mode; k < n && weight > negligible; ++k) {
    weight *= static_cast<double>(n - k) / static_cast<double>(k + 1) * odds;
    above.push_back(weight);
  }
  Terms terms;
  terms.first = mode - below.size();
  terms.weights.assign(below.rbegin(), below.rend());
  terms.weights.push_back(1);
  terms.weights.insert(terms.weights.end(), above.begin(), above.end());
  // From the small ends inwards would be exact to the last bit; 1e-12 needs no such care.
  for (const double each : terms.weights) terms.total += each;
  return terms;
}

}  // namespace

double binomial_tail(std::uint64_t n, double p, std::uint64_t r) {
  if (r == 0) return 1;
  if (r > n || p <= 0) return 0;
  if (p >= 1) return 1;
  const Terms terms = terms_of(n, p);
  double tail = 0;
  for (std::size_t i = terms.weights.size(); i > 0 && terms.first + i - 1 >= r; --i) {
    tail += terms.weights[i - 1];
  }
  return tail / terms.total;
}

std::uint64_t binomial_threshold(std::uint64_t n, double p, double alpha) {
  if (p <= 0) return 1;
  if (p >= 1) return n + 1;
  const Terms terms = terms_of(n, p);
  double tail = 0;
  std::uint64_t threshold = terms.first + terms.weights.size();
  for (std::size_t i = terms.weights.size(); i > 0; --i) {
    tail += terms.weights[i - 1];
    if (tail / terms.total > alpha) break;
    threshold = terms.first + i - 1;
  }
  return std::max<std::uint64_t>(1, threshold);
}

}  // namespace cartstorm::broker::rollout
