#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <string_view>

#include "broker-mock/base/draw.hpp"
#include "broker-mock/base/things.hpp"
#include "broker-mock/rollout/binomial.hpp"
#include "broker-mock/rollout/cohort.hpp"
#include "broker-mock/rollout/rules.hpp"
#include "sim/faults/fault_plan.hpp"
#include "sim/fleet/population.hpp"
#include "sim/virtual_fleet/plan_of.hpp"
#include "tests/unit/sim/odds/shipped.hpp"

/// Holds that follow from who is hit: a stratified cohort has its share of every configuration, so
/// how many of its carts a fault makes bad is the same for every seed, and with it the verdict.
namespace cartstorm::sim::odds {
namespace {

constexpr std::uint64_t seeds = 20;

/// What cannot be counted beforehand, and why it is certain all the same.
const std::map<std::string_view, std::string_view> explained = {
    {"image_swapped", "two seconds into a minute over which hundreds of requests are spread"},
    {"status_wrong", "two seconds into a minute over which the canary's requests are spread"},
    {"late_success", "every cart of the canary is cut off until Jobs gives up"},
    {"workshop_loses_anchor", "the workshop takes a profile, of which the canary has a cart"},
};

bool is_of(const Profile& profile, const Who& who) {
  const auto matches = [](const std::string& wanted, const std::string& found) {
    return wanted.empty() || wanted == found;
  };
  const auto& sensors = profile.sensors;
  return matches(who.region, profile.region) && matches(who.use, profile.use) &&
         matches(who.profile, profile.name) && matches(who.tier, profile.tier) &&
         (who.sensor.empty() ||
          std::find(sensors.begin(), sensors.end(), who.sensor) != sensors.end());
}

/// Whether the release ends badly on a cart of this profile, by its faults and its images.
bool fails_on(const Scenario& scenario, const Profile& profile) {
  const Image& old_image = scenario.images.at("old");
  const Image& new_image = scenario.images.at("new");
  const auto& fits = new_image.hardware;
  bool fails =
      !fits.empty() && std::find(fits.begin(), fits.end(), profile.hardware_revision) == fits.end();
  for (const Fault& fault : scenario.faults) {
    const auto hits = [&](const Who& who) { return !who.share && is_of(profile, who); };
    if (const auto* body = std::get_if<SensorBootCrash>(&fault.body)) {
      fails |= body->image == "new" && hits({{}, {}, {}, {}, body->sensor, {}});
    } else if (const auto* crash = std::get_if<BootCrash>(&fault.body)) {
      fails |= crash->image == "new" && hits(crash->who);
    } else if (const auto* late = std::get_if<CrashAfterConfirm>(&fault.body)) {
      fails |= late->image == "new" && hits(late->who);
    } else if (const auto* skew = std::get_if<ClockSkew>(&fault.body)) {
      fails |= hits(skew->who) && (old_image.has(ImageQuirk::local_clock_validity) ||
                                   new_image.has(ImageQuirk::local_clock_self_test));
    }
  }
  return fails;
}

/// Whether a cart of this profile can never take the release, without failing at it.
bool waits_on(const Scenario& scenario, const Profile& profile) {
  const auto is_missing = [&](const Fault& fault) {
    const auto* missing = std::get_if<CaMissing>(&fault.body);
    return missing != nullptr && missing->anchor == scenario.images.at("new").signed_by &&
           !missing->who.share && is_of(profile, missing->who);
  };
  return std::any_of(scenario.faults.begin(), scenario.faults.end(), is_missing);
}

/// Those that a run can have: with a pinned one, what chance decides is decided.
std::vector<std::uint64_t> seeds_of(const Scenario& scenario) {
  if (scenario.seed) return {*scenario.seed};
  std::vector<std::uint64_t> all(seeds);
  std::iota(all.begin(), all.end(), 1U);
  return all;
}

struct Counted {
  std::uint64_t carts = 0, failing = 0, waiting = 0;
};

/// Of all stages up to `stage`, picked as the cloud does.
Counted count(const Scenario& scenario, std::string_view stage, std::uint64_t seed) {
  broker::Things things;
  const std::vector<CartSpec> population = make_population(scenario.fleet, seed);
  for (const CartSpec& cart : population) {
    const Profile& of = *cart.profile;
    things.add({cart.thing, of.hardware_revision, of.region, of.use, of.tier, of.name});
  }
  Counted counted;
  std::set<broker::ThingId> targeted;
  for (const broker::StageSpec& spec : plan_of(scenario.rollout).stages) {
    const std::uint32_t up_to = broker::carts_up_to(spec, scenario.fleet.carts);
    const auto cohort = broker::rollout::pick_cohort(
        things,
        {up_to - static_cast<std::uint32_t>(targeted.size()), seed ^ broker::hash_of("rollout"),
         [&](broker::ThingId thing) { return targeted.contains(thing); },
         [](broker::ThingId) { return true; }, plan_of(scenario.rollout).cohort});
    targeted.insert(cohort.things.begin(), cohort.things.end());
    for (const broker::ThingId thing : cohort.things) {
      const Profile& profile = *population[broker::index(thing)].profile;
      counted.failing += fails_on(scenario, profile) ? 1 : 0;
      counted.waiting += waits_on(scenario, profile) ? 1 : 0;
    }
    counted.carts = targeted.size();
    if (spec.name == stage) break;
  }
  return counted;
}

/// What the devices rule says in the end of so many carts.
broker::fact::Verdict verdict_of(const DevicesRule& rule, const Counted& counted) {
  const std::uint64_t threshold =
      broker::rollout::binomial_threshold(counted.carts, rule.tolerate, rule.alpha);
  return broker::rollout::judge_devices({counted.carts, counted.failing, counted.carts,
                                         counted.carts - counted.failing - counted.waiting,
                                         threshold})
      .verdict;
}

TEST(ShippedScenarios, ExpectHoldsByCartsOnlyWhereTheyAreCertain) {
  std::size_t judged = 0;
  for (const Scenario& scenario : shipped()) {
    const auto* held = first<report::ExpectHeld>(scenario);
    const bool is_by_carts = held != nullptr && (held->by == "devices" || held->by == "undecided");
    if (!is_by_carts || explained.contains(scenario.name)) continue;
    const auto wanted =
        held->by == "devices" ? broker::fact::Verdict::hold : broker::fact::Verdict::undecided;
    for (const std::uint64_t seed : seeds_of(scenario)) {
      const Counted counted = count(scenario, held->stage, seed);
      EXPECT_EQ(verdict_of(scenario.rollout.rules.devices, counted), wanted)
          << scenario.name << ", seed " << seed << ": " << counted.failing << " of "
          << counted.carts;
    }
    ++judged;
  }
  EXPECT_GT(judged, 6U);
}

/// Where a cohort is picked at random, an earlier stage must not have held already.
TEST(ShippedScenarios, AreNotHeldBeforeTheStageThatTheyExpect) {
  std::size_t judged = 0;
  for (const Scenario& scenario : shipped()) {
    const auto* held = first<report::ExpectHeld>(scenario);
    if (held == nullptr || scenario.rollout.cohort != CohortPick::random) continue;
    ASSERT_TRUE(scenario.seed) << scenario.name << ": a random pick decides by chance; pin a seed";
    for (const Stage& stage : scenario.rollout.stages) {
      if (stage.name == held->stage) break;
      const Counted counted = count(scenario, stage.name, *scenario.seed);
      EXPECT_EQ(verdict_of(scenario.rollout.rules.devices, counted), broker::fact::Verdict::go)
          << scenario.name << ", " << stage.name << ": " << counted.failing << " of "
          << counted.carts;
      ++judged;
    }
  }
  EXPECT_GT(judged, 1U);
}

TEST(ShippedScenarios, AreExplainedOnlyWhileTheyAreThere) {
  std::set<std::string> names;
  for (const Scenario& scenario : shipped()) names.insert(scenario.name);
  for (const auto& [name, why] : explained) EXPECT_TRUE(names.contains(std::string{name})) << name;
}

}  // namespace
}  // namespace cartstorm::sim::odds
