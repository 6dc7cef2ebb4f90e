#include "runner.hpp"

#include <gmock/gmock.h>

#include <fstream>

#include "table.hpp"

namespace cartstorm::variants {
namespace {

namespace fs = std::filesystem;
using testing::StartsWith;

const fs::path build_folder = CARTSTORM_VARIANTS_BUILD;
const fs::path stub = CARTSTORM_SOURCE_DIR "/tests/variants/stub_explorer.sh";

std::string change_of_turn(const char* from, const char* to) {
  return std::string("--- a/device-model/src/turn.cpp\n+++ b/device-model/src/turn.cpp\n") +
         "@@ -58,4 +58,4 @@\n void Turn::reboot() {\n-  " + from + "\n+  " + to +
         "\n   out_.push(command::Reboot{});\n }\n";
}
const std::string harmful = change_of_turn("m_.is_leaving = true;", "m_.is_leaving = false;");

/// Variants are built for real; an explorer that is made of cases says what is found in them.
class Look : public testing::Test {
 protected:
  Look() { fs::create_directories(cases_); }
  ~Look() override { fs::remove_all(folder_); }

  void given(const char* name, const char* what) {
    std::ofstream(cases_ / (std::string(name) + ".yaml")) << what << "\n";
  }
  Row judge(const Task& task) {
    Runner runner{builder_, Explorer{stub.string(), cases_, {2, 20}}, {}, {Killer::explorer}};
    return runner.judge(task);
  }
  static Task task_of(const std::string& patch) {
    Task task;
    task.defect.name = "x";
    task.defect.patch = patch;
    task.defect.promises = {"trial_bounded"};
    return task;
  }

  Builder builder_{read_how_to_build(build_folder / "how_to_build.txt"), CARTSTORM_SOURCE_DIR,
                   build_folder / "scratch"};
  fs::path folder_ = builder_.fresh_folder();
  fs::path cases_ = folder_ / "cases";
};

TEST_F(Look, FindsInTheCaseThatIsExpected) {
  given("crash", "finds");
  given("aaa", "nothing");
  Task task = task_of(harmful);
  task.defect.exploration = "crash";
  const Row row = judge(task);
  EXPECT_EQ(row.verdict, Verdict::found) << row.note;
  EXPECT_EQ(row.finding.by, "trial_bounded");
  EXPECT_EQ(row.finding.exploration, "crash/good");
  EXPECT_EQ(row.finding.outcome, "brick");
  EXPECT_EQ(row.finding.token, "crash/good/idle/journal#1:erase");
  EXPECT_EQ(row.finding.points, 5u);
}

TEST_F(Look, GoesOnWithTheOtherCasesAndCountsTheirPoints) {
  given("aaa", "nothing");
  given("bbb", "finds");
  Task task = task_of(harmful);
  task.defect.exploration = "aaa";
  const Row row = judge(task);
  EXPECT_EQ(row.finding.by, "trial_bounded");
  EXPECT_EQ(row.finding.points, 105u);
}

TEST_F(Look, AnotherPromiseIsNotTheExpectedOne) {
  given("aaa", "finds");
  Task task = task_of(harmful);
  task.defect.promises = {"power_floor"};
  EXPECT_EQ(judge(task).verdict, Verdict::unexpected);
  task.defect.promises = {};  // of a stranger's patch nothing is expected
  EXPECT_EQ(judge(task).verdict, Verdict::found);
}

TEST_F(Look, GoesAsDeepAsThePatchSays) {
  given("aaa", "deep");
  Task task = task_of(harmful);
  task.defect.promises = {"bcb_one_good_copy"};
  task.defect.exploration = "aaa";
  EXPECT_EQ(judge(task).verdict, Verdict::alive);
  task.defect.depth = 2;
  EXPECT_EQ(judge(task).verdict, Verdict::found);
}

TEST_F(Look, LooksAtOneStoryIfThePatchNamesIt) {
  given("aaa", "story");
  Task task = task_of(harmful);
  task.defect.exploration = "aaa/two";
  const Row row = judge(task);
  EXPECT_EQ(row.verdict, Verdict::alive);
  EXPECT_EQ(row.finding.points, 2u);
  task.defect.exploration = "aaa/one";
  EXPECT_EQ(judge(task).verdict, Verdict::found);
}

TEST_F(Look, ABadEndIsFoundByItsName) {
  given("aaa", "ends");
  Task task = task_of(harmful);
  task.defect.promises = {"storm"};
  const Row row = judge(task);
  EXPECT_EQ(row.verdict, Verdict::found);
  EXPECT_EQ(row.finding.by, "storm");
}

TEST_F(Look, AHangSaysNothingOfAPlantedDefectAndEndsAMutant) {
  given("aaa", "hangs");
  Task task = task_of(harmful);
  EXPECT_EQ(judge(task).verdict, Verdict::unexpected);
  task.is_mutant = true;
  const Row row = judge(task);
  EXPECT_EQ(row.verdict, Verdict::found);
  EXPECT_EQ(row.finding.by, "hangs");
}

TEST_F(Look, ACrashIsNoPromise) {
  given("aaa", "crashes");
  const Row row = judge(task_of(harmful));
  EXPECT_EQ(row.verdict, Verdict::unexpected);
  EXPECT_EQ(row.finding.by, "SIGSEGV");
}

TEST_F(Look, AnExplorerThatFailsHasFoundNothing) {
  given("aaa", "sings");
  const Row row = judge(task_of(harmful));
  EXPECT_EQ(row.verdict, Verdict::failed);
  EXPECT_EQ(row.note, "exit code 2: stub: what is sings?");
}

TEST_F(Look, GoesOnBehindAFailureUnlessTheCaseWasNamed) {
  given("aaa", "sings");
  given("bbb", "finds");
  Task task = task_of(harmful);
  EXPECT_EQ(judge(task).verdict, Verdict::found);
  task.defect.exploration = "aaa";
  EXPECT_EQ(judge(task).verdict, Verdict::failed);
}

TEST_F(Look, AFailureIsToldInTheWordsOfTheExploration) {
  given("aaa", "refuses");
  EXPECT_EQ(judge(task_of(harmful)).note, "exit code 3: the factory's image is refused");
}

TEST_F(Look, AMissingCaseIsAFailure) {
  given("aaa", "nothing");
  Task task = task_of(harmful);
  task.defect.exploration = "bbb";
  EXPECT_EQ(judge(task).verdict, Verdict::failed);
}

TEST_F(Look, AWrittenJudgementExplainsASurvivor) {
  given("aaa", "nothing");
  const Judgement judgement{0, true, "nobody asks"};
  Task task = task_of(harmful);
  task.is_mutant = true;
  EXPECT_EQ(judge(task).verdict, Verdict::alive);
  task.judgement = &judgement;
  const Row row = judge(task);
  EXPECT_EQ(row.verdict, Verdict::judged);
  EXPECT_EQ(row.note, "nobody asks");
}

TEST_F(Look, AKnownGapIsNoFailureUntilItIsClosed) {
  given("aaa", "nothing");
  Task task = task_of(harmful);
  task.defect.gap = "no story goes there";
  const Row open = judge(task);
  EXPECT_EQ(open.verdict, Verdict::known_gap);
  EXPECT_EQ(open.note, "no story goes there");
  EXPECT_EQ(exit_code(summary_of({open}, 1, false), false), 0);
  given("aaa", "finds");
  const Row closed = judge(task);
  EXPECT_EQ(closed.verdict, Verdict::unexpected);
  EXPECT_THAT(closed.sentence, testing::HasSubstr("take `gap:` out"));
}

TEST_F(Look, SaysWhyThereIsNoVariant) {
  given("aaa", "finds");
  const Row misfit = judge(task_of(change_of_turn("no such line", "")));
  EXPECT_EQ(misfit.verdict, Verdict::does_not_apply);
  const Row broken = judge(task_of(change_of_turn("m_.is_leaving = true;", "m_.is_levin = true;")));
  EXPECT_EQ(broken.verdict, Verdict::does_not_compile);
  EXPECT_THAT(broken.note, testing::ContainsRegex("turn.cpp:[0-9]+:6: error: "));
  EXPECT_EQ(
      judge(task_of(change_of_turn("m_.is_leaving = true;", "m_.is_leaving = (true);"))).verdict,
      Verdict::same_code);
}

TEST_F(Look, LeavesNothingBehind) {
  given("aaa", "nothing");
  judge(task_of(harmful));
  fs::remove_all(folder_);
  for (const auto& entry : fs::directory_iterator(folder_.parent_path())) {
    EXPECT_THAT(entry.path().filename().string(),
                testing::Not(StartsWith(folder_.filename().string().substr(
                    0, folder_.filename().string().find('-') + 1))));
  }
}

Row row_of(Verdict verdict) {
  Row row;
  row.verdict = verdict;
  return row;
}

TEST(TableOfMutants, CountsWhatIsAliveAgainstWhatCanBeFound) {
  std::vector<Row> rows(19, row_of(Verdict::found));
  rows.push_back(row_of(Verdict::alive));
  rows.push_back(row_of(Verdict::judged));
  rows.push_back(row_of(Verdict::same_code));
  rows.push_back(row_of(Verdict::does_not_compile));
  const Summary summary = summary_of(rows, 23, true);
  EXPECT_DOUBLE_EQ(summary.score(), 0.95);
  EXPECT_EQ(exit_code(summary, true), 0);
  rows.push_back(row_of(Verdict::alive));
  EXPECT_EQ(exit_code(summary_of(rows, 24, true), true), 1);
  rows.push_back(row_of(Verdict::failed));
  EXPECT_EQ(exit_code(summary_of(rows, 25, true), true), 3);
}

TEST(TableOfDefects, IsGoodOnlyIfAllWereFoundAsExpected) {
  EXPECT_EQ(exit_code(summary_of({row_of(Verdict::found)}, 1, false), false), 0);
  for (const Verdict verdict :
       {Verdict::unexpected, Verdict::alive, Verdict::same_code, Verdict::does_not_apply,
        Verdict::does_not_compile, Verdict::failed}) {
    EXPECT_EQ(exit_code(summary_of({row_of(verdict)}, 1, false), false), 1) << name(verdict);
  }
}

}  // namespace
}  // namespace cartstorm::variants
