#pragma once
#include "broker-mock/rollout/archive.hpp"
#include "broker-mock/rollout/plan.hpp"

/// What a rollout was asked for, as a durable record. Members are bound by position: whoever adds
/// one to these types is told by the compiler that it would be forgotten here.
namespace cartstorm::broker {

template <class Archive>
void fields(Archive& archive, StageSpec& stage) {
  auto& [name, carts, percent, soak_ms, tiers] = stage;
  archive(name, carts, percent, soak_ms, tiers);
}

template <class Archive>
void fields(Archive& archive, RatioRule& rule) {
  auto& [enabled, ratio, window_ms, min_expected, baseline] = rule;
  archive(enabled, ratio, window_ms, min_expected, baseline);
}

template <class Archive>
void fields(Archive& archive, RatioAtPromotionRule& rule) {
  auto& [enabled, ratio, window_ms, min_expected, baseline] = rule;
  archive(enabled, ratio, window_ms, min_expected, baseline);
}

template <class Archive>
void fields(Archive& archive, PersistenceRule& rule) {
  auto& [enabled, ratio, window_ms, looks, min_expected, baseline] = rule;
  archive(enabled, ratio, window_ms, looks, min_expected, baseline);
}

template <class Archive>
void fields(Archive& archive, PoissonExactRule& rule) {
  auto& [enabled, alpha, window_ms, min_expected, baseline] = rule;
  archive(enabled, alpha, window_ms, min_expected, baseline);
}

template <class Archive>
void fields(Archive& archive, SprtRule& rule) {
  auto& [enabled, theta1, alpha, beta, window_ms, baseline] = rule;
  archive(enabled, theta1, alpha, beta, window_ms, baseline);
}

template <class Archive>
void fields(Archive& archive, EValueRule& rule) {
  auto& [enabled, alpha, grid, restart_ms, certify] = rule;
  archive(enabled, alpha, grid, restart_ms, certify);
}

template <class Archive>
void fields(Archive& archive, DevicesRule& rule) {
  auto& [enabled, tolerate, alpha] = rule;
  archive(enabled, tolerate, alpha);
}

template <class Archive>
void fields(Archive& archive, HaltRules& rules) {
  auto& [ratio, ratio_at_promotion, persistence, poisson_exact, sprt, e_value, devices] = rules;
  archive(ratio, ratio_at_promotion, persistence, poisson_exact, sprt, e_value, devices);
}

template <class Archive>
void fields(Archive& archive, Limits& limits) {
  auto& [min_sample, silent_after_ms, silent_share] = limits;
  archive(min_sample, silent_after_ms, silent_share);
}

template <class Archive>
void fields(Archive& archive, LocalWindow& window) {
  auto& [from_min, until_min] = window;
  archive(from_min, until_min);
}

template <class Archive>
void fields(Archive& archive, RolloutPlan& plan) {
  auto& [stages, rules, on_hold, evaluate_every_ms, limits, window, cohort] = plan;
  archive(stages, rules, on_hold, evaluate_every_ms, limits, window, cohort);
}

template <class Archive>
void fields(Archive& archive, RolloutQuirks& quirks) {
  auto& [no_ca_gate] = quirks;
  archive(no_ca_gate);
}

template <class Archive>
void fields(Archive& archive, RolloutSpec& spec) {
  auto& [name, version, base, bucket, key, size, sha256_hex, manifest, chain, patch_key, patch_base,
         patch_only, requires_anchor, replaces_anchor, plan, quirks, execution_timeout_min,
         created_by, supersedes] = spec;
  archive(name, version, base, bucket, key, size, sha256_hex, manifest, chain, patch_key,
          patch_base, patch_only, requires_anchor, replaces_anchor, plan, quirks,
          execution_timeout_min, created_by, supersedes);
}

}  // namespace cartstorm::broker
