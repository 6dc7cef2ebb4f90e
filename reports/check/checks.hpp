#pragma once
#include <memory>

#include "reports/check/check.hpp"

/// One maker per promise; each class lives in the file of its name.
namespace cartstorm::report {

using CheckPointer = std::unique_ptr<Check>;

CheckPointer make_always_bootable(const CheckParameters&, const TextTable&);
CheckPointer make_verified_before_execute(const CheckParameters&, const TextTable&);
CheckPointer make_confirmed_slot_untouched(const CheckParameters&, const TextTable&);
CheckPointer make_trial_bounded(const CheckParameters&, const TextTable&);
CheckPointer make_attempt_spent_before_jump(const CheckParameters&, const TextTable&);
CheckPointer make_status_truthful(const CheckParameters&, const TextTable&);
CheckPointer make_rollback_reported_once(const CheckParameters&, const TextTable&);
CheckPointer make_bounded_retries(const CheckParameters&, const TextTable&);
CheckPointer make_clock_independent_verdict(const CheckParameters&, const TextTable&);
CheckPointer make_stage_containment(const CheckParameters&, const TextTable&);
CheckPointer make_stage_order(const CheckParameters&, const TextTable&);
CheckPointer make_halt_holds(const CheckParameters&, const TextTable&);
CheckPointer make_ca_prereq(const CheckParameters&, const TextTable&);
CheckPointer make_attempt_terminates(const CheckParameters&, const TextTable&);
CheckPointer make_converges(const CheckParameters&, const TextTable&);
CheckPointer make_power_lost_respected(const CheckParameters&, const TextTable&);
CheckPointer make_jobs_metric_reconcile(const CheckParameters&, const TextTable&);
CheckPointer make_halt_is_sticky(const CheckParameters&, const TextTable&);
CheckPointer make_missing_data_is_not_health(const CheckParameters&, const TextTable&);
CheckPointer make_rollback_visible(const CheckParameters&, const TextTable&);
CheckPointer make_prereq_recheck(const CheckParameters&, const TextTable&);
CheckPointer make_rollback_storm_bound(const CheckParameters&, const TextTable&);
CheckPointer make_blast_radius(const CheckParameters&, const TextTable&);
CheckPointer make_orchestrator_crash_safe(const CheckParameters&, const TextTable&);
CheckPointer make_at_most_one_job_per_device(const CheckParameters&, const TextTable&);
CheckPointer make_server_time_windows(const CheckParameters&, const TextTable&);
CheckPointer make_exclusions_respected(const CheckParameters&, const TextTable&);
CheckPointer make_rate_limits_respected(const CheckParameters&, const TextTable&);
CheckPointer make_counts_exact(const CheckParameters&, const TextTable&);

}  // namespace cartstorm::report
