#include "tests/unit/broker-mock/support/looks.hpp"

namespace cartstorm::broker::rollout {
namespace {

using fact::Verdict;
using test::Cohorts;
using test::one_day;
using test::only_rule;
using test::show;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// Ten carts at a rate; k* of a day's looks is 17 at 5 expected and 81 at 50 (halt-rule.md 6).
class PoissonExact : public ::testing::Test {
 protected:
  static std::unique_ptr<Rule> at(std::optional<double> errors_per_hour) {
    return only_rule(one_day, [&](HaltRules& rules) {
      rules.poisson_exact.enabled = true;
      rules.poisson_exact.baseline_errors_per_hour = errors_per_hour;
    });
  }
  /// Of a window with so many errors in its last minute.
  static Verdict verdict(std::optional<double> errors_per_hour, std::uint64_t x) {
    const auto rule = at(errors_per_hour);
    const Cohorts carts;
    show(*rule, carts.minute(0, 0), 29);
    return rule->look(carts.minute(x, 0)).verdict;
  }
};

TEST_F(PoissonExact, HoldsAtKStar) {
  EXPECT_EQ(verdict(0.01, 2), Verdict::undecided);
  EXPECT_EQ(verdict(0.01, 3), Verdict::hold);
  EXPECT_EQ(verdict(1, 16), Verdict::undecided);
  EXPECT_EQ(verdict(1, 17), Verdict::hold);
  EXPECT_EQ(verdict(10, 80), Verdict::undecided);
  EXPECT_EQ(verdict(10, 81), Verdict::hold);
  EXPECT_EQ(verdict(10'000, 50'891), Verdict::go);
  EXPECT_EQ(verdict(10'000, 50'892), Verdict::hold);
}

TEST_F(PoissonExact, GoesOnlyWhereNinetyAreExpected) {
  EXPECT_EQ(verdict(17.9, 80), Verdict::undecided);
  EXPECT_EQ(verdict(18, 80), Verdict::go);
}

TEST_F(PoissonExact, SpreadsAlphaOverTheLooksOfTheStage) {
  const auto rule = only_rule({72 * 60, 1}, [](HaltRules& rules) {
    rules.poisson_exact.enabled = true;
    rules.poisson_exact.baseline_errors_per_hour = 1;
  });
  const Cohorts carts;
  show(*rule, carts.minute(0, 0), 29);
  EXPECT_EQ(rule->look(carts.minute(17, 0)).verdict, Verdict::undecided) << "k* is 18 there";
  EXPECT_EQ(rule->look(carts.minute(1, 0)).verdict, Verdict::hold);
}

TEST_F(PoissonExact, SeesALateRegressionAsWellAsAnEarlyOne) {
  const auto rule = at(1);
  const Cohorts carts;
  EXPECT_EQ(show(*rule, carts.minute(0, 0), 1'300).verdict, Verdict::undecided);
  EXPECT_EQ(rule->look(carts.minute(17, 0)).verdict, Verdict::hold);
}

/// A perfect base makes no ratio infinite: two errors against none of 99 times the time have a
/// chance of 1e-4, three of 1e-6; a look may take 0.05 / 1411 = 3.5e-5.
TEST_F(PoissonExact, TreatsTheOldArmAsChanceToo) {
  EXPECT_EQ(verdict({}, 2), Verdict::undecided);
  EXPECT_EQ(verdict({}, 3), Verdict::hold);
}

TEST_F(PoissonExact, NoDataIsNoVerdict) {
  const auto rule = at({});
  Cohorts carts;
  carts.base = 0;
  EXPECT_EQ(show(*rule, carts.minute(5, 5), 60).verdict, Verdict::undecided);
  carts = {0, 990};
  EXPECT_EQ(show(*rule, carts.minute(5, 500), 60).verdict, Verdict::undecided);
}

TEST_F(PoissonExact, TellsTheChanceInItsReason) {
  const auto rule = at(1);
  const Cohorts carts;
  show(*rule, carts.minute(0, 0), 29);
  const Judgement said = rule->look(carts.minute(17, 0));
  EXPECT_EQ(rule->reason(said, test::arms),
            "poisson_exact: 17 errors in 5.0 device hours on 2.0.0 against 1 an hour as is known "
            "of 1.8.0, where 5.0 are expected; so many come with probability 2e-05, at most "
            "3.5e-05 holds");
}

/// One cart; the expected number of errors is its time times the rate.
class KnownSprt : public ::testing::Test {
 protected:
  static Judgement said(std::uint64_t x, std::uint64_t device_ms) {
    const auto rule = only_rule(one_day, [](HaltRules& rules) {
      rules.sprt.enabled = true;
      rules.sprt.baseline_errors_per_hour = 1;
    });
    return rule->look({{x, device_ms}, {}});
  }
};

/// halt-rule.md 3.5: A = 2.772589, B = -1.558145, ln 2 = 0.693147.
TEST_F(KnownSprt, HoldsAtAAndClearsAtB) {
  EXPECT_EQ(said(5, 2'495'160).verdict, Verdict::hold);       // 5 ln 2 - 0.69310 = 2.772636
  EXPECT_EQ(said(5, 2'495'520).verdict, Verdict::undecided);  // 5 ln 2 - 0.69320 = 2.772536
  EXPECT_EQ(said(0, 5'609'160).verdict, Verdict::undecided);  // -1.55810
  EXPECT_EQ(said(0, 5'609'520).verdict, Verdict::go);         // -1.55820
}

class Sprt : public ::testing::Test {
 protected:
  std::unique_ptr<Rule> rule =
      only_rule(one_day, [](HaltRules& rules) { rules.sprt.enabled = true; });
  Cohorts carts;
};

TEST_F(Sprt, EstimatesAConcurrentBaselineOfAWindowAtLeast) {
  EXPECT_EQ(show(*rule, carts.minute(1, 9), 29).verdict, Verdict::undecided);
  const Judgement first = rule->look(carts.minute(1, 9));
  EXPECT_EQ(first.verdict, Verdict::hold);
  EXPECT_EQ(first.y, 270U);
  // 30 ln 2 - 270 / 99.
  EXPECT_EQ(rule->reason(first, test::arms),
            "sprt: 30 errors in 5.0 device hours on 2.0.0 against 270 in 495.0 on 1.8.0, where 2.7 "
            "are expected; the log-likelihood ratio of 2 times is 18.07, from 2.77 on holds");
}

TEST_F(Sprt, StopsLookingOnceItHasCleared) {
  EXPECT_EQ(show(*rule, carts.minute(0, 99), 30).verdict, Verdict::go);
  const Judgement later = show(*rule, carts.minute(99, 99), 1'000);
  EXPECT_EQ(later.verdict, Verdict::go);
  EXPECT_EQ(later.x, 0U);
}

TEST_F(Sprt, NoErrorsAnywhereDecideNothing) {
  EXPECT_EQ(show(*rule, carts.minute(0, 0), 1'000).verdict, Verdict::undecided);
}

TEST_F(Sprt, NoDataDecidesNothing) {
  carts.base = 0;
  EXPECT_EQ(show(*rule, carts.minute(9, 9), 1'000).verdict, Verdict::undecided);
}

class EValue : public ::testing::Test {
 protected:
  static std::unique_ptr<Rule> with(std::int64_t restart_ms, const Watch& watch = one_day) {
    return only_rule(watch, [&](HaltRules& rules) {
      rules.e_value.enabled = true;
      rules.e_value.restart_ms = restart_ms;
    });
  }
  Cohorts carts;
};

/// (2, 0) at 10 : 990 is evidence of 20.6 (halt-rule.md 3.6).
TEST_F(EValue, HoldsAtTwenty) {
  const auto rule = with(0);
  EXPECT_EQ(show(*rule, carts.minute(0, 0), 50).verdict, Verdict::undecided);
  EXPECT_EQ(rule->look(carts.minute(1, 0)).verdict, Verdict::undecided);
  const Judgement said = rule->look(carts.minute(1, 0));
  EXPECT_EQ(said.verdict, Verdict::hold);
  EXPECT_EQ(rule->reason(said, test::arms),
            "e_value: 2 errors in 8.7 device hours on 2.0.0 against 0 in 858.0 on 1.8.0; the "
            "evidence is 20.6, from 20 on holds");
}

TEST_F(EValue, WhatItReachedStays) {
  const auto rule = with(0);
  show(*rule, carts.minute(1, 0), 2);
  EXPECT_EQ(show(*rule, carts.minute(0, 999), 60).verdict, Verdict::hold);
}

/// Three processes of an hour each; the first two errors are in the first of them alone, which
/// makes (20.6 + 2) / 3, and another two in the second one too.
TEST_F(EValue, TheMeanOfProcessesIsSlowerFromTheStart) {
  const auto rule = with(3'600'000, {180, 1});
  EXPECT_EQ(show(*rule, carts.minute(1, 0), 2).verdict, Verdict::undecided);
  EXPECT_EQ(rule->look(carts.minute(1, 0)).verdict, Verdict::hold) << "425 / 3";
}

TEST_F(EValue, ARestartedProcessForgetsInnocence) {
  const auto cumulative = with(0), hourly = with(3'600'000);
  int minutes_to_hold[2] = {0, 0};
  int i = 0;
  for (Rule* const rule : {cumulative.get(), hourly.get()}) {
    show(*rule, carts.minute(0, 16), 720);
    while (rule->look(carts.minute(minutes_to_hold[i] % 2 ? 1 : 0, 16)).verdict != Verdict::hold) {
      ASSERT_LT(++minutes_to_hold[i], 720);
    }
    ++i;
  }
  EXPECT_LT(2 * minutes_to_hold[1], minutes_to_hold[0]);
}

/// halt-rule.md 3.9: U(0) = 2.9957, which a window of 1.9972 expected errors allows to certify.
TEST_F(EValue, GoesByACertificate) {
  const auto rule = with(0);
  carts.base = 99'000;
  EXPECT_EQ(show(*rule, carts.minute(0, 1'000), 19).verdict, Verdict::undecided);  // 1.92 expected
  const Judgement said = rule->look(carts.minute(0, 1'000));                       // 2.02
  EXPECT_EQ(said.verdict, Verdict::go);
  EXPECT_EQ(said.y, 20'000U);
}

TEST_F(EValue, ACertificateIsLostWithTheNextErrors) {
  const auto rule = with(0);
  carts.base = 99'000;
  show(*rule, carts.minute(0, 1'000), 20);
  EXPECT_EQ(rule->look(carts.minute(1, 1'000)).verdict, Verdict::undecided);
}

TEST_F(EValue, NoDataIsNoVerdict) {
  const auto rule = with(3'600'000);
  EXPECT_EQ(show(*rule, {}, 600).verdict, Verdict::undecided);
  carts.base = 0;
  EXPECT_EQ(show(*rule, carts.minute(9, 9), 600).verdict, Verdict::undecided);
}

TEST_F(EValue, TellsEvidenceBeyondAllNumbers) {
  const auto rule = with(0);
  const Judgement said = rule->look(carts.minute(5'000, 10));
  EXPECT_THAT(rule->reason(said, test::arms), HasSubstr("the evidence is 4.6e+299, from 20 on"));
}

TEST(AllRules, ComeInTheOrderOfThePlan) {
  HaltRules rules;
  rules.ratio_at_promotion.enabled = rules.persistence.enabled = rules.poisson_exact.enabled =
      rules.sprt.enabled = rules.e_value.enabled = true;
  std::vector<std::string> names;
  for (const auto& rule : make_rules(rules, one_day)) names.emplace_back(rule->name());
  EXPECT_THAT(names, ::testing::ElementsAre("ratio", "ratio_at_promotion", "persistence",
                                            "poisson_exact", "sprt", "e_value"));
}

}  // namespace
}  // namespace cartstorm::broker::rollout
