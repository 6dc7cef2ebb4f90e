#pragma once
#include <cstdint>

/// What can be said of halt rules without simulating (halt-rule.md sections 2 and 3). `expected` is
/// the number of errors that as many carts with the old version would make in one window.
namespace cartstorm::sim::odds {

/// Fewest errors that exceed `ratio` strictly, against a known baseline.
std::int64_t ratio_threshold(double expected, double ratio);

/// One look of the ratio rule against a known baseline, the new version having `factor` times the
/// errors.
double one_look(double expected, double ratio, double factor);

/// Any of almost continuous looks, through `windows` windows (stage length over window, at least
/// 2): Naus' approximation of the scan statistic; exact where a single error already exceeds.
double latched(double expected, double ratio, double factor, double windows);

/// One look against an old arm of `old_share` times the exposure of the new one, seen over the same
/// window: summed over what the old arm may show. Counts of the old arm that expect fewer than
/// `min_expected` errors, or hold fewer, decide nothing.
struct ConcurrentLook {
  double hold = 0;       ///< probability that the look holds
  double undecided = 0;  ///< probability that it decides nothing
};
ConcurrentLook concurrent_look(double expected, double old_share, double ratio, double factor,
                               double min_expected);

/// 95 % bound on the share of carts that fail, after none of `carts` did.
double failing_share_proven(std::uint64_t carts);

/// Probability that none of `picked` carts, drawn at random from `fleet`, is one of `carriers`.
double missed_by_random_pick(std::uint64_t fleet, std::uint64_t carriers, std::uint64_t picked);

}  // namespace cartstorm::sim::odds
