#pragma once
#include <cstdint>
#include <vector>

#include "broker-mock/telemetry/exposure.hpp"

namespace cartstorm::broker::rollout {

/// Evidence that a rate ratio is above 1, valid at any look (halt-rule.md 3.6): under every ratio
/// up to 1 the chance that it ever reaches 1 / alpha is at most alpha. The mean of likelihood
/// ratios over a grid of alternatives, and over processes begun one after another, each of which
/// counts 1 until it begins. In log space, since a clear regression in a large cohort overflows.
class EProcess {
 public:
  /// One process begins now; `processes` in all, at least 1.
  explicit EProcess(const std::vector<double>& grid, std::uint32_t processes = 1);

  /// A span of time in both arms; the ratio of their exposures may differ from span to span. A span
  /// without exposure in an arm says nothing.
  void add(const telemetry::Counts& new_arm, const telemetry::Counts& old_arm);
  /// A span where the old version's errors are known: `expected` of them.
  void add_known(std::uint64_t errors, double expected);
  /// The next process begins now. Ignored once all have begun.
  void begin_another();

  /// Natural logarithm of the evidence; 0 if nothing was seen.
  double ln_e() const;

 private:
  struct Alternative {
    double ratio;
    double per_error;          ///< ln ratio
    double per_any_error = 0;  ///< of both arms, at the exposures of the last span
    double sum = 0;            ///< log-likelihood ratio since the first process began
    double begun = 0;          ///< ln of the sum over processes of exp(-sum when it began)
  };
  std::vector<Alternative> grid_;
  std::uint32_t processes_;
  std::uint32_t begun_ = 1;
  std::uint64_t new_ms_ = 0, old_ms_ = 0;  ///< of the last span that said something
};

}  // namespace cartstorm::broker::rollout
