#include "sim/odds/odds.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/odds/fleet_view.hpp"
#include "tests/unit/sim/virtual_fleet/small_world.hpp"

namespace cartstorm::sim::odds {
namespace {

using report::Chance;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Wish quick() {
  Wish wish;
  wish.repetitions = 100;
  wish.factors = {3};
  return wish;
}

const report::RuleOdds* rule(const report::StageOdds& stage, std::string_view name, bool in_plan) {
  for (const report::RuleOdds& each : stage.rules) {
    if (each.rule == name && each.is_in_plan == in_plan) return &each;
  }
  return nullptr;
}

TEST(Odds, SayWhatTheRatioRuleNeverDecides) {
  const Answer answer = odds_of(small_world(), quick());
  ASSERT_EQ(answer.odds.stages.size(), 3U);
  // Ten carts at 2 errors per hour: 10 in half an hour, where 90 are needed.
  const report::StageOdds& canary = answer.odds.stages[0];
  EXPECT_NEAR(canary.expected_in_window, 10, 1e-9);
  const report::RuleOdds* ratio = rule(canary, "ratio", true);
  ASSERT_NE(ratio, nullptr);
  EXPECT_THAT(ratio->blind, HasSubstr("expects 10 errors, it needs 90 to decide"));
  EXPECT_EQ(ratio->false_hold.value, 0);
  // A hundred carts expect 100.
  const report::RuleOdds* seeing = rule(answer.odds.stages[1], "ratio", true);
  ASSERT_NE(seeing, nullptr);
  EXPECT_THAT(seeing->blind, IsEmpty());
  ASSERT_EQ(seeing->catches.size(), 1U);
  EXPECT_GT(seeing->catches[0].within_stage.value, 0.99);
  ASSERT_TRUE(seeing->catches[0].median_hours.has_value());
  EXPECT_LT(*seeing->catches[0].median_hours, 1);
}

TEST(Odds, NameTheStagesOfANewerRolloutThatTheyLeaveOut) {
  Scenario scenario = small_world();
  EXPECT_THAT(odds_of(scenario, quick()).odds.left_out, IsEmpty());
  scenario.rollout.superseded =
      Supersession{"canary", 0, "bo", {{"again", 0, 100, 86'400'000'000, {}}}};
  EXPECT_THAT(odds_of(scenario, quick()).odds.left_out, testing::ElementsAre("again"));
}

TEST(Odds, WithoutAnOldArmConcurrentRulesAreBlind) {
  const Answer answer = odds_of(small_world(), quick());
  const report::StageOdds& full = answer.odds.stages[2];
  EXPECT_EQ(full.carts_on_old, 0U);
  for (const report::RuleOdds& each : full.rules) {
    EXPECT_THAT(each.blind, HasSubstr("nobody is left")) << each.rule;
  }
}

/// 2.5 % of the carts come with an older image, which is no arm of any rule.
TEST(Odds, CompareWithCartsOnTheOldImageOnly) {
  Scenario scenario = small_world();
  scenario.fleet.on_older = Who{0.5, {}, {}, "eu_cold", {}, {}};
  const Answer some = odds_of(scenario, quick());
  EXPECT_EQ(some.odds.stages[0].carts_on_new, 10U);
  EXPECT_EQ(some.odds.stages[0].carts_on_old, 185U) << "of 190";
  EXPECT_EQ(some.odds.stages[2].carts_on_old, 0U);
  // Nearly all of them leave a hundred new carts next to nobody to compare with.
  scenario.fleet.on_older = Who{0.99, {}, {}, {}, {}, {}};
  const Answer most = odds_of(scenario, quick());
  EXPECT_EQ(most.odds.stages[1].carts_on_old, 1U);
  EXPECT_THAT(rule(most.odds.stages[1], "ratio", true)->blind, HasSubstr("it needs 90"));
  EXPECT_LT(rule(most.odds.stages[0], "e_value", false)->catches[0].within_stage.value,
            rule(some.odds.stages[0], "e_value", false)->catches[0].within_stage.value);
}

TEST(Odds, ShowOtherRulesBesideThePlans) {
  const Answer answer = odds_of(small_world(), quick());
  const report::StageOdds& canary = answer.odds.stages[0];
  for (const auto* name :
       {"ratio", "ratio_at_promotion", "persistence", "poisson_exact", "sprt", "e_value"}) {
    EXPECT_NE(rule(canary, name, false), nullptr) << name;
  }
  // Written literally the rule holds a good release.
  EXPECT_GT(rule(canary, "ratio", false)->false_hold.value, 0.5);
  EXPECT_LT(rule(canary, "e_value", false)->false_hold.value, 0.15);
  Wish alone = quick();
  alone.shows_other_rules = false;
  const Answer of_the_plan = odds_of(small_world(), alone);
  for (const report::RuleOdds& each : of_the_plan.odds.stages[0].rules) {
    EXPECT_TRUE(each.is_in_plan) << each.rule;
  }
}

TEST(Odds, CountCartsByTheBinomialDistribution) {
  const Answer answer = odds_of(small_world(), quick());
  const auto& devices = answer.odds.stages[0].devices;
  ASSERT_TRUE(devices.has_value());
  EXPECT_EQ(devices->threshold, 2U);  // halt-rule.md 3.7: n 10, 1 %, alpha 1 %
  EXPECT_NEAR(devices->false_hold, 0.00427, 1e-5);
  EXPECT_EQ(devices->at.back().failing, 1);
  EXPECT_EQ(devices->at.back().held, 1);
}

TEST(Odds, AreAFunctionOfScenarioAndWish) {
  const report::Odds first = odds_of(small_world(), quick()).odds;
  EXPECT_EQ(report::to_json(first), report::to_json(odds_of(small_world(), quick()).odds));
  Wish other = quick();
  other.seed = 2;
  EXPECT_NE(report::to_json(first), report::to_json(odds_of(small_world(), other).odds));
}

TEST(Odds, StopWhenAskedAndSaySo) {
  Wish wish = quick();
  int calls = 0;
  wish.on_progress = [&calls](double) { return ++calls < 4; };
  const Answer answer = odds_of(small_world(), wish);
  EXPECT_TRUE(answer.was_stopped);
  EXPECT_EQ(calls, 4);
  EXPECT_LT(answer.odds.stages.size(), 3U);
}

TEST(Odds, StopWithinASimulation) {
  Wish wish = quick();
  wish.repetitions = 100'000;
  wish.shows_other_rules = false;
  Scenario scenario = small_world();
  scenario.rollout.rules.e_value.enabled = true;
  std::vector<double> shares;
  wish.on_progress = [&shares](double share) {
    shares.push_back(share);
    return shares.size() < 3;
  };
  const Answer answer = odds_of(scenario, wish);
  EXPECT_TRUE(answer.was_stopped);
  EXPECT_EQ(shares.size(), 3U);
  EXPECT_GT(shares.back(), 0);
  EXPECT_LT(shares.back(), 0.01) << "of the first factor of the first stage";
  ASSERT_EQ(answer.odds.stages.size(), 1U);
  EXPECT_THAT(answer.odds.stages[0].rules, IsEmpty());
}

TEST(Odds, AreTheSameWhetherAskedOrNot) {
  Wish wish = quick();
  wish.repetitions = 450;
  const Answer alone = odds_of(small_world(), wish);
  int calls = 0;
  wish.on_progress = [&calls](double) { return ++calls > 0; };
  const Answer asked = odds_of(small_world(), wish);
  EXPECT_FALSE(asked.was_stopped);
  EXPECT_GT(calls, 12) << "3 stages, 2 sets, 2 factors";
  EXPECT_EQ(report::to_json(alone.odds), report::to_json(asked.odds));
}

TEST(Odds, RefuseAPlanThatCannotWork) {
  Scenario scenario = small_world();
  EXPECT_EQ(why_impossible(scenario), "");
  scenario.fleet.carts = 5;
  EXPECT_THAT(why_impossible(scenario), HasSubstr("more than the fleet"));
}

TEST(Warnings, SayWhatAPlanCannotDecide) {
  Scenario scenario = small_world();
  EXPECT_THAT(warnings_of(scenario), IsEmpty());
  scenario.images.at("old").errors_per_hour = 0.01;
  EXPECT_THAT(warnings_of(scenario),
              ElementsAre(HasSubstr("rule ratio decides in no stage: a "
                                    "window expects 0.5 errors, it needs 90 to decide")));
  scenario.rollout.rules.devices.enabled = false;
  EXPECT_EQ(warnings_of(scenario).size(), 4U);
  EXPECT_THAT(warnings_of(scenario)[3], HasSubstr("no rule can decide in stage full"));
}

TEST(Warnings, KnowOfCartsThatAreNoControl) {
  Scenario scenario = small_world();
  scenario.fleet.on_older = Who{0.99, {}, {}, {}, {}, {}};
  EXPECT_THAT(warnings_of(scenario), ElementsAre(HasSubstr("rule ratio decides in no stage")));
}

/// halt-rule.md 3.8: ten random carts miss a configuration of 5 % three times in five.
TEST(Odds, SayWhatARandomCanaryWouldMiss) {
  const report::StageOdds canary = odds_of(small_world(), quick()).odds.stages[0];
  EXPECT_EQ(canary.rarest, "eu_cold");
  EXPECT_NEAR(canary.missed_at_random, 0.59, 0.01);
  EXPECT_THAT(canary.unseen, IsEmpty()) << "the stratified one has it";
}

TEST(Odds, SayWhatARandomCanaryMisses) {
  Scenario scenario = small_world();
  scenario.rollout.cohort = CohortPick::random;
  std::size_t missed = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Wish wish = quick();
    wish.seed = seed;
    const report::StageOdds canary = odds_of(scenario, wish).odds.stages[0];
    EXPECT_TRUE(canary.is_random);
    missed += canary.unseen.empty() ? 0 : 1;
  }
  // Binomial(40, 0.59): 11 to 37 leave out less than 1e-5 on either side.
  EXPECT_GT(missed, 10U);
  EXPECT_LT(missed, 38U);
}

TEST(FleetView, MeasuresTheDay) {
  Fleet fleet = small_world().fleet;
  EXPECT_DOUBLE_EQ(powered_share(fleet), 1);
  fleet.profiles[0].powered = {7, 22};  // 60 % of the fleet, 15 h
  fleet.profiles[1].powered = {22, 4};  // 35 %, over midnight, 6 h
  EXPECT_NEAR(powered_share(fleet), 0.6 * 15 / 24 + 0.35 * 6 / 24 + 0.05, 1e-12);
}

TEST(FleetView, NamesConfigurationsThatNobodyHas) {
  const Coverage two = coverage_of(small_world().fleet, {2, 200}, 1);
  EXPECT_EQ(two.cells, 3U);
  EXPECT_EQ(two.rarest, "eu_cold");
  EXPECT_EQ(two.rarest_carts, 10U);
  ASSERT_EQ(two.unseen.size(), 2U);
  EXPECT_EQ(two.unseen[0].size(), 1U);
  EXPECT_THAT(two.unseen[1], IsEmpty());
  EXPECT_THAT(coverage_of(small_world().fleet, {3}, 1).unseen, ElementsAre(IsEmpty()));
}

}  // namespace
}  // namespace cartstorm::sim::odds
