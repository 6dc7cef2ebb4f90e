#include "tests/unit/broker-mock/support/jobs_bench.hpp"

namespace cartstorm::broker::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class ExecutionInProgress : public JobsBench {
 protected:
  void SetUp() override {
    create("fw-1", {cart});
    ask("start-next", "{}", 1);
    outbox.take();
    log.lines.clear();
  }
};

TEST_F(ExecutionInProgress, EveryAcceptedUpdateAddsOneToTheVersion) {
  EXPECT_EQ(reply("fw-1/update", R"({"status":"IN_PROGRESS","clientToken":"t3"})"),
            R"(fw-1/update/accepted {"clientToken":"t3","timestamp":1710072010})");
  EXPECT_EQ(
      reply(
          "fw-1/update",
          R"({"status":"IN_PROGRESS","includeJobExecutionState":true,"includeJobDocument":true})"),
      R"(fw-1/update/accepted {"timestamp":1710072010,"executionState":{"status":"IN_PROGRESS",)"
      R"("versionNumber":4},"jobDocument":{"v":"2","url":"https://minted/3/fw/2.bin"}})");
  EXPECT_THAT(log.lines, ElementsAre("0 fw-1 #1 in_progress v3", "0 fw-1 #1 in_progress v4"));
}

TEST_F(ExecutionInProgress, TakesTheExpectedVersionAsNumberAndAsText) {
  EXPECT_THAT(reply("fw-1/update", R"({"status":"IN_PROGRESS","expectedVersion":2})"),
              HasSubstr("accepted"));
  EXPECT_THAT(reply("fw-1/update", R"({"status":"IN_PROGRESS","expectedVersion":"3"})"),
              HasSubstr("accepted"));
  EXPECT_THAT(reply("fw-1/update", R"({"status":"IN_PROGRESS","expectedVersion":"4x"})"),
              HasSubstr("InvalidRequest"));
}

TEST_F(ExecutionInProgress, AStaleVersionIsAnsweredWithTheState) {
  EXPECT_EQ(reply("fw-1/update", R"({"status":"FAILED","expectedVersion":1,"clientToken":"t3",)"
                                 R"("statusDetails":{"reason":"expired"}})"),
            R"(fw-1/update/rejected {"code":"VersionMismatch",)"
            R"("message":"Expected version 1 but found version 2","timestamp":1710072010,)"
            R"("clientToken":"t3","executionState":{"status":"IN_PROGRESS","versionNumber":2}})");
  EXPECT_THAT(log.lines, ElementsAre("0 fw-1 #1 failed v2 refused expired"));
}

TEST_F(ExecutionInProgress, BeyondTheQuotaAnUpdateIsToldAsRefused) {
  engine.set_quotas({0, 1});
  EXPECT_THAT(reply("fw-1/update", R"({"status":"IN_PROGRESS"})"), HasSubstr("accepted"));
  EXPECT_THAT(reply("fw-1/update", R"({"status":"SUCCEEDED"})"), HasSubstr("RequestThrottled"));
  EXPECT_THAT(reply("fw-9/update", R"({"status":"SUCCEEDED"})"), HasSubstr("RequestThrottled"));
  EXPECT_THAT(log.lines, ElementsAre("0 fw-1 #1 in_progress v3", "0 fw-1 #1 succeeded v3 refused"));
}

TEST_F(ExecutionInProgress, DetailsAreReplacedAsAWholeAndKeptWhenAbsent) {
  ask("fw-1/update", R"({"status":"IN_PROGRESS","statusDetails":{"state":"a","progress":"10"}})");
  EXPECT_THAT(reply("fw-1/update", R"({"status":"IN_PROGRESS","includeJobExecutionState":true})"),
              HasSubstr(R"("statusDetails":{"state":"a","progress":"10"})"));
  EXPECT_THAT(reply("fw-1/update", R"({"status":"IN_PROGRESS","statusDetails":{"state":"b"},)"
                                   R"("includeJobExecutionState":true})"),
              HasSubstr(R"("statusDetails":{"state":"b"},"versionNumber":5)"));
}

TEST_F(ExecutionInProgress, NothingIsAcceptedAfterATerminalState) {
  ask("fw-1/update", R"({"status":"SUCCEEDED"})");
  EXPECT_EQ(reply("fw-1/update", R"({"status":"SUCCEEDED"})"),
            R"(fw-1/update/rejected {"code":"InvalidStateTransition",)"
            R"("message":"The job execution is in a terminal state","timestamp":1710072010,)"
            R"("executionState":{"status":"SUCCEEDED","versionNumber":3}})");
  EXPECT_THAT(log.lines, ElementsAre("0 fw-1 #1 succeeded v3", "0 fw-1 #1 succeeded v3 refused"));
}

TEST_F(ExecutionInProgress, OnlyStatusesOfADeviceAreTaken) {
  EXPECT_THAT(reply("fw-1/update", R"({"status":"QUEUED"})"),
              AllOf(HasSubstr("InvalidStateTransition"), HasSubstr("executionState")));
  EXPECT_THAT(reply("fw-1/update", R"({"status":"CANCELED"})"),
              AllOf(HasSubstr("InvalidRequest"), Not(HasSubstr("executionState"))));
  EXPECT_THAT(reply("fw-1/update", R"({"status":"TIMED_OUT"})"), HasSubstr("InvalidRequest"));
  EXPECT_THAT(reply("fw-1/update", R"({"status":"done"})"), HasSubstr("InvalidRequest"));
  EXPECT_THAT(reply("fw-1/update", "{}"), HasSubstr("status is missing"));
  EXPECT_THAT(reply("fw-1/update", R"({"status":1})"), HasSubstr("InvalidRequest"));
}

TEST_F(ExecutionInProgress, DetailsKeepTheirLimits) {
  const auto rejected = [this](const std::string& details) {
    return reply("fw-1/update", R"({"status":"FAILED","statusDetails":)" + details + "}");
  };
  EXPECT_THAT(rejected(R"({"log":"line\nline"})"), HasSubstr("control character"));
  EXPECT_THAT(rejected(R"({"log":""})"), HasSubstr("empty"));
  EXPECT_THAT(rejected(R"({"log":7})"), HasSubstr("not a string"));
  EXPECT_THAT(rejected(R"({"a b":"x"})"), HasSubstr("[a-zA-Z0-9:_-]{1,128}"));
  EXPECT_THAT(rejected(R"({"a":"x","a":"y"})"), HasSubstr("twice"));
  EXPECT_THAT(rejected("{\"log\":\"" + std::string(1025, 'x') + "\"}"), HasSubstr("1024"));
  EXPECT_THAT(
      rejected(
          R"({"0":"x","1":"x","2":"x","3":"x","4":"x","5":"x","6":"x","7":"x","8":"x","9":"x",)"
          R"("10":"x"})"),
      HasSubstr("10 pairs"));
  EXPECT_THAT(rejected("{\"log\":\"" + std::string(1024, 'x') + "\"}"), HasSubstr("accepted"));
}

TEST_F(ExecutionInProgress, AQueuedExecutionMayEndAtOnce) {
  create("fw-2", {cart}, 2);
  EXPECT_THAT(reply("fw-2/update", R"({"status":"SUCCEEDED"})"), HasSubstr("accepted"));
}

class StrictLifecycle : public JobsBench {
 protected:
  StrictLifecycle()
      : JobsBench{[] {
          jobs::Knobs knobs;
          knobs.allow_queued_to_terminal = false;
          knobs.terminal_update_is_terminal_state_reached = true;
          return knobs;
        }()} {
    create("fw-1", {cart});
    outbox.take();
  }
};

TEST_F(StrictLifecycle, AQueuedExecutionMayOnlyBeStartedOrRejected) {
  EXPECT_THAT(reply("fw-1/update", R"({"status":"SUCCEEDED"})"),
              HasSubstr("InvalidStateTransition"));
  EXPECT_THAT(reply("fw-1/update", R"({"status":"REJECTED"})"), HasSubstr("accepted"));
  EXPECT_THAT(reply("fw-1/update", R"({"status":"REJECTED"})"), HasSubstr("TerminalStateReached"));
}

TEST_F(JobsBench, CancelTakesQueuedExecutionsAndForceTakesAll) {
  create("fw-1", {cart, other});
  ask("start-next", "{}");
  log.lines.clear();
  EXPECT_EQ(engine.cancel("fw-1", false, at(20)).message, "");
  EXPECT_THAT(log.lines, ElementsAre("1 fw-1 #1 canceled v2"));
  EXPECT_EQ(engine.cancel("fw-1", true, at(20)).message, "job fw-1 does not run any more");

  create("fw-2", {other}, 30);
  engine.handle(other, "start-next", "{}", at(31));
  log.lines.clear();
  EXPECT_EQ(engine.cancel_execution("fw-2", other, {false}, at(32)).message,
            "the job execution is in progress; cancel it with force");
  EXPECT_EQ(engine.cancel_execution("fw-2", other, {true}, at(32)).message, "");
  EXPECT_THAT(log.lines, ElementsAre("1 fw-2 #1 canceled v3"));
  EXPECT_EQ(engine.cancel_execution("fw-2", other, {true}, at(32)).message,
            "the job execution is in a terminal state");
}

TEST_F(JobsBench, AJobIsCompletedWhenItsLastExecutionEnds) {
  create("fw-1", {cart, other});
  ask("fw-1/update", R"({"status":"SUCCEEDED"})");
  EXPECT_EQ(engine.job("fw-1")->state, jobs::JobState::in_progress);
  engine.handle(other, "fw-1/update", R"({"status":"FAILED"})", at(12));
  EXPECT_EQ(engine.job("fw-1")->state, jobs::JobState::completed);
}

/// The example of the vendor's guide: an in-progress timer of 20 minutes; step timers set at
/// 5, 10 and 13 minutes to 7, 5 and 9 minutes end at 12, 15 and (capped) 20.
class TwentyMinuteTimer : public JobsBench {
 protected:
  void SetUp() override {
    create("fw-1", {cart}, 0, 20);
    ask("start-next", "{}", 0);
  }
  void step(int minutes, std::int64_t minute) {
    ask("fw-1/update",
        R"({"status":"IN_PROGRESS","stepTimeoutInMinutes":)" + std::to_string(minutes) + "}",
        minute * 60);
  }
};

TEST_F(TwentyMinuteTimer, AStepTimerReplacesTheOneBefore) {
  step(7, 5);
  EXPECT_EQ(engine.deadline(), at(12 * 60));
  step(5, 10);
  EXPECT_EQ(engine.deadline(), at(15 * 60));
}

TEST_F(TwentyMinuteTimer, AStepTimerNeverOutlivesTheExecution) {
  step(9, 13);
  EXPECT_EQ(engine.deadline(), at(20 * 60));
}

TEST_F(TwentyMinuteTimer, MinusOneDropsTheStepTimer) {
  step(3, 1);
  EXPECT_EQ(engine.deadline(), at(4 * 60));
  step(-1, 2);
  EXPECT_EQ(engine.deadline(), at(20 * 60));
}

TEST_F(TwentyMinuteTimer, UpdatesDoNotRestartIt) {
  ask("fw-1/update", R"({"status":"IN_PROGRESS"})", 600);
  EXPECT_EQ(engine.deadline(), at(20 * 60));
  EXPECT_THAT(reply("fw-1/get", R"({"includeJobDocument":false})", 620),
              HasSubstr(R"("approximateSecondsBeforeTimedOut":580)"));
}

TEST_F(TwentyMinuteTimer, NothingFiresBeforeItsTimeOrAfterTheEnd) {
  engine.advance(at(20 * 60 - 1));
  EXPECT_EQ(log.lines.back(), "0 fw-1 #1 in_progress v2");
  ask("fw-1/update", R"({"status":"SUCCEEDED"})", 1199);
  engine.advance(at(20 * 60));
  EXPECT_EQ(log.lines.back(), "0 fw-1 #1 succeeded v3");
}

TEST_F(JobsBench, AQueuedExecutionNeverTimesOut) {
  create("fw-1", {cart}, 0, 20);
  EXPECT_EQ(engine.deadline(), never);
}

TEST_F(JobsBench, AFailureWithinTheBudgetQueuesANewExecution) {
  create("fw-1", {cart}, 0, 0, {{jobs::FailureType::failed, 1}});
  ask("fw-1/update", R"({"status":"FAILED"})", 10);
  outbox.take();
  EXPECT_THAT(log.lines,
              ElementsAre("0 fw-1 #1 queued v1", "0 fw-1 #1 failed v2", "0 fw-1 #2 queued v1"));
  EXPECT_THAT(reply("fw-1/update", R"({"status":"SUCCEEDED","executionNumber":1})"),
              HasSubstr("ResourceNotFound"));
  ask("fw-1/update", R"({"status":"FAILED"})", 20);
  EXPECT_EQ(log.lines.back(), "0 fw-1 #2 failed v2");
  EXPECT_EQ(engine.job("fw-1")->state, jobs::JobState::completed);
}

TEST_F(JobsBench, ARetryIsAnnouncedAfterTheReply) {
  create("fw-1", {cart}, 0, 0, {{jobs::FailureType::all, 10}});
  outbox.take();
  ask("fw-1/update", R"({"status":"FAILED"})");
  const auto lines = sent();
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_THAT(lines[0], StartsWith("fw-1/update/accepted"));
  EXPECT_THAT(lines[1], StartsWith("notify {"));
  EXPECT_THAT(lines[2], HasSubstr(R"("executionNumber":2)"));
}

TEST_F(JobsBench, ARejectionIsNeverRetried) {
  create("fw-1", {cart}, 0, 0, {{jobs::FailureType::all, 10}});
  ask("fw-1/update", R"({"status":"REJECTED","statusDetails":{"reason":"quarantined"}})");
  EXPECT_EQ(log.lines.back(), "0 fw-1 #1 rejected v2 quarantined");
}

}  // namespace
}  // namespace cartstorm::broker::test
