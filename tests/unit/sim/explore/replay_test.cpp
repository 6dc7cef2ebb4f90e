#include "sim/explore/replay.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/sim/explore/broken_device.hpp"
#include "tests/unit/sim/explore/laboratory.hpp"

namespace cartstorm::sim::explore {
namespace {

using testing::HasSubstr;

Token token_of(const std::string& text) {
  std::string problem;
  const auto token = parse_token(text, problem);
  EXPECT_TRUE(token) << text << ": " << problem;
  return token.value_or(Token{});
}

Replay replay_of(const std::string& text, const Exploration& exploration = test::tiny()) {
  return replay(exploration, linked_device_code(), token_of(text));
}

/// Every address that a search of a broken device tells leads there again, in both forms.
void expect_all_lead_back(const DeviceCode& device, const Exploration& exploration,
                          std::uint32_t most_findings = 60) {
  ExploreOptions options;
  options.device = &device;
  options.most_findings = most_findings;
  const ExploreResult found = explore(exploration, options, {});
  ASSERT_FALSE(found.findings.empty());
  for (const Finding& finding : found.findings) {
    for (const std::string& text :
         {portable_text(finding.address), exact_text(finding.address, found.fingerprint)}) {
      const Replay again = replay(exploration, device, token_of(text));
      EXPECT_EQ(again.problem, "") << text;
      // A pruned path ends where its state was known: what it breaks later was found there.
      if (finding.violation) {
        EXPECT_EQ(again.violation.promise, finding.violation.promise) << text;
        EXPECT_STREQ(again.violation.what, finding.violation.what) << text;
      }
      // What is seen in a rehearsal has no end of its own.
      if (finding.outcome != Outcome::unknown) {
        EXPECT_EQ(name(again.outcome), std::string(name(finding.outcome))) << text;
      }
      EXPECT_EQ(portable_text(again.address), portable_text(finding.address));
      EXPECT_EQ(exact_text(again.address, "0"), exact_text(finding.address, "0"));
    }
  }
}

TEST(Replay, OfEachFindingOfADefectEndsInTheSameWay) {
  expect_all_lead_back(test::confirms_without_check_in(), test::tiny(Fate::good, 2));
}
TEST(Replay, OfAStormIsAStorm) {
  expect_all_lead_back(test::spends_attempts_in_memory(), test::tiny(Fate::crashes), 2);
}
TEST(Replay, OfWhatIsDoneAfterTheLossSeesIt) {
  expect_all_lead_back(test::reads_after_the_loss(), test::tiny(Fate::good, 2));
}
TEST(Replay, OfFaultsAndBadSectorsEndsInTheSameWay) {
  Exploration exploration = test::tiny(Fate::good, 2);
  exploration.search.tears = {Tear::half};
  exploration.search.faults = {OpFault::write_lost};
  exploration.search.bad_sectors = {BadSector::erase_noop};
  expect_all_lead_back(test::confirms_without_check_in(), exploration);
}

/// Wherever a cut falls, the fork of a search and the real cut of a replay leave the same.
TEST(Replay, EndsAsTheSearchOfTheProductSaid) {
  const Exploration exploration = test::tiny();
  ExploreOptions options;
  const std::array<std::uint64_t, outcome_count> points =
      explore(exploration, options, {}).stories[0].points;
  EXPECT_GT(points[static_cast<std::size_t>(Outcome::updated)], 0u);
  const std::uint32_t operations = explore(exploration, options, {}).stories[0].operations;
  const std::string fingerprint = fingerprint_of(exploration, linked_device_code());
  for (std::uint32_t operation = 0; operation < operations; ++operation) {
    for (const char* how : {"torn=half", "torn=flips_to_old_2"}) {
      const Replay one =
          replay_of("tiny/one/op" + std::to_string(operation) + ":" + how + "@" + fingerprint);
      EXPECT_EQ(one.problem, "");
      EXPECT_EQ(one.outcome, Outcome::updated) << operation << how;
      EXPECT_FALSE(one.violation);
    }
  }
}

TEST(Replay, TellsTheCutTheSectorAndTheEnd) {
  const Replay told = replay_of("tiny/one/downloading/slot_b#1:program:torn=half");
  EXPECT_EQ(told.problem, "");
  EXPECT_EQ(told.outcome, Outcome::updated);
  ASSERT_EQ(told.sectors.size(), 1u);
  const TornSector& sector = told.sectors[0];
  EXPECT_EQ(sector.power_cycle, 1u);
  EXPECT_EQ(sector.region, ota::Region::slot_b);
  EXPECT_EQ(sector.offset, 0u);
  EXPECT_EQ(sector.last - sector.first, 256u);
  EXPECT_EQ(sector.before[0], std::byte{0xff});
  EXPECT_EQ(sector.left[0], sector.meant[0]);
  EXPECT_EQ(sector.left[127], sector.meant[127]);
  EXPECT_EQ(sector.left[128], std::byte{0xff});
  std::string kinds;
  for (const ReplayLine& line : told.lines) kinds += std::string(name(line.kind)) + " ";
  EXPECT_THAT(kinds, testing::StartsWith("power boot"));
  EXPECT_THAT(kinds, testing::ContainsRegex("cut .*power power boot"));
  EXPECT_THAT(kinds, testing::EndsWith("end "));
  EXPECT_EQ(told.lines.back().text, "updated");
}

TEST(Replay, OfAnAddressThatIsGoneSaysHowFarItLed) {
  const Replay gone = replay_of(
      "tiny/one/downloading/slot_b#1:program:torn=half+downloading/slot_b#999:program:cut=after");
  EXPECT_EQ(gone.problem,
            "there is no downloading/slot_b#999:program:cut=after on this path any more");
  EXPECT_EQ(gone.sectors.size(), 1u);
  EXPECT_EQ(gone.outcome, Outcome::updated);
  EXPECT_FALSE(gone.lines.empty());
}

TEST(Replay, OfAnOperationThatIsGoneSaysWhich) {
  const std::string fingerprint = fingerprint_of(test::tiny(), linked_device_code());
  EXPECT_EQ(replay_of("tiny/one/op4000:cut=after@" + fingerprint).problem,
            "there is no operation 4000 on this path any more");
}

TEST(Replay, RefusesWhatIsForSomethingElse) {
  EXPECT_EQ(replay_of("small/one/trial/journal#1:erase:cut=after").problem,
            "the token is for exploration small, this is tiny");
  EXPECT_EQ(replay_of("tiny/two/trial/journal#1:erase:cut=after").problem,
            "exploration tiny has no story two");
  EXPECT_EQ(replay_of("tiny/one/sector99=erase_noop").problem,
            "sector 99 is not on this part, which has 16");
}

TEST(Replay, OfAnotherBuildOrGeometryOffersThePortableAddress) {
  const std::string fingerprint = fingerprint_of(test::tiny(), linked_device_code());
  const std::string at = "tiny/one/op3:cut=after@";
  EXPECT_EQ(replay_of(at + fingerprint).problem, "");
  const std::string other_build = fingerprint.substr(0, 4) + "0000";
  EXPECT_THAT(replay_of(at + other_build).problem,
              testing::AllOf(HasSubstr("made for another build of the device code"),
                             HasSubstr("lead here to tiny/one/"), HasSubstr("#")));
  const std::string other_part = "0000" + fingerprint.substr(4);
  EXPECT_THAT(replay_of(at + other_part).problem,
              HasSubstr("made for another geometry, image or story (" + other_part));
}

}  // namespace
}  // namespace cartstorm::sim::explore
