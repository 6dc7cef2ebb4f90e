#include "sim/odds/rule_odds.hpp"

#include <algorithm>

#include "broker-mock/rollout/rule.hpp"
#include "sim/odds/closed_forms.hpp"
#include "sim/odds/each_rule.hpp"

namespace cartstorm::sim::odds {
namespace {

using report::Catch;
using report::Chance;
using report::RuleOdds;

/// Below this a bound is as good as an answer.
constexpr double hopeless = 1e-4;

Chance exactly(double value) { return {value, value, value, Chance::Known::exactly}; }
Chance at_most(double value) { return {value, 0, value, Chance::Known::bounded}; }

/// The rules that are looked at together, the plan's own or the others with their defaults.
struct Set {
  broker::HaltRules rules;
  bool is_in_plan = true;
};

void switch_off(broker::HaltRules& rules, std::string_view name) {
  each_rule(rules, [name](std::string_view each, auto& rule) {
    if (each == name) rule.enabled = false;
  });
}

/// Every rule that the plan leaves out, with its defaults; of `ratio` also the rule as it was first
/// written down, unless that is the plan.
broker::HaltRules others(const broker::HaltRules& plan) {
  broker::HaltRules rest;
  rest.devices.enabled = false;
  each_rule(rest, [](std::string_view, auto& rule) { rule.enabled = true; });
  each_rule(plan, [&rest](std::string_view name, const auto& rule) {
    if (rule.enabled) switch_off(rest, name);
  });
  rest.ratio.enabled = !plan.ratio.enabled || plan.ratio.min_expected > 0;
  rest.ratio.min_expected = 0;
  return rest;
}

/// A bound on how often the ratio rule holds in the stage: the sum over its looks.
double sum_of_looks(const broker::RatioRule& rule, const StageModel& stage, double factor) {
  const double per_minute = stage.carts_on_new * stage.errors_per_hour / 60;
  const std::int64_t window = rule.window_ms / 60'000;
  const auto hold_at = [&](std::int64_t minutes) {
    return concurrent_look(per_minute * static_cast<double>(minutes),
                           stage.carts_on_old / stage.carts_on_new, rule.ratio, factor,
                           rule.min_expected)
        .hold;
  };
  // The window fills during its first minutes, and is looked at all along.
  double any =
      static_cast<double>(std::max<std::int64_t>(0, stage.soak_minutes - window)) * hold_at(window);
  for (std::int64_t minutes = 1; minutes <= window && any < 1; ++minutes) any += hold_at(minutes);
  return std::min(1.0, any / static_cast<double>(stage.minutes_between_looks));
}

Catch simulated_catch(const Simulated& result, double factor) {
  Catch found;
  found.factor = factor;
  const auto holds = static_cast<std::uint64_t>(result.held_at.size());
  const Interval interval = wilson(holds, result.repetitions);
  found.within_stage = {static_cast<double>(holds) / static_cast<double>(result.repetitions),
                        interval.low, interval.high, Chance::Known::simulated};
  if (2 * holds >= result.repetitions) {
    const std::size_t middle = (result.repetitions - 1) / 2;
    found.median_hours = static_cast<double>(result.held_at[middle]) / 60;
  }
  return found;
}

/// Factor by factor; 1 is the release that is as good as its base.
class SetOdds {
 public:
  SetOdds(const Set& set, const StageModel& stage, const Wish& wish)
      : set_{set}, stage_{stage}, wish_{wish} {
    for (const auto& rule : broker::rollout::make_rules(
             set.rules, {stage.soak_minutes, stage.minutes_between_looks})) {
      RuleOdds odds;
      odds.rule = rule->name();
      odds.is_in_plan = set.is_in_plan;
      odds.blind = blind_spot(set.rules, odds.rule, stage);
      if (odds.rule == "ratio" && set.rules.ratio.min_expected <= 0) odds.parameters = "literal";
      rules_.push_back(std::move(odds));
    }
  }

  /// False if it was stopped, and is not whole.
  bool add(double factor, const std::function<bool(double)>& go_on) {
    broker::HaltRules open = set_.rules;
    double most = 1;
    for (RuleOdds& odds : rules_) {
      if (!odds.blind.empty()) {
        put(odds, {factor, exactly(0), std::nullopt});
        switch_off(open, odds.rule);
      } else if (odds.rule == "ratio") {
        most = sum_of_looks(set_.rules.ratio, stage_, factor);
        // Where it is sure to hold, simulating ends early and also says when.
        if (most >= hopeless) continue;
        put(odds, {factor, at_most(most), std::nullopt});
        switch_off(open, odds.rule);
      }
    }
    StageModel model = stage_;
    model.factor = factor;
    bool is_whole = true;
    const auto asks = [&](double share) { return is_whole = go_on(share); };
    for (const Simulated& result : simulate(open, model, wish_.repetitions, wish_.seed, asks)) {
      for (RuleOdds& odds : rules_) {
        if (odds.rule != result.rule) continue;
        Catch found = simulated_catch(result, factor);
        if (odds.rule == "ratio") found.within_stage.high = std::min(found.within_stage.high, most);
        put(odds, found);
      }
    }
    return is_whole;
  }
  std::vector<RuleOdds> take() { return std::move(rules_); }

 private:
  static void put(RuleOdds& odds, const Catch& found) {
    if (found.factor == 1) {
      odds.false_hold = found.within_stage;
    } else {
      odds.catches.push_back(found);
    }
  }

  const Set& set_;
  const StageModel& stage_;
  const Wish& wish_;
  std::vector<RuleOdds> rules_;
};

}  // namespace

std::vector<RuleOdds> rule_odds(const broker::HaltRules& rules, const StageModel& stage,
                                const Wish& wish, const std::function<bool(double)>& go_on) {
  std::vector<Set> sets{{rules, true}};
  if (wish.shows_other_rules) sets.push_back({others(rules), false});
  std::vector<double> factors{1};
  factors.insert(factors.end(), wish.factors.begin(), wish.factors.end());
  std::vector<RuleOdds> all;
  const auto steps = static_cast<double>(sets.size() * factors.size());
  double done = 0;
  for (const Set& set : sets) {
    SetOdds odds{set, stage, wish};
    for (const double factor : factors) {
      const auto within = [&](double share) { return go_on((done + share) / steps); };
      if (!within(0) || !odds.add(factor, within)) return all;
      ++done;
    }
    const std::vector<RuleOdds> found = odds.take();
    all.insert(all.end(), found.begin(), found.end());
  }
  return all;
}

}  // namespace cartstorm::sim::odds
