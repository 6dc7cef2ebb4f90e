#include "broker-mock/rollout/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "broker-mock/jobs/job.hpp"

namespace cartstorm::broker {
namespace {

constexpr std::int64_t hour_ms = 3'600'000;
/// Job ids are `<rollout>-<stage>-r<n>`, 64 characters at most.
constexpr std::size_t max_stage_name = 24;

std::string stage_error(const StageSpec& stage, std::uint32_t before, std::uint32_t fleet) {
  if (!jobs::is_job_id(stage.name) || stage.name.size() > max_stage_name) {
    return fmt::format(
        "stage \"{}\": a name is [a-zA-Z0-9_-]{{1,24}}, as it becomes part of a job id",
        stage.name);
  }
  if (!(stage.percent >= 0 && stage.percent <= 100)) {
    return fmt::format("stage {}: {} percent of a fleet do not exist; say 0 to 100", stage.name,
                       stage.percent);
  }
  const std::uint32_t carts = carts_up_to(stage, fleet);
  if (carts == 0) {
    return fmt::format("stage {}: 0 carts show nothing; give it carts or percent", stage.name);
  }
  if (carts > fleet) {
    return fmt::format("stage {}: {} carts are more than the fleet of {}; ask for fewer",
                       stage.name, carts, fleet);
  }
  if (carts <= before) {
    return fmt::format(
        "stage {}: {} carts of {} add none to the {} of the stages before it; raise it or drop it",
        stage.name, carts, fleet, before);
  }
  if (stage.soak_ms <= 0) {
    return fmt::format("stage {}: without soak time no rule sees anything; give it at least 1 h",
                       stage.name);
  }
  return {};
}

/// Words of WIRE.md section 7: with another one nobody could ever be taken.
std::string tier_error(const StageSpec& stage) {
  for (const std::string& tier : stage.tiers) {
    const bool is_word = !tier.empty() && tier.size() <= 24 &&
                         std::all_of(tier.begin(), tier.end(),
                                     [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
    if (!is_word) {
      return fmt::format("stage {}: tier \"{}\" is not [a-z_]{{1,24}}, so no cart can be of it",
                         stage.name, tier);
    }
  }
  return {};
}

std::string limits_error(const Limits& limits) {
  if (!(limits.min_sample > 0 && limits.min_sample <= 1)) {
    return fmt::format("limits: min_sample {} is no share of carts; say above 0 and at most 1",
                       limits.min_sample);
  }
  if (limits.silent_after_ms < hour_ms || limits.silent_after_ms > 90 * 24 * hour_ms) {
    return "limits: silent_after must be within 1 h and 90 d; carts send a heartbeat every 12 h";
  }
  if (!(limits.silent_share >= 0 && limits.silent_share <= 1)) {
    return fmt::format("limits: silent_share {} is no share of carts; say 0 to 1",
                       limits.silent_share);
  }
  return {};
}

/// In a shorter soak some time zone would have no night.
std::string window_error(const RolloutPlan& plan) {
  constexpr std::uint16_t day_min = 24 * 60;
  if (plan.window.is_always()) return {};
  if (plan.window.from_min >= day_min || plan.window.until_min > day_min) {
    return "window: local hours end at 24:00";
  }
  for (const StageSpec& stage : plan.stages) {
    if (stage.soak_ms >= 24 * hour_ms) continue;
    return fmt::format(
        "stage {}: it soaks for less than 24 h, so the window would never open in some time zones; "
        "soak longer or drop the window",
        stage.name);
  }
  return {};
}

}  // namespace

std::uint32_t carts_up_to(const StageSpec& stage, std::uint32_t fleet) {
  if (stage.carts != 0) return stage.carts;
  // The margin keeps 10 % of 5,000 from becoming 501 by the last bit of a product.
  const double exact = stage.percent * static_cast<double>(fleet) / 100 - 1e-7;
  if (exact <= 0) return 0;
  const auto whole = static_cast<std::uint32_t>(exact);
  return static_cast<double>(whole) < exact ? whole + 1 : whole;
}

RolloutPlan standard_plan() {
  RolloutPlan plan;
  plan.stages = {{"canary", 10, 0, 24 * hour_ms},
                 {"early", 0, 1, 72 * hour_ms},
                 {"tenth", 0, 10, 24 * hour_ms},
                 {"quarter", 0, 25, 24 * hour_ms},
                 {"full", 0, 100, 24 * hour_ms}};
  return plan;
}

std::string why_impossible(const RolloutPlan& plan, std::uint32_t carts) {
  if (plan.stages.empty()) return "the plan has no stage; give it one of 100 percent at least";
  std::uint32_t before = 0;
  std::set<std::string_view> names;
  for (const StageSpec& stage : plan.stages) {
    if (auto error = stage_error(stage, before, carts); !error.empty()) return error;
    if (auto error = tier_error(stage); !error.empty()) return error;
    if (!names.insert(stage.name).second) {
      return fmt::format("stage {}: the name is there twice; job ids are made from it", stage.name);
    }
    before = carts_up_to(stage, carts);
  }
  if (before != carts) {
    return fmt::format(
        "stage {}: the last stage ends with {} of {} carts; let it reach 100 percent",
        plan.stages.back().name, before, carts);
  }
  if (plan.evaluate_every_ms <= 0) return "evaluate_every_ms must be positive; 60000 is usual";
  if (auto error = limits_error(plan.limits); !error.empty()) return error;
  if (auto error = window_error(plan); !error.empty()) return error;
  return why_rules_impossible(plan);
}

}  // namespace cartstorm::broker
