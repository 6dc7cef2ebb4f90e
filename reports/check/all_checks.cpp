#include "reports/check/checks.hpp"

namespace cartstorm::report {

const std::vector<CheckEntry>& all_checks() {
  static const std::vector<CheckEntry> entries{
      {"always_bootable", "At every instant a cold start of the cart reaches a verified slot.",
       make_always_bootable},
      {"verified_before_execute", "Nothing runs that this very boot did not verify in flash.",
       make_verified_before_execute},
      {"confirmed_slot_untouched", "The slot that holds the confirmed image is never written.",
       make_confirmed_slot_untouched},
      {"trial_bounded", "An unconfirmed image is started at most as often as the policy allows.",
       make_trial_bounded},
      {"attempt_spent_before_jump", "A trial's attempt is durably spent before the image runs.",
       make_attempt_spent_before_jump},
      {"status_truthful", "A cart reports SUCCEEDED only for what it durably confirmed and runs.",
       make_status_truthful},
      {"rollback_reported_once", "Every rollback is counted by the cloud exactly once.",
       make_rollback_reported_once},
      {"bounded_retries", "Install attempts are few per day and pause before they repeat.",
       make_bounded_retries},
      {"clock_independent_verdict",
       "What a cart thinks of an image never depends on its own clock.",
       make_clock_independent_verdict},
      {"stage_containment", "Only carts of the stages started so far get the new firmware.",
       make_stage_containment},
      {"stage_order", "A stage starts after the one before soaked and completed, or by a person.",
       make_stage_order},
      {"halt_holds", "After the halt rule is met nothing starts until a person releases the hold.",
       make_halt_holds},
      {"ca_prereq", "No cart is targeted before it acknowledged the trust anchor it will need.",
       make_ca_prereq},
      {"attempt_terminates", "Every execution that began ends within its bound of powered time.",
       make_attempt_terminates},
      {"converges", "In the quiet end every reachable cart is idle on a confirmed version.",
       make_converges},
      {"power_lost_respected", "After power was lost a cart does nothing more.",
       make_power_lost_respected},
      {"jobs_metric_reconcile",
       "Jobs, the rollback metric and the version a cart reports tell the same story.",
       make_jobs_metric_reconcile},
  };
  return entries;
}

}  // namespace cartstorm::report
