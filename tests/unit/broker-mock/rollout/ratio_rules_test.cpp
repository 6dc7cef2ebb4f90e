#include "tests/unit/broker-mock/support/looks.hpp"

namespace cartstorm::broker::rollout {
namespace {

using fact::Verdict;
using test::Cohorts;
using test::one_day;
using test::only_rule;
using test::show;
using ::testing::HasSubstr;

/// Ten carts at one error an hour: a window expects 5, so that 8 are the first that hold.
class KnownRatio : public ::testing::Test {
 protected:
  std::unique_ptr<Rule> rule = only_rule(one_day, [](HaltRules& rules) {
    rules.ratio.enabled = true;
    rules.ratio.min_expected = 0;
    rules.ratio.baseline_errors_per_hour = 1;
  });
  Cohorts carts;
};

TEST_F(KnownRatio, LooksFirstWhenAWholeWindowHasPassed) {
  rule->look(carts.minute(100, 0));
  EXPECT_EQ(show(*rule, carts.minute(0, 0), 28).verdict, Verdict::undecided);
  const Judgement first = rule->look(carts.minute(0, 0));
  EXPECT_EQ(first.verdict, Verdict::hold);
  EXPECT_EQ(first.x, 100U);
  EXPECT_EQ(first.e_new, 10U * 1'800'000);
  EXPECT_EQ(rule->look(carts.minute(0, 0)).verdict, Verdict::go) << "the errors left the window";
}

TEST_F(KnownRatio, HoldsStrictlyAboveOneAndAHalf) {
  show(*rule, carts.minute(0, 0), 29);
  EXPECT_EQ(rule->look(carts.minute(7, 0)).verdict, Verdict::go);
  EXPECT_EQ(rule->look(carts.minute(1, 0)).verdict, Verdict::hold);
}

TEST_F(KnownRatio, NeedsNoOldArmButANewOne) {
  carts.base = 0;
  EXPECT_EQ(show(*rule, carts.minute(0, 0), 30).verdict, Verdict::go);
  carts.tested = 0;
  EXPECT_EQ(show(*rule, carts.minute(3, 0), 30).verdict, Verdict::undecided);
}

TEST_F(KnownRatio, TellsTheBaselineInItsReason) {
  const Judgement said = show(*rule, carts.minute(1, 0), 30);
  EXPECT_EQ(rule->reason(said, test::arms),
            "ratio: 30 errors in 5.0 device hours on 2.0.0 against 1 an hour as is known of 1.8.0, "
            "more than 1.5 times");
}

TEST(RatioLooks, AreAsFarApartAsThePlanSays) {
  const auto rule = only_rule({24 * 60, 5}, [](HaltRules& rules) {
    rules.ratio.enabled = true;
    rules.ratio.min_expected = 0;
  });
  const Cohorts carts;
  EXPECT_EQ(show(*rule, carts.minute(0, 9), 30).verdict, Verdict::go);
  EXPECT_EQ(show(*rule, carts.minute(9, 9), 4).verdict, Verdict::go) << "no look yet";
  EXPECT_EQ(rule->look(carts.minute(9, 9)).verdict, Verdict::hold);
  EXPECT_EQ(rule->look(carts.minute(0, 9)).x, 45U) << "still the fifth minute's";
}

TEST(RatioLooks, TheLastMinuteIsOneInAnyCase) {
  const auto rule = only_rule({24 * 60, 60}, [](HaltRules& rules) {
    rules.ratio.enabled = true;
    rules.ratio.min_expected = 0;
  });
  const Cohorts carts;
  show(*rule, carts.minute(0, 9), 33);
  EXPECT_EQ(rule->look(carts.minute(99, 9, true)).verdict, Verdict::hold);
}

class AtPromotion : public ::testing::Test {
 protected:
  std::unique_ptr<Rule> rule =
      only_rule(one_day, [](HaltRules& rules) { rules.ratio_at_promotion.enabled = true; });
  Cohorts carts;
};

TEST_F(AtPromotion, SaysNothingBeforeTheLastLook) {
  EXPECT_EQ(show(*rule, carts.minute(9, 99), 1'000).verdict, Verdict::undecided);
  const Judgement said = rule->look(carts.minute(9, 99, true));
  EXPECT_EQ(said.verdict, Verdict::hold);
  EXPECT_THAT(rule->reason(said, test::arms),
              HasSubstr("ratio_at_promotion: 270 errors in 5.0 device hours on 2.0.0 against 2970 "
                        "in 495.0 on 1.8.0 in the last window, more than 1.5 times"));
}

TEST_F(AtPromotion, JudgesTheLastWindowAloneAndOnce) {
  show(*rule, carts.minute(9, 99), 100);
  show(*rule, carts.minute(1, 99), 29);
  EXPECT_EQ(rule->look(carts.minute(1, 99, true)).verdict, Verdict::go);
  EXPECT_EQ(show(*rule, carts.minute(9, 99), 100).verdict, Verdict::go);
  EXPECT_EQ(rule->look(carts.minute(9, 99, true)).verdict, Verdict::go);
}

TEST_F(AtPromotion, APartOfAWindowIsNotJudged) {
  show(*rule, carts.minute(9, 99), 28);
  EXPECT_EQ(rule->look(carts.minute(9, 99, true)).verdict, Verdict::undecided);
}

TEST_F(AtPromotion, NoDataIsNoGo) {
  carts.tested = 0;
  show(*rule, carts.minute(0, 99), 100);
  EXPECT_EQ(rule->look(carts.minute(0, 99, true)).verdict, Verdict::undecided);
}

class Persistent : public ::testing::Test {
 protected:
  std::unique_ptr<Rule> rule =
      only_rule(one_day, [](HaltRules& rules) { rules.persistence.enabled = true; });
  Cohorts carts;
};

TEST_F(Persistent, HoldsAtTheFifteenthExceedanceOnEnd) {
  EXPECT_EQ(show(*rule, carts.minute(9, 99), 43).verdict, Verdict::undecided);
  const Judgement said = rule->look(carts.minute(9, 99));
  EXPECT_EQ(said.verdict, Verdict::hold);
  EXPECT_THAT(rule->reason(said, test::arms), HasSubstr("more than 1.5 times at 15 looks on end"));
}

TEST_F(Persistent, OneGoodLookBeginsTheCountAnew) {
  show(*rule, carts.minute(9, 99), 43);
  EXPECT_EQ(rule->look(carts.minute(0, 19'999)).verdict, Verdict::go);
  EXPECT_EQ(show(*rule, carts.minute(999, 99), 14).verdict, Verdict::undecided);
  EXPECT_EQ(rule->look(carts.minute(999, 99)).verdict, Verdict::hold);
}

TEST(PersistenceWithoutData, LeavesTheCountAsItWas) {
  const auto rule = only_rule(one_day, [](HaltRules& rules) {
    rules.persistence.enabled = true;
    rules.persistence.window_ms = 60'000;
    rules.persistence.looks = 3;
  });
  const Cohorts carts;
  show(*rule, carts.minute(9, 99), 2);
  EXPECT_EQ(show(*rule, {}, 50).verdict, Verdict::undecided);
  EXPECT_EQ(rule->look(carts.minute(9, 99)).verdict, Verdict::hold);
}

}  // namespace
}  // namespace cartstorm::broker::rollout
