#pragma once
#include <string>
#include <vector>

#include "reports/render/summary.hpp"

namespace cartstorm::report {

/// What besides checks and expectations decides a verdict.
struct Circumstances {
  std::string infrastructure_error;         ///< empty: the driver worked
  std::vector<std::string> unfired_faults;  ///< armed, and never struck anybody
};

/// Sets is_named and is_declared of the checks from the expectations.
void mark_expected(Summary&, const std::vector<Expectation>&);

/// Sets verdict and verdict_reason from everything else in the summary (DESIGN section 6):
/// infra, then interrupted, then fail, then inconclusive, then pass.
void decide(Summary&, const Circumstances&);

}  // namespace cartstorm::report
