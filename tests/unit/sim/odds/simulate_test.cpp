#include "sim/odds/simulate.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace cartstorm::sim::odds {
namespace {

constexpr std::uint64_t seed = 20'261'127;
constexpr double z_999 = 3.2905267314919255;  ///< of a 99.9 % interval

/// One row of halt-rule.md section 4.1 or 4.2: the stage, and shares of held simulated stages.
struct Row {
  double carts, others, errors_per_hour;
  std::int64_t hours;
  std::uint64_t reference_runs;
  double naive_known, naive_concurrent, exact, sprt, e_cumulative;
};
void PrintTo(const Row& row, std::ostream* out) {
  *out << row.carts << " carts at " << row.errors_per_hour << " for " << row.hours << " h";
}
constexpr Row rows[] = {
    {10, 9990, 0.01, 24, 20'000, 0.9087, 0.9087, 0.0026, 0.0079, 0.0138},
    {10, 9990, 0.1, 24, 20'000, 1.0000, 1.0000, 0.0031, 0.0389, 0.0225},
    {10, 9990, 1, 24, 20'000, 1.0000, 1.0000, 0.0070, 0.0372, 0.0304},
    {10, 9990, 10, 24, 20'000, 0.1133, 0.1405, 0.0126, 0.0261, 0.0196},
    {1000, 9000, 0.1, 24, 20'000, 0.1186, 0.3024, 0.0143, 0.0260, 0.0215},
    {1000, 9000, 1, 24, 20'000, 0.0000, 0.0000, 0.0146, 0.0048, 0.0088},
    {100, 9900, 0.01, 72, 5'000, 1.0000, 1.0000, 0.0002, 0.0362, 0.0312},
    {100, 9900, 1, 72, 5'000, 0.3206, 0.4082, 0.0112, 0.0274, 0.0224},
};

broker::HaltRules none() {
  broker::HaltRules rules;
  rules.ratio.enabled = false;
  rules.devices.enabled = false;
  return rules;
}

/// The rules of the reference's columns, each as it was defined there.
broker::HaltRules reference_rules(const Row& row, bool is_known) {
  broker::HaltRules rules = none();
  rules.ratio.enabled = true;
  rules.ratio.min_expected = 0;
  if (!is_known) return rules;
  const double rate = row.errors_per_hour;
  rules.ratio.baseline_errors_per_hour = rate;
  rules.poisson_exact.enabled = true;
  rules.poisson_exact.baseline_errors_per_hour = rate;
  rules.sprt.enabled = true;
  rules.sprt.baseline_errors_per_hour = rate;
  rules.e_value.enabled = true;
  rules.e_value.restart_ms = 0;
  return rules;
}

StageModel model(const Row& row) {
  StageModel stage;
  stage.soak_minutes = row.hours * 60;
  stage.carts_on_new = row.carts;
  stage.carts_on_old = row.others;
  stage.errors_per_hour = row.errors_per_hour;
  return stage;
}

std::uint64_t holds_of(const std::vector<Simulated>& results, std::string_view rule) {
  const auto found = std::find_if(results.begin(), results.end(),
                                  [&](const Simulated& each) { return each.rule == rule; });
  return found == results.end() ? 0 : found->held_at.size();
}

/// Two shares agree if their 99.9 % intervals overlap.
void expect_near(std::uint64_t holds, std::uint64_t runs, double reference,
                 std::uint64_t reference_runs, const char* what) {
  const Interval ours = wilson(holds, runs, z_999);
  const auto theirs_hold =
      static_cast<std::uint64_t>(std::lround(reference * static_cast<double>(reference_runs)));
  const Interval theirs = wilson(theirs_hold, reference_runs, z_999);
  EXPECT_TRUE(ours.low <= theirs.high && theirs.low <= ours.high)
      << what << ": " << holds << " of " << runs << ", the reference has " << reference;
}

class ReferenceRow : public testing::TestWithParam<Row> {};

TEST_P(ReferenceRow, IsReproducedByTheRulesThemselves) {
  const Row& row = GetParam();
  SCOPED_TRACE(seed);
  constexpr std::uint64_t runs = 600;
  StageModel stage = model(row);
  stage.first_look_minute = 30;  // the reference waits for a whole window
  const auto known = simulate(reference_rules(row, true), stage, runs, seed);
  expect_near(holds_of(known, "ratio"), runs, row.naive_known, row.reference_runs, "naive known");
  expect_near(holds_of(known, "poisson_exact"), runs, row.exact, row.reference_runs, "exact");
  const auto concurrent = simulate(reference_rules(row, false), stage, runs, seed);
  expect_near(holds_of(concurrent, "ratio"), runs, row.naive_concurrent, row.reference_runs,
              "naive concurrent");
  // These two look from the first minute on.
  stage.first_look_minute = 1;
  broker::HaltRules sequential = reference_rules(row, true);
  sequential.ratio.enabled = sequential.poisson_exact.enabled = false;
  const auto early = simulate(sequential, stage, runs, seed);
  expect_near(holds_of(early, "sprt"), runs, row.sprt, row.reference_runs, "sprt");
  expect_near(holds_of(early, "e_value"), runs, row.e_cumulative, row.reference_runs, "e_value");
}

INSTANTIATE_TEST_SUITE_P(HaltRuleReference, ReferenceRow, testing::ValuesIn(rows),
                         [](const auto& row) { return "Row" + std::to_string(row.index); });

TEST(Simulate, IsAFunctionOfItsArguments) {
  const Row& row = rows[3];
  const auto first = simulate(reference_rules(row, true), model(row), 20, 5);
  const auto again = simulate(reference_rules(row, true), model(row), 20, 5);
  const auto other = simulate(reference_rules(row, true), model(row), 20, 6);
  ASSERT_EQ(first.size(), again.size());
  bool differs = false;
  for (std::size_t i = 0; i < first.size(); ++i) {
    EXPECT_EQ(first[i].held_at, again[i].held_at);
    differs = differs || first[i].held_at != other[i].held_at;
  }
  EXPECT_TRUE(differs);
}

/// halt-rule.md 4.3: three times the errors in ten carts at 0.1 per hour, after 2.62 hours.
TEST(Simulate, RegressionsAreCaughtWhenTheReferenceSays) {
  Row row = rows[1];
  StageModel stage = model(row);
  stage.factor = 3;
  broker::HaltRules rules = reference_rules(row, true);
  rules.ratio.enabled = rules.poisson_exact.enabled = rules.sprt.enabled = false;
  const auto found = simulate(rules, stage, 1000, seed);
  ASSERT_EQ(found.size(), 1U);
  ASSERT_GT(found[0].held_at.size(), 990U);
  const double median_h = static_cast<double>(found[0].held_at[500]) / 60;
  EXPECT_NEAR(median_h, 2.62, 0.4);
}

/// halt-rule.md 4.4: from the twelfth hour on; hourly restarts see it within the hour.
TEST(Simulate, LateRegressionsNeedRestarts) {
  Row row = rows[2];
  StageModel stage = model(row);
  stage.factor = 3;
  stage.factor_from_minute = 720;
  broker::HaltRules rules = reference_rules(row, true);
  rules.ratio.enabled = rules.poisson_exact.enabled = rules.sprt.enabled = false;
  const auto cumulative = simulate(rules, stage, 400, seed);
  rules.e_value.restart_ms = 3'600'000;
  const auto restarted = simulate(rules, stage, 400, seed);
  ASSERT_EQ(cumulative[0].held_at.size(), 400U);
  ASSERT_EQ(restarted[0].held_at.size(), 400U);
  const auto after_onset = [](const Simulated& result) {
    return static_cast<double>(result.held_at[200] - 720) / 60;
  };
  EXPECT_NEAR(after_onset(cumulative[0]), 1.90, 0.25);
  EXPECT_NEAR(after_onset(restarted[0]), 0.58, 0.15);
}

TEST(Wilson, IsWilsons) {
  // 2,266 of 20,000: the reference prints 0.1133 [0.1089, 0.1177] or so.
  const Interval interval = wilson(2266, 20'000);
  EXPECT_NEAR(interval.low, 0.1090, 1e-4);
  EXPECT_NEAR(interval.high, 0.1178, 1e-4);
  EXPECT_EQ(wilson(0, 0).high, 1);
  EXPECT_EQ(wilson(0, 10).low, 0);
}

}  // namespace
}  // namespace cartstorm::sim::odds
