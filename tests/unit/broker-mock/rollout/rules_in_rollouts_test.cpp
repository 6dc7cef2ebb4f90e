#include <gmock/gmock.h>

#include "tests/unit/broker-mock/support/fake_fleet.hpp"

/// Each rule alone through a whole rollout: messages in, holds and stages out.
namespace cartstorm::broker::test {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::int64_t soak_ms = 4 * hour_ms;

struct Named {
  std::string name;
  void (*enable)(HaltRules&);
  std::int64_t holds_after_min;  ///< the canary of ten carts with three times the errors
};

void PrintTo(const Named& rule, std::ostream* out) { *out << rule.name; }

void enable_ratio(HaltRules& rules) {
  rules.ratio.enabled = true;
  rules.ratio.min_expected = 5;
}
void enable_at_promotion(HaltRules& rules) { rules.ratio_at_promotion.enabled = true; }
void enable_persistence(HaltRules& rules) { rules.persistence.enabled = true; }
void enable_poisson(HaltRules& rules) {
  rules.poisson_exact.enabled = true;
  rules.poisson_exact.min_expected = 5;
}
void enable_sprt(HaltRules& rules) { rules.sprt.enabled = true; }
void enable_e_value(HaltRules& rules) { rules.e_value.enabled = true; }

class OneRule : public ::testing::TestWithParam<Named> {
 protected:
  OneRule() { fleet.connect_all(); }
  void start() {
    RolloutSpec spec = FakeFleet::spec(soak_ms);
    spec.plan.rules.ratio.enabled = spec.plan.rules.devices.enabled = false;
    GetParam().enable(spec.plan.rules);
    ASSERT_EQ(fleet.start(spec), "");
  }
  const Recorder::Stage& last() const { return fleet.facts.stages.back(); }
  FakeFleet fleet{400};
};

TEST_P(OneRule, HoldsARegressionInTheCanary) {
  fleet.new_errors_per_hour = 6;
  start();
  const std::int64_t held_ms = GetParam().holds_after_min * minute_ms;
  fleet.run_until(held_ms - minute_ms);
  EXPECT_EQ(last().event, "start");
  fleet.run_until(held_ms);
  ASSERT_EQ(last().event, "hold");
  EXPECT_THAT(last().reason, StartsWith(GetParam().name + ": "));
  EXPECT_THAT(last().reason, HasSubstr(" on 2.0.0 against "));
  const auto& told = fleet.facts.evaluations.back();
  EXPECT_EQ(told.rule, GetParam().name);
  EXPECT_EQ(told.verdict, fact::Verdict::hold);
  EXPECT_GT(told.x * told.e_old, 2 * told.y * told.e_new);
}

TEST_P(OneRule, LetsAGoodReleaseLeaveTheCanary) {
  start();
  fleet.run_until(soak_ms);
  EXPECT_THAT(fleet.facts.story(), ::testing::ElementsAre("requested 0 0", "start 0 10",
                                                          "complete 0 10", "start 1 190"));
}

TEST_P(OneRule, IsUndecidedWhileNoCartRunsTheNewVersion) {
  fleet.behaviour = [](auto) { return Behaviour::stays_queued; };
  start();
  fleet.run_until(soak_ms);
  EXPECT_THAT(last().reason, StartsWith("undecided: the soak time is over and no rule says go"));
}

TEST_P(OneRule, BeginsAnewAfterARelease) {
  fleet.new_errors_per_hour = 6;
  start();
  fleet.run_until(GetParam().holds_after_min * minute_ms);
  ASSERT_EQ(last().event, "hold");
  fleet.new_errors_per_hour = 2;
  ASSERT_EQ(fleet.release(1), "");
  fleet.run_until(2 * soak_ms);
  for (const auto& stage : fleet.facts.stages) {
    EXPECT_FALSE(stage.event == "hold" && stage.hold_id > 1 &&
                 stage.reason.starts_with(GetParam().name))
        << stage.reason;
  }
}

/// The others take a count of nothing as it is: with min_expected 0 no errors are no exceedance.
class RuleThatNeedsErrors : public OneRule {};

TEST_P(RuleThatNeedsErrors, IsUndecidedWithoutAnyAndThatIsAHoldForAPerson) {
  fleet.sends_metrics = false;
  start();
  fleet.run_until(soak_ms);
  EXPECT_THAT(last().reason, StartsWith("undecided: the soak time is over and no rule says go"));
}

const Named ratio{"ratio", enable_ratio, 16};
const Named ratio_at_promotion{"ratio_at_promotion", enable_at_promotion, 240};
const Named persistence{"persistence", enable_persistence, 44};
const Named poisson_exact{"poisson_exact", enable_poisson, 30};
const Named sprt{"sprt", enable_sprt, 30};
const Named e_value{"e_value", enable_e_value, 15};

std::string name_of(const ::testing::TestParamInfo<Named>& named) { return named.param.name; }

INSTANTIATE_TEST_SUITE_P(Rules, OneRule,
                         ::testing::Values(ratio, ratio_at_promotion, persistence, poisson_exact,
                                           sprt, e_value),
                         name_of);
INSTANTIATE_TEST_SUITE_P(Rules, RuleThatNeedsErrors,
                         ::testing::Values(ratio, poisson_exact, sprt, e_value), name_of);

TEST(TwoRules, AreBothInTheReasonOfOneHold) {
  FakeFleet fleet{400};
  fleet.connect_all();
  fleet.new_errors_per_hour = 6;
  RolloutSpec spec = FakeFleet::spec(soak_ms);
  spec.plan.rules.poisson_exact.enabled = spec.plan.rules.sprt.enabled = true;
  fleet.start(spec);
  fleet.run_until(hour_ms);
  EXPECT_THAT(fleet.facts.stages.back().reason, StartsWith("poisson_exact: "));
  EXPECT_THAT(fleet.facts.stages.back().reason, HasSubstr("; sprt: "));
}

}  // namespace
}  // namespace cartstorm::broker::test
