#include "sim/scenario/plans.hpp"
#include "tests/unit/scenario/scratch_folder.hpp"

namespace cartstorm::sim {
namespace {

using testing::ElementsAre;

/// What a valid file means.
class ScenarioValues : public ScratchFolder {
 protected:
  Scenario with(std::string_view part, std::string_view replacement) const {
    EXPECT_EQ(errors_with(part, replacement), "");
    return load("x.yaml").scenario;
  }
  /// The valid scenario with one more fault.
  Fault fault(const std::string& text) const {
    return with("expect:", "  - " + text + "\nquiet: 2h\nexpect:").faults.at(1);
  }
  report::ExpectationBody expectation(const std::string& text) const {
    return with("- not_held", "- " + text).expect.at(0).body;
  }
};

TEST_F(ScenarioValues, DefaultsAreThoseOfTheSeam) {
  const Scenario s = with("a test", "a test");
  EXPECT_EQ(s.quiet_us, 3'600'000'000);
  EXPECT_EQ(s.epoch_unix_s, 1'780'000'000);
  EXPECT_EQ(s.images.at("new").size, 524'288U);
  EXPECT_EQ(s.images.at("new").errors_per_hour, 2);
  EXPECT_EQ(s.images.at("new").signed_by, "ca-current");
  EXPECT_EQ(s.network.latency_us, 40'000);
  EXPECT_EQ(s.rollout.on_hold, OnHold::cancel_queued);
  EXPECT_EQ(s.rollout.cohort, CohortPick::stratified);
  EXPECT_EQ(s.seed, std::nullopt);
  EXPECT_EQ(s.where.line, 1);
}

TEST_F(ScenarioValues, ACohortMayBePickedAtRandomAndASeedBePinned) {
  const Scenario s = with("plan: standard", "plan: standard\n  cohort: random\nseed: 4294967295");
  EXPECT_EQ(s.rollout.cohort, CohortPick::random);
  EXPECT_EQ(s.seed, 4294967295U);
}

TEST_F(ScenarioValues, ProfilesCarryHoursAndSensors) {
  const Scenario s = with("a test", "a test");
  ASSERT_EQ(s.fleet.profiles.size(), 2U);
  const Profile& us = s.fleet.profiles[0];
  EXPECT_EQ(us.name, "us_shop");
  EXPECT_EQ(us.share, 0.75);
  EXPECT_EQ(us.powered.from, 8.5);
  EXPECT_EQ(us.powered.to, 20);
  EXPECT_EQ(us.utc_offset_h, -6);
  EXPECT_EQ(us.tier, "standard");
  EXPECT_THAT(us.sensors, ElementsAre("camera", "scale"));
  const Profile& eu = s.fleet.profiles[1];
  EXPECT_EQ(eu.tier, "early_access");
  EXPECT_EQ(eu.powered.from, eu.powered.to);
}

TEST_F(ScenarioValues, RolloutRefinesThePlan) {
  const Rollout r = with("plan: standard", R"(plan: literal
  stages: [{stage: some, carts: 20, soak: 1h}, {stage: all, share: 100%, soak: 2h}]
  rules: {ratio: {ratio: 2, window: 1h}, devices: {tolerate: 2%, alpha: 0.5%}}
  on_hold: let_run
  quirks: [no_ca_gate]
  releases: [{stage: some, after: 2h, person: dana, reason: seen it}])")
                        .rollout;
  EXPECT_EQ(r.plan_name, "literal");
  ASSERT_EQ(r.stages.size(), 2U);
  EXPECT_EQ(r.stages[0].carts, 20U);
  EXPECT_EQ(r.stages[1].percent, 100);
  EXPECT_EQ(r.rules.ratio.ratio, 2);
  EXPECT_EQ(r.rules.ratio.window_us, 3'600'000'000);
  EXPECT_EQ(r.rules.ratio.min_expected, 0);
  EXPECT_TRUE(r.rules.devices.enabled);
  EXPECT_EQ(r.rules.devices.tolerate, 0.02);
  EXPECT_EQ(r.rules.devices.alpha, 0.005);
  EXPECT_EQ(r.on_hold, OnHold::let_run);
  EXPECT_TRUE(r.has(RolloutQuirk::no_ca_gate));
  EXPECT_EQ(r.releases.at(0).person, "dana");
  EXPECT_EQ(r.releases.at(0).after_us, 7'200'000'000);
}

TEST_F(ScenarioValues, EveryHaltRuleHasItsParameters) {
  const HaltRules rules = with("plan: standard", R"(plan: standard
  rules:
    ratio: off
    ratio_at_promotion: {ratio: 2, window: 1h, min_expected: 3}
    persistence: {ratio: 2.5, window: 20m, looks: 7, min_expected: 4, baseline_errors_per_hour: 0.5}
    poisson_exact: {alpha: 1%, window: 2h, min_expected: 5}
    sprt: {theta1: 3, alpha: 2%, beta: 10%, window: 15m, baseline_errors_per_hour: 0.01}
    e_value: {alpha: 0.1%, grid: [2, 4.5], restart: 2h, certify: 1.25})")
                              .rollout.rules;
  EXPECT_FALSE(rules.ratio.enabled);
  EXPECT_TRUE(rules.ratio_at_promotion.enabled);
  EXPECT_EQ(rules.ratio_at_promotion.ratio, 2);
  EXPECT_EQ(rules.ratio_at_promotion.window_us, 3'600'000'000);
  EXPECT_EQ(rules.ratio_at_promotion.min_expected, 3);
  EXPECT_TRUE(rules.persistence.enabled);
  EXPECT_EQ(rules.persistence.looks, 7U);
  EXPECT_EQ(rules.persistence.baseline_errors_per_hour, 0.5);
  EXPECT_EQ(rules.poisson_exact.alpha, 0.01);
  EXPECT_EQ(rules.poisson_exact.min_expected, 5);
  EXPECT_EQ(rules.poisson_exact.baseline_errors_per_hour, std::nullopt);
  EXPECT_EQ(rules.sprt.theta1, 3);
  EXPECT_EQ(rules.sprt.beta, 0.1);
  EXPECT_EQ(rules.sprt.baseline_errors_per_hour, 0.01);
  EXPECT_EQ(rules.e_value.alpha, 0.001);
  EXPECT_THAT(rules.e_value.grid, ElementsAre(2, 4.5));
  EXPECT_EQ(rules.e_value.restart_us, 7'200'000'000);
  EXPECT_EQ(rules.e_value.certify, 1.25);
  EXPECT_TRUE(rules.devices.enabled);
}

/// Canonical forms leave out the rules that are off in all plans.
TEST(Plans, TurnOnNoRulesButRatioAndDevices) {
  for (const NamedPlan& plan : known_plans()) {
    const HaltRules& rules = plan.rollout.rules;
    EXPECT_FALSE(rules.ratio_at_promotion.enabled || rules.persistence.enabled ||
                 rules.poisson_exact.enabled || rules.sprt.enabled || rules.e_value.enabled)
        << plan.name;
  }
}

TEST_F(ScenarioValues, PowerCuts) {
  const auto timed = std::get<PowerCut>(
      fault("{fault: power_cut, who: 10%, during: downloading, until: 3m, off: 2m, times: 3}")
          .body);
  EXPECT_EQ(timed.who.share, 0.1);
  EXPECT_EQ(timed.during, "downloading");
  EXPECT_EQ(timed.from_us, 0);
  EXPECT_EQ(timed.until_us, 180'000'000);
  EXPECT_EQ(timed.off_us, 120'000'000);
  EXPECT_EQ(timed.times, 3U);
  const auto placed = std::get<PowerCut>(fault("{fault: power_cut, at_operation: 57}").body);
  EXPECT_EQ(placed.at_operation, 57U);
  const auto at = std::get<PowerCut>(fault("{fault: power_cut, at: 3h}").body);
  EXPECT_EQ(at.at_us, 10'800'000'000);
}

TEST_F(ScenarioValues, OtherFaults) {
  const auto skew = fault("{fault: clock_skew, offset: 90m, heals_at: 1d}");
  EXPECT_EQ(skew.name, "clock_skew");
  EXPECT_EQ(skew.where.line, 14);
  EXPECT_EQ(std::get<ClockSkew>(skew.body).heals_at_us, 86'400'000'000);
  const auto crash = std::get<SensorBootCrash>(
      fault("{fault: sensor_config_boot_crash, sensor: lidar, image: old, after: 5s}").body);
  EXPECT_EQ(crash.image, "old");
  EXPECT_EQ(crash.after_us, 5'000'000);
  const auto lost = std::get<MetricLost>(
      fault("{fault: metric_lost, who: {tier: early_access, share: 50%}, share: 25%}").body);
  EXPECT_EQ(lost.who.tier, "early_access");
  EXPECT_EQ(lost.who.share, 0.5);
  EXPECT_EQ(lost.share, 0.25);
  const auto worse = std::get<Regression>(fault("{fault: regression, factor: 3, at: 1d}").body);
  EXPECT_EQ(worse.factor, 3);
  EXPECT_EQ(worse.at_us, 86'400'000'000);
  const auto missing =
      std::get<CaMissing>(fault("{fault: ca_missing, anchor: ca-current, who: 20%}").body);
  EXPECT_EQ(missing.anchor, "ca-current");
  const auto killed =
      std::get<ControllerKilled>(fault("{fault: controller_killed, at_write: 17}").body);
  EXPECT_EQ(killed.at_write, 17U);
  EXPECT_EQ(killed.at_us, std::nullopt);
  EXPECT_EQ(killed.down_us, 600'000'000);
}

TEST_F(ScenarioValues, FaultsOfTheMetricChannel) {
  const auto lost = std::get<MetricLost>(
      fault("{fault: metric_lost, metric: rollback, from: 1h, until: 2h}").body);
  EXPECT_EQ(lost.part.metric, MetricKind::rollback);
  EXPECT_EQ(lost.part.from_us, 3'600'000'000);
  EXPECT_EQ(lost.part.until_us, 7'200'000'000);
  const auto copied = std::get<MetricDuplicated>(
      fault("{fault: metric_duplicated, copies: 2, after: 30s, metric: error}").body);
  EXPECT_EQ(copied.copies, 2U);
  EXPECT_EQ(copied.after_us, 30'000'000);
  EXPECT_EQ(copied.part.metric, MetricKind::error);
  const auto late =
      std::get<MetricDelayed>(fault("{fault: metric_delayed, least: 10m, most: 1h}").body);
  EXPECT_EQ(late.least_us, 600'000'000);
  EXPECT_EQ(late.most_us, 3'600'000'000);
  const auto mixed =
      std::get<MetricReordered>(fault("{fault: metric_reordered, within: 5m, share: 50%}").body);
  EXPECT_EQ(mixed.within_us, 300'000'000);
  EXPECT_EQ(mixed.share, 0.5);
  EXPECT_EQ(mixed.part.metric, std::nullopt);
}

TEST_F(ScenarioValues, FaultsOfCartsAndTheirSurroundings) {
  const auto silent = std::get<GoesSilent>(
      fault("{fault: goes_silent, after: boot_crash, wait: 5s, who: 10%}").body);
  EXPECT_EQ(silent.after, SilenceAfter::boot_crash);
  EXPECT_EQ(silent.wait_us, 5'000'000);
  const auto crash =
      std::get<CrashAfterConfirm>(fault("{fault: crash_after_confirm, after: 6h, again: 2s}").body);
  EXPECT_EQ(crash.after_us, 21'600'000'000);
  EXPECT_EQ(crash.again_us, 2'000'000);
  EXPECT_EQ(crash.image, "new");
  const auto offline = std::get<RegionalOutage>(
      fault("{fault: regional_outage, region: us, from: 1h, until: 2h}").body);
  EXPECT_EQ(offline.region, "us");
  EXPECT_EQ(offline.until_us, 7'200'000'000);
  const auto dark = std::get<GridOutage>(fault("{fault: grid_outage, from: 0s, until: 2h}").body);
  EXPECT_EQ(dark.from_us, 0);
  EXPECT_EQ(std::get<ImageSwapped>(fault("{fault: image_swapped, at: 1h}").body).at_us,
            3'600'000'000);
  const auto workshop = std::get<Reflashed>(
      fault("{fault: reflashed, image: old, without: ca-current, at: 1h}").body);
  EXPECT_EQ(workshop.image, "old");
  EXPECT_EQ(workshop.without, "ca-current");
  const auto customer = std::get<OptedOut>(fault("{fault: opted_out, at: -1h, until: 1h}").body);
  EXPECT_EQ(customer.at_us, -3'600'000'000);
  EXPECT_EQ(customer.until_us, 3'600'000'000);
}

TEST_F(ScenarioValues, Expectations) {
  EXPECT_TRUE(std::holds_alternative<report::ExpectNotHeld>(expectation("not_held")));
  EXPECT_EQ(std::get<report::ExpectCheck>(expectation("halt_holds")).id, "halt_holds");
  EXPECT_EQ(std::get<report::ExpectCompleted>(expectation("completed")).within_us, std::nullopt);
  EXPECT_EQ(std::get<report::ExpectCompleted>(expectation("completed: {within: 9d}")).within_us,
            777'600'000'000);
  EXPECT_EQ(std::get<report::ExpectRefused>(expectation("refused: {reason: anchor}")).reason,
            "anchor");
  const auto rollbacks =
      std::get<report::ExpectRollbacks>(expectation("rollbacks: {at_least: 3, at_most: 50%}"));
  EXPECT_FALSE(rollbacks.at_least->is_share);
  EXPECT_EQ(rollbacks.at_least->value, 3);
  EXPECT_EQ(rollbacks.at_most->value, 0.5);
  const auto rejected = std::get<report::ExpectRejected>(
      expectation("rejected: {who: {region: us}, at_most: 0, reason: not_yet_valid}"));
  EXPECT_EQ(rejected.reason, "not_yet_valid");
  const auto attempts = std::get<report::ExpectAttempts>(
      expectation("attempts: {who: {stage: early}, each: at least 2 and at most 5}"));
  EXPECT_EQ(attempts.who.stage, "early");
  EXPECT_EQ(attempts.each_at_least, 2U);
  EXPECT_EQ(attempts.each_at_most, 5U);
}

TEST_F(ScenarioValues, ExpectationRemembersItsPlace) {
  const Scenario s = with("- not_held", "- not_held");
  EXPECT_EQ(without_folder(s.expect.at(0).where), "x.yaml:15:5");
}

TEST_F(ScenarioValues, NearestProfileFolderWins) {
  write("deep/profiles/two.yaml", replaced(table_text, "75%", "75.0%"));
  write("deep/nested/x.yaml", valid_text);
  write("deep/profiles/two.yaml", replaced(table_text, "us_shop", "near_shop"));
  const Loaded loaded = load("deep/nested/x.yaml");
  ASSERT_TRUE(loaded.diagnostics.empty());
  EXPECT_EQ(loaded.scenario.fleet.profiles.at(0).name, "near_shop");
}

/// Works in the scratch folder as a person would.
class ScenarioNamedFromItsFolder : public ScratchFolder {
 protected:
  ScenarioNamedFromItsFolder() : before_(std::filesystem::current_path()) {
    std::filesystem::create_directories(path("deep/er"));
    write("deep/er/x.yaml", valid_text);
  }
  ~ScenarioNamedFromItsFolder() override { std::filesystem::current_path(before_); }

  /// Complaints about `name` as seen from `folder`.
  static std::string errors_from(const std::filesystem::path& folder, const char* name) {
    std::filesystem::current_path(folder);
    std::string text;
    for (const auto& d : load_scenario(name).diagnostics) text += to_text(d, false);
    return text;
  }

 private:
  std::filesystem::path before_;
};

TEST_F(ScenarioNamedFromItsFolder, FindsItsTable) {
  EXPECT_EQ(errors_from(path("deep/er"), "x.yaml"), "");
  EXPECT_EQ(errors_from(path("deep"), "er/x.yaml"), "");
  EXPECT_EQ(errors_from(path(""), "./deep/er/x.yaml"), "");
}

TEST_F(ScenarioNamedFromItsFolder, FindsTheTablesOfTheCurrentFolder) {
  std::filesystem::create_directories(path("work/scenarios"));
  std::filesystem::rename(path("profiles"), path("work/scenarios/profiles"));
  EXPECT_THAT(errors_from(path("deep"), "er/x.yaml"),
              testing::HasSubstr("unknown profile table \"two\""));
  EXPECT_EQ(errors_from(path("work/scenarios"), "../../deep/er/x.yaml"), "");
  EXPECT_EQ(errors_from(path("work"), "../deep/er/x.yaml"), "");
}

TEST_F(ScenarioValues, TablesOfAScenariosFolderAreFoundFromOutside) {
  std::filesystem::create_directories(path("scenarios"));
  std::filesystem::rename(path("profiles"), path("scenarios/profiles"));
  write("tests/x.yaml", valid_text);
  EXPECT_EQ(load("tests/x.yaml").diagnostics.size(), 0U);
}

}  // namespace
}  // namespace cartstorm::sim
