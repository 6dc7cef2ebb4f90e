#include "sim/explore/explorer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "tests/unit/sim/explore/broken_device.hpp"
#include "tests/unit/sim/explore/laboratory.hpp"

namespace cartstorm::sim::explore {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

ExploreResult run(const Exploration& exploration, const ExploreOptions& options = {}) {
  return explore(exploration, options, {});
}
ExploreResult run(const Exploration& exploration, const DeviceCode& device) {
  ExploreOptions options;
  options.device = &device;
  return run(exploration, options);
}

/// Outcomes that any path of a story had, by name.
std::vector<std::string> ends_of(const StoryResult& story) {
  std::vector<std::string> names;
  for (std::size_t n = 0; n < outcome_count; ++n) {
    if (story.points.at(n) != 0) names.emplace_back(name(static_cast<Outcome>(n)));
  }
  return names;
}
std::uint64_t sum(const StoryResult& story) {
  return std::accumulate(story.points.begin(), story.points.end(), std::uint64_t{0});
}

struct Planted {
  const char* name;
  DeviceCode (*device)();
  Fate fate;
  const char* kind;  ///< that must be among those found; nullptr: there is nothing to find
  std::uint32_t retries = 0;
};
const Planted all_planted[] = {
    {"product", [] { return linked_device_code(); }, Fate::good, nullptr},
    {"product_crashing", [] { return linked_device_code(); }, Fate::crashes, nullptr},
    {"confirms_without_check_in", test::confirms_without_check_in, Fate::good,
     "confirm_authority/updated"},
    {"tries_too_often", test::tries_too_often, Fate::crashes, "verify_before_arm/rolled_back"},
    {"sees_crashes_everywhere", test::sees_crashes_everywhere, Fate::good,
     "normal_power_cycling_harmless/updated"},
    {"believes_every_self_test", test::believes_every_self_test, Fate::fails_self_test,
     "confirm_authority/updated"},
    {"trusts_what_looks_erased", test::trusts_what_looks_erased, Fate::good, "flash_rules/updated"},
    {"reads_after_the_loss", test::reads_after_the_loss, Fate::good,
     "power_lost_respected/unknown"},
    {"reads_dead_sectors", test::reads_dead_sectors, Fate::good, nullptr},
    {"has_no_probation", test::has_no_probation, Fate::crashes_after_confirm,
     "normal_power_cycling_harmless/updated"},
    {"product_retried", [] { return linked_device_code(); }, Fate::crashes, nullptr, 2},
    {"product_retried_after_confirm", [] { return linked_device_code(); },
     Fate::crashes_after_confirm, nullptr, 1},
    {"never_quarantines", test::never_quarantines, Fate::crashes, "bounded_retries/rolled_back", 2},
    {"quarantines_at_once", test::quarantines_at_once, Fate::crashes, "bounded_retries/rolled_back",
     1},
    {"pauses_for_a_moment", test::pauses_for_a_moment, Fate::crashes, "bounded_retries/rolled_back",
     1},
};

class PrunedSearch : public testing::TestWithParam<Planted> {
 protected:
  static ExploreResult search(std::uint32_t depth, bool prunes, bool knows_dead, bool remembers) {
    const DeviceCode device = GetParam().device();
    ExploreOptions options;
    options.device = &device;
    options.prunes = prunes;
    options.knows_dead_sectors = knows_dead;
    options.remembers_digests = remembers;
    Exploration exploration = test::tiny(GetParam().fate, depth);
    exploration.stories[0].retries = GetParam().retries;
    if (depth == 2) exploration.search.tears = {Tear::half, Tear::flips_to_old_2};
    return run(exploration, options);
  }
};
INSTANTIATE_TEST_SUITE_P(Devices, PrunedSearch, testing::ValuesIn(all_planted),
                         [](const auto& one) { return std::string(one.param.name); });

TEST_P(PrunedSearch, FindsWhatAnUnprunedOneFindsWithTwoCuts) {
  const ExploreResult pruned = search(2, true, true, true);
  const ExploreResult whole = search(2, false, false, true);
  EXPECT_EQ(pruned.kinds, whole.kinds);
  EXPECT_EQ(ends_of(pruned.stories[0]), ends_of(whole.stories[0]));
  EXPECT_EQ(pruned.stories[0].clean, whole.stories[0].clean);
  EXPECT_EQ(pruned.stories[0].operations, whole.stories[0].operations);
  EXPECT_LT(pruned.stories[0].executed, whole.stories[0].executed);
  if (GetParam().kind == nullptr) {
    EXPECT_THAT(pruned.kinds, IsEmpty());
  } else {
    EXPECT_THAT(pruned.kinds, Contains(GetParam().kind));
  }
}

/// With one cut both consider the same points, and each must end in the same way.
TEST_P(PrunedSearch, CountsEachPointAsAnUnprunedOneDoes) {
  const ExploreResult whole = search(1, false, false, false);
  for (const auto& [knows_dead, remembers] :
       {std::pair{true, true}, std::pair{false, true}, std::pair{true, false}}) {
    const ExploreResult pruned = search(1, true, knows_dead, remembers);
    EXPECT_EQ(pruned.stories[0].points, whole.stories[0].points);
    EXPECT_EQ(pruned.stories[0].considered, whole.stories[0].considered);
    EXPECT_EQ(pruned.kinds, whole.kinds);
    EXPECT_EQ(sum(pruned.stories[0]), pruned.stories[0].considered);
  }
}

/// Each bad end is called by its name, also when no promise speaks of it.
struct BadEnd {
  const char* name;
  DeviceCode (*device)();
  Outcome outcome;
  const char* kind;
};
class BadEnds : public testing::TestWithParam<BadEnd> {};
INSTANTIATE_TEST_SUITE_P(Devices, BadEnds,
                         testing::Values(BadEnd{"goes_back_in_silence", test::goes_back_in_silence,
                                                Outcome::silent_revert, "/silent_revert"},
                                         BadEnd{"runs_something_else", test::runs_something_else,
                                                Outcome::wrong_image, "/wrong_image"},
                                         BadEnd{"gives_no_decision", test::gives_no_decision,
                                                Outcome::brick, "always_bootable/brick"},
                                         BadEnd{"says_failed", test::says_failed,
                                                Outcome::false_status, "outcome/false_status"}),
                         [](const auto& one) { return std::string(one.param.name); });

TEST_P(BadEnds, AreCalledByTheirName) {
  const DeviceCode device = GetParam().device();
  const ExploreResult result = run(test::tiny(Fate::good, 1), device);
  EXPECT_EQ(result.stories[0].clean, GetParam().outcome) << name(result.stories[0].clean);
  EXPECT_THAT(result.kinds, Contains(testing::HasSubstr(GetParam().kind)));
}

TEST(AStoryWithoutACut, EndsAsItsImageDeserves) {
  // The image crashes in its probation; a policy without one lets it stay.
  Exploration exploration = test::tiny(Fate::crashes_after_confirm, 1);
  exploration.tuning.probation_resets = 0;
  const ExploreResult result = run(exploration);
  EXPECT_EQ(result.stories[0].clean, Outcome::updated);
  EXPECT_THAT(result.kinds, Contains("converges/updated"));
}

/// A check that never had anything to judge has proven nothing.
TEST(ShippedExplorations, PutEveryPromiseOfACartToTheTest) {
  Premises premises;
  for (const char* file : {"aged", "broken_flash", "interrupted", "update"}) {
    Exploration exploration = test::shipped(file);
    exploration.search.depth = 1;
    const ExploreResult result = run(exploration);
    for (std::size_t i = 0; i < promise_count; ++i) {
      premises.counts[i] += result.premises.counts[i];
    }
  }
  for (std::size_t i = 0; i < promise_count; ++i) {
    const auto promise = static_cast<Promise>(i);
    if (promise != Promise::data_compatible) {  // which only an application can break
      EXPECT_GT(premises.of(promise), 0u) << name(promise);
    }
  }
}

class ShippedExploration : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(OneCut, ShippedExploration,
                         testing::Values("aged", "broken_flash", "interrupted", "large_sector_nor",
                                         "nor_mcu", "patch", "retried", "slc_nand", "small",
                                         "update"),
                         [](const auto& one) { return std::string(one.param); });

TEST_P(ShippedExploration, FindsNothingInTheProduct) {
  Exploration exploration = test::shipped(GetParam());
  exploration.search.depth = 1;
  const ExploreResult result = run(exploration);
  EXPECT_EQ(result.ending, Ending::complete);
  EXPECT_EQ(result.problem, "");
  EXPECT_THAT(result.kinds, IsEmpty());
  ASSERT_THAT(result.stories, SizeIs(exploration.stories.size()));
  for (const StoryResult& story : result.stories) {
    EXPECT_TRUE(is_good(story.clean)) << story.story;
    EXPECT_GT(story.executed, 0u) << story.story;
    EXPECT_EQ(sum(story), story.considered) << story.story;
  }
  for (const Finding& finding : result.findings) {
    ADD_FAILURE() << portable_text(finding.address) << ' ' << name(finding.outcome);
  }
}

/// A part that is faulty and cut as well.
TEST(ShippedExplorations, FindNothingInTheProductWithAFaultAndACut) {
  Exploration exploration = test::shipped("broken_flash");
  exploration.stories.resize(2);
  exploration.search.depth = 2;
  const ExploreResult result = run(exploration);
  EXPECT_THAT(result.kinds, IsEmpty());
  for (const Finding& finding : result.findings) {
    ADD_FAILURE() << portable_text(finding.address) << ' ' << name(finding.outcome);
  }
}

TEST(DeadSectors, AreClaimedWhileNobodyReadsThem) {
  EXPECT_TRUE(run(test::tiny()).stories[0].claimed_dead_sectors);
}

TEST(DeadSectors, ARefutedClaimLeadsToASearchWithoutIt) {
  const DeviceCode device = test::reads_dead_sectors();
  const StoryResult refuted = run(test::tiny(), device).stories[0];
  ExploreOptions without;
  without.device = &device;
  without.knows_dead_sectors = false;
  const StoryResult plain = run(test::tiny(), without).stories[0];
  EXPECT_FALSE(refuted.claimed_dead_sectors);
  EXPECT_EQ(refuted.points, plain.points);
  EXPECT_EQ(refuted.considered, plain.considered);
  EXPECT_EQ(refuted.states, plain.states);
}

TEST(DeadSectors, WhatWasFoundBeforeTheRefutationCountsOnce) {
  const DeviceCode device = test::reads_dead_sectors_and_confirms_without_check_in();
  const ExploreResult refuted = run(test::tiny(), device);
  ExploreOptions without;
  without.device = &device;
  without.knows_dead_sectors = false;
  const ExploreResult plain = run(test::tiny(), without);
  EXPECT_FALSE(refuted.stories[0].claimed_dead_sectors);
  EXPECT_EQ(refuted.kinds, plain.kinds);
  EXPECT_EQ(refuted.violating_points, plain.violating_points);
  EXPECT_EQ(refuted.findings.size(), plain.findings.size());
}

TEST(Explorer, ADeviceThatNeverRestsIsAStorm) {
  for (const bool prunes : {true, false}) {
    const DeviceCode device = test::never_rests();
    ExploreOptions options;
    options.device = &device;
    options.prunes = prunes;
    Exploration exploration = test::tiny();
    exploration.search.tears = {};
    const ExploreResult result = run(exploration, options);
    EXPECT_EQ(result.stories[0].clean, Outcome::storm);
    EXPECT_THAT(result.findings, SizeIs(1));
  }
}

/// What is the same to the last number needs no key to be known: without pruning, too, a path that
/// turns in a circle is left.
TEST(Explorer, ACircleIsSeenWithoutPruning) {
  const DeviceCode device = test::spends_attempts_in_memory();
  ExploreOptions options;
  options.device = &device;
  const ExploreResult pruned = run(test::tiny(Fate::crashes), options);
  options.prunes = false;
  const ExploreResult whole = run(test::tiny(Fate::crashes), options);
  EXPECT_EQ(whole.kinds, pruned.kinds);
  EXPECT_EQ(ends_of(whole.stories[0]), ends_of(pruned.stories[0]));
}

TEST(Explorer, ADeviceThatNeverBeginsIsStuck) {
  const DeviceCode device = test::never_begins();
  const ExploreResult result = run(test::tiny(), device);
  EXPECT_EQ(result.stories[0].clean, Outcome::stuck_unconfirmed);
  EXPECT_EQ(result.stories[0].operations, 0u);
  EXPECT_THAT(result.findings, SizeIs(1));
}

/// D29: cuts are forks at the operation, so what comes after it in the step is seen in a rehearsal.
TEST(Explorer, SeesWhatIsDoneAfterTheLoss) {
  const DeviceCode device = test::reads_after_the_loss();
  const ExploreResult result = run(test::tiny(), device);
  EXPECT_THAT(result.kinds, Contains("power_lost_respected/unknown"));
  ASSERT_FALSE(result.findings.empty());
  EXPECT_EQ(result.findings[0].violation.promise, Promise::power_lost_respected);
  EXPECT_GE(result.findings[0].violation.value, 100u);
}

TEST(Explorer, StopsAtTheFirstFinding) {
  const DeviceCode device = test::confirms_without_check_in();
  ExploreOptions options;
  options.device = &device;
  options.stops_at_first = true;
  const ExploreResult result = run(test::tiny(), options);
  EXPECT_EQ(result.ending, Ending::found_first);
  EXPECT_THAT(result.findings, SizeIs(1));
  EXPECT_THAT(result.kinds, ElementsAre("confirm_authority/updated"));
}

TEST(Explorer, KeepsAddressesOfAFewAndCountsAll) {
  const DeviceCode device = test::confirms_without_check_in();
  ExploreOptions options;
  options.device = &device;
  options.most_findings = 3;
  const ExploreResult few = run(test::tiny(), options);
  options.most_findings = 1000;
  const ExploreResult many = run(test::tiny(), options);
  EXPECT_THAT(few.findings, SizeIs(3));
  EXPECT_GT(many.findings.size(), 3u);
  EXPECT_EQ(few.violating_points, many.violating_points);
}

TEST(Explorer, SaysThatTheFactoryRefused) {
  DeviceCode device = linked_device_code();
  device.provision = [](ota::Hardware&, const ota::FactoryState&) { return ota::Status::io_error; };
  EXPECT_EQ(run(test::tiny(), device).problem,
            "the device model refuses the factory's image in story one");
}

}  // namespace
}  // namespace cartstorm::sim::explore
