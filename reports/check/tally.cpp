#include "reports/check/tally.hpp"

namespace cartstorm::report {

CheckResult Tally::result() const {
  CheckResult result = result_;
  if (result.violations > 0) {
    result.verdict = CheckVerdict::fail;
  } else if (!is_evaluable_) {
    result.verdict = CheckVerdict::not_evaluable;
  } else {
    result.verdict = result.premises > 0 ? CheckVerdict::pass : CheckVerdict::vacuous;
  }
  return result;
}

}  // namespace cartstorm::report
