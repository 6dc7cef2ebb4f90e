#include "reports/check/checks.hpp"

namespace cartstorm::report {
namespace {

std::vector<CheckEntry> checks_of_carts() {
  return {
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
  };
}

std::vector<CheckEntry> checks_of_rollouts() {
  return {
      {"stage_containment", "Only carts of the stages started so far get the new firmware.",
       make_stage_containment},
      {"stage_order", "A stage starts after the one before soaked and completed, or by a person.",
       make_stage_order},
      {"halt_holds", "After the halt rule is met nothing starts until a person releases the hold.",
       make_halt_holds},
      {"ca_prereq", "No cart is targeted before it acknowledged the trust anchor it will need.",
       make_ca_prereq},
  };
}

std::vector<CheckEntry> checks_of_the_end() {
  return {
      {"attempt_terminates", "Every execution that began ends within its bound of powered time.",
       make_attempt_terminates},
      {"converges", "In the quiet end every reachable cart is idle on a confirmed version.",
       make_converges},
      {"power_lost_respected", "After power was lost a cart does nothing more.",
       make_power_lost_respected},
  };
}

std::vector<CheckEntry> checks_of_the_evidence() {
  return {
      {"jobs_metric_reconcile",
       "Jobs, the rollback metric and the version a cart reports tell the same story.",
       make_jobs_metric_reconcile},
      {"halt_is_sticky",
       "A hold lasts until a person ends it, whatever restarts or recovers meanwhile.",
       make_halt_is_sticky},
      {"missing_data_is_not_health",
       "No stage is left while carts that took the job have fallen silent.",
       make_missing_data_is_not_health},
      {"rollback_visible",
       "Every cart of a stage is accounted for, and every known rollback counts as bad.",
       make_rollback_visible},
      {"prereq_recheck",
       "Every stage start looks again whether the carts to come have what they need.",
       make_prereq_recheck},
      {"rollback_storm_bound",
       "After a mass failure the fleet tries again in bounded numbers, not in waves.",
       make_rollback_storm_bound},
      {"blast_radius",
       "No more carts start the new version than the stages so far have, and none after a hold.",
       make_blast_radius},
      {"orchestrator_crash_safe",
       "No stage, target or job is doubled or lost, also when the controller is killed.",
       make_orchestrator_crash_safe},
      {"at_most_one_job_per_device", "No cart has two executions that are not over.",
       make_at_most_one_job_per_device},
      {"server_time_windows",
       "Minutes of exposure are the server's, with the errors received in them.",
       make_server_time_windows},
      {"exclusions_respected",
       "Nothing is installed against the customer's word or outside the window.",
       make_exclusions_respected},
      {"rate_limits_respected", "Jobs and connections stay below the quotas of the service.",
       make_rate_limits_respected},
      {"counts_exact", "Every distinct rollback occurrence is counted, and no repetition is.",
       make_counts_exact},
  };
}

}  // namespace

const std::vector<CheckEntry>& all_checks() {
  static const std::vector<CheckEntry> entries = [] {
    std::vector<CheckEntry> all;
    for (const auto& some :
         {checks_of_carts(), checks_of_rollouts(), checks_of_the_end(), checks_of_the_evidence()}) {
      all.insert(all.end(), some.begin(), some.end());
    }
    return all;
  }();
  return entries;
}

}  // namespace cartstorm::report
