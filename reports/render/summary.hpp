#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "reports/check/check.hpp"
#include "reports/check/expectation.hpp"
#include "reports/check/reconcile.hpp"
#include "reports/render/odds.hpp"
#include "reports/trace/store.hpp"
#include "reports/trace/stream.hpp"

namespace cartstorm::report {

enum class ScenarioVerdict : std::uint8_t { pass, fail, inconclusive, infra, skipped };
std::string_view name(ScenarioVerdict);

struct ExpectationResult {
  std::string text;   ///< as written
  std::string where;  ///< file:line:col
  CheckVerdict verdict;
  std::string seen;  ///< one sentence: what was seen, with numbers
};

/// on_new + rolled_back + failed + in_progress + cancelled + silent = carts, at every instant (F8).
/// A cart counts once, in the first of these that is true of it; silent is whoever is none of the
/// others.
struct StageRow {
  std::string name;
  std::uint32_t carts = 0;  ///< fixed denominator: the carts this stage added
  std::int64_t start_us = -1, hold_us = -1, release_us = -1, end_us = -1;  ///< -1: did not happen
  std::string held_by, released_by, release_reason;
  std::string paused_by, pause_reason;  ///< empty: nobody did
  std::int64_t paused_us = 0;           ///< until resumed, or until the end
  std::string aborted_by, abort_reason;
  std::uint32_t on_new = 0, rolled_back = 0, failed = 0, in_progress = 0;
  std::uint32_t cancelled = 0;  ///< taken back by a hold or a newer rollout before it began
  std::uint32_t silent = 0;
};
struct ReasonCount {
  std::string reason;
  std::uint32_t carts = 0;
};

/// The whole judgement of one run, made from the trace alone.
struct Summary {
  std::string scenario, why, file, build, driver;
  std::uint64_t seed = 0;
  ScenarioVerdict verdict = ScenarioVerdict::inconclusive;
  std::string verdict_reason;  ///< one sentence, empty on pass
  std::string trace_hash;
  std::uint64_t records = 0, kernel_events = 0;
  std::int64_t ends_us = 0;
  bool was_interrupted = false;
  std::uint32_t carts = 0, on_new = 0, on_old = 0, on_other = 0, bricked = 0;
  std::uint32_t carts_rolled_back = 0, rollback_occurrences = 0;
  /// firmware_rollback_count of the new version as the cloud counted it: distinct occurrences, and
  /// distinct carts. The two above are what the carts did, whether or not anybody heard of it.
  std::uint32_t counted_rollbacks = 0, carts_counted = 0;
  std::vector<ReconciledCount> reconciliation;  ///< every row of the table, alarms first
  std::vector<ReasonCount> rollback_reasons, rejection_reasons;
  std::vector<StageRow> stages;
  std::string refusal;  ///< last reason of a gate
  std::vector<CheckResult> checks;
  std::vector<ExpectationResult> expectations;
  std::optional<Odds> odds;  ///< what the plan's rules could see; set by whoever knows the plan
  std::string odds_plot;     ///< the picture beside the summary that shows them; empty: none
  std::string repeat_command;
};

/// A planned run that nobody began, because somebody stopped the night before its turn.
struct NotStarted {
  std::string scenario;
  std::uint64_t seed = 0;
};

struct JudgeInput {
  std::string scenario, why, file, build;
  std::uint64_t seed = 0;
  std::vector<Expectation> expectations;
  CheckParameters parameters;
  std::int64_t ends_us = 0;
};

/// Attach to a stream before the run; ask for the summary after it.
class Judge {
 public:
  Judge(JudgeInput, Stream&);
  ~Judge();
  /// `infrastructure_error` non-empty makes the verdict infra.
  Summary finish(bool was_interrupted, const std::string& infrastructure_error,
                 std::uint64_t kernel_events);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// Puts the verdicts of all checks and of the scenario into trace.db; call before Store::close().
void store_verdicts(const Summary&, Store&);
std::string to_json(const Summary&);
/// For a terminal, at most 100 columns.
std::string to_text(const Summary&, bool with_color);
/// A night in one table: a line per scenario, then what was broken.
std::string night_text(const std::vector<Summary>&, bool with_color);
/// One JUnit file for a night: a case per scenario and check, names without seeds. Runs that were
/// not started follow as skipped: a CI that reads nothing else must see that they are missing.
std::string to_junit(const std::vector<Summary>&, const std::vector<NotStarted>& = {});
/// Exit code of a night (DESIGN section 6): 0 pass, 1 fail, 3 infra, 4 inconclusive or all skipped,
/// 130 interrupted. A check whose premise was never true in a whole folder proves nothing there:
/// with `is_whole_folder` that alone makes a night without failures inconclusive (4).
int exit_code(const std::vector<Summary>&, bool is_whole_folder = false);
/// Checks that were evaluated in no run of the night, in the order of all_checks().
std::vector<std::string> vacuous_everywhere(const std::vector<Summary>&);

}  // namespace cartstorm::report
