#include "reports/render/verdict.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cartstorm::report {
namespace {

using Verdicts = std::vector<ScenarioVerdict>;

CheckResult check(CheckVerdict verdict, bool is_named, bool is_declared) {
  CheckResult result;
  result.id = "converges";
  result.verdict = verdict;
  result.violations = verdict == CheckVerdict::fail ? 1 : 0;
  result.first_message = "it did not";
  result.is_named = is_named;
  result.is_declared = is_declared;
  return result;
}

ScenarioVerdict decided(Summary summary, const Circumstances& circumstances = {}) {
  decide(summary, circumstances);
  return summary.verdict;
}

struct CheckCase {
  CheckVerdict check;
  bool is_named, is_declared;
  ScenarioVerdict expected;
};
class EveryCheckCase : public testing::TestWithParam<CheckCase> {};

// The whole table: four verdicts, named or not, declared or not. What a named check's verdict does
// reaches the decision through its expectation, as in a real summary.
TEST_P(EveryCheckCase, Decides) {
  const CheckCase& given = GetParam();
  Summary summary;
  summary.checks = {check(given.check, given.is_named, given.is_declared)};
  if (given.is_named) {
    summary.expectations.push_back({"converges", "x.yaml:1:1", given.check, "seen"});
  }
  EXPECT_EQ(decided(summary), given.expected);
}
constexpr auto pass = ScenarioVerdict::pass;
constexpr auto fail = ScenarioVerdict::fail;
constexpr auto inconclusive = ScenarioVerdict::inconclusive;
INSTANTIATE_TEST_SUITE_P(
    Table, EveryCheckCase,
    testing::Values(CheckCase{CheckVerdict::pass, false, false, pass},
                    CheckCase{CheckVerdict::fail, false, false, fail},
                    CheckCase{CheckVerdict::vacuous, false, false, pass},
                    CheckCase{CheckVerdict::not_evaluable, false, false, pass},
                    CheckCase{CheckVerdict::pass, true, false, pass},
                    CheckCase{CheckVerdict::fail, true, false, fail},
                    CheckCase{CheckVerdict::vacuous, true, false, inconclusive},
                    CheckCase{CheckVerdict::not_evaluable, true, false, inconclusive},
                    CheckCase{CheckVerdict::pass, false, true, fail},
                    CheckCase{CheckVerdict::fail, false, true, pass},
                    CheckCase{CheckVerdict::vacuous, false, true, fail},
                    CheckCase{CheckVerdict::not_evaluable, false, true, fail},
                    CheckCase{CheckVerdict::fail, true, true, fail}));

class Decision : public testing::Test {
 protected:
  Decision() { summary.checks = {check(CheckVerdict::pass, false, false)}; }
  void expect_that(CheckVerdict verdict) {
    summary.expectations.push_back({"not_held", "x.yaml:9:5", verdict, "canary was held"});
  }
  Summary summary;
};

TEST_F(Decision, PassHasNoReason) {
  summary.verdict_reason = "left over";
  decide(summary, {});
  EXPECT_EQ(summary.verdict, pass);
  EXPECT_EQ(summary.verdict_reason, "");
}
TEST_F(Decision, AFailedExpectationFails) {
  expect_that(CheckVerdict::fail);
  decide(summary, {});
  EXPECT_EQ(summary.verdict, fail);
  EXPECT_EQ(summary.verdict_reason, "expected not_held: canary was held");
}
TEST_F(Decision, AnExpectationThatSelectsNobodyIsInconclusive) {
  expect_that(CheckVerdict::vacuous);
  EXPECT_EQ(decided(summary), inconclusive);
}
TEST_F(Decision, AFaultThatNeverStruckIsInconclusive) {
  decide(summary, {"", {"power_cut"}});
  EXPECT_EQ(summary.verdict, inconclusive);
  EXPECT_EQ(summary.verdict_reason, "the fault never struck: power_cut");
}
TEST_F(Decision, FailureOutweighsDoubt) {
  expect_that(CheckVerdict::vacuous);
  expect_that(CheckVerdict::fail);
  EXPECT_EQ(decided(summary, {"", {"power_cut"}}), fail);
}
TEST_F(Decision, AnInterruptedRunIsInconclusiveAndSaysWhatWasBroken) {
  summary.checks = {check(CheckVerdict::fail, false, false)};
  summary.checks[0].first_cart = CartId{17};
  summary.was_interrupted = true;
  summary.ends_us = 86'400'000'000;
  decide(summary, {});
  EXPECT_EQ(summary.verdict, inconclusive);
  EXPECT_EQ(summary.verdict_reason,
            "interrupted at d1 00:00:00; so far converges is broken: cart 17 at d0 00:00:00: it "
            "did not");
}
TEST_F(Decision, AnInfrastructureErrorOutweighsAll) {
  summary.was_interrupted = true;
  expect_that(CheckVerdict::fail);
  decide(summary, {"the rack is on fire", {}});
  EXPECT_EQ(summary.verdict, ScenarioVerdict::infra);
  EXPECT_EQ(summary.verdict_reason, "the rack is on fire");
}
TEST_F(Decision, MarksNamedAndDeclaredChecks) {
  summary.checks.push_back(check(CheckVerdict::pass, false, false));
  summary.checks[1].id = "ca_prereq";
  mark_expected(summary, {{"", "", ExpectViolates{{"halt_holds", "ca_prereq"}}},
                          {"", "", ExpectCheck{"converges"}}});
  EXPECT_TRUE(summary.checks[0].is_named);
  EXPECT_FALSE(summary.checks[0].is_declared);
  EXPECT_FALSE(summary.checks[1].is_named);
  EXPECT_TRUE(summary.checks[1].is_declared);
}

std::vector<Summary> night(const Verdicts& verdicts) {
  std::vector<Summary> summaries;
  for (const ScenarioVerdict verdict : verdicts) {
    summaries.emplace_back().verdict = verdict;
  }
  return summaries;
}

TEST(ExitCode, FollowsThePrecedence) {
  constexpr auto infra = ScenarioVerdict::infra;
  constexpr auto skipped = ScenarioVerdict::skipped;
  EXPECT_EQ(exit_code(night({pass, pass})), 0);
  EXPECT_EQ(exit_code(night({pass, skipped})), 0);
  EXPECT_EQ(exit_code(night({pass, inconclusive})), 4);
  EXPECT_EQ(exit_code(night({skipped, skipped})), 4);
  EXPECT_EQ(exit_code(night({})), 4);
  EXPECT_EQ(exit_code(night({pass, infra, inconclusive})), 3);
  EXPECT_EQ(exit_code(night({pass, infra, inconclusive, fail})), 1);
}
TEST(ExitCode, OfAnInterruptedNightIs130) {
  auto summaries = night({fail, inconclusive});
  summaries[1].was_interrupted = true;
  EXPECT_EQ(exit_code(summaries), 130);
}
TEST(ExitCode, OfAFolderThatNeverTriedAPromiseIs4) {
  auto summaries = night({pass, pass});
  for (const CheckEntry& entry : all_checks()) {
    CheckResult result;
    result.id = entry.id;
    result.verdict = CheckVerdict::pass;
    summaries[0].checks.push_back(result);
  }
  EXPECT_EQ(exit_code(summaries, true), 0);
  summaries[0].checks[3].verdict = CheckVerdict::vacuous;
  EXPECT_THAT(vacuous_everywhere(summaries), testing::ElementsAre("trial_bounded"));
  EXPECT_EQ(exit_code(summaries, true), 4);
  EXPECT_EQ(exit_code(summaries, false), 0);
}

}  // namespace
}  // namespace cartstorm::report
