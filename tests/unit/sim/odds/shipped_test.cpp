#include <gtest/gtest.h>

#include <algorithm>

#include "sim/fleet/population.hpp"
#include "sim/odds/fleet_view.hpp"
#include "sim/odds/odds.hpp"
#include "sim/odds/simulate.hpp"
#include "sim/virtual_fleet/plan_of.hpp"
#include "tests/unit/sim/odds/shipped.hpp"

/// DESIGN section 7: every shipped scenario has a non-zero error rate and an expected outcome that
/// its odds put at 99.9 % or more. What rules on errors will do is computed here from the scenario;
/// what follows from who is hit, in shipped_carts_test.cpp.
namespace cartstorm::sim::odds {
namespace {

constexpr double wanted_odds = 0.999;
/// 0 misses of so many simulated stages put the 95 % bound below 0.1 %.
constexpr std::uint64_t repetitions = 4000;

const Regression* regression(const Scenario& scenario) {
  for (const Fault& fault : scenario.faults) {
    if (const auto* body = std::get_if<Regression>(&fault.body)) return body;
  }
  return nullptr;
}

/// Share of the fleet that is on in its quietest hour: who catches something then always does.
double least_powered(const Scenario& scenario) {
  std::vector<double> on(24, 0.0);
  double shares = 0;
  for (const Profile& profile : scenario.fleet.profiles) {
    shares += profile.share;
    for (int hour = 0; hour < 24; ++hour) {
      const double local = (hour + profile.utc_offset_h + 48) % 24;
      const LocalHours& span = profile.powered;
      const bool is_on =
          span.from == span.to || (span.from < span.to ? local >= span.from && local < span.to
                                                       : local >= span.from || local < span.to);
      on[static_cast<std::size_t>(hour)] += is_on ? profile.share : 0;
    }
  }
  return *std::min_element(on.begin(), on.end()) / shares;
}

bool is_of_errors(const std::string& rule) { return rule != "devices" && rule != "undecided"; }

/// Probability of the hold that is expected, as its 95 % bound, counted from the stage's start; the
/// scenario's own releases and faults may only bring it forward.
double odds_of_hold(const Scenario& scenario, const report::ExpectHeld& held) {
  const broker::RolloutPlan plan = plan_of(scenario.rollout);
  const double powered = least_powered(scenario);
  std::int64_t start_us = 0;
  for (const Stage& stage : scenario.rollout.stages) {
    if (stage.name != held.stage) {
      start_us += stage.soak_us;
      continue;
    }
    const broker::StageSpec spec{stage.name, stage.carts, stage.percent, stage.soak_us / 1000};
    const std::uint32_t carts = broker::carts_up_to(spec, scenario.fleet.carts);
    StageModel model;
    model.soak_minutes = stage.soak_us / 60'000'000;
    model.carts_on_new = carts * powered;
    model.carts_on_old = expected_on_old(scenario.fleet, carts) * powered;
    model.errors_per_hour = scenario.images.at("old").errors_per_hour;
    model.factor = scenario.images.at("new").errors_per_hour / model.errors_per_hour;
    if (const Regression* worse = regression(scenario)) {
      model.factor *= worse->factor;
      model.factor_from_minute = std::max<std::int64_t>(0, (worse->at_us - start_us) / 60'000'000);
    }
    broker::HaltRules rules = plan.rules;
    rules.devices.enabled = false;
    std::uint64_t in_time = 0;
    for (const Simulated& result : simulate(rules, model, repetitions, 1)) {
      if (result.rule != held.by) continue;
      const std::int64_t limit_us = held.within_us.value_or(INT64_MAX);
      for (const std::int64_t minute : result.held_at) {
        in_time += minute * 60'000'000 <= limit_us ? 1 : 0;
      }
    }
    return wilson(in_time, repetitions).low;
  }
  return 0;
}

/// The scenario, and the same with the plan of the rollout that takes the other's place.
std::vector<Scenario> rollouts_of(const Scenario& scenario) {
  std::vector<Scenario> all{scenario};
  if (const auto& newer = scenario.rollout.superseded) {
    all.push_back(scenario);
    all.back().rollout.stages = newer->stages;
  }
  return all;
}

TEST(ShippedScenarios, HaveErrors) {
  for (const Scenario& scenario : shipped()) {
    for (const auto& [name, image] : scenario.images) {
      EXPECT_GT(image.errors_per_hour, 0) << scenario.name << " " << name;
    }
  }
}

TEST(ShippedScenarios, ExpectNoHoldOnlyWhereItIsCertain) {
  std::size_t judged = 0;
  for (const Scenario& scenario : shipped()) {
    if (first<report::ExpectNotHeld>(scenario) == nullptr) continue;
    Wish wish;
    wish.factors = {};
    wish.repetitions = repetitions;
    wish.shows_other_rules = false;
    for (const Scenario& one : rollouts_of(scenario)) {
      const report::Odds odds = odds_of(one, wish).odds;
      EXPECT_LE(odds.false_hold.high, 1 - wanted_odds) << scenario.name;
      ++judged;
    }
  }
  EXPECT_GT(judged, 5U);
}

TEST(ShippedScenarios, ExpectHoldsByErrorsOnlyWhereTheyAreCertain) {
  std::size_t judged = 0;
  for (const Scenario& scenario : shipped()) {
    const auto* held = first<report::ExpectHeld>(scenario);
    if (held == nullptr || !is_of_errors(held->by)) continue;
    EXPECT_GE(odds_of_hold(scenario, *held), wanted_odds)
        << scenario.name << ": " << held->stage << " by " << held->by;
    ++judged;
  }
  EXPECT_GT(judged, 3U);
}

/// A test of the test: an expectation that chance decides is found out.
TEST(ShippedScenarios, WouldNotGetAwayWithLuck) {
  for (const Scenario& shipped_one : shipped()) {
    if (shipped_one.name != "regression_halts") continue;
    Scenario scenario = shipped_one;
    report::ExpectHeld held = *first<report::ExpectHeld>(scenario);
    EXPECT_GE(odds_of_hold(scenario, held), wanted_odds);
    held.within_us = 60'000'000;
    EXPECT_LT(odds_of_hold(scenario, held), wanted_odds);
    held.within_us.reset();
    held.stage = "canary";
    EXPECT_LT(odds_of_hold(scenario, held), wanted_odds);
    return;
  }
  FAIL() << "there is no scenario regression_halts";
}

}  // namespace
}  // namespace cartstorm::sim::odds
