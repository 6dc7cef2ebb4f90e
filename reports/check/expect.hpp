#pragma once
#include <string>
#include <vector>

#include "reports/check/check.hpp"
#include "reports/check/expectation.hpp"
#include "reports/check/fleet.hpp"

namespace cartstorm::report {

/// What one expectation came to. `verdict` is vacuous when nobody was selected or a named check was
/// vacuous.
struct Outcome {
  CheckVerdict verdict = CheckVerdict::fail;
  std::string seen;  ///< one sentence with numbers
};

/// `results` are those of all checks.
Outcome evaluate(const Expectation&, const Fleet&, const std::vector<CheckResult>& results);

}  // namespace cartstorm::report
