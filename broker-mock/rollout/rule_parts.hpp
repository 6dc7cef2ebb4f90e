#pragma once
#include <memory>
#include <string>

#include "broker-mock/rollout/rule.hpp"

/// What the rules share, and how each is made.
namespace cartstorm::broker::rollout {

std::unique_ptr<Rule> make_ratio(const RatioRule& rule, const Watch& watch);
std::unique_ptr<Rule> make_ratio_at_promotion(const RatioAtPromotionRule& rule, const Watch& watch);
std::unique_ptr<Rule> make_persistence(const PersistenceRule& rule, const Watch& watch);
std::unique_ptr<Rule> make_poisson_exact(const PoissonExactRule& rule, const Watch& watch);
std::unique_ptr<Rule> make_sprt(const SprtRule& rule, const Watch& watch);
std::unique_ptr<Rule> make_e_value(const EValueRule& rule, const Watch& watch);

/// Whether both arms have the exposure that a judgement needs; with a known baseline the old one
/// needs none.
inline bool has_exposure(const telemetry::Counts& new_arm, const telemetry::Counts& old_arm,
                         const std::optional<double>& baseline_errors_per_hour) {
  return new_arm.device_ms > 0 && (baseline_errors_per_hour || old_arm.device_ms > 0);
}

/// Errors that the old version would have made in the new arm's device time. Needs has_exposure().
inline double expected_errors(const telemetry::Counts& new_arm, const telemetry::Counts& old_arm,
                              const std::optional<double>& baseline_errors_per_hour) {
  const auto device_ms = static_cast<double>(new_arm.device_ms);
  if (baseline_errors_per_hour) return *baseline_errors_per_hour * device_ms / 3.6e6;
  return static_cast<double>(old_arm.errors) * device_ms / static_cast<double>(old_arm.device_ms);
}

/// `6 errors in 0.5 device hours on 2.0.0 against 20 in 12.0 on 1.8.0`
std::string counts_text(const Judgement& judgement, const Arms& arms,
                        const std::optional<double>& baseline_errors_per_hour = std::nullopt);

}  // namespace cartstorm::broker::rollout
