#include "tests/unit/broker-mock/support/iot_bench.hpp"

/// Job configurations that are executed: rates, aborts, schedules, retries. Time is an argument.
namespace cartstorm::broker::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::int64_t minute = 60;

class Campaigns : public IotBench {
 protected:
  /// Executions that the job has in all after each of so many minutes.
  std::vector<std::size_t> executions_by_minute(std::string_view job, std::vector<int> minutes) {
    std::vector<std::size_t> counts;
    for (const int after : minutes) {
      go_to(after * minute);
      counts.push_back(engine.job(job)->executions.size());
    }
    return counts;
  }
};

TEST_F(Campaigns, AConstantRateReleasesSoManyAMinute) {
  carts(10);
  group_of("all", 10);
  create("fw", "thinggroup/all", R"("jobExecutionsRolloutConfig":{"maximumPerMinute":4})");
  EXPECT_THAT(ask("GET", "/jobs/fw"),
              AllOf(HasSubstr(R"("isConcurrent":true)"),
                    HasSubstr(R"("processingTargets":["arn:aws:iot:us-east-1:123456789012:)"
                              R"(thinggroup/all"],)"),
                    HasSubstr(R"("numberOfQueuedThings":4)")));
  EXPECT_EQ(engine.deadline(), at(minute));
  EXPECT_THAT(executions_by_minute("fw", {0, 1, 2, 3}), ElementsAre(4, 8, 10, 10));
  EXPECT_THAT(ask("GET", "/jobs/fw"),
              AllOf(HasSubstr(R"("isConcurrent":false)"), Not(HasSubstr("processingTargets"))));
  EXPECT_EQ(engine.deadline(), never);
}

TEST_F(Campaigns, EachExecutionIsQueuedInItsOwnMinuteHoweverLateTheCaller) {
  carts(3);
  group_of("all", 3);
  create("fw", "thinggroup/all", R"("jobExecutionsRolloutConfig":{"maximumPerMinute":1})");
  now = at(600);
  EXPECT_THAT(ask("GET", "/jobs/fw/things"),
              AllOf(HasSubstr(R"("queuedAt":1710072000,)"), HasSubstr(R"("queuedAt":1710072060,)"),
                    HasSubstr(R"("queuedAt":1710072120,)")));
}

/// 50, 100, 200, 400 a minute, with a step at each thousand that was notified.
TEST_F(Campaigns, AnExponentialRateFollowsTheGuidesTable) {
  carts(4100);
  ask("POST", "/thing-groups/all", "{}");
  std::vector<ThingId> members;
  for (std::uint32_t i = 0; i < 4100; ++i) members.push_back(ThingId{i});
  registry.adopt_group("fleet", members, now);
  create("fw", "thinggroup/fleet",
         R"("jobExecutionsRolloutConfig":{"maximumPerMinute":1000,"exponentialRate":{)"
         R"("baseRatePerMinute":50,"incrementFactor":2,)"
         R"("rateIncreaseCriteria":{"numberOfNotifiedThings":1000}}})");
  EXPECT_THAT(executions_by_minute("fw", {0, 18, 19, 20, 29, 30, 34, 35, 37, 38}),
              ElementsAre(50, 950, 1000, 1100, 2000, 2200, 3000, 3400, 4100, 4100));
}

TEST_F(Campaigns, SuccessesSpeedUpARollout) {
  carts(8);
  group_of("all", 8);
  create("fw", "thinggroup/all",
         R"("jobExecutionsRolloutConfig":{"exponentialRate":{"baseRatePerMinute":1,)"
         R"("incrementFactor":4,"rateIncreaseCriteria":{"numberOfSucceededThings":2}}})");
  EXPECT_THAT(executions_by_minute("fw", {0, 1}), ElementsAre(1, 2));
  update("cart-0", "fw", "SUCCEEDED");
  update("cart-1", "fw", "SUCCEEDED");
  EXPECT_EQ(state("fw"), "IN_PROGRESS");  // nothing is pending, but others wait
  EXPECT_THAT(executions_by_minute("fw", {2, 3}), ElementsAre(6, 8));
}

TEST_F(Campaigns, ACancelledRolloutReleasesNothingMore) {
  carts(4);
  group_of("all", 4);
  create("fw", "thinggroup/all", R"("jobExecutionsRolloutConfig":{"maximumPerMinute":1})");
  go_to(minute);
  ask("PUT", "/jobs/fw/cancel");
  EXPECT_THAT(executions_by_minute("fw", {10}), ElementsAre(2));
  EXPECT_EQ(count("fw", JobStatus::canceled), 2U);
  EXPECT_EQ(engine.deadline(), never);
}

TEST_F(Campaigns, ARateThatIsRaisedHoldsFromTheNextMinute) {
  carts(9);
  group_of("all", 9);
  create("fw", "thinggroup/all", R"("jobExecutionsRolloutConfig":{"maximumPerMinute":1})");
  ask("PATCH", "/jobs/fw", R"({"jobExecutionsRolloutConfig":{"maximumPerMinute":5}})");
  EXPECT_THAT(executions_by_minute("fw", {0, 1, 2}), ElementsAre(1, 6, 9));
}

constexpr const char* abort_at_half =
    R"("abortConfig":{"criteriaList":[{"failureType":"FAILED","action":"CANCEL",)"
    R"("thresholdPercentage":50,"minNumberOfExecutedThings":2}]})";

TEST_F(Campaigns, AnAbortCancelsWhatIsQueuedAndLetsTheRestRun) {
  carts(5);
  group_of("all", 5);
  create("fw", "thinggroup/all", abort_at_half);
  update("cart-4", "fw", "IN_PROGRESS");
  update("cart-0", "fw", "FAILED");
  EXPECT_EQ(state("fw"), "IN_PROGRESS");
  update("cart-1", "fw", "SUCCEEDED");
  EXPECT_EQ(state("fw"), "CANCELED");
  EXPECT_THAT(ask("GET", "/jobs/fw"),
              AllOf(HasSubstr(R"("reasonCode":"ABORT_CRITERIA_MET","comment":"The service)"),
                    HasSubstr(R"("numberOfCanceledThings":2,"numberOfSucceededThings":1,)"
                              R"("numberOfFailedThings":1,"numberOfRejectedThings":0,)"
                              R"("numberOfQueuedThings":0,"numberOfInProgressThings":1)")));
  EXPECT_EQ(update("cart-4", "fw", "SUCCEEDED"), "200 {}");  // a straggler may still succeed
}

TEST_F(Campaigns, AnAbortIsStrongerThanARetry) {
  carts(2);
  group_of("all", 2);
  create("fw", "thinggroup/all",
         std::string{abort_at_half} +
             R"(,"jobExecutionsRetryConfig":{"criteriaList":[{"failureType":"ALL",)"
             R"("numberOfRetries":3}]})");
  update("cart-0", "fw", "FAILED");
  EXPECT_EQ(count("fw", JobStatus::queued), 2U);  // the other one, and the retry
  update("cart-0", "fw", "FAILED");
  EXPECT_EQ(state("fw"), "CANCELED");
  EXPECT_EQ(count("fw", JobStatus::queued), 0U);
}

TEST_F(Campaigns, TimeOutsAbortAsWell) {
  carts(3);
  group_of("all", 3);
  create("fw", "thinggroup/all",
         R"("timeoutConfig":{"inProgressTimeoutInMinutes":5},"abortConfig":{"criteriaList":[)"
         R"({"failureType":"TIMED_OUT","action":"CANCEL","thresholdPercentage":100,)"
         R"("minNumberOfExecutedThings":1}]})");
  update("cart-1", "fw", "IN_PROGRESS");
  go_to(5 * minute);
  EXPECT_EQ(state("fw"), "CANCELED");
  EXPECT_EQ(count("fw", JobStatus::canceled), 2U);
}

TEST_F(Campaigns, ARetryIsAnExecutionOfItsOwn) {
  carts(1);
  create("fw", "thing/cart-0",
         R"("jobExecutionsRetryConfig":{"criteriaList":[{"failureType":"FAILED",)"
         R"("numberOfRetries":2}]})");
  now = at(7);
  update("cart-0", "fw", "FAILED");
  EXPECT_THAT(ask("GET", "/jobs/fw"), AllOf(HasSubstr(R"("status":"IN_PROGRESS")"),
                                            HasSubstr(R"("numberOfFailedThings":0)"),
                                            HasSubstr(R"("numberOfQueuedThings":1)")));
  EXPECT_EQ(ask("GET", "/things/cart-0/jobs"),
            R"(200 {"executionSummaries":[{"jobId":"fw","jobExecutionSummary":{"status":"FAILED",)"
            R"("queuedAt":1710072000,"lastUpdatedAt":1710072007,"executionNumber":1,)"
            R"("retryAttempt":0}},{"jobId":"fw","jobExecutionSummary":{"status":"QUEUED",)"
            R"("queuedAt":1710072007,"lastUpdatedAt":1710072007,"executionNumber":2,)"
            R"("retryAttempt":1}}]})");
  EXPECT_THAT(ask("GET", "/things/cart-0/jobs/fw?executionNumber=1"), HasSubstr("FAILED"));
  EXPECT_THAT(ask("GET", "/things/cart-0/jobs/fw"), HasSubstr("QUEUED"));
  update("cart-0", "fw", "FAILED");
  update("cart-0", "fw", "FAILED");
  EXPECT_EQ(state("fw"), "COMPLETED");
  EXPECT_THAT(ask("GET", "/jobs/fw"), HasSubstr(R"("numberOfFailedThings":1)"));
  EXPECT_THAT(event_log.topics(), ElementsAre("jobExecution/fw/failed", "jobExecution/fw/failed",
                                              "jobExecution/fw/failed", "job/fw/completed"));
}

/// The counts are of things, by the latest execution that is left.
TEST_F(Campaigns, ADeletedAttemptIsNotCounted) {
  carts(1);
  create("fw", "thing/cart-0",
         R"("jobExecutionsRetryConfig":{"criteriaList":[)"
         R"({"failureType":"FAILED","numberOfRetries":2}]})");
  update("cart-0", "fw", "FAILED");
  update("cart-0", "fw", "FAILED");
  ask("DELETE", "/things/cart-0/jobs/fw/executionNumber/1");
  EXPECT_THAT(ask("GET", "/jobs/fw"), AllOf(HasSubstr(R"("numberOfFailedThings":0)"),
                                            HasSubstr(R"("numberOfQueuedThings":1)")));
  ask("DELETE", "/things/cart-0/jobs/fw/executionNumber/3");
  EXPECT_THAT(ask("GET", "/jobs/fw"), AllOf(HasSubstr(R"("numberOfFailedThings":1)"),
                                            HasSubstr(R"("numberOfQueuedThings":0)")));
  ask("DELETE", "/things/cart-0/jobs/fw/executionNumber/2");
  EXPECT_THAT(ask("GET", "/jobs/fw"), HasSubstr(R"("numberOfFailedThings":0)"));
}

TEST_F(Campaigns, RetriesCanBeCalledOff) {
  carts(1);
  create("fw", "thing/cart-0",
         R"("jobExecutionsRetryConfig":{"criteriaList":[{"failureType":"FAILED",)"
         R"("numberOfRetries":2}]})");
  EXPECT_EQ(ask("PATCH", "/jobs/fw",
                R"({"jobExecutionsRetryConfig":{"criteriaList":[{"failureType":"FAILED",)"
                R"("numberOfRetries":0}]}})"),
            "200 {}");
  update("cart-0", "fw", "FAILED");
  EXPECT_EQ(state("fw"), "COMPLETED");
}

TEST_F(Campaigns, ARejectionIsNeverRetried) {
  carts(1);
  create(
      "fw", "thing/cart-0",
      R"("jobExecutionsRetryConfig":{"criteriaList":[{"failureType":"ALL","numberOfRetries":2}]})");
  update("cart-0", "fw", "REJECTED");
  EXPECT_EQ(state("fw"), "COMPLETED");
}

class Scheduled : public Campaigns {
 protected:
  Scheduled() {
    carts(3);
    group_of("all", 3);
  }
};

TEST_F(Scheduled, AJobWaitsForItsStart) {
  create("fw", "thinggroup/all",
         R"("schedulingConfig":{"startTime":"2024-03-10 13:00","endTime":"2024-03-10T14:00:00Z",)"
         R"("endBehavior":"CANCEL"})");
  EXPECT_THAT(ask("GET", "/jobs/fw"),
              AllOf(HasSubstr(R"("status":"SCHEDULED")"),
                    HasSubstr(R"("schedulingConfig":{"startTime":"2024-03-10 13:00",)"
                              R"("endTime":"2024-03-10T14:00:00Z","endBehavior":"CANCEL"})")));
  EXPECT_EQ(device("GET", "/things/cart-0/jobs"), R"(200 {"inProgressJobs":[],"queuedJobs":[]})");
  go_to(3599);
  EXPECT_EQ(state("fw"), "SCHEDULED");
  outbox.take();
  go_to(3600);
  EXPECT_EQ(state("fw"), "IN_PROGRESS");
  EXPECT_EQ(outbox.take().size(), 3U);
  EXPECT_EQ(count("fw", JobStatus::queued), 3U);
}

TEST_F(Scheduled, AScheduledJobCanBeCancelled) {
  create("fw", "thinggroup/all", R"("schedulingConfig":{"startTime":"2024-03-10 13:00"})");
  EXPECT_THAT(ask("PUT", "/jobs/fw/cancel"), StartsWith("200"));
  go_to(7200);
  EXPECT_EQ(state("fw"), "CANCELED");
  EXPECT_EQ(engine.job("fw")->executions.size(), 0U);
}

TEST_F(Scheduled, ASnapshotIsTakenWhenTheJobIsMadeAndAContinuousOneLooksAgain) {
  ask("PUT", "/thing-groups/removeThingFromThingGroup",
      R"({"thingGroupName":"all","thingName":"cart-2"})");
  create("snap", "thinggroup/all", R"("schedulingConfig":{"startTime":"2024-03-10 13:00"})");
  create("cont", "thinggroup/all",
         R"("targetSelection":"CONTINUOUS","schedulingConfig":{"startTime":"2024-03-10 13:00"})");
  join("all", "cart-2");
  go_to(3600);
  EXPECT_EQ(count("snap", JobStatus::queued), 2U);
  EXPECT_EQ(count("cont", JobStatus::queued), 3U);
}

struct EndRow {
  const char* behavior;
  std::uint32_t queued, in_progress, canceled;
  const char* state;
};
class Ends : public Scheduled, public ::testing::WithParamInterface<EndRow> {};

TEST_P(Ends, DoWhatTheBehaviorSays) {
  create("fw", "thinggroup/all",
         fmt::format(R"("jobExecutionsRolloutConfig":{{"maximumPerMinute":1}},)"
                     R"("schedulingConfig":{{"endTime":"2024-03-10 12:30","endBehavior":"{}"}})",
                     GetParam().behavior));
  update("cart-0", "fw", "IN_PROGRESS");
  go_to(30 * minute);
  EXPECT_EQ(count("fw", JobStatus::queued), GetParam().queued);
  EXPECT_EQ(count("fw", JobStatus::in_progress), GetParam().in_progress);
  EXPECT_EQ(count("fw", JobStatus::canceled), GetParam().canceled);
  EXPECT_EQ(state("fw"), GetParam().state);
  EXPECT_EQ(engine.deadline(), never);
}

INSTANTIATE_TEST_SUITE_P(Rows, Ends,
                         ::testing::Values(EndRow{"STOP_ROLLOUT", 2, 1, 0, "IN_PROGRESS"},
                                           EndRow{"CANCEL", 0, 1, 2, "IN_PROGRESS"},
                                           EndRow{"FORCE_CANCEL", 0, 0, 3, "COMPLETED"}));

TEST_F(Campaigns, TheEndLeavesTheRestWithoutExecution) {
  carts(40);
  group_of("all", 40);
  create("fw", "thinggroup/all",
         R"("jobExecutionsRolloutConfig":{"maximumPerMinute":1},)"
         R"("schedulingConfig":{"endTime":"2024-03-10 12:30"})");
  EXPECT_THAT(executions_by_minute("fw", {29, 60}), ElementsAre(30, 30));
  for (int i = 0; i < 30; ++i) update(fmt::format("cart-{}", i), "fw", "SUCCEEDED");
  EXPECT_EQ(state("fw"), "COMPLETED");
}

TEST_F(Scheduled, AContinuousJobEndsWhenItsTimeIsOver) {
  create("fw", "thinggroup/all",
         R"("schedulingConfig":{"endTime":"2024-03-10 12:30","endBehavior":"STOP_ROLLOUT"},)"
         R"("targetSelection":"CONTINUOUS")");
  go_to(30 * minute);
  ask("POST", "/things/late", "{}");
  join("all", "late");
  EXPECT_EQ(engine.job("fw")->executions.size(), 3U);
  for (const auto* cart : {"cart-0", "cart-1", "cart-2"}) update(cart, "fw", "SUCCEEDED");
  EXPECT_EQ(state("fw"), "COMPLETED");
}

}  // namespace
}  // namespace cartstorm::broker::test
