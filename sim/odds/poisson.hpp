#pragma once
#include <cstdint>
#include <vector>

namespace cartstorm::sim::odds {

/// The Poisson distribution of one mean, as a table around its mode. Terms come from ratios of
/// neighbours, so that nothing underflows at a mean of 50,000 and no library function is involved.
class Poisson {
 public:
  /// `mean` in [0, 1e9].
  explicit Poisson(double mean);

  double mean() const { return mean_; }
  double pmf(std::int64_t k) const;
  double cdf(std::int64_t k) const;   ///< P(X <= k)
  double tail(std::int64_t k) const;  ///< P(X >= k)
  /// One draw by inversion of the table: the same bits give the same number everywhere.
  std::int64_t sample(std::uint64_t bits) const;
  /// Counts outside [first, last] have less than 1e-40 of the mode's probability.
  std::int64_t first() const { return first_; }
  std::int64_t last() const { return first_ + static_cast<std::int64_t>(pmf_.size()) - 1; }

 private:
  void add_terms();
  void make_guide();

  double mean_;
  std::int64_t first_ = 0;
  std::vector<double> pmf_, cdf_, tail_;  ///< of first_, first_ + 1, ...
  std::vector<std::uint32_t> guide_;      ///< where to begin to look for a share
};

}  // namespace cartstorm::sim::odds
