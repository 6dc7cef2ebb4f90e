#include "sim/scenario/known_words.hpp"

namespace cartstorm::sim {

const std::vector<std::string>& known_check_ids() {
  static const std::vector<std::string> ids{"always_bootable",
                                            "verified_before_execute",
                                            "confirmed_slot_untouched",
                                            "trial_bounded",
                                            "attempt_spent_before_jump",
                                            "status_truthful",
                                            "rollback_reported_once",
                                            "bounded_retries",
                                            "clock_independent_verdict",
                                            "stage_containment",
                                            "stage_order",
                                            "halt_holds",
                                            "ca_prereq",
                                            "attempt_terminates",
                                            "converges",
                                            "power_lost_respected",
                                            "jobs_metric_reconcile",
                                            "halt_is_sticky",
                                            "missing_data_is_not_health",
                                            "rollback_visible",
                                            "prereq_recheck",
                                            "rollback_storm_bound",
                                            "blast_radius",
                                            "orchestrator_crash_safe",
                                            "at_most_one_job_per_device",
                                            "server_time_windows",
                                            "exclusions_respected",
                                            "rate_limits_respected",
                                            "counts_exact"};
  return ids;
}

const std::vector<std::string>& known_halt_rules() {
  static const std::vector<std::string> rules{
      "ratio", "ratio_at_promotion", "persistence", "poisson_exact", "sprt", "e_value", "devices"};
  return rules;
}

const std::vector<std::string>& known_update_states() {
  static const std::vector<std::string> states{"offered",     "precheck",  "downloading",
                                               "backing_off", "verifying", "staged",
                                               "armed",       "trial",     "reporting"};
  return states;
}

const std::vector<std::string>& known_reasons() {
  static const std::vector<std::string> reasons{"malformed_document",
                                                "document_too_large",
                                                "document_mismatch",
                                                "malformed_manifest",
                                                "unknown_flag",
                                                "wrong_hardware",
                                                "wrong_layout",
                                                "image_too_large",
                                                "older_security_version",
                                                "bad_signature",
                                                "not_yet_valid",
                                                "expired",
                                                "digest_mismatch",
                                                "download_failed",
                                                "flash_failed",
                                                "record_failed",
                                                "self_test_failed",
                                                "rolled_back",
                                                "quarantined",
                                                "cancelled",
                                                "opted_out",
                                                "downgrade",
                                                "bad_chain",
                                                "untrusted_chain",
                                                "wrong_key_use",
                                                "signer_not_yet_valid",
                                                "signer_expired",
                                                "anchor_expired"};
  return reasons;
}

}  // namespace cartstorm::sim
