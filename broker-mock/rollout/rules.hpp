#pragma once
#include <cstdint>

#include "broker-mock/rollout/plan.hpp"
#include "broker-mock/telemetry/exposure.hpp"

namespace cartstorm::broker::rollout {

/// What one rule saw and said; the numbers are those of fact::HaltEvaluated.
struct Judgement {
  std::uint64_t x = 0, y = 0, e_new = 0, e_old = 0;
  fact::Verdict verdict = fact::Verdict::undecided;
};

/// x and y: errors of the new and the old arm in the window; e_new, e_old: their device time in ms.
/// Compared by exact cross-multiplication of millionths. No exposure in an arm is "no data", never
/// "healthy"; a known baseline needs no old arm.
Judgement judge_ratio(const RatioRule& rule, const telemetry::Counts& new_arm,
                      const telemetry::Counts& old_arm);

/// Carts of the running stage and of all stages so far.
struct DeviceCounts {
  std::uint64_t targeted = 0;        ///< all stages so far
  std::uint64_t bad = 0;             ///< of these, without those that a release acknowledged
  std::uint64_t stage_carts = 0;     ///< the running stage, without excused carts
  std::uint64_t stage_good = 0;      ///< succeeded and reporting the target version
  std::uint64_t hold_threshold = 1;  ///< binomial_threshold of `targeted`
};

/// Share of a stage's carts that must be good before the rule says go: the rest may be switched off
/// for the day, but a stage that few have tried has shown nothing.
inline constexpr std::uint64_t good_percent_for_go = 95;

/// x: bad carts; y: how many of them hold; e_new: targeted carts; e_old: good carts of the stage.
Judgement judge_devices(const DeviceCounts& counts);

}  // namespace cartstorm::broker::rollout
