#include <fmt/format.h>

#include <cmath>

#include "sim/scenario/durations.hpp"
#include "sim/scenario/units.hpp"
#include "sim/scenario/validate.hpp"

namespace cartstorm::sim {

namespace {

/// A quota, and what each cart of a stage needs of it at least.
struct Need {
  const char* key;
  std::optional<std::uint32_t> per_s;
  std::uint64_t calls_per_cart;
  const char* what;
};

/// Fewest carts of a stage whose outcomes let it be left, by the margin that the cloud allows.
std::uint64_t least_sample(const Limits& limits, std::uint64_t added) {
  const double share_of_it = limits.min_sample * static_cast<double>(added);
  return static_cast<std::uint64_t>(std::ceil(share_of_it - 1e-7));
}

/// A stage of which too few carts can have called before its soak is over would never be left.
void validate_stage(const Reading& reading, const Stage& stage, std::uint64_t added,
                    const Need& need) {
  const std::uint64_t sample = least_sample(reading.scenario.rollout.limits, added);
  const std::uint64_t calls = sample * need.calls_per_cart;
  const auto takes_us = static_cast<std::int64_t>(calls / *need.per_s) * second_us;
  if (takes_us <= stage.soak_us) return;
  reading.complain(
      fmt::format("cloud.quotas.{}", need.key),
      fmt::format("stage {} adds {} carts, of which limits.min_sample needs {} with at least {} "
                  "{}, which takes {} at {} a second and is longer than its soak of {}",
                  stage.name, added, sample, calls, need.what, duration_text(takes_us), *need.per_s,
                  duration_text(stage.soak_us)));
}

void validate_stages_of(const Reading& reading, const std::vector<Stage>& stages,
                        const Need& need) {
  std::uint64_t before = 0;
  for (const Stage& stage : stages) {
    const std::uint64_t carts = carts_up_to(stage, reading.scenario.fleet.carts);
    if (carts > before) validate_stage(reading, stage, carts - before, need);
    before = carts;
  }
}

}  // namespace

void validate_cloud(const Reading& reading) {
  if (!reading.is_sound("cloud") || !reading.is_sound("rollout") || !reading.is_sound("fleet")) {
    return;
  }
  const Rollout& rollout = reading.scenario.rollout;
  const Quotas& quotas = reading.scenario.cloud.quotas;
  const Need needs[] = {
      {"jobs_reads_per_s", quotas.jobs_reads_per_s, 1, "questions for a job"},
      // One says that it began, one how it ended.
      {"jobs_writes_per_s", quotas.jobs_writes_per_s, 2, "updates"},
  };
  for (const Need& need : needs) {
    if (!need.per_s) continue;
    validate_stages_of(reading, rollout.stages, need);
    if (rollout.superseded) validate_stages_of(reading, rollout.superseded->stages, need);
  }
}

}  // namespace cartstorm::sim
