#include "sim/cli/explore_verdict.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "sim/cli/exit_code.hpp"
#include "tests/unit/sim/cli/explored.hpp"

namespace cartstorm::cli {
namespace {

using report::ScenarioVerdict;
using sim::explore::Ending;
using sim::explore::Promise;
using testing::HasSubstr;
using testing::Not;

TEST(ExploreVerdict, PassesWhenNothingBroke) {
  const SampleExploration sample;
  EXPECT_EQ(verdict_of(sample.explored), ScenarioVerdict::pass);
  EXPECT_EQ(verdict_reason(sample.explored), "6,642 points, no promise broken");
  EXPECT_EQ(exit_code_of(sample.all()), exit_pass);
}

TEST(ExploreVerdict, FailsWhateverElseHappened) {
  SampleExploration sample;
  sample.add_brick();
  EXPECT_EQ(exit_code_of(sample.all()), exit_failed);
  EXPECT_EQ(verdict_reason(sample.explored), "1 of 6,642 points break a promise or end badly");
  sample.explored.result.ending = Ending::out_of_memory;
  EXPECT_EQ(verdict_of(sample.explored), ScenarioVerdict::fail);
  EXPECT_EQ(exit_code_of(sample.all()), exit_failed);
  EXPECT_THAT(verdict_reason(sample.explored), HasSubstr("not explored to the end"));
}

TEST(ExploreVerdict, BoundOfMemoryIsAnInfrastructureFault) {
  SampleExploration sample;
  sample.explored.result.ending = Ending::out_of_memory;
  EXPECT_EQ(exit_code_of(sample.all()), exit_infrastructure);
  EXPECT_EQ(verdict_reason(sample.explored), "the bound of memory was reached after 6,642 points");
}

TEST(ExploreVerdict, ProblemOfTheExplorerIsAnInfrastructureFault) {
  SampleExploration sample;
  sample.explored.result.problem = "the frontier is of another build";
  EXPECT_EQ(exit_code_of(sample.all()), exit_infrastructure);
  EXPECT_EQ(verdict_reason(sample.explored), "the frontier is of another build");
}

TEST(ExploreVerdict, NothingCutProvesNothing) {
  SampleExploration sample;
  sample.explored.result.stories[0].executed = 0;
  EXPECT_EQ(exit_code_of(sample.all()), exit_inconclusive);
  EXPECT_EQ(verdict_reason(sample.explored), "nothing of story good was cut");
  sample.explored.result.stories.clear();
  EXPECT_EQ(exit_code_of(sample.all()), exit_inconclusive);
  EXPECT_EQ(exit_code_of(ExploredAll{}), exit_inconclusive);
}

TEST(ExploreVerdict, InterruptedIsNeitherPassNorFail) {
  SampleExploration sample;
  sample.add_brick();
  sample.explored.result.ending = Ending::stopped;
  EXPECT_EQ(exit_code_of(sample.all()), exit_interrupted);
}

TEST(ExploreVerdict, FilesLeftAfterTheFirstViolationAreNoInterruption) {
  SampleExploration sample;
  sample.add_brick();
  sample.explored.result.ending = Ending::found_first;
  ExploredAll all = sample.all();
  all.not_started = {&sample.entry};
  EXPECT_EQ(exit_code_of(all), exit_failed);
}

TEST(ExploreVerdict, WholeFolderMustPutEveryPromiseToTheTest) {
  SampleExploration sample;
  ExploredAll all = sample.all();
  EXPECT_THAT(gaps_of(all), testing::IsEmpty());
  all.is_whole_folder = true;
  EXPECT_EQ(gaps_of(all).size(), sim::explore::promise_count - 2);
  EXPECT_THAT(gaps_of(all), Not(testing::Contains(Promise::always_bootable)));
  EXPECT_EQ(exit_code_of(all), exit_inconclusive);
  for (std::uint64_t& count : all.done[0].result.premises.counts) count = 1;
  all.done[0].result.premises.of(Promise::data_compatible) = 0;
  EXPECT_THAT(gaps_of(all), testing::IsEmpty());
  EXPECT_EQ(exit_code_of(all), exit_pass);
}

TEST(ExploreText, ShowsBothAddressesAndTheCommand) {
  SampleExploration sample;
  sample.add_brick();
  sample.explored.replay_words = {"--in", "my files/x.yaml"};
  const std::string text = to_text(sample.explored, false);
  EXPECT_THAT(text, testing::StartsWith("fail  update\n  1 of 6,642 points break a promise"));
  EXPECT_THAT(text, HasSubstr("always_bootable (D1) broken, ends as brick\n    nothing boots (7)\n"
                              "    found after 1,234 points\n"
                              "    portable  update/good/downloading/journal#3:program:"
                              "torn=all_but_last\n"
                              "    exact     update/good/op1042:torn=all_but_last@1f3c9a2b\n"
                              "    replay    ./cartstorm replay "
                              "update/good/op1042:torn=all_but_last@1f3c9a2b --in "
                              "'my files/x.yaml'\n"));
  EXPECT_THAT(text, HasSubstr("promises judged on visited states: always_bootable 12,345\n"));
  EXPECT_THAT(text, HasSubstr("    updated 6,642\n"));
}

TEST(ExploreText, ShowsThreeOfAKindAndCountsTheRest) {
  SampleExploration sample;
  for (int n = 0; n < 20; ++n) sample.add_brick();
  sample.explored.result.violating_points = 98;
  const std::string text = to_text(sample.explored, false);
  std::size_t shown = 0;
  for (auto at = text.find("portable  "); at != std::string::npos;
       at = text.find("portable  ", at + 1)) {
    ++shown;
  }
  EXPECT_EQ(shown, 3U);
  EXPECT_THAT(text, HasSubstr("and 95 more points; all kinds of what was found:\n"
                              "    always_bootable/brick\n"));
}

TEST(ExploreText, BadEndWithoutAPromiseIsToldToo) {
  SampleExploration sample;
  sample.add_brick();
  sample.explored.result.findings[0].violation = {};
  EXPECT_THAT(to_text(sample.explored, false), HasSubstr("\n  ends as brick\n    found after"));
}

TEST(ExploreJson, HasTheShapeThatToolsRead) {
  SampleExploration sample;
  sample.add_brick();
  const auto json = boost::json::parse(to_json(sample.all(), 1));
  const auto& violation = json.at("violations").at(0);
  EXPECT_EQ(violation.at("promise").as_string(), "always_bootable");
  EXPECT_EQ(violation.at("number").as_string(), "D1");
  EXPECT_EQ(violation.at("outcome").as_string(), "brick");
  EXPECT_EQ(violation.at("token").as_string(),
            "update/good/downloading/journal#3:program:torn=all_but_last");
  EXPECT_EQ(violation.at("exact").as_string(), "update/good/op1042:torn=all_but_last@1f3c9a2b");
  EXPECT_EQ(violation.at("points").to_number<int>(), 1234);
  EXPECT_EQ(json.at("points").to_number<int>(), 4000);
  EXPECT_EQ(json.at("considered").to_number<int>(), 6642);
  EXPECT_EQ(json.at("kinds").at(0).as_string(), "always_bootable/brick");
  EXPECT_EQ(json.at("exit_code").to_number<int>(), 1);
  const auto& story = json.at("stories").at(0);
  EXPECT_EQ(story.at("story").as_string(), "good");
  EXPECT_EQ(story.at("outcomes").at("updated").to_number<int>(), 6642);
  const auto& states = json.at("explorations").at(0).at("visited_states");
  EXPECT_EQ(states.at("always_bootable").to_number<int>(), 12345);
  EXPECT_EQ(states.as_object().size(), sim::explore::promise_count);
}

TEST(ExploreJson, BadEndHasNoPromise) {
  SampleExploration sample;
  sample.add_brick();
  sample.explored.result.findings[0].violation = {};
  const auto json = boost::json::parse(to_json(sample.all(), 1));
  EXPECT_TRUE(json.at("violations").at(0).at("promise").is_null());
  EXPECT_EQ(json.at("violations").at(0).at("what").as_string(), "ends as brick");
}

TEST(ExploreJunit, HasACasePerStoryAndPromise) {
  SampleExploration sample;
  sample.add_brick();
  ExploredAll all = sample.all();
  all.not_started = {&sample.entry};
  const std::string text = to_junit(all);
  EXPECT_THAT(text, HasSubstr("<testsuite name=\"update.good\" tests=\"" +
                              std::to_string(sim::explore::promise_count + 1) +
                              "\" failures=\"1\" errors=\"0\" skipped=\"0\">"));
  EXPECT_THAT(text,
              HasSubstr("<testcase classname=\"cartstorm.update.good\" name=\"always_bootable\">\n"
                        "      <failure message=\"update/good/downloading/journal#3:program:"
                        "torn=all_but_last: nothing boots (7)\">repeat: "));
  EXPECT_THAT(text, HasSubstr("name=\"trial_bounded\">\n      <system-out>vacuous</system-out>"));
  EXPECT_THAT(text, HasSubstr("<skipped message=\"not started\">"));
}

}  // namespace
}  // namespace cartstorm::cli
