#include "tests/unit/broker-mock/support/iot_bench.hpp"

/// The control plane's calls on jobs: request in, answer out.
namespace cartstorm::broker::test {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class Jobs : public IotBench {
 protected:
  Jobs() { carts(3); }
};

TEST_F(Jobs, AreCreatedAndDescribedWithAllThatWasGiven) {
  group_of("canary", 2);
  EXPECT_EQ(ask("PUT", "/jobs/fw-2-4-0", R"({
      "targets":["arn:aws:iot:us-east-1:123456789012:thing/cart-2",
                 "arn:aws:iot:us-east-1:123456789012:thinggroup/canary"],
      "document":"{\"u\":\"${aws:iot:s3-presigned-url-v2:https://s3.a.amazonaws.com/b/k}\"}",
      "targetSelection":"SNAPSHOT",
      "presignedUrlConfig":{"roleArn":"arn:aws:iam::123456789012:role/S3Download",
                            "expiresInSec":900},
      "jobExecutionsRolloutConfig":{"maximumPerMinute":100,"exponentialRate":{
        "baseRatePerMinute":10,"incrementFactor":1.5,
        "rateIncreaseCriteria":{"numberOfNotifiedThings":100}}},
      "abortConfig":{"criteriaList":[{"failureType":"FAILED","action":"CANCEL",
        "thresholdPercentage":5.25,"minNumberOfExecutedThings":20}]},
      "timeoutConfig":{"inProgressTimeoutInMinutes":120},
      "jobExecutionsRetryConfig":{"criteriaList":[{"failureType":"TIMED_OUT","numberOfRetries":1}]},
      "tags":[{"Key":"stage","Value":"canary"}],"description":"canary"})"),
            "200 {\"jobArn\":\"arn:aws:iot:us-east-1:123456789012:job/fw-2-4-0\","
            "\"jobId\":\"fw-2-4-0\",\"description\":\"canary\"}");
  now = {now.unix_ms + 1250};
  update("cart-0", "fw-2-4-0", "IN_PROGRESS");
  EXPECT_EQ(
      ask("GET", "/jobs/fw-2-4-0"),
      "200 {\"job\":{\"jobArn\":\"arn:aws:iot:us-east-1:123456789012:job/fw-2-4-0\","
      "\"jobId\":\"fw-2-4-0\",\"targetSelection\":\"SNAPSHOT\",\"status\":\"IN_PROGRESS\","
      "\"targets\":[\"arn:aws:iot:us-east-1:123456789012:thing/cart-2\","
      "\"arn:aws:iot:us-east-1:123456789012:thinggroup/canary\"],\"description\":\"canary\","
      "\"presignedUrlConfig\":{\"roleArn\":\"arn:aws:iam::123456789012:role/S3Download\","
      "\"expiresInSec\":900},"
      "\"jobExecutionsRolloutConfig\":{\"maximumPerMinute\":100,\"exponentialRate\":{"
      "\"baseRatePerMinute\":10,\"incrementFactor\":1.5,"
      "\"rateIncreaseCriteria\":{\"numberOfNotifiedThings\":100}}},"
      "\"abortConfig\":{\"criteriaList\":[{\"failureType\":\"FAILED\",\"action\":\"CANCEL\","
      "\"thresholdPercentage\":5.25,\"minNumberOfExecutedThings\":20}]},"
      "\"timeoutConfig\":{\"inProgressTimeoutInMinutes\":120},"
      "\"jobExecutionsRetryConfig\":{\"criteriaList\":[{\"failureType\":\"TIMED_OUT\","
      "\"numberOfRetries\":1}]},"
      "\"createdAt\":1710072000,\"lastUpdatedAt\":1710072000,\"isConcurrent\":false,"
      "\"jobProcessDetails\":{\"numberOfCanceledThings\":0,\"numberOfSucceededThings\":0,"
      "\"numberOfFailedThings\":0,\"numberOfRejectedThings\":0,\"numberOfQueuedThings\":2,"
      "\"numberOfInProgressThings\":1,\"numberOfRemovedThings\":0,\"numberOfTimedOutThings\":0}}}");
  EXPECT_EQ(
      ask("GET", "/tags?resourceArn=arn%3Aaws%3Aiot%3Aus-east-1%3A123456789012%3Ajob%2Ffw-2-4-0"),
      "200 {\"tags\":[{\"Key\":\"stage\",\"Value\":\"canary\"}]}");
}

TEST_F(Jobs, DocumentIsShownAsGivenWithItsPlaceholders) {
  ask("PUT", "/jobs/j",
      R"({"targets":["arn:aws:iot:us-east-1:123456789012:thing/cart-0"],)"
      R"("document":"{\"u\":\"${aws:iot:s3-presigned-url:https://s3.eu.amazonaws.com/b/k}\"}",)"
      R"("presignedUrlConfig":{"roleArn":"arn:aws:iam::123456789012:role/S3Download"}})");
  EXPECT_EQ(ask("GET", "/jobs/j/job-document"),
            R"(200 {"document":"{\"u\":\"${aws:iot:s3-presigned-url:)"
            R"(https://s3.eu.amazonaws.com/b/k}\"}"})");
  EXPECT_EQ(device("GET", "/things/cart-0/jobs/%24next?includeJobDocument=true"),
            R"(200 {"execution":{"jobId":"j","thingName":"cart-0","status":"QUEUED",)"
            R"("queuedAt":1710072000,"lastUpdatedAt":1710072000,"versionNumber":1,)"
            R"("executionNumber":1,"jobDocument":"{\"u\":\"https://minted/2/b/k\"}"}})");
}

TEST_F(Jobs, SourceIsReadOnceWhenTheJobIsMade) {
  objects.objects["docs/a.json"] = R"({"v":1})";
  EXPECT_THAT(ask("PUT", "/jobs/j",
                  R"({"targets":["arn:aws:iot:us-east-1:123456789012:thing/cart-0"],)"
                  R"("documentSource":"https://s3.us-east-1.amazonaws.com/docs/a.json"})"),
              StartsWith("200"));
  objects.objects["docs/a.json"] = R"({"v":2})";
  EXPECT_EQ(ask("GET", "/jobs/j/job-document"), R"(200 {"document":"{\"v\":1}"})");
  EXPECT_THAT(
      ask("GET", "/jobs/j"),
      StartsWith(R"(200 {"documentSource":"https://s3.us-east-1.amazonaws.com/docs/a.json")"));
}

TEST_F(Jobs, AnIdIsTakenUntilTheJobIsDeleted) {
  create("fw-1", "thing/cart-0");
  EXPECT_EQ(create("fw-1", "thing/cart-0"),
            R"(409 ResourceAlreadyExistsException {)"
            R"("message":"job fw-1 exists already; choose another id",)"
            R"("resourceId":"fw-1","resourceArn":"arn:aws:iot:us-east-1:123456789012:job/fw-1"})");
  EXPECT_EQ(ask("DELETE", "/jobs/fw-1?force=true"), "200 {}");
  EXPECT_EQ(ask("GET", "/jobs/fw-1"), R"(404 ResourceNotFoundException {"message":"no job fw-1"})");
  EXPECT_THAT(create("fw-1", "thing/cart-0"), StartsWith("200"));
}

TEST_F(Jobs, CancelledOnesSayWhoAndWhy) {
  create("fw-1", "thing/cart-0");
  create("fw-2", "thing/cart-1");
  update("cart-0", "fw-1", "IN_PROGRESS");
  EXPECT_EQ(ask("PUT", "/jobs/fw-1/cancel", R"({"reasonCode":"BAD_2","comment":"crash loop"})"),
            R"(200 {"jobArn":"arn:aws:iot:us-east-1:123456789012:job/fw-1","jobId":"fw-1"})");
  EXPECT_THAT(ask("GET", "/jobs/fw-1"),
              AllOf(HasSubstr(R"("status":"CANCELED","reasonCode":"BAD_2","comment":"crash loop")"),
                    HasSubstr(R"("numberOfInProgressThings":1)"), HasSubstr("completedAt")));
  EXPECT_THAT(ask("PUT", "/jobs/fw-1/cancel", "{}"), StartsWith("400 InvalidRequestException"));
  EXPECT_THAT(ask("PUT", "/jobs/fw-2/cancel?force=true", "{}"), StartsWith("200"));
  EXPECT_THAT(ask("GET", "/jobs/fw-2"), HasSubstr(R"("forceCanceled":true)"));
  EXPECT_THAT(ask("GET", "/things/cart-1/jobs/fw-2"),
              HasSubstr(R"("status":"CANCELED","forceCanceled":true)"));
}

TEST_F(Jobs, RunningOnesAreDeletedByForceOnly) {
  create("fw-1", "thing/cart-0");
  EXPECT_THAT(ask("DELETE", "/jobs/fw-1"),
              StartsWith("409 InvalidStateTransitionException {\"message\":\"job fw-1 still runs"));
  ask("PUT", "/jobs/fw-1/cancel");
  EXPECT_EQ(ask("DELETE", "/jobs/fw-1"), "200 {}");
  EXPECT_THAT(device("GET", "/things/cart-0/jobs/fw-1"), StartsWith("404 ResourceNotFound"));
}

TEST_F(Jobs, AreListedPageByPage) {
  create("a", "thing/cart-0");
  create("b", "thing/cart-0", R"("targetSelection":"CONTINUOUS")");
  create("c", "thing/cart-1");
  ask("PUT", "/jobs/c/cancel");
  const std::string first = ask("GET", "/jobs?maxResults=2");
  EXPECT_THAT(first,
              HasSubstr(R"("jobId":"b","targetSelection":"CONTINUOUS","status":"IN_PROGRESS",)"
                        R"("createdAt":1710072000,"lastUpdatedAt":1710072000,)"
                        R"("isConcurrent":false}],"nextToken":")"));
  const std::size_t from = first.find("nextToken\":\"") + 12;
  const std::string token = first.substr(from, first.find('"', from) - from);
  EXPECT_EQ(ask("GET", "/jobs?maxResults=2&nextToken=" + token),
            R"(200 {"jobs":[{"jobArn":"arn:aws:iot:us-east-1:123456789012:job/c","jobId":"c",)"
            R"("targetSelection":"SNAPSHOT","status":"CANCELED","createdAt":1710072000,)"
            R"("lastUpdatedAt":1710072000,"completedAt":1710072000,"isConcurrent":false}]})");
  EXPECT_THAT(ask("GET", "/things?nextToken=" + token), StartsWith("400 InvalidRequestException"));
  EXPECT_THAT(ask("GET", "/jobs?targetSelection=CONTINUOUS"),
              AllOf(HasSubstr(R"("jobId":"b")"), Not(HasSubstr(R"("jobId":"a")"))));
  EXPECT_THAT(ask("GET", "/jobs?status=CANCELED"),
              AllOf(HasSubstr(R"("jobId":"c")"), Not(HasSubstr(R"("jobId":"b")"))));
  EXPECT_EQ(ask("GET", "/jobs?status=SCHEDULED"), R"(200 {"jobs":[]})");
}

TEST_F(Jobs, AreListedByTheGroupTheyTarget) {
  group_of("canary", 1);
  create("a", "thinggroup/canary");
  create("b", "thing/cart-0");
  const std::string id = registry.group(*registry.find_group("canary")).id;
  for (const std::string& query : {std::string{"thingGroupName=canary"}, "thingGroupId=" + id}) {
    EXPECT_THAT(ask("GET", "/jobs?" + query),
                AllOf(HasSubstr(R"("jobId":"a")"), Not(HasSubstr(R"("jobId":"b")"))));
  }
  EXPECT_THAT(ask("GET", "/jobs?thingGroupName=none"), StartsWith("404"));
}

TEST_F(Jobs, UpdatesChangeWhatIsStillToCome) {
  create("fw-1", "thing/cart-0", R"("timeoutConfig":{"inProgressTimeoutInMinutes":10})");
  EXPECT_EQ(ask("PATCH", "/jobs/fw-1",
                R"({"description":"new words","timeoutConfig":{"inProgressTimeoutInMinutes":20},)"
                R"("presignedUrlConfig":{"expiresInSec":60}})"),
            "200 {}");
  EXPECT_THAT(ask("GET", "/jobs/fw-1"), AllOf(HasSubstr(R"("description":"new words")"),
                                              HasSubstr(R"("inProgressTimeoutInMinutes":20)"),
                                              HasSubstr(R"("expiresInSec":60)")));
  update("cart-0", "fw-1", "IN_PROGRESS");
  go_to(19 * 60);
  EXPECT_EQ(count("fw-1", JobStatus::timed_out), 0U);
  go_to(20 * 60);
  EXPECT_EQ(count("fw-1", JobStatus::timed_out), 1U);
  EXPECT_THAT(ask("PATCH", "/jobs/fw-1", R"({"description":"late"})"), StartsWith("400"));
}

TEST_F(Jobs, ALongerTimeOutDoesNotReachARunningTimer) {
  create("fw-1", "thing/cart-0", R"("timeoutConfig":{"inProgressTimeoutInMinutes":10})");
  update("cart-0", "fw-1", "IN_PROGRESS");
  ask("PATCH", "/jobs/fw-1", R"({"timeoutConfig":{"inProgressTimeoutInMinutes":20}})");
  go_to(10 * 60);
  EXPECT_EQ(count("fw-1", JobStatus::timed_out), 1U);
}

TEST_F(Jobs, DeeplyNestedAndHugeBodiesAreRefused) {
  const std::string deep = "{\"a\":" + std::string(40, '[') + std::string(40, ']') + "}";
  EXPECT_THAT(ask("PUT", "/jobs/j", deep), StartsWith("400"));
  const std::string huge = "{\"a\":\"" + std::string(600'000, 'x') + "\"}";
  EXPECT_THAT(ask("PUT", "/jobs/j", huge), StartsWith("400"));
}

TEST_F(Jobs, WhatIsQuotedOfAPathIsUtf8) {
  EXPECT_EQ(ask("GET", "/jobs/a%ff%22%c3%a9"),
            "404 ResourceNotFoundException {\"message\":\"no job a?\\\"\xc3\xa9\"}");
}

TEST_F(Jobs, AServiceThatIsNotHereIsRefused) {
  EXPECT_THAT(call("s3", "GET", "/jobs", ""), StartsWith("400 InvalidRequestException"));
  EXPECT_EQ(call("execute-api", "GET", "/jobs", ""), R"(200 {"jobs":[]})");
}

TEST_F(Jobs, OneOperationIsThrottledByItself) {
  control.set_calls_per_s(2);
  EXPECT_THAT(ask("GET", "/jobs"), StartsWith("200"));
  EXPECT_THAT(ask("GET", "/jobs"), StartsWith("200"));
  EXPECT_EQ(ask("GET", "/jobs"), R"(400 ThrottlingException {"message":"Rate exceeded"})");
  EXPECT_THAT(ask("GET", "/things"), StartsWith("200"));
  now = at(1);
  EXPECT_THAT(ask("GET", "/jobs"), StartsWith("200"));
}

class SlowDeletion : public IotBench {
 protected:
  SlowDeletion()
      : IotBench{{}, [] {
                   jobs::Knobs knobs;
                   knobs.deletion_takes_ms = 60'000;
                   return knobs;
                 }()} {
    carts(1);
  }
};

TEST_F(SlowDeletion, AJobIsSeenWhileItGoes) {
  create("fw-1", "thing/cart-0");
  event_log.lines.clear();
  ask("DELETE", "/jobs/fw-1?force=true");
  EXPECT_THAT(ask("GET", "/jobs/fw-1"), HasSubstr("DELETION_IN_PROGRESS"));
  EXPECT_THAT(ask("PUT", "/jobs/fw-1/cancel"), StartsWith("409 InvalidStateTransitionException"));
  EXPECT_THAT(ask("DELETE", "/jobs/fw-1?force=true"),
              StartsWith("409 InvalidStateTransitionException"));
  EXPECT_THAT(device("GET", "/things/cart-0/jobs/fw-1"), StartsWith("404"));
  go_to(60);
  EXPECT_THAT(ask("GET", "/jobs/fw-1"), StartsWith("404"));
  EXPECT_THAT(event_log.topics(), ElementsAre("job/fw-1/deletion_in_progress",
                                              "jobExecution/fw-1/deleted", "job/fw-1/deleted"));
}

TEST_F(SlowDeletion, TenAtOnceAreEnough) {
  for (int i = 0; i < 11; ++i) create(fmt::format("fw-{}", i), "thing/cart-0");
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(ask("DELETE", fmt::format("/jobs/fw-{}?force=true", i)), "200 {}");
  }
  EXPECT_THAT(ask("DELETE", "/jobs/fw-10?force=true"), StartsWith("410 LimitExceededException"));
}

}  // namespace
}  // namespace cartstorm::broker::test
