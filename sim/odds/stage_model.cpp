#include "sim/odds/stage_model.hpp"

#include <fmt/format.h>

#include "sim/odds/closed_forms.hpp"
#include "sim/odds/each_rule.hpp"
#include "sim/odds/fleet_view.hpp"

namespace cartstorm::sim::odds {
namespace {

/// Looks that decide, of all looks of a stage.
constexpr double hardly_ever = 1e-4;

/// Whether the rule of this name compares with the old arm of the same minutes.
bool is_concurrent(const broker::HaltRules& rules, std::string_view name) {
  bool has_baseline = false;
  each_rule(rules, [&](std::string_view each, const auto& rule) {
    if constexpr (requires { rule.baseline_errors_per_hour; }) {
      has_baseline = has_baseline || (each == name && rule.baseline_errors_per_hour);
    }
  });
  return !has_baseline;
}

std::string too_few_errors(const broker::RatioRule& rule, const StageModel& stage) {
  const double window_h = static_cast<double>(rule.window_ms) / 3.6e6;
  const double expected = stage.carts_on_new * stage.errors_per_hour * window_h;
  if (rule.min_expected <= 0) return {};
  const ConcurrentLook look = concurrent_look(expected, stage.carts_on_old / stage.carts_on_new,
                                              rule.ratio, 1, rule.min_expected);
  const double decided = (1 - look.undecided) * static_cast<double>(stage.soak_minutes);
  if (decided > hardly_ever) return {};
  return fmt::format("a window expects {:.3g} errors, it needs {:g} to decide", expected,
                     rule.min_expected);
}

}  // namespace

double expected_on_old(const Fleet& fleet, std::uint32_t updated) {
  return (fleet.carts - updated) * (1 - fleet.share_on_older());
}

std::vector<StageModel> stage_models(const Scenario& scenario, const broker::RolloutPlan& plan) {
  const double powered = powered_share(scenario.fleet);
  std::vector<StageModel> models;
  for (const broker::StageSpec& stage : plan.stages) {
    const std::uint32_t carts = broker::carts_up_to(stage, scenario.fleet.carts);
    StageModel model;
    model.soak_minutes = (stage.soak_ms + 59'999) / 60'000;
    model.minutes_between_looks = plan.evaluate_every_ms / 60'000;
    model.carts_on_new = carts * powered;
    model.carts_on_old = expected_on_old(scenario.fleet, carts) * powered;
    model.errors_per_hour = scenario.images.at("old").errors_per_hour;
    models.push_back(model);
  }
  return models;
}

std::string blind_spot(const broker::HaltRules& rules, std::string_view rule,
                       const StageModel& stage) {
  if (stage.carts_on_old <= 0 && is_concurrent(rules, rule)) {
    return "once all have updated, nobody is left on the old version to compare with";
  }
  return rule == "ratio" ? too_few_errors(rules.ratio, stage) : std::string{};
}

}  // namespace cartstorm::sim::odds
