#include "tests/unit/broker-mock/support/iot_bench.hpp"

/// The four device calls over HTTP, and executions from the cloud's side.
namespace cartstorm::broker::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class DataPlane : public IotBench {
 protected:
  DataPlane() {
    carts(2);
    create("fw-1", "thing/cart-0");
    now = at(10);
  }
};

TEST_F(DataPlane, ListsWhatIsPending) {
  create("fw-2", "thing/cart-0");
  update("cart-0", "fw-2", "IN_PROGRESS");
  EXPECT_EQ(device("GET", "/things/cart-0/jobs"),
            R"(200 {"inProgressJobs":[{"jobId":"fw-2","queuedAt":1710072010,)"
            R"("startedAt":1710072010,"lastUpdatedAt":1710072010,"versionNumber":2,)"
            R"("executionNumber":1}],"queuedJobs":[{"jobId":"fw-1","queuedAt":1710072000,)"
            R"("lastUpdatedAt":1710072000,"versionNumber":1,"executionNumber":1}]})");
  EXPECT_EQ(device("GET", "/things/cart-1/jobs"), R"(200 {"inProgressJobs":[],"queuedJobs":[]})");
  EXPECT_EQ(device("GET", "/things/nobody/jobs"), R"(200 {"inProgressJobs":[],"queuedJobs":[]})");
}

TEST_F(DataPlane, StartsTheNextOneWithItsDocumentAsText) {
  EXPECT_EQ(device("PUT", "/things/cart-0/jobs/$next",
                   R"({"statusDetails":{"step":"0"},"stepTimeoutInMinutes":5,"clientToken":"t"})"),
            R"(200 {"execution":{"jobId":"fw-1","thingName":"cart-0","status":"IN_PROGRESS",)"
            R"("statusDetails":{"step":"0"},"queuedAt":1710072000,"startedAt":1710072010,)"
            R"("lastUpdatedAt":1710072010,"versionNumber":2,"executionNumber":1,)"
            R"("approximateSecondsBeforeTimedOut":300,"jobDocument":"{\"v\":1}"}})");
  EXPECT_EQ(device("PUT", "/things/cart-1/jobs/$next"), "200 {}");
  EXPECT_EQ(device("PUT", "/things/nobody/jobs/%24next", "{}"), "200 {}");
  EXPECT_THAT(device("PUT", "/things/cart-0/jobs/$next", R"({"stepTimeoutInMinutes":0})"),
              StartsWith("400 InvalidRequestException"));
}

TEST_F(DataPlane, DescribesWithoutTheDocumentUnlessAsked) {
  const std::string without =
      R"({"execution":{"jobId":"fw-1","thingName":"cart-0","status":"QUEUED",)"
      R"("queuedAt":1710072000,"lastUpdatedAt":1710072000,"versionNumber":1,"executionNumber":1)";
  EXPECT_EQ(device("GET", "/things/cart-0/jobs/fw-1"), "200 " + without + "}}");
  EXPECT_EQ(device("GET", "/things/cart-0/jobs/$next?includeJobDocument=false"),
            "200 " + without + "}}");
  EXPECT_EQ(device("GET", "/things/cart-0/jobs/%24next?includeJobDocument=true&executionNumber=1"),
            "200 " + without + R"(,"jobDocument":"{\"v\":1}"}})");
  EXPECT_EQ(device("GET", "/things/cart-1/jobs/$next"), "200 {}");
  EXPECT_EQ(device("GET", "/things/nobody/jobs/$next"), "200 {}");
}

TEST_F(DataPlane, UpdatesAnswerOnlyWhatIsAskedFor) {
  EXPECT_EQ(device("POST", "/things/cart-0/jobs/fw-1", R"({"status":"IN_PROGRESS"})"), "200 {}");
  EXPECT_EQ(device("POST", "/things/cart-0/jobs/fw-1",
                   R"({"status":"IN_PROGRESS","expectedVersion":2,"includeJobExecutionState":true,)"
                   R"("includeJobDocument":true,"statusDetails":{"p":"1"},"executionNumber":1})"),
            R"(200 {"executionState":{"status":"IN_PROGRESS","statusDetails":{"p":"1"},)"
            R"("versionNumber":3},"jobDocument":"{\"v\":1}"})");
}

TEST_F(DataPlane, AWrongVersionAndATerminalStateComeWithTheState) {
  EXPECT_EQ(
      device("POST", "/things/cart-0/jobs/fw-1", R"({"status":"IN_PROGRESS","expectedVersion":9})"),
      R"(409 InvalidStateTransitionException {"message":"Expected version 9 but found )"
      R"(version 1","executionState":{"status":"QUEUED","versionNumber":1}})");
  update("cart-0", "fw-1", "SUCCEEDED");
  EXPECT_EQ(update("cart-0", "fw-1", "SUCCEEDED"),
            R"(409 InvalidStateTransitionException {"message":"The job execution is in a )"
            R"(terminal state","executionState":{"status":"SUCCEEDED","versionNumber":2}})");
  EXPECT_EQ(device("GET", "/things/cart-0/jobs/fw-1"),
            R"(410 TerminalStateException {"message":"The job execution is in a terminal state"})");
}

struct Row {
  const char* method;
  const char* target;
  const char* body;
  const char* answer;
};
class BadDeviceCalls : public DataPlane, public ::testing::WithParamInterface<Row> {};

TEST_P(BadDeviceCalls, HaveTheStatusAndExceptionOfTheModel) {
  EXPECT_THAT(device(GetParam().method, GetParam().target, GetParam().body),
              StartsWith(GetParam().answer));
}

INSTANTIATE_TEST_SUITE_P(
    Rows, BadDeviceCalls,
    ::testing::Values(
        Row{"GET", "/things/cart-0/jobs/none", "", "404 ResourceNotFoundException"},
        Row{"GET", "/things/cart-0/jobs/fw-1?executionNumber=2", "", "404 ResourceNotFound"},
        Row{"GET", "/things/cart-0/jobs/fw-1?executionNumber=x", "", "400 InvalidRequest"},
        Row{"GET", "/things/cart-0/jobs/fw-1?includeJobDocument=1", "", "400 InvalidRequest"},
        Row{"GET", "/things/cart-0/jobs/a%20b", "", "400 InvalidRequest"},
        Row{"GET", "/things/a%2Fb/jobs", "", "400 InvalidRequest"},
        Row{"GET", "/things/cart%zz/jobs", "", "400 InvalidRequest"},
        Row{"POST", "/things/cart-0/jobs/$next", R"({"status":"IN_PROGRESS"})",
            "400 InvalidRequest"},
        Row{"POST", "/things/cart-1/jobs/fw-1", R"({"status":"IN_PROGRESS"})",
            "404 ResourceNotFound"},
        Row{"POST", "/things/cart-0/jobs/fw-1", "", "400 InvalidRequest"},
        Row{"POST", "/things/cart-0/jobs/fw-1", "[]", "400 InvalidRequest"},
        Row{"POST", "/things/cart-0/jobs/fw-1", R"({"status":"DONE"})", "400 InvalidRequest"},
        Row{"POST", "/things/cart-0/jobs/fw-1", R"({"status":"QUEUED"})", "409 InvalidState"},
        Row{"POST", "/things/cart-0/jobs/fw-1",
            R"({"status":"FAILED","statusDetails":{"log":"a\nb"}})", "400 InvalidRequest"},
        Row{"PUT", "/things/cart-0/jobs/fw-1", "{}", "404 UnknownOperation"},
        Row{"GET", "/jobs", "", "404 UnknownOperation"},
        Row{"DELETE", "/things/cart-0/jobs", "", "404 UnknownOperation"}));

TEST_F(DataPlane, WhatChangesHereIsNotifiedOverMqtt) {
  engine.subscribe(ThingId{0}, true, true);
  outbox.take();
  update("cart-0", "fw-1", "SUCCEEDED");
  std::vector<std::string> topics;
  for (const Delivery& delivery : outbox.take()) topics.emplace_back(delivery.topic);
  EXPECT_THAT(topics,
              ElementsAre("$aws/things/cart-0/jobs/notify", "$aws/things/cart-0/jobs/notify-next"));
}

TEST_F(DataPlane, QuotasHoldForBothWaysTogether) {
  engine.set_quotas({2, 1});
  EXPECT_THAT(device("GET", "/things/cart-0/jobs"), StartsWith("200"));
  outbox.take();
  engine.handle(ThingId{0}, "get", "{}", now);
  EXPECT_THAT(std::string{outbox.take()[0].topic}, HasSubstr("get/accepted"));
  EXPECT_EQ(device("GET", "/things/cart-0/jobs"),
            R"(429 ThrottlingException {"message":"Too many requests; slow down"})");
  engine.handle(ThingId{0}, "get", R"({"clientToken":"t"})", now);
  EXPECT_EQ(outbox.take()[0].payload,
            R"({"code":"RequestThrottled","message":"Too many requests; slow down",)"
            R"("timestamp":1710072010,"clientToken":"t"})");
  EXPECT_THAT(device("GET", "/things/cart-0/jobs/fw-1"), StartsWith("200"));
  EXPECT_THAT(update("cart-0", "fw-1", "IN_PROGRESS"), StartsWith("200"));
  EXPECT_THAT(update("cart-0", "fw-1", "IN_PROGRESS"), StartsWith("429"));
  now = at(11);
  EXPECT_THAT(update("cart-0", "fw-1", "IN_PROGRESS"), StartsWith("200"));
}

class Executions : public DataPlane {};

TEST_F(Executions, AreDescribedWithNestedDetailsAndTheArn) {
  device("POST", "/things/cart-0/jobs/fw-1",
         R"({"status":"IN_PROGRESS","statusDetails":{"p":"1"},"stepTimeoutInMinutes":2})");
  EXPECT_EQ(ask("GET", "/things/cart-0/jobs/fw-1?executionNumber=1"),
            R"(200 {"execution":{"jobId":"fw-1","status":"IN_PROGRESS",)"
            R"("statusDetails":{"detailsMap":{"p":"1"}},)"
            R"("thingArn":"arn:aws:iot:us-east-1:123456789012:thing/cart-0",)"
            R"("queuedAt":1710072000,"startedAt":1710072010,"lastUpdatedAt":1710072010,)"
            R"("executionNumber":1,"versionNumber":2,"approximateSecondsBeforeTimedOut":120}})");
}

TEST_F(Executions, AreCancelledOneByOne) {
  EXPECT_EQ(ask("PUT", "/things/cart-0/jobs/fw-1/cancel",
                R"({"expectedVersion":1,"statusDetails":{"why":"lab"}})"),
            "200 {}");
  EXPECT_THAT(
      ask("GET", "/things/cart-0/jobs/fw-1"),
      AllOf(HasSubstr(R"("status":"CANCELED","statusDetails":{"detailsMap":{"why":"lab"}})"),
            HasSubstr(R"("versionNumber":2)")));
  EXPECT_EQ(state("fw-1"), "COMPLETED");
}

TEST_F(Executions, AreDeletedByNumber) {
  update("cart-0", "fw-1", "SUCCEEDED");
  event_log.lines.clear();
  EXPECT_EQ(ask("DELETE", "/things/cart-0/jobs/fw-1/executionNumber/1"), "200 {}");
  EXPECT_THAT(ask("GET", "/things/cart-0/jobs/fw-1"), StartsWith("404"));
  EXPECT_EQ(ask("GET", "/jobs/fw-1/things"), R"(200 {"executionSummaries":[]})");
  EXPECT_THAT(event_log.topics(), ElementsAre("jobExecution/fw-1/deleted"));
}

TEST_F(Executions, AreListedPageByPageAndByStatus) {
  ask("PUT", "/jobs/fw-2",
      R"({"targets":["arn:aws:iot:us-east-1:123456789012:thing/cart-0",)"
      R"("arn:aws:iot:us-east-1:123456789012:thing/cart-1"],"document":"{}"})");
  const std::string page = ask("GET", "/jobs/fw-2/things?maxResults=1");
  EXPECT_THAT(page,
              StartsWith(R"(200 {"executionSummaries":[{"thingArn":"arn:aws:iot:us-east-1:)"
                         R"(123456789012:thing/cart-0","jobExecutionSummary":{"status":"QUEUED",)"
                         R"("queuedAt":1710072010,"lastUpdatedAt":1710072010,)"
                         R"("executionNumber":1,"retryAttempt":0}}],"nextToken":")"));
  const std::size_t from = page.find("nextToken\":\"") + 12;
  const std::string token = page.substr(from, page.find('"', from) - from);
  EXPECT_THAT(ask("GET", "/jobs/fw-2/things?maxResults=1&nextToken=" + token),
              AllOf(HasSubstr("thing/cart-1"), Not(HasSubstr("nextToken"))));
  EXPECT_THAT(ask("GET", "/jobs/fw-1/things?nextToken=" + token), StartsWith("400"));
  update("cart-1", "fw-2", "IN_PROGRESS");
  EXPECT_THAT(ask("GET", "/jobs/fw-2/things?status=IN_PROGRESS"),
              AllOf(HasSubstr("thing/cart-1"), Not(HasSubstr("thing/cart-0"))));
  EXPECT_THAT(ask("GET", "/things/cart-0/jobs?jobId=fw-2"),
              AllOf(HasSubstr(R"("jobId":"fw-2")"), Not(HasSubstr(R"("jobId":"fw-1")"))));
  EXPECT_EQ(ask("GET", "/things/cart-0/jobs?status=FAILED"), R"(200 {"executionSummaries":[]})");
}

}  // namespace
}  // namespace cartstorm::broker::test
