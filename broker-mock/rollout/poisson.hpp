#pragma once
#include <cstdint>

/// Exact Poisson probabilities (halt-rule.md 3.3 and 3.9). Terms next to the asked one are summed
/// outwards by their ratios, and that one is taken by its deviance from the mean (Loader 2000), so
/// that nothing underflows at a mean of 50,000 and small tails keep their digits: relative error
/// about 1e-12 down to 1e-300. A mean of 0 has all its mass at 0.
namespace cartstorm::broker::rollout {

/// P(Poisson(mean) = k).
double poisson_at(double mean, std::uint64_t k);
/// P(Poisson(mean) <= k).
double poisson_cdf(double mean, std::uint64_t k);
/// P(Poisson(mean) >= k).
double poisson_tail(double mean, std::uint64_t k);

/// Whether P(Poisson(mean) >= k) <= alpha, without the sum where its first term says no.
bool is_poisson_tail_within(double mean, std::uint64_t k, double alpha);

/// k*: the smallest k >= 1 with P(Poisson(mean) >= k) <= alpha, for 0 < alpha < 1.
std::uint64_t poisson_threshold(double mean, double alpha);

/// Garwood's exact upper bound on the mean of which `seen` came: the m with
/// P(Poisson(m) <= seen) = alpha. Confidence is 1 - alpha, 0 < alpha < 1.
double garwood_upper(std::uint64_t seen, double alpha);

}  // namespace cartstorm::broker::rollout
