#include "sim/odds/odds.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "broker-mock/base/draw.hpp"
#include "broker-mock/rollout/binomial.hpp"
#include "broker-mock/rollout/poisson.hpp"
#include "broker-mock/rollout/rule.hpp"
#include "sim/odds/closed_forms.hpp"
#include "sim/odds/fleet_view.hpp"
#include "sim/odds/rule_odds.hpp"
#include "sim/virtual_fleet/plan_of.hpp"

namespace cartstorm::sim::odds {
namespace {

constexpr double failing_shares[] = {0.02, 0.05, 0.1, 0.2, 0.5, 1};
constexpr std::string_view rollout_name = "rollout";

report::DevicesOdds devices_odds(const broker::DevicesRule& rule, std::uint64_t targeted) {
  using broker::rollout::binomial_tail;
  report::DevicesOdds odds;
  odds.targeted = targeted;
  odds.threshold = broker::rollout::binomial_threshold(targeted, rule.tolerate, rule.alpha);
  odds.tolerated = rule.tolerate;
  odds.false_hold = binomial_tail(targeted, rule.tolerate, odds.threshold);
  for (const double failing : failing_shares) {
    odds.at.push_back({failing, binomial_tail(targeted, failing, odds.threshold)});
  }
  return odds;
}

/// The stages of one plan in one fleet, one after the other.
class Planner {
 public:
  Planner(const Scenario& scenario, const Wish& wish)
      : scenario_{scenario},
        wish_{wish},
        plan_{plan_of(scenario.rollout)},
        models_{stage_models(scenario, plan_)} {
    for (const broker::StageSpec& stage : plan_.stages) {
      sizes_.push_back(broker::carts_up_to(stage, scenario.fleet.carts));
    }
  }

  Answer answer() {
    Answer answer;
    answer.odds = frame();
    const Coverage coverage = coverage_of(scenario_.fleet, sizes_,
                                          wish_.seed ^ broker::hash_of(rollout_name), plan_.cohort);
    double good = 1, good_at_worst = 1;
    for (std::size_t i = 0; i < plan_.stages.size() && !is_stopped_; ++i) {
      report::StageOdds stage = stage_odds(i);
      stage.cells = coverage.cells;
      stage.unseen = coverage.unseen[i];
      stage.is_random = plan_.cohort == broker::CohortPick::random;
      if (coverage.cells > 1) {
        stage.rarest = coverage.rarest;
        stage.missed_at_random =
            missed_by_random_pick(scenario_.fleet.carts, coverage.rarest_carts, sizes_[i]);
      }
      for (const report::RuleOdds& rule : stage.rules) {
        if (!rule.is_in_plan) continue;
        good *= 1 - rule.false_hold.value;
        good_at_worst *= 1 - rule.false_hold.high;
      }
      answer.odds.stages.push_back(std::move(stage));
    }
    // Rules of a plan watch the same errors, so the chance of any hold is at most this.
    answer.odds.false_hold = {1 - good, 0, 1 - good_at_worst, report::Chance::Known::bounded};
    answer.was_stopped = is_stopped_;
    return answer;
  }

 private:
  report::Odds frame() const {
    report::Odds odds;
    odds.plan = scenario_.rollout.plan_name;
    odds.carts = scenario_.fleet.carts;
    odds.errors_per_hour = old_rate();
    odds.powered_share = powered_share(scenario_.fleet);
    odds.seed = wish_.seed;
    odds.repetitions = wish_.repetitions;
    if (const auto& newer = scenario_.rollout.superseded) {
      for (const Stage& stage : newer->stages) odds.left_out.push_back(stage.name);
    }
    return odds;
  }
  double old_rate() const { return scenario_.images.at("old").errors_per_hour; }

  report::StageOdds stage_odds(std::size_t number) {
    const broker::StageSpec& spec = plan_.stages[number];
    const double hours = static_cast<double>(spec.soak_ms) / 3.6e6;
    report::StageOdds stage;
    stage.stage = spec.name;
    stage.carts_on_new = sizes_[number];
    stage.carts_on_old =
        static_cast<std::uint64_t>(expected_on_old(scenario_.fleet, sizes_[number]) + 0.5);
    stage.soak_hours = hours;
    stage.window_minutes = static_cast<double>(plan_.rules.ratio.window_ms) / 60'000;
    const StageModel& model = models_[number];
    const double errors_per_hour = model.carts_on_new * model.errors_per_hour;
    stage.expected_in_window = errors_per_hour * stage.window_minutes / 60;
    if (plan_.rules.devices.enabled) {
      stage.devices = devices_odds(plan_.rules.devices, stage.carts_on_new);
    }
    const double expected = errors_per_hour * hours;
    if (expected >= 1) {
      stage.proven_ratio =
          broker::rollout::garwood_upper(static_cast<std::uint64_t>(expected + 0.5), 0.05) /
          expected;
    }
    stage.proven_failing = failing_share_proven(stage.carts_on_new);
    stage.rules = rule_odds(plan_.rules, model, wish_,
                            [this](double share_of_stage) { return go_on(share_of_stage); });
    if (!is_stopped_) ++done_;
    return stage;
  }

  bool go_on(double share_of_stage) {
    if (wish_.on_progress == nullptr) return true;
    const double all = static_cast<double>(plan_.stages.size());
    is_stopped_ = !wish_.on_progress((static_cast<double>(done_) + share_of_stage) / all);
    return !is_stopped_;
  }

  const Scenario& scenario_;
  const Wish& wish_;
  broker::RolloutPlan plan_;
  std::vector<StageModel> models_;
  std::vector<std::uint32_t> sizes_;
  std::size_t done_ = 0;
  bool is_stopped_ = false;
};

}  // namespace

std::string why_impossible(const Scenario& scenario) {
  broker::RolloutPlan plan = plan_of(scenario.rollout);
  std::string why = broker::why_impossible(plan, scenario.fleet.carts);
  if (!why.empty() || !scenario.rollout.superseded) return why;
  plan.stages = stages_of(scenario.rollout.superseded->stages);
  return broker::why_impossible(plan, scenario.fleet.carts);
}

std::vector<std::string> warnings_of(const Scenario& scenario) {
  const broker::RolloutPlan plan = plan_of(scenario.rollout);
  const std::vector<StageModel> stages = stage_models(scenario, plan);
  std::vector<std::string> warnings;
  std::vector<std::size_t> deciding(stages.size(), plan.rules.devices.enabled ? 1U : 0U);
  for (const auto& rule : broker::rollout::make_rules(plan.rules, {stages[0].soak_minutes, 1})) {
    std::string why;
    bool decides = false;
    for (std::size_t i = 0; i < stages.size(); ++i) {
      const std::string blind = blind_spot(plan.rules, rule->name(), stages[i]);
      decides = decides || blind.empty();
      deciding[i] += blind.empty() ? 1 : 0;
      // The largest stage that has an old arm says best how much is missing.
      if (why.empty() || stages[i].carts_on_old > 0) why = blind;
    }
    if (!decides) {
      warnings.push_back(fmt::format("rule {} decides in no stage: {}", rule->name(), why));
    }
  }
  for (std::size_t i = 0; i < stages.size(); ++i) {
    if (deciding[i] > 0) continue;
    warnings.push_back(
        fmt::format("no rule can decide in stage {}, so that its end will be a hold for a person",
                    plan.stages[i].name));
  }
  return warnings;
}

Answer odds_of(const Scenario& scenario, const Wish& wish) {
  return Planner{scenario, wish}.answer();
}

}  // namespace cartstorm::sim::odds
