#include <fmt/format.h>

#include <algorithm>

#include "broker-mock/base/time_text.hpp"
#include "broker-mock/rollout/plan.hpp"
#include "broker-mock/telemetry/exposure.hpp"

/// Why the rules of a plan cannot work. Rules count in millionths and compare in 128 bits, which
/// bounds what they can be given.
namespace cartstorm::broker {
namespace {

constexpr std::int64_t longest_window_ms = telemetry::Exposure::kept_minutes * minute_ms;
constexpr double largest_ratio = 1000;
constexpr double largest_count = 1e6;
constexpr double smallest_baseline = 1e-6;
constexpr std::uint32_t most_looks = 10'000;
constexpr std::size_t largest_grid = 32;

std::string ratio_error(std::string_view rule, double ratio) {
  if (ratio >= 1 && ratio <= largest_ratio) return {};
  return fmt::format(
      "rule {}: {} would hold a release that is better than its base; say 1 or more (at most 1000)",
      rule, ratio);
}

std::string window_error(std::string_view rule, std::int64_t window_ms) {
  if (window_ms >= minute_ms && window_ms <= longest_window_ms) return {};
  return fmt::format("rule {}: the window must be within 1 min and 24 h", rule);
}

std::string expected_error(std::string_view rule, double min_expected) {
  if (min_expected >= 0 && min_expected <= largest_count) return {};
  return fmt::format("rule {}: min_expected must be within 0 and 1000000", rule);
}

std::string baseline_error(std::string_view rule, const std::optional<double>& baseline) {
  if (!baseline || (*baseline >= smallest_baseline && *baseline <= largest_count)) return {};
  return fmt::format(
      "rule {}: a baseline of {} errors per hour must be within 0.000001 and 1000000; leave it out "
      "to compare with the old arm",
      rule, *baseline);
}

/// Above a half a rule would hold what is as expected.
std::string alpha_error(std::string_view rule, double alpha) {
  if (alpha > 0 && alpha <= 0.5) return {};
  return fmt::format("rule {}: alpha {} is no chance to take; say above 0 and at most 0.5", rule,
                     alpha);
}

std::string first_of(std::initializer_list<std::string> errors) {
  const auto found =
      std::find_if(errors.begin(), errors.end(), [](const auto& error) { return !error.empty(); });
  return found == errors.end() ? std::string{} : *found;
}

std::string error_of(const RatioRule& rule) {
  return first_of({ratio_error("ratio", rule.ratio), window_error("ratio", rule.window_ms),
                   expected_error("ratio", rule.min_expected),
                   baseline_error("ratio", rule.baseline_errors_per_hour)});
}

std::string error_of(const RatioAtPromotionRule& rule) {
  constexpr std::string_view name = "ratio_at_promotion";
  return first_of({ratio_error(name, rule.ratio), window_error(name, rule.window_ms),
                   expected_error(name, rule.min_expected),
                   baseline_error(name, rule.baseline_errors_per_hour)});
}

std::string error_of(const PersistenceRule& rule) {
  constexpr std::string_view name = "persistence";
  const bool has_looks = rule.looks >= 1 && rule.looks <= most_looks;
  return first_of({ratio_error(name, rule.ratio), window_error(name, rule.window_ms),
                   expected_error(name, rule.min_expected),
                   baseline_error(name, rule.baseline_errors_per_hour),
                   has_looks ? "" : "rule persistence: looks must be within 1 and 10000"});
}

std::string error_of(const PoissonExactRule& rule) {
  constexpr std::string_view name = "poisson_exact";
  return first_of({alpha_error(name, rule.alpha), window_error(name, rule.window_ms),
                   expected_error(name, rule.min_expected),
                   baseline_error(name, rule.baseline_errors_per_hour)});
}

std::string error_of(const SprtRule& rule) {
  constexpr std::string_view name = "sprt";
  const bool has_ratio = rule.theta1 > 1 && rule.theta1 <= largest_ratio;
  const bool has_beta = rule.beta > 0 && rule.beta < 1 - rule.alpha;
  return first_of(
      {has_ratio ? ""
                 : fmt::format("rule sprt: theta1 {} is not worse than the base; say above 1 "
                               "(at most 1000)",
                               rule.theta1),
       alpha_error(name, rule.alpha),
       has_beta ? ""
                : fmt::format("rule sprt: beta {} must be above 0 and below 1 - alpha", rule.beta),
       window_error(name, rule.window_ms), baseline_error(name, rule.baseline_errors_per_hour)});
}

std::string error_of(const EValueRule& rule) {
  constexpr std::string_view name = "e_value";
  if (rule.grid.empty() || rule.grid.size() > largest_grid) {
    return "rule e_value: grid must have 1 to 32 ratios; without one nothing is looked for";
  }
  for (const double ratio : rule.grid) {
    if (ratio > 1 && ratio <= largest_ratio) continue;
    return fmt::format(
        "rule e_value: ratio {} in grid is not worse than the base; say above 1 (at most 1000)",
        ratio);
  }
  if (rule.restart_ms != 0 && rule.restart_ms < minute_ms) {
    return "rule e_value: restart must be at least 1 min, or 0 for one process per stage";
  }
  if (!(rule.certify > 1 && rule.certify <= largest_ratio)) {
    return fmt::format(
        "rule e_value: no count proves a ratio below {}; certify above 1 (at most 1000)",
        rule.certify);
  }
  return alpha_error(name, rule.alpha);
}

std::string error_of(const DevicesRule& rule) {
  if (!(rule.tolerate >= 0 && rule.tolerate < 1)) {
    return fmt::format("rule devices: tolerate {} is no share; say 0 to below 1", rule.tolerate);
  }
  if (!(rule.alpha > 0 && rule.alpha < 1)) {
    return fmt::format("rule devices: alpha {} is no probability; say above 0 and below 1",
                       rule.alpha);
  }
  return {};
}

/// A rule that sees no whole window of a stage would wave it through unseen.
std::string stage_error(const StageSpec& stage, const RolloutPlan& plan) {
  const HaltRules& rules = plan.rules;
  const auto too_short = [&](bool enabled, std::string_view rule, std::int64_t needed_ms) {
    if (!enabled || stage.soak_ms >= needed_ms) return std::string{};
    return fmt::format(
        "stage {}: it soaks for {} min, and rule {} cannot hold before {} min; soak longer",
        stage.name, stage.soak_ms / minute_ms, rule, (needed_ms + minute_ms - 1) / minute_ms);
  };
  const PersistenceRule& persistence = rules.persistence;
  return first_of(
      {too_short(rules.ratio_at_promotion.enabled, "ratio_at_promotion",
                 rules.ratio_at_promotion.window_ms),
       too_short(persistence.enabled, "persistence",
                 persistence.window_ms + (persistence.looks - std::int64_t{1}) *
                                             std::max(minute_ms, plan.evaluate_every_ms)),
       too_short(rules.poisson_exact.enabled, "poisson_exact", rules.poisson_exact.window_ms),
       too_short(rules.sprt.enabled && !rules.sprt.baseline_errors_per_hour, "sprt",
                 rules.sprt.window_ms)});
}

bool has_rule_beside_ratio(const HaltRules& rules) {
  return rules.ratio_at_promotion.enabled || rules.persistence.enabled ||
         rules.poisson_exact.enabled || rules.sprt.enabled || rules.e_value.enabled ||
         rules.devices.enabled;
}

template <class Rule>
std::string error_if_enabled(const Rule& rule) {
  return rule.enabled ? error_of(rule) : std::string{};
}

}  // namespace

std::string why_rules_impossible(const RolloutPlan& plan) {
  const HaltRules& rules = plan.rules;
  if (!rules.ratio.enabled && !has_rule_beside_ratio(rules)) {
    return "no rule is enabled, so nothing could ever say go; enable ratio or devices";
  }
  if (auto error =
          first_of({error_if_enabled(rules.ratio), error_if_enabled(rules.ratio_at_promotion),
                    error_if_enabled(rules.persistence), error_if_enabled(rules.poisson_exact),
                    error_if_enabled(rules.sprt), error_if_enabled(rules.e_value),
                    error_if_enabled(rules.devices)});
      !error.empty()) {
    return error;
  }
  for (const StageSpec& stage : plan.stages) {
    if (!has_rule_beside_ratio(rules) && stage.soak_ms < rules.ratio.window_ms) {
      return fmt::format(
          "stage {}: it soaks for less than the window of rule ratio, the only one; soak longer",
          stage.name);
    }
    if (auto error = stage_error(stage, plan); !error.empty()) return error;
  }
  return {};
}

}  // namespace cartstorm::broker
