#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "reports/trace/stream.hpp"

namespace cartstorm::report {

/// What the checks may know besides the trace: bounds of the scenario's policy.
struct CheckParameters {
  std::uint32_t trial_attempts = 3;                        ///< N
  std::uint32_t attempts_per_window = 4;                   ///< R of D21
  std::int64_t attempts_window_us = 24LL * 3'600'000'000;  ///< W of D21
  std::int64_t attempt_backoff_us = 10'000'000;  ///< least pause before the 3rd and later attempt
  double halt_ratio = 1.5;
  std::int64_t halt_window_us = 1'800'000'000;
  double halt_min_expected = 90;
  std::int64_t halt_detect_us = 120'000'000;               ///< T_detect
  std::int64_t terminal_within_us = 12LL * 3'600'000'000;  ///< T_max of L1, powered time
  std::int64_t silent_after_us = 30LL * 3'600'000'000;     ///< T_silent of F7, by the server's time
  bool hold_cancels_queued = true;  ///< a hold takes back what nobody started
  /// Of Jobs, in the account; 0: a quota that grows with the fleet, as AWS raises it on request.
  std::uint32_t jobs_writes_per_s = 0;
  std::uint32_t control_calls_per_s = 10;
  /// Soak time of each stage in order; a stage beyond the end is not judged by its soak time.
  std::vector<std::int64_t> stage_soak_us;
  std::vector<std::int64_t> superseding_soak_us;  ///< the same of a rollout that takes its place
};

/// What one check saw.
struct CheckResult {
  std::string_view id;
  CheckVerdict verdict = CheckVerdict::vacuous;
  std::uint64_t premises = 0;  ///< how often its premise was true
  std::uint64_t violations = 0;
  std::uint64_t first_seq = 0;  ///< of the first violation
  std::int64_t first_time_us = 0;
  CartId first_cart = no_cart;
  std::string first_message;  ///< one sentence: what was promised, what was seen
  // Filled by the judge from the expectations, so that a reader knows what the verdict meant.
  bool is_named = false;     ///< an expectation names it: it must pass and not be vacuous
  bool is_declared = false;  ///< listed under `violates`: it must fail
};

class Reconciliation;

/// One promise. Reads the full stream; knows nothing but the trace and the parameters.
class Check : public Sink {
 public:
  virtual std::string_view id() const = 0;
  /// Called once after the last record.
  virtual CheckResult finish(std::int64_t ends_us) = 0;
  /// From now on every violation also flags its cart there.
  virtual void flag_carts_at(Stream&) = 0;
  /// The table of what Jobs and the metric channel say, of the check that keeps it; after finish().
  virtual const Reconciliation* reconciliation() const { return nullptr; }
};

struct CheckEntry {
  std::string_view id;
  std::string_view promise;  ///< one sentence for people
  std::unique_ptr<Check> (*make)(const CheckParameters&, const TextTable&);
};
/// All checks, in the order in which they are shown. All always run.
const std::vector<CheckEntry>& all_checks();

}  // namespace cartstorm::report
