#pragma once
#include <cstdint>

namespace cartstorm::broker::rollout {

/// P(Bin(n, p) >= r), exact to about 1e-12. Plain arithmetic only, so that every compiler decides
/// alike.
double binomial_tail(std::uint64_t n, double p, std::uint64_t r);

/// The smallest r >= 1 with P(Bin(n, p) >= r) <= alpha: that many bad carts hold
/// (halt-rule.md 3.7).
std::uint64_t binomial_threshold(std::uint64_t n, double p, double alpha);

}  // namespace cartstorm::broker::rollout
