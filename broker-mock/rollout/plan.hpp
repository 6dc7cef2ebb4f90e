#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "broker-mock/cloud/facts.hpp"
#include "broker-mock/rollout/window.hpp"

namespace cartstorm::broker {

/// One stage: its cumulative size and how long it soaks.
struct StageSpec {
  std::string name;
  /// Carts in all stages up to this one: `carts` if not 0, else `percent` of the fleet rounded up.
  std::uint32_t carts = 0;
  double percent = 0;
  std::int64_t soak_ms = 0;
  /// Update tiers that it may take; empty: everybody who did not opt out.
  std::vector<std::string> tiers{};
};

enum class OnHold : std::uint8_t { cancel_queued, let_run };

/// Who of the eligible carts a stage takes: one of each configuration first and the rest in
/// proportion, or anybody. The latter is what many teams do, and there to be compared with.
enum class CohortPick : std::uint8_t { stratified, random };

/// Seed's rule: errors per device time of the new version against the old one's over a window.
struct RatioRule {
  bool enabled = true;
  double ratio = 1.5;  ///< strictly greater holds
  std::int64_t window_ms = 1'800'000;
  double min_expected = 90;  ///< baseline errors expected in the window; fewer: undecided
  /// Error episodes per device hour of the old version, learnt from long history; absent: the old
  /// arm of the same minutes ("concurrent").
  std::optional<double> baseline_errors_per_hour = std::nullopt;
};
/// The same question, asked once: when the soak is over, of the last window.
struct RatioAtPromotionRule {
  bool enabled = false;
  double ratio = 1.5;
  std::int64_t window_ms = 1'800'000;
  double min_expected = 0;
  std::optional<double> baseline_errors_per_hour = std::nullopt;
};
/// The ratio must be exceeded at so many looks on end (halt-rule.md 3.2).
struct PersistenceRule {
  bool enabled = false;
  double ratio = 1.5;
  std::int64_t window_ms = 1'800'000;
  std::uint32_t looks = 15;
  double min_expected = 0;
  std::optional<double> baseline_errors_per_hour = std::nullopt;
};
/// Exact test of the window at alpha divided by the number of looks (halt-rule.md 3.3, 3.4).
struct PoissonExactRule {
  bool enabled = false;
  double alpha = 0.05;  ///< false holds of a whole stage
  std::int64_t window_ms = 1'800'000;
  double min_expected = 90;  ///< only a window that expects so many errors can say go
  std::optional<double> baseline_errors_per_hour = std::nullopt;
};
/// Wald's sequential test of ratio theta1 against 1 (halt-rule.md 3.5).
struct SprtRule {
  bool enabled = false;
  double theta1 = 2;                   ///< smallest ratio worth catching
  double alpha = 0.05;                 ///< false holds
  double beta = 0.2;                   ///< misses of theta1
  std::int64_t window_ms = 1'800'000;  ///< least time that gives a concurrent baseline
  std::optional<double> baseline_errors_per_hour = std::nullopt;
};
/// Always-valid evidence against "no worse", both arms of every minute (halt-rule.md 3.6, 3.9).
struct EValueRule {
  bool enabled = false;
  double alpha = 0.05;  ///< holds at 1 / alpha; also what a certificate may err
  std::vector<double> grid = {1.25, 1.5, 2, 3, 5, 10};  ///< ratios looked for, equal weights
  std::int64_t restart_ms = 3'600'000;  ///< a new process every so often; 0: one for the stage
  double certify = 1.5;  ///< go when the ratio is below this with confidence 1 - alpha
};
/// Rejected, failed, rolled back or silent carts of the target version (halt-rule.md 3.7).
struct DevicesRule {
  bool enabled = true;
  double tolerate = 0.01;
  double alpha = 0.01;
};
/// What may hold a rollout; any number of them at once.
struct HaltRules {
  RatioRule ratio;
  RatioAtPromotionRule ratio_at_promotion;
  PersistenceRule persistence;
  PoissonExactRule poisson_exact;
  SprtRule sprt;
  EValueRule e_value;
  DevicesRule devices;
};

/// When there is too little data to say anything (F7).
struct Limits {
  double min_sample = 0.95;  ///< share of a stage's carts that must have an outcome, good or bad
  /// A targeted cart from which nothing came for this long is silent. Longer than a night switched
  /// off and a morning: a cart that is off is not a failure.
  std::int64_t silent_after_ms = 30LL * 3'600'000;
  double silent_share = 0.05;  ///< of all targeted carts; with more the stage is not left
};

struct RolloutPlan {
  std::vector<StageSpec> stages;
  HaltRules rules;
  OnHold on_hold = OnHold::cancel_queued;
  std::int64_t evaluate_every_ms = 60'000;
  Limits limits;
  LocalWindow window;  ///< always open, unless the rollout follows the carts' nights
  CohortPick cohort = CohortPick::stratified;
};

/// Known bugs of the past, for scenarios that show a near-miss as it was.
struct RolloutQuirks {
  bool no_ca_gate = false;
};

/// Plan `standard` (DESIGN section 5): canary 10 carts 24 h, early 1 % 72 h, then 10, 25 and 100 %
/// with 24 h each; ratio 1.5 over 30 minutes at 90 expected errors, plus the per-device rule.
RolloutPlan standard_plan();

struct RolloutSpec {
  std::string name;  ///< job ids are `<name>-<stage name>`
  Version version;
  Version base;  ///< the version it replaces: the old arm of the rules
  std::string bucket, key;
  std::uint64_t size = 0;
  std::string sha256_hex;
  std::string manifest_base64;
  std::string chain_base64;           ///< signer certificate, then at most one intermediate
  std::string patch_key;              ///< object in the same bucket; empty: no patch is offered
  std::string patch_base_sha256_hex;  ///< image that the patch starts from
  bool patch_only = false;            ///< nobody is to fetch the whole image: a gate sees to it
  std::uint64_t requires_anchor = 0;  ///< 0: none
  std::uint64_t replaces_anchor = 0;  ///< the CA whose rotation this is part of; 0: no rotation
  RolloutPlan plan;
  RolloutQuirks quirks;
  std::uint32_t execution_timeout_min = 0;  ///< Jobs in-progress timer; 0: none
  std::string created_by = "release-bot";
  std::string supersedes;  ///< rollout under way that this one ends; empty: none may be under way
};

/// Carts in all stages up to this one, in a fleet of `fleet`.
std::uint32_t carts_up_to(const StageSpec&, std::uint32_t fleet);

/// First reason why the plan cannot work for a fleet of `carts`, or an empty text. Checked before a
/// run too, so that a scenario can be refused with its line.
std::string why_impossible(const RolloutPlan&, std::uint32_t carts);

/// The part of it that the rules decide: numbers that make no sense, rules that could never judge
/// a stage.
std::string why_rules_impossible(const RolloutPlan&);

}  // namespace cartstorm::broker
