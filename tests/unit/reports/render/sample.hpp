#pragma once
#include "reports/render/summary.hpp"

namespace cartstorm::report {

inline std::vector<CheckResult> hostile_checks() {
  CheckResult broken;
  broken.id = "halt_holds";
  broken.verdict = CheckVerdict::fail;
  broken.premises = 3, broken.violations = 2, broken.first_seq = 77;
  broken.first_time_us = 90'000'000'000;
  broken.first_message = "stage early started <while> hold 1 was not released";
  CheckResult declared = broken;
  declared.id = "ca_prereq";
  declared.first_cart = CartId{17};
  declared.is_declared = true;
  CheckResult vacuous;
  vacuous.id = "converges";
  vacuous.is_named = true;
  return {broken, declared, vacuous};
}

/// A red scenario with every part filled, and texts that try to break documents and terminals.
inline Summary hostile_summary() {
  Summary summary;
  summary.scenario = "clock_storm<&\">";
  summary.why = std::string(250, 'w') + " \x1b[31mred\x1b[0m \xff\xfe ]]> \xc3\xa9\xe2\x82\xac";
  summary.file = "scenarios/smoke/clock_storm.yaml";
  summary.build = "abc123";
  summary.driver = "virtual";
  summary.seed = 18'446'744'073'709'551'615ULL;
  summary.verdict = ScenarioVerdict::fail;
  summary.verdict_reason = "halt_holds is broken:\n<it> & \"that\"";
  summary.trace_hash = "0123456789abcdef0123456789abcdef";
  summary.records = 8'123'456;
  summary.ends_us = 864'000'000'000;
  summary.carts = 5000, summary.on_new = 4900, summary.on_old = 100;
  summary.carts_rolled_back = 12, summary.rollback_occurrences = 14;
  summary.rollback_reasons = {{"attempts_spent", 12}};
  summary.rejection_reasons = {{"not_yet_valid", 88}};
  summary.carts_counted = 9, summary.counted_rollbacks = 11;
  summary.reconciliation = {{Reconciled::silent_revert, 1, 3},
                            {Reconciled::rolled_back_after_success, 2, 2},
                            {Reconciled::status_wrong, 0, 0},
                            {Reconciled::shipped, 4890, 0}};
  StageRow canary;
  canary.name = "a_stage_with_a_long_name";
  canary.carts = 10, canary.on_new = 7, canary.rolled_back = 2, canary.silent = 1;
  canary.start_us = 0, canary.hold_us = 15'153'000'000, canary.release_us = 20'000'000'000;
  canary.held_by = "devices: 3 of 10";
  canary.released_by = "dana", canary.release_reason = "looked at it";
  summary.stages = {canary};
  summary.checks = hostile_checks();
  summary.expectations = {{"held: {stage: canary}", "x.yaml:9:5", CheckVerdict::pass, "was held"},
                          {"converges", "x.yaml:10:5", CheckVerdict::vacuous, "never true"}};
  summary.repeat_command = "./cartstorm run scenarios/smoke/clock_storm.yaml --seed 1";
  return summary;
}

}  // namespace cartstorm::report
