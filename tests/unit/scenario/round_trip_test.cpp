#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "sim/scenario/digest.hpp"
#include "sim/scenario/durations.hpp"
#include "sim/scenario/known_words.hpp"
#include "tests/unit/scenario/scratch_folder.hpp"

/// Random valid scenarios, written in their canonical form, read back the same.
namespace cartstorm::sim {
namespace {

std::int64_t between(std::int64_t least, std::int64_t most) {
  return *rc::gen::inRange<std::int64_t>(least, most + 1);
}
bool maybe() { return between(0, 1) == 1; }
/// 0.1 % to 100 %.
double any_share() { return static_cast<double>(between(1, 1000)) / 1000; }
std::string one_of_words(const std::vector<std::string>& words) {
  return words[static_cast<std::size_t>(between(0, static_cast<std::int64_t>(words.size()) - 1))];
}

/// Matches somebody in the table `two`.
Who any_who() {
  Who who;
  if (maybe()) who.share = any_share();
  const bool is_us = maybe();
  if (maybe()) who.region = is_us ? "us" : "eu";
  if (maybe()) who.use = is_us ? "retail" : "warehouse";
  if (maybe()) who.profile = is_us ? "us_shop" : "eu_shop";
  if (maybe()) who.sensor = is_us ? "camera" : "lidar";
  if (maybe()) who.tier = is_us ? "standard" : "early_access";
  return who;
}

report::CartSelector any_selector() {
  const Who who = any_who();
  return {who.region, who.use, who.profile, who.tier, maybe() ? "canary" : ""};
}

PowerCut any_power_cut() {
  PowerCut cut;
  cut.who = any_who();
  cut.off_us = between(1, day_us);
  cut.times = static_cast<std::uint32_t>(between(1, 100));
  switch (between(0, 2)) {
    case 0:
      cut.at_operation = static_cast<std::uint64_t>(between(1, 100'000));
      break;
    case 1:
      cut.during = one_of_words(known_update_states());
      cut.from_us = between(0, day_us);
      cut.until_us = cut.from_us + between(0, day_us);
      break;
    default:
      cut.at_us = between(0, day_us);
  }
  return cut;
}

/// Within the shortest run, and outside its quiet phase.
MetricPart any_part() {
  MetricPart part;
  if (maybe()) part.metric = static_cast<MetricKind>(between(0, 2));
  if (maybe()) part.from_us = between(0, day_us / 48);
  if (maybe()) part.until_us = between(day_us / 24, day_us / 12);
  return part;
}

Fault any_metric_fault() {
  const auto late_us = between(1, day_us);
  switch (between(0, 3)) {
    case 0:
      return {{}, "metric_lost", MetricLost{any_who(), any_share(), any_part()}};
    case 1:
      return {{},
              "metric_duplicated",
              MetricDuplicated{any_who(), any_share(), static_cast<std::uint32_t>(between(1, 20)),
                               between(0, day_us), any_part()}};
    case 2:
      return {{},
              "metric_delayed",
              MetricDelayed{any_who(), any_share(), late_us,
                            maybe() ? std::optional{late_us + 1} : std::nullopt, any_part()}};
    default:
      return {{}, "metric_reordered", MetricReordered{any_who(), any_share(), late_us, any_part()}};
  }
}

Fault any_cart_fault() {
  const std::string image = maybe() ? "old" : "new";
  switch (between(0, 6)) {
    case 0:
      return {{},
              "goes_silent",
              GoesSilent{any_who(), static_cast<SilenceAfter>(between(0, 2)), between(0, day_us)}};
    case 1:
      return {{}, "regional_outage", RegionalOutage{"us", 0, between(1, day_us / 12)}};
    case 2:
      return {{}, "grid_outage", GridOutage{any_who(), 0, between(1, day_us / 12)}};
    case 3:
      return {{},
              "crash_after_confirm",
              CrashAfterConfirm{any_who(), image, between(1, day_us / 12), between(1, day_us)}};
    case 4:
      if (maybe()) return {{}, "boot_crash", BootCrash{any_who(), image, between(0, day_us)}};
      return {{}, "image_swapped", ImageSwapped{between(0, day_us / 12)}};
    case 5:
      return {{},
              "reflashed",
              Reflashed{any_who(), image, maybe() ? "ca-next" : "", between(0, day_us / 12)}};
    default:
      return {{},
              "opted_out",
              OptedOut{any_who(), between(-day_us, 0),
                       maybe() ? std::optional{day_us / 12} : std::nullopt}};
  }
}

Fault any_fault() {
  const std::string image = maybe() ? "old" : "new";
  std::optional<std::int64_t> heals;
  if (maybe()) heals = between(0, 20 * day_us);
  switch (between(0, 7)) {
    case 0:
      return {{}, "power_cut", any_power_cut()};
    case 1:
      return {
          {}, "clock_skew", ClockSkew{any_who(), between(1, day_us) * (maybe() ? 1 : -1), heals}};
    case 2:
      return {{}, "ca_missing", CaMissing{any_who(), "ca-next"}};
    case 3:
      return {{}, "sensor_config_boot_crash", SensorBootCrash{"lidar", image, between(0, day_us)}};
    case 4:
      return any_metric_fault();
    case 5:
      return any_cart_fault();
    case 6: {
      ControllerKilled killed;
      if (maybe()) {
        killed.at_us = between(0, day_us);
      } else {
        killed.at_write = static_cast<std::uint64_t>(between(1, 1000));
      }
      killed.down_us = between(1, day_us);
      return {{}, "controller_killed", killed};
    }
    default:
      return {{}, "regression", Regression{image, 1.5 + any_share(), between(0, day_us)}};
  }
}

/// Short of the smallest fleet, so that it can be met and missed.
report::Bound any_bound() {
  if (maybe()) return {static_cast<double>(between(1, 999)) / 1000, true};
  return {static_cast<double>(between(0, 1999)), false};
}

template <class Body>
Body any_counting() {
  Body body;
  body.who = any_selector();
  if (maybe()) {
    body.at_least = any_bound();
  } else {
    body.at_most = any_bound();
  }
  return body;
}

report::ExpectationBody any_expectation(int kind) {
  std::optional<std::int64_t> within;
  if (maybe()) within = between(1, 2 * day_us);
  const auto count = static_cast<std::uint32_t>(between(0, 1000));
  switch (kind) {
    case 0:
      return report::ExpectHeld{"early", maybe() ? "ratio" : "undecided", within};
    case 1:
      if (within) within = 5 * day_us;  // all soaks and a pause at most, and the shortest run
      return report::ExpectCompleted{within};
    case 2:
      return report::ExpectRefused{maybe() ? "a: \"quoted\" 'reason' # here" : ""};
    case 3:
      return any_counting<report::ExpectOnNew>();
    case 4:
      return any_counting<report::ExpectRollbacks>();
    case 5:
      return report::ExpectAttempts{any_selector(), count, count + 1};
    case 6:
      return report::ExpectViolates{{"converges", "always_bootable"}};
    default:
      return report::ExpectCheck{"halt_holds"};
  }
}

Image any_image(std::uint32_t version) {
  Image image;
  image.version = {version};
  image.size = static_cast<std::uint32_t>(between(1, 1'048'576));
  image.errors_per_hour = static_cast<double>(between(1, 1'000'000)) / 1024;
  if (maybe()) image.quirks = {ImageQuirk::no_anchor_channel, ImageQuirk::local_clock_self_test};
  image.valid_from_us = between(-10 * day_us, 0);
  image.valid_until_us = between(1, 400 * day_us);
  image.security_version = static_cast<std::uint32_t>(between(1, 1000));
  image.signed_by = "ca-next";
  return image;
}

std::optional<double> any_baseline() {
  if (maybe()) return std::nullopt;
  return static_cast<double>(between(1, 1'000)) / 64;
}

/// A rule that is off forgets its parameters.
HaltRules any_rules() {
  const auto ratio = [] { return 1 + any_share(); };
  const auto window = [] { return between(60 * second_us, day_us / 2); };
  const auto expected = [] { return static_cast<double>(between(0, 100)); };
  HaltRules rules;
  rules.ratio = {true, ratio(), window(), expected()};
  if (maybe()) rules.ratio_at_promotion = {true, ratio(), window(), expected()};
  if (maybe()) {
    const auto looks = static_cast<std::uint32_t>(between(1, 60));
    rules.persistence = {true, ratio(), window(), looks, expected(), any_baseline()};
  }
  if (maybe()) rules.poisson_exact = {true, any_share() / 2, window(), expected(), any_baseline()};
  if (maybe()) {
    rules.sprt = {true,     1 + any_share(), any_share() / 2, any_share() / 2,
                  window(), any_baseline()};
  }
  if (maybe()) {
    const std::int64_t restart_us = maybe() ? 0 : window();
    rules.e_value = {true, any_share() / 2, {1 + any_share(), 7}, restart_us, 1 + any_share()};
  }
  rules.devices.enabled = maybe();
  if (rules.devices.enabled) rules.devices = {true, any_share() / 2, any_share() / 2};
  return rules;
}

Rollout any_rollout() {
  Rollout rollout;
  rollout.plan_name = maybe() ? "standard" : "literal";
  rollout.stages = {
      {"canary", static_cast<std::uint32_t>(between(1, 19)), 0, day_us},
      {"early", 0, static_cast<double>(between(10, 999)) / 10, between(day_us, 2 * day_us)},
      {"full", 0, 100, day_us}};
  rollout.rules = any_rules();
  rollout.on_hold = maybe() ? OnHold::let_run : OnHold::cancel_queued;
  if (maybe()) rollout.cohort = CohortPick::random;
  if (maybe()) {
    rollout.superseded = {
        "early", between(day_us / 2 + 1, day_us - 1), "bo", {{"again", 0, 100, day_us, {}}}};
  }
  if (maybe()) {  // a pause that nothing ends leaves nothing to expect
    std::optional<std::int64_t> lasts_us = between(1, day_us);
    if (rollout.superseded && maybe()) lasts_us.reset();
    rollout.pauses = {{"early", between(0, day_us / 2), lasts_us, "ada", "fair: weekend"}};
  }
  if (maybe()) rollout.limits = {any_share(), between(day_us / 24, 90 * day_us), any_share()};
  if (maybe()) rollout.window = {22.5, 4};
  if (maybe()) rollout.stages[0].tiers = {"early_access", "standard"};
  if (maybe()) rollout.quirks = {RolloutQuirk::no_ca_gate};
  if (maybe())
    rollout.releases = {{maybe() ? "early" : "",
                         maybe() ? std::optional<std::uint32_t>{7} : std::nullopt,
                         between(0, day_us), "dana", "seen: it"}};
  return rollout;
}

Scenario any_scenario() {
  Scenario scenario;
  scenario.name = "x";
  scenario.why =
      one_of_words({"a test", "two\nlines", "\"quoted\"", "# no comment", "\xC3\xA4: b"});
  if (maybe()) scenario.tags = {"smoke", "power_2"};
  scenario.ends_us = between(5 * day_us, 30 * day_us);
  scenario.quiet_us = between(2 * 3'600 * second_us, day_us);  // long enough for every fault
  if (maybe()) scenario.seed = static_cast<std::uint32_t>(between(0, UINT32_MAX));
  scenario.epoch_unix_s = between(0, 7'000'000'000);
  scenario.fleet.carts = static_cast<std::uint32_t>(between(2000, 1'000'000));
  scenario.fleet.profiles_name = "two";
  scenario.images = {{"old", any_image(0x00010800)}, {"new", any_image(0x00020000)}};
  scenario.rollout = any_rollout();
  if (maybe()) {
    scenario.images.at("new").changes = 0.25;
    scenario.rollout.patch_only = maybe();
  }
  if (maybe()) {
    scenario.images["older"] = scenario.images.at("old");
    scenario.images["older"].version = {0x00010600};
    scenario.images["older"].security_version = 1;
    scenario.fleet.on_older = Who{{}, "eu", {}, {}, {}, {}};  // not everybody
    if (maybe()) scenario.fleet.on_older->share = any_share();
  }
  if (scenario.rollout.superseded && !scenario.rollout.patch_only && maybe()) {
    Image newer = scenario.images.at("new");
    newer.version = {0x00020001};
    newer.errors_per_hour = 3;
    newer.changes.reset();
    scenario.images["newer"] = newer;
  }
  const auto quota = [] {
    return maybe() ? std::optional{static_cast<std::uint32_t>(between(1'000, 1'000'000))}
                   : std::nullopt;
  };
  scenario.cloud.quotas = {quota(), quota(), quota()};
  scenario.network = {between(0, second_us), between(0, second_us), 1024, any_share()};
  for (auto i = between(0, 4); i > 0; --i) scenario.faults.push_back(any_fault());
  scenario.expect.push_back({"", "", any_counting<report::ExpectRejected>()});
  for (int kind = 0; kind < 8; ++kind) {  // each at most once: repetitions are refused
    if (maybe()) scenario.expect.push_back({"", "", any_expectation(kind)});
  }
  return scenario;
}

using ScenarioRoundTrip = ScratchFolder;

RC_GTEST_FIXTURE_PROP(ScenarioRoundTrip, CanonicalTextReadsBackTheSame, ()) {
  const std::string text = canonical_text(any_scenario());
  write("x.yaml", text);
  const Loaded loaded = load("x.yaml");
  for (const auto& diagnostic : loaded.diagnostics) RC_LOG() << to_text(diagnostic, false);
  RC_ASSERT(loaded.diagnostics.empty());
  RC_ASSERT(canonical_text(loaded.scenario) == text);
}

}  // namespace
}  // namespace cartstorm::sim
