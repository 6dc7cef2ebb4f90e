#include "broker-mock/rollout/stage_watch.hpp"

#include "tests/unit/broker-mock/support/looks.hpp"
#include "tests/unit/broker-mock/support/recorder.hpp"

namespace cartstorm::broker::rollout {
namespace {

using fact::Verdict;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::int64_t minute_ms = 60'000;

/// A cloud's memory of errors: 20 carts of the new version and 300 of the old one.
class WatchedStage : public ::testing::Test {
 protected:
  WatchedStage() {
    for (int i = 0; i < 20; ++i) exposure.join(tested, {0});
    for (int i = 0; i < 300; ++i) exposure.join(base, {0});
    plan.stages = {{"canary", 10, 0, soak_minutes * minute_ms}, {"full", 0, 100, minute_ms}};
    plan.rules.ratio.enabled = plan.rules.devices.enabled = false;
  }
  /// Draws the errors of one more minute, at so many times the old version's 2 an hour.
  void pass_minute(double ratio = 1) {
    const auto n = static_cast<std::uint64_t>(minutes);
    count(tested, test::poisson_draw(ratio * 20 * 2 / 60, seed, 1, n));
    count(base, test::poisson_draw(300 * 2.0 / 60, seed, 2, n));
    exposure.advance({++minutes * minute_ms});
  }
  void count(telemetry::Exposure::Arm arm, std::uint64_t errors) {
    for (; errors > 0; --errors) exposure.count_error(arm);
  }
  ServerTime now() const { return {minutes * minute_ms}; }
  StageWatch begun_at(std::int64_t minute) {
    StageWatch watch{"fw-2", plan, test::arms};
    watch.start_stage(0, 20, {minute * minute_ms}, exposure);
    return watch;
  }
  StageWatch::Verdicts judge(StageWatch& watch) {
    return watch.judge(exposure, ledger, {soak_minutes * minute_ms}, now(), facts);
  }

  static constexpr std::int64_t soak_minutes = 4 * 60;
  std::uint64_t seed = 7;
  std::int64_t minutes = 0;
  telemetry::Exposure exposure{[](const fact::ExposureMinute&) {}};
  telemetry::Exposure::Arm base = exposure.arm_of(test::arms.base);
  telemetry::Exposure::Arm tested = exposure.arm_of(test::arms.tested);
  CartLedger ledger{test::arms.tested, 0};
  RolloutPlan plan;
  test::Recorder facts;
};

TEST_F(WatchedStage, TellsEveryRuleOnAChangeAndEveryHalfHour) {
  plan.rules.sprt.enabled = plan.rules.devices.enabled = true;
  StageWatch watch = begun_at(0);
  for (int i = 0; i < 61; ++i) {
    pass_minute();
    judge(watch);
  }
  std::vector<std::string> told;
  for (const auto& e : facts.evaluations) {
    told.push_back(fmt::format("{} {} {}", e.rule, e.e_new / minute_ms,
                               e.verdict == Verdict::go ? "go" : "undecided"));
  }
  // Sprt knows no concurrent baseline before minute 30; minutes of 20 carts, of which the ledger
  // knows none.
  EXPECT_THAT(told,
              ::testing::ElementsAre("sprt 0 undecided", "devices 0 undecided", "sprt 600 go",
                                     "devices 0 undecided", "sprt 600 go", "devices 0 undecided"));
}

TEST_F(WatchedStage, EveryRuleThatHoldsIsInTheReason) {
  plan.rules.sprt.enabled = plan.rules.e_value.enabled = true;
  StageWatch watch = begun_at(0);
  for (int i = 0; i < 30; ++i) pass_minute(5);
  const auto verdicts = judge(watch);
  EXPECT_THAT(verdicts.hold_reason, StartsWith("sprt: "));
  EXPECT_THAT(verdicts.hold_reason, HasSubstr("holds; e_value: "));
}

TEST_F(WatchedStage, AHoldBetweenTwoCallsIsNotMissed) {
  plan.rules.poisson_exact.enabled = true;
  StageWatch watch = begun_at(0);
  for (int i = 0; i < 30; ++i) pass_minute(6);
  for (int i = 0; i < 60; ++i) pass_minute();
  EXPECT_THAT(judge(watch).hold_reason, StartsWith("poisson_exact: "));
  EXPECT_EQ(facts.evaluations.back().verdict, Verdict::hold);
}

TEST_F(WatchedStage, ACallWithinAMinuteRepeatsWhatWasSaid) {
  plan.rules.e_value.enabled = true;
  StageWatch watch = begun_at(0);
  for (int i = 0; i < 10; ++i) pass_minute(9);
  const std::string reason = judge(watch).hold_reason;
  EXPECT_THAT(reason, StartsWith("e_value: "));
  EXPECT_EQ(judge(watch).hold_reason, reason);
}

TEST_F(WatchedStage, AReleaseForgivesWhatWasButNotWhatComes) {
  plan.rules.ratio.enabled = plan.rules.e_value.enabled = true;
  plan.rules.ratio.min_expected = 5;
  StageWatch watch = begun_at(0);
  for (int i = 0; i < 40; ++i) pass_minute(5);
  ASSERT_THAT(judge(watch).hold_reason, HasSubstr("; e_value: "));
  watch.release({40 * minute_ms - 59'999}, exposure);
  EXPECT_EQ(judge(watch).hold_reason, "");
  EXPECT_EQ(facts.evaluations.back().x, 0U);
  for (int i = 0; i < 30; ++i) {
    pass_minute();
    ASSERT_EQ(judge(watch).hold_reason, "");
  }
  for (int i = 0; i < 30; ++i) pass_minute(5);
  EXPECT_THAT(judge(watch).hold_reason, HasSubstr("; e_value: "));
}

/// Half a window before the stage began: ratio knows the old arm from then, the others do not.
TEST_F(WatchedStage, OnlyRatioSeesMinutesBeforeTheStage) {
  plan.rules.ratio.enabled = plan.rules.e_value.enabled = true;
  for (int i = 0; i < 15; ++i) pass_minute();
  StageWatch watch = begun_at(15);
  pass_minute();
  judge(watch);
  ASSERT_EQ(facts.evaluations.size(), 2U);
  EXPECT_EQ(facts.evaluations[0].e_old, 300U * 16 * minute_ms);
  EXPECT_EQ(facts.evaluations[1].e_old, 300U * 1 * minute_ms);
}

/// All rules at once over a drawn history, with the release of a hold in the middle. Whoever tells
/// the start and the last release again gets the same verdicts and reasons.
class Restarted : public WatchedStage {
 protected:
  Restarted() {
    HaltRules& rules = plan.rules;
    rules.ratio.enabled = rules.ratio_at_promotion.enabled = rules.persistence.enabled = true;
    rules.poisson_exact.enabled = rules.sprt.enabled = rules.e_value.enabled = true;
    rules.ratio.min_expected = rules.poisson_exact.min_expected = 10;
    rules.e_value.restart_ms = 30 * minute_ms;
  }
};

TEST_F(Restarted, ByReplayGivesTheSameVerdicts) {
  int holds = 0;
  for (seed = 1; seed <= 20; ++seed) {
    StageWatch watch = begun_at(minutes);
    const std::int64_t start = minutes;
    std::int64_t released = 0;
    for (int i = 0; i < soak_minutes && !HasFatalFailure(); ++i) {
      pass_minute(seed % 2 == 0 ? 1 : 1.7);
      const auto lived =
          watch.judge(exposure, ledger, {(start + soak_minutes) * minute_ms}, now(), facts);
      StageWatch restarted = begun_at(start);
      if (released != 0) restarted.release({released * minute_ms}, exposure);
      const auto told =
          restarted.judge(exposure, ledger, {(start + soak_minutes) * minute_ms}, now(), facts);
      ASSERT_EQ(told.hold_reason, lived.hold_reason) << "seed " << seed << " minute " << i;
      ASSERT_EQ(told.says_go, lived.says_go) << "seed " << seed << " minute " << i;
      if (lived.hold_reason.empty()) continue;
      ++holds;
      released = minutes;
      watch.release(now(), exposure);
    }
  }
  EXPECT_GT(holds, 20) << "the histories were too harmless to show anything";
}

}  // namespace
}  // namespace cartstorm::broker::rollout
