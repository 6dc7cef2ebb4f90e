#include "broker-mock/rollout/plan.hpp"

#include <gmock/gmock.h>

namespace cartstorm::broker {
namespace {

using ::testing::HasSubstr;

constexpr std::int64_t hour_ms = 3'600'000;

TEST(StandardPlan, IsTheOneOfTheDesign) {
  const RolloutPlan plan = standard_plan();
  ASSERT_EQ(plan.stages.size(), 5U);
  EXPECT_EQ(plan.stages[0].carts, 10U);
  EXPECT_EQ(plan.stages[0].soak_ms, 24 * hour_ms);
  EXPECT_EQ(carts_up_to(plan.stages[1], 5000), 50U);
  EXPECT_EQ(plan.stages[1].soak_ms, 72 * hour_ms);
  EXPECT_EQ(carts_up_to(plan.stages[2], 5000), 500U);
  EXPECT_EQ(carts_up_to(plan.stages[3], 5000), 1250U);
  EXPECT_EQ(carts_up_to(plan.stages[4], 5000), 5000U);
  EXPECT_EQ(plan.rules.ratio.ratio, 1.5);
  EXPECT_EQ(plan.rules.ratio.window_ms, 1'800'000);
  EXPECT_EQ(plan.rules.ratio.min_expected, 90);
  EXPECT_EQ(plan.rules.devices.tolerate, 0.01);
  EXPECT_EQ(plan.rules.devices.alpha, 0.01);
  EXPECT_EQ(why_impossible(plan, 5000), "");
}

TEST(StageSize, IsRoundedUp) {
  EXPECT_EQ(carts_up_to({"a", 0, 1, 1}, 5001), 51U);
  EXPECT_EQ(carts_up_to({"a", 0, 0.1, 1}, 10), 1U);
  EXPECT_EQ(carts_up_to({"a", 0, 33.3, 1}, 1000), 333U);
  EXPECT_EQ(carts_up_to({"a", 0, 100, 1}, 999'999), 999'999U);
  EXPECT_EQ(carts_up_to({"a", 7, 50, 1}, 100), 7U);
}

class PlanOfTwoStages : public ::testing::Test {
 protected:
  RolloutPlan plan = [] {
    RolloutPlan p;
    p.stages = {{"canary", 10, 0, hour_ms}, {"full", 0, 100, hour_ms}};
    return p;
  }();
};

TEST_F(PlanOfTwoStages, IsPossible) { EXPECT_EQ(why_impossible(plan, 100), ""); }

TEST_F(PlanOfTwoStages, StagesMustGrowWithinTheFleet) {
  EXPECT_EQ(why_impossible(plan, 5),
            "stage canary: 10 carts are more than the fleet of 5; ask for fewer");
  EXPECT_EQ(why_impossible(plan, 10),
            "stage full: 10 carts of 10 add none to the 10 of the stages before it; raise it or "
            "drop it");
  plan.stages[0].carts = 0;
  EXPECT_EQ(why_impossible(plan, 100),
            "stage canary: 0 carts show nothing; give it carts or percent");
  EXPECT_THAT(why_impossible(standard_plan(), 1000),
              HasSubstr("stage early: 10 carts of 1000 add"));
}

TEST_F(PlanOfTwoStages, TheLastStageTakesAll) {
  plan.stages[1].percent = 90;
  EXPECT_EQ(why_impossible(plan, 100),
            "stage full: the last stage ends with 90 of 100 carts; let it reach 100 percent");
  plan.stages.clear();
  EXPECT_THAT(why_impossible(plan, 100), HasSubstr("no stage"));
}

TEST_F(PlanOfTwoStages, NamesBecomeJobIds) {
  plan.stages[1].name = "canary";
  EXPECT_THAT(why_impossible(plan, 100), HasSubstr("the name is there twice"));
  plan.stages[1].name = "10 %";
  EXPECT_THAT(why_impossible(plan, 100), HasSubstr("becomes part of a job id"));
}

TEST_F(PlanOfTwoStages, SoakMustLetARuleSeeSomething) {
  plan.stages[0].soak_ms = 0;
  EXPECT_THAT(why_impossible(plan, 100), HasSubstr("stage canary: without soak time"));
  plan.stages[0].soak_ms = 60'000;
  EXPECT_EQ(why_impossible(plan, 100), "");
  plan.rules.devices.enabled = false;
  EXPECT_THAT(why_impossible(plan, 100), HasSubstr("less than the window of rule ratio"));
  plan.rules.ratio.enabled = false;
  EXPECT_THAT(why_impossible(plan, 100), HasSubstr("no rule is enabled"));
}

TEST_F(PlanOfTwoStages, LimitsMustMakeSense) {
  const auto broken = [this](auto change) {
    RolloutPlan copy = plan;
    change(copy.limits);
    return why_impossible(copy, 100);
  };
  EXPECT_EQ(broken([](auto& l) { l.min_sample = 0; }),
            "limits: min_sample 0 is no share of carts; say above 0 and at most 1");
  EXPECT_THAT(broken([](auto& l) { l.min_sample = 1.01; }), HasSubstr("min_sample 1.01"));
  EXPECT_EQ(broken([](auto& l) { l.silent_after_ms = hour_ms - 1; }),
            "limits: silent_after must be within 1 h and 90 d; carts send a heartbeat every 12 h");
  EXPECT_EQ(broken([](auto& l) { l.silent_share = -0.1; }),
            "limits: silent_share -0.1 is no share of carts; say 0 to 1");
  EXPECT_EQ(broken([](auto& l) { l = {1, hour_ms, 0}; }), "");
}

TEST_F(PlanOfTwoStages, TiersAreWordsThatACartCanSay) {
  plan.stages[0].tiers = {"early_access", "Beta"};
  EXPECT_EQ(why_impossible(plan, 100),
            "stage canary: tier \"Beta\" is not [a-z_]{1,24}, so no cart can be of it");
}

TEST_F(PlanOfTwoStages, AWindowNeedsSoaksOfADayAndEndsWithTheDay) {
  plan.window = {60, 300};
  EXPECT_THAT(why_impossible(plan, 100), HasSubstr("stage canary: it soaks for less than 24 h"));
  for (StageSpec& stage : plan.stages) stage.soak_ms = 24 * hour_ms;
  EXPECT_EQ(why_impossible(plan, 100), "");
  plan.window = {60, 24 * 60 + 1};
  EXPECT_EQ(why_impossible(plan, 100), "window: local hours end at 24:00");
}

TEST_F(PlanOfTwoStages, NumbersMustMakeSense) {
  const auto broken = [this](auto change) {
    RolloutPlan copy = plan;
    change(copy);
    return why_impossible(copy, 100);
  };
  EXPECT_THAT(broken([](auto& p) { p.rules.ratio.ratio = 0.5; }),
              HasSubstr("better than its base"));
  EXPECT_THAT(broken([](auto& p) { p.rules.ratio.ratio = 0.0 / 0.0; }), HasSubstr("rule ratio"));
  EXPECT_THAT(broken([](auto& p) { p.rules.ratio.min_expected = -1; }), HasSubstr("min_expected"));
  EXPECT_THAT(broken([](auto& p) { p.rules.ratio.window_ms = 0; }), HasSubstr("window"));
  EXPECT_THAT(broken([](auto& p) { p.rules.ratio.window_ms = 25 * hour_ms; }), HasSubstr("24 h"));
  EXPECT_THAT(broken([](auto& p) { p.rules.devices.tolerate = 1; }), HasSubstr("tolerate"));
  EXPECT_THAT(broken([](auto& p) { p.rules.devices.alpha = 0; }), HasSubstr("alpha"));
  EXPECT_THAT(broken([](auto& p) { p.stages[1].percent = 101; }), HasSubstr("0 to 100"));
  EXPECT_THAT(broken([](auto& p) { p.evaluate_every_ms = 0; }), HasSubstr("evaluate_every_ms"));
}

/// A day of canary, so that every rule has its window; each case breaks one number.
class PlanOfAllRules : public ::testing::Test {
 protected:
  PlanOfAllRules() {
    plan.stages = {{"canary", 10, 0, 24 * hour_ms}, {"full", 0, 100, 24 * hour_ms}};
    rules.ratio_at_promotion.enabled = rules.persistence.enabled = true;
    rules.poisson_exact.enabled = rules.sprt.enabled = rules.e_value.enabled = true;
  }
  std::string why() const { return why_impossible(plan, 100); }
  template <class Change>
  std::string broken(Change&& change) const {
    RolloutPlan copy = plan;
    change(copy.rules);
    return why_impossible(copy, 100);
  }
  RolloutPlan plan;
  HaltRules& rules = plan.rules;
};

TEST_F(PlanOfAllRules, IsPossible) { EXPECT_EQ(why(), ""); }

TEST_F(PlanOfAllRules, NumbersMustMakeSense) {
  using Rules = HaltRules;
  EXPECT_THAT(broken([](Rules& r) { r.ratio_at_promotion.ratio = 0.9; }),
              HasSubstr("rule ratio_at_promotion: 0.9 would hold a release that is better"));
  EXPECT_THAT(broken([](Rules& r) { r.persistence.window_ms = 1; }),
              HasSubstr("rule persistence: the window"));
  EXPECT_THAT(broken([](Rules& r) { r.persistence.looks = 0; }), HasSubstr("looks"));
  EXPECT_THAT(broken([](Rules& r) { r.persistence.baseline_errors_per_hour = 0; }),
              HasSubstr("a baseline of 0 errors per hour"));
  EXPECT_THAT(broken([](Rules& r) { r.poisson_exact.alpha = 0.6; }),
              HasSubstr("rule poisson_exact: alpha 0.6 is no chance to take"));
  EXPECT_THAT(broken([](Rules& r) { r.poisson_exact.min_expected = 1e7; }),
              HasSubstr("rule poisson_exact: min_expected"));
  EXPECT_THAT(broken([](Rules& r) { r.sprt.theta1 = 1; }), HasSubstr("theta1 1 is not worse"));
  EXPECT_THAT(broken([](Rules& r) { r.sprt.beta = 0.95; }), HasSubstr("beta 0.95"));
  EXPECT_THAT(broken([](Rules& r) { r.e_value.alpha = 0; }), HasSubstr("rule e_value: alpha 0"));
  EXPECT_THAT(broken([](Rules& r) {
                r.e_value.grid = {2, 1};
              }),
              HasSubstr("ratio 1 in grid is not worse than the base"));
  EXPECT_THAT(broken([](Rules& r) { r.e_value.grid = {}; }), HasSubstr("grid must have 1 to 32"));
  EXPECT_THAT(broken([](Rules& r) { r.e_value.restart_ms = 1; }), HasSubstr("restart"));
  EXPECT_THAT(broken([](Rules& r) { r.e_value.certify = 1; }), HasSubstr("no count proves"));
}

TEST_F(PlanOfAllRules, WhatIsOffIsNotLookedAt) {
  rules.e_value.enabled = false;
  rules.e_value.grid = {};
  EXPECT_EQ(why(), "");
}

TEST_F(PlanOfAllRules, AStageThatARuleCouldNeverHoldIsRefused) {
  plan.stages[1].soak_ms = 40 * 60'000;
  EXPECT_EQ(why(),
            "stage full: it soaks for 40 min, and rule persistence cannot hold before 44 min; soak "
            "longer");
  rules.persistence.enabled = false;
  EXPECT_EQ(why(), "");
  rules.sprt.window_ms = hour_ms;
  EXPECT_THAT(why(), HasSubstr("rule sprt cannot hold before 60 min"));
  rules.sprt.baseline_errors_per_hour = 1;
  EXPECT_EQ(why(), "");
}

}  // namespace
}  // namespace cartstorm::broker
