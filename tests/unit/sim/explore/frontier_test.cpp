#include "sim/explore/frontier.hpp"
#include "sim/kernel/draw.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "tests/unit/sim/explore/broken_device.hpp"
#include "tests/unit/sim/explore/laboratory.hpp"

// A search that is stopped leaves a file, and whoever goes on from it finds what one search finds.
namespace cartstorm::sim::explore {
namespace {

using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

class FrontierTest : public testing::Test {
 protected:
  FrontierTest() {
    std::string pattern = (std::filesystem::path(testing::TempDir()) / "frontier_XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    options.frontier = folder_ / "small.frontier";
    options.stop = &stop_;
    options.most_findings = 10'000;
  }
  ~FrontierTest() override { std::filesystem::remove_all(folder_); }

  /// Goes on until it is complete; each search is stopped at its `every`th report: the first comes
  /// at once, then one per 2,000 points.
  ExploreResult in_pieces(const Exploration& exploration, int every, int& pieces) {
    ExploreResult result;
    do {
      stop_ = false;
      int reports = 0;
      result = explore(exploration, options, [&](const Progress&) { stop_ = ++reports == every; });
      ++pieces;
    } while (result.ending == Ending::stopped && result.problem.empty() && pieces < 100);
    std::filesystem::remove(options.frontier);
    return result;
  }
  /// A frontier of `exploration` that was stopped at once.
  std::string stopped_at_once(const Exploration& exploration) {
    stop_ = true;
    EXPECT_EQ(explore(exploration, options, {}).ending, Ending::stopped);
    stop_ = false;
    std::ostringstream text;
    text << std::ifstream(options.frontier).rdbuf();
    return text.str();
  }
  void write(const std::string& text) const { std::ofstream(options.frontier) << text; }
  /// What going on from this text gives, without the name of the folder.
  std::string problem_of(const Exploration& exploration, const std::string& text) const {
    write(text);
    const ExploreResult result = explore(exploration, options, {});
    EXPECT_TRUE(result.problem.empty() || result.stories.size() <= 1);
    const std::string folder = folder_.string() + "/";
    std::string problem = result.problem;
    for (auto at = problem.find(folder); at != std::string::npos; at = problem.find(folder)) {
      problem.erase(at, folder.size());
    }
    return problem;
  }
  ExploreOptions options;
  std::atomic<bool> stop_ = false;

 private:
  std::filesystem::path folder_;
};

void expect_equal(const ExploreResult& one, const ExploreResult& other) {
  EXPECT_EQ(one.ending, Ending::complete);
  EXPECT_EQ(one.problem, "");
  EXPECT_EQ(one.kinds, other.kinds);
  EXPECT_EQ(one.violating_points, other.violating_points);
  ASSERT_EQ(one.stories.size(), other.stories.size());
  for (std::size_t i = 0; i < one.stories.size(); ++i) {
    EXPECT_EQ(one.stories[i].story, other.stories[i].story);
    EXPECT_EQ(one.stories[i].points, other.stories[i].points);
    EXPECT_EQ(one.stories[i].considered, other.stories[i].considered);
    EXPECT_EQ(one.stories[i].operations, other.stories[i].operations);
    EXPECT_EQ(one.stories[i].clean, other.stories[i].clean);
  }
  std::vector<std::string> addresses, others;
  for (const Finding& finding : one.findings) addresses.push_back(portable_text(finding.address));
  for (const Finding& finding : other.findings) others.push_back(portable_text(finding.address));
  std::ranges::sort(addresses);
  std::ranges::sort(others);
  const auto [first, second] = std::ranges::mismatch(addresses, others);
  EXPECT_TRUE(first == addresses.end()) << *first;
  EXPECT_TRUE(second == others.end()) << *second;
}

/// Two stories that are cut twice; unpruned, so that each point is run and counted once, whenever.
Exploration two_stories() {
  Exploration exploration = test::tiny(Fate::good, 2);
  exploration.stories.push_back({"two", Fate::crashes, Delivery::full, {}, 1});
  exploration.search.tears = {Tear::half};
  exploration.digest = digest_of(exploration);
  return exploration;
}

TEST_F(FrontierTest, PiecesAreTheWhole) {
  const Exploration exploration = two_stories();
  options.prunes = false;
  const ExploreResult whole = explore(exploration, options, {});
  int pieces = 0;
  expect_equal(in_pieces(exploration, 2, pieces), whole);
  EXPECT_GE(pieces, 4);
}

TEST_F(FrontierTest, PiecesFindWhatTheWholeFinds) {
  const DeviceCode device = test::confirms_without_check_in();
  options.device = &device;
  options.prunes = false;
  const Exploration exploration = two_stories();
  const ExploreResult whole = explore(exploration, options, {});
  ASSERT_GT(whole.findings.size(), 1u);
  int pieces = 0;
  const ExploreResult again = in_pieces(exploration, 2, pieces);
  expect_equal(again, whole);
  EXPECT_STREQ(again.findings[0].violation.what, whole.findings[0].violation.what);
  EXPECT_EQ(again.findings[0].violation.promise, whole.findings[0].violation.promise);
}

/// A pruned search meets again what it knew, so it may count more; but each point once.
TEST_F(FrontierTest, PrunedPiecesEndAsTheWholeAndCountEachPointOnce) {
  Exploration exploration = test::tiny(Fate::crashes, 3);
  exploration.search.tears = exploration.search.deep_tears = {Tear::half};
  const ExploreResult whole = explore(exploration, options, {});
  int pieces = 0;
  const ExploreResult again = in_pieces(exploration, 5, pieces);
  EXPECT_GE(pieces, 2);
  EXPECT_EQ(again.ending, Ending::complete);
  EXPECT_EQ(again.kinds, whole.kinds);
  std::uint64_t counted = 0;
  for (std::size_t n = 0; n < outcome_count; ++n) {
    counted += again.stories[0].points.at(n);
    EXPECT_EQ(again.stories[0].points.at(n) == 0, whole.stories[0].points.at(n) == 0);
  }
  EXPECT_EQ(counted, again.stories[0].considered);
}

TEST_F(FrontierTest, FaultsAndBadSectorsGoOnWhereTheyWere) {
  Exploration exploration = test::tiny(Fate::good, 2);
  exploration.search.tears = {Tear::after};
  exploration.search.faults = {OpFault::write_lost, OpFault::error};
  exploration.search.bad_sectors = {BadSector::erase_noop, BadSector::program_error};
  options.prunes = false;
  const ExploreResult whole = explore(exploration, options, {});
  int pieces = 0;
  expect_equal(in_pieces(exploration, 2, pieces), whole);
  EXPECT_GE(pieces, 3);
}

TEST_F(FrontierTest, AStopBeforeAnythingWasCutLosesNothing) {
  const Exploration exploration = test::tiny();
  const ExploreResult whole = explore(exploration, options, {});
  const std::string frontier = stopped_at_once(exploration);
  EXPECT_THAT(frontier, StartsWith("cartstorm-frontier "));
  expect_equal(explore(exploration, options, {}), whole);
}

TEST_F(FrontierTest, MemoryBoundStopsWithTheFrontierSaved) {
  const Exploration exploration = test::tiny();
  ExploreOptions plain;
  const ExploreResult whole = explore(exploration, plain, {});
  options.memory_bytes = 1000;
  EXPECT_EQ(explore(exploration, options, {}).ending, Ending::out_of_memory);
  ASSERT_TRUE(std::filesystem::exists(options.frontier));
  options.memory_bytes = plain.memory_bytes;
  expect_equal(explore(exploration, options, {}), whole);
}

TEST_F(FrontierTest, OfAnotherExplorationOrBuildIsRefused) {
  const std::string frontier = stopped_at_once(test::tiny());
  Exploration other = test::tiny(Fate::crashes);
  EXPECT_THAT(problem_of(other, frontier),
              HasSubstr("small.frontier was made for another exploration, geometry or build ("));
  DeviceCode build = linked_device_code();
  ++build.identity;
  options.device = &build;
  EXPECT_THAT(problem_of(test::tiny(), frontier), HasSubstr("explore without --resume"));
}

TEST_F(FrontierTest, SaysWhatIsNoFrontier) {
  const Exploration exploration = test::tiny();
  EXPECT_EQ(problem_of(exploration, ""), "cannot read small.frontier");
  for (const char* text : {"\n", "x", "cartstorm-frontier", "cartstorm-frontier 9 00000000\nend\n",
                           "cartstorm-storm 2 00000000\n"}) {
    EXPECT_EQ(problem_of(exploration, text), "small.frontier:1: is no frontier of an exploration");
  }
}

TEST_F(FrontierTest, CutOffAnywhereItIsRefused) {
  const Exploration exploration = test::tiny();
  const std::string frontier = stopped_at_once(exploration);
  for (std::size_t size = 0; size < frontier.size() - 1; size += 1 + size / 9) {
    EXPECT_NE(problem_of(exploration, frontier.substr(0, size)), "") << size << " bytes";
  }
  EXPECT_THAT(problem_of(exploration, frontier.substr(0, frontier.size() / 2)),
              HasSubstr("damaged, or cut off; explore without --resume"));
}

TEST_F(FrontierTest, DamagedAnywhereItIsRefused) {
  std::uint64_t drawn = 0;
  const auto next_draw = [&drawn] {
    return static_cast<unsigned>(draw(1, 0, Purpose::torn_content, drawn++));
  };
  const Exploration exploration = test::tiny();
  const std::string frontier = stopped_at_once(exploration);
  for (int time = 0; time < 150; ++time) {
    std::string damaged = frontier;
    const std::size_t at =
        next_draw() % (damaged.size() - 1);  // But for the line's end at the end.
    const char before = damaged[at];
    damaged[at] =
        static_cast<char>(next_draw() % 2 == 0 ? '0' + next_draw() % 10 : next_draw() % 256);
    if (damaged[at] == before) continue;
    EXPECT_NE(problem_of(exploration, damaged), "") << "byte " << at;
  }
}

TEST_F(FrontierTest, SaysThatItCannotBeWritten) {
  options.frontier = "/nowhere/small.frontier";
  stop_ = true;
  const ExploreResult result = explore(test::tiny(), options, {});
  EXPECT_EQ(result.ending, Ending::stopped);
  EXPECT_EQ(result.problem, "cannot write /nowhere/small.frontier (disk full, or no permission?)");
}

}  // namespace
}  // namespace cartstorm::sim::explore
