#include "broker-mock/rollout/rules.hpp"

#include "broker-mock/base/wide.hpp"

namespace cartstorm::broker::rollout {
namespace {

constexpr std::uint64_t parts = 1'000'000;

/// A parameter of the plan in millionths, half up, so that products stay exact. why_impossible()
/// has seen that it is neither negative nor above a million.
std::uint64_t in_millionths(double value) {
  const auto halves = static_cast<std::uint64_t>(value * static_cast<double>(2 * parts));
  return (halves + 1) / 2;
}

constexpr std::uint64_t hour_ms = 3'600'000;

/// Against `known` millionths of an error per device hour: y and e_old are only told.
void judge_known(const RatioRule& rule, std::uint64_t known, Judgement& seen) {
  if (seen.e_new == 0) return;
  const Wide expected = Wide{known} * seen.e_new;  // times a million hours
  const Wide unit = Wide{parts} * hour_ms;
  if (expected * parts < Wide{in_millionths(rule.min_expected)} * unit) return;
  const bool exceeds = Wide{seen.x} * unit * parts > Wide{in_millionths(rule.ratio)} * expected;
  seen.verdict = exceeds ? fact::Verdict::hold : fact::Verdict::go;
}

}  // namespace

Judgement judge_ratio(const RatioRule& rule, const telemetry::Counts& new_arm,
                      const telemetry::Counts& old_arm) {
  Judgement seen{new_arm.errors, old_arm.errors, new_arm.device_ms, old_arm.device_ms,
                 fact::Verdict::undecided};
  if (rule.baseline_errors_per_hour) {
    judge_known(rule, in_millionths(*rule.baseline_errors_per_hour), seen);
    return seen;
  }
  if (seen.e_new == 0 || seen.e_old == 0) return seen;
  const std::uint64_t least = in_millionths(rule.min_expected);
  const Wide expected = Wide{seen.y} * seen.e_new;  // times e_old: errors the base would have made
  if (least > 0 && (expected * parts < Wide{least} * seen.e_old || Wide{seen.y} * parts < least)) {
    return seen;
  }
  const bool exceeds =
      Wide{seen.x} * seen.e_old * parts > Wide{in_millionths(rule.ratio)} * expected;
  seen.verdict = exceeds ? fact::Verdict::hold : fact::Verdict::go;
  return seen;
}

Judgement judge_devices(const DeviceCounts& counts) {
  Judgement seen{counts.bad, counts.hold_threshold, counts.targeted, counts.stage_good,
                 fact::Verdict::undecided};
  if (counts.bad >= counts.hold_threshold && counts.bad > 0) {
    seen.verdict = fact::Verdict::hold;
  } else if (counts.stage_carts > 0 &&
             counts.stage_good * 100 >= counts.stage_carts * good_percent_for_go) {
    seen.verdict = fact::Verdict::go;
  }
  return seen;
}

}  // namespace cartstorm::broker::rollout
