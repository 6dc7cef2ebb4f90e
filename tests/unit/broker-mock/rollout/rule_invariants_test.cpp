#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "tests/unit/broker-mock/support/looks.hpp"

/// halt-rule.md section 6.
namespace cartstorm::broker::rollout {
namespace {

using fact::Verdict;
using test::Cohorts;
using test::one_day;
using test::poisson_draw;

HaltRules known_at(double errors_per_hour) {
  HaltRules rules;
  rules.ratio.min_expected = 0;
  rules.persistence.enabled = rules.poisson_exact.enabled = rules.sprt.enabled = true;
  rules.ratio_at_promotion.enabled = true;
  rules.ratio.baseline_errors_per_hour = errors_per_hour;
  rules.ratio_at_promotion.baseline_errors_per_hour = errors_per_hour;
  rules.persistence.baseline_errors_per_hour = errors_per_hour;
  rules.poisson_exact.baseline_errors_per_hour = errors_per_hour;
  rules.sprt.baseline_errors_per_hour = errors_per_hour;
  return rules;
}

RC_GTEST_PROP(KnownBaseline, TwiceTheCartsAtHalfTheRateAreJudgedAlike, ()) {
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  const auto carts = *rc::gen::inRange<std::uint64_t>(1, 2'000);
  const double rate = 0.25 * static_cast<double>(*rc::gen::inRange(1, 64));
  const double theta = *rc::gen::element(0.5, 1.0, 1.5, 2.0, 4.0);
  const Watch watch{120, 1};
  const auto some = make_rules(known_at(rate), watch);
  const auto twice = make_rules(known_at(rate / 2), watch);
  for (std::uint64_t minute = 0; minute < 120; ++minute) {
    const double mean = theta * rate * static_cast<double>(carts) / 60;
    const std::uint64_t x = poisson_draw(mean, seed, 1, minute);
    const bool is_last = minute == 119;
    for (std::size_t i = 0; i < some.size(); ++i) {
      const Judgement one = some[i]->look(Cohorts{carts, 0}.minute(x, 0, is_last));
      const Judgement other = twice[i]->look(Cohorts{2 * carts, 0}.minute(x, 0, is_last));
      RC_ASSERT(one.verdict == other.verdict);
    }
  }
}

/// Load that swings by a factor of twenty hits both arms: the rules that compare the arms minute by
/// minute, or within one window, do not mistake it for a regression. Alpha is 0.05.
TEST(CommonDisturbance, LeavesTheFalseHoldsOfConditionalRulesBelowAlpha) {
  constexpr std::uint64_t seed = 20'245;
  constexpr int runs = 400;
  SCOPED_TRACE(seed);
  HaltRules rules;
  rules.ratio.enabled = false;
  rules.poisson_exact.enabled = rules.e_value.enabled = true;
  const Cohorts carts{10, 90};
  int false_holds[2] = {0, 0};
  for (std::uint64_t run = 0; run < runs; ++run) {
    const auto made = make_rules(rules, one_day);
    bool has_held[2] = {false, false};
    for (std::uint64_t minute = 0; minute < 1'440; ++minute) {
      const double rate = minute / 45 % 3 == 0 ? 20 : 1;
      const std::uint64_t n = run * 1'440 + minute;
      const Look look = carts.minute(poisson_draw(rate * 10 / 60, seed, 1, n),
                                     poisson_draw(rate * 90 / 60, seed, 2, n), minute == 1'439);
      for (std::size_t i = 0; i < 2; ++i) {
        has_held[i] = has_held[i] || made[i]->look(look).verdict == Verdict::hold;
      }
    }
    for (std::size_t i = 0; i < 2; ++i) false_holds[i] += has_held[i] ? 1 : 0;
  }
  EXPECT_LE(false_holds[0], runs / 20) << "poisson_exact";
  EXPECT_LE(false_holds[1], runs / 20) << "e_value";
}

/// What every rule says at every minute of drawn stages, as one number.
TEST(Verdicts, AreTheSameWithEveryCompiler) {
  constexpr std::uint64_t seed = 11;
  HaltRules rules = known_at(2);
  rules.e_value.enabled = true;
  rules.e_value.certify = 3;
  HaltRules concurrent = rules;
  concurrent.persistence.baseline_errors_per_hour = std::nullopt;
  concurrent.poisson_exact.baseline_errors_per_hour = std::nullopt;
  concurrent.sprt.baseline_errors_per_hour = std::nullopt;
  concurrent.poisson_exact.min_expected = 5;
  std::uint64_t hash = 0;
  std::uint64_t times[3] = {0, 0, 0};
  for (std::uint64_t run = 0; run < 40; ++run) {
    auto made = make_rules(run % 2 == 0 ? rules : concurrent, {240, 1});
    const double theta = 1 + static_cast<double>(run % 5) / 4;
    for (std::uint64_t minute = 0; minute < 240; ++minute) {
      const std::uint64_t n = run * 240 + minute;
      const Cohorts carts{10 + draw(seed, 3, n) % 5, 95 + draw(seed, 4, n) % 9};
      const double per_minute = 2.0 / 60;
      const Look look = carts.minute(
          poisson_draw(theta * per_minute * static_cast<double>(carts.tested), seed, 1, n),
          poisson_draw(per_minute * static_cast<double>(carts.base), seed, 2, n), minute == 239);
      for (const auto& rule : made) {
        const auto verdict = static_cast<std::uint64_t>(rule->look(look).verdict);
        ++times[verdict];
        hash = mix(hash ^ verdict);
      }
    }
  }
  EXPECT_EQ(hash, 0x28e5751b8ed8ef54ULL) << times[0] << " " << times[1] << " " << times[2];
}

}  // namespace
}  // namespace cartstorm::broker::rollout
