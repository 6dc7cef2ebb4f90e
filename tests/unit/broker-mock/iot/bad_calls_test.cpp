#include "tests/unit/broker-mock/support/iot_bench.hpp"

/// What the control plane does not take, with the status and exception of the service model.
namespace cartstorm::broker::test {
namespace {

using ::testing::StartsWith;

/// One row of the table of what CreateJob does not take.
struct BadJob {
  const char* id;
  const char* body;
  const char* answer;
};

class BadJobs : public IotBench, public ::testing::WithParamInterface<BadJob> {};

TEST_P(BadJobs, AreRefusedAndLeaveNothing) {
  carts(1);
  EXPECT_THAT(ask("PUT", std::string{"/jobs/"} + GetParam().id, GetParam().body),
              StartsWith(GetParam().answer));
  EXPECT_EQ(ask("GET", "/jobs"), R"(200 {"jobs":[]})");
}

#define CART R"("targets":["arn:aws:iot:us-east-1:123456789012:thing/cart-0"])"
#define BODY CART R"(,"document":"{}",)"
constexpr const char* bad = "400 InvalidRequestException";
INSTANTIATE_TEST_SUITE_P(
    Rows, BadJobs,
    ::testing::Values(
        BadJob{"a%20b", "{" CART R"(,"document":"{}"})", bad}, BadJob{"a%2", "{}", bad},
        BadJob{"j", "[]", bad}, BadJob{"j", "{", bad}, BadJob{"j", "{" CART "}", bad},
        BadJob{"j", R"({"document":"{}"})", bad},
        BadJob{"j", R"({"targets":[],"document":"{}"})", bad},
        BadJob{"j", R"({"targets":"x","document":"{}"})", bad},
        BadJob{"j", R"({"targets":[7],"document":"{}"})", bad},
        BadJob{"j", R"({"targets":["cart-0"],"document":"{}"})", bad},
        BadJob{"j",
               R"({"targets":["arn:aws:iot:eu-west-1:123456789012:thing/cart-0"],"document":"{}"})",
               bad},
        BadJob{"j",
               R"({"targets":["arn:aws:iot:us-east-1:123456789012:job/cart-0"],"document":"{}"})",
               bad},
        BadJob{"j",
               R"({"targets":["arn:aws:iot:us-east-1:123456789012:thing/none"],"document":"{}"})",
               "404 ResourceNotFoundException {\"message\":\"no thing none\"}"},
        BadJob{
            "j",
            R"({"targets":["arn:aws:iot:us-east-1:123456789012:thinggroup/none"],"document":"{}"})",
            "404 ResourceNotFoundException {\"message\":\"no thing group none\"}"},
        BadJob{"j", "{" CART R"(,"document":"not json"})", bad},
        BadJob{"j",
               "{" CART R"(,"document":"{}","documentSource":"https://s3.a.amazonaws.com/b/k"})",
               bad},
        BadJob{"j", "{" CART R"(,"documentSource":"https://example.com/k"})", bad},
        BadJob{"j", "{" CART R"(,"documentSource":"https://s3.a.amazonaws.com/b/none"})", bad},
        BadJob{
            "j",
            "{" CART R"(,)"
            R"("document":"{\"u\":\"${aws:iot:s3-presigned-url:https://s3.amazonaws.com/b/k}\"}"})",
            bad},
        BadJob{"j", "{" BODY R"("description":"a\nb"})", bad},
        BadJob{"j", "{" BODY R"("description":7})", bad},
        BadJob{"j", "{" BODY R"("targetSelection":"ALL"})", bad},
        BadJob{"j", "{" BODY R"("jobTemplateArn":"arn:aws:iot:x"})", bad}));
INSTANTIATE_TEST_SUITE_P(
    UrlsAndTimeouts, BadJobs,
    ::testing::Values(
        BadJob{"j", "{" BODY R"("presignedUrlConfig":{"expiresInSec":59}})", bad},
        BadJob{"j", "{" BODY R"("presignedUrlConfig":{"expiresInSec":3601}})", bad},
        BadJob{"j", "{" BODY R"("presignedUrlConfig":{"roleArn":"short"}})", bad},
        BadJob{"j", "{" BODY R"("presignedUrlConfig":[]})", bad},
        BadJob{"j", "{" BODY R"("timeoutConfig":{"inProgressTimeoutInMinutes":0}})", bad},
        BadJob{"j", "{" BODY R"("timeoutConfig":{"inProgressTimeoutInMinutes":10081}})", bad},
        BadJob{"j", "{" BODY R"("timeoutConfig":{"inProgressTimeoutInMinutes":"5"}})", bad}));
INSTANTIATE_TEST_SUITE_P(
    Rollouts, BadJobs,
    ::testing::Values(
        BadJob{"j", "{" BODY R"("jobExecutionsRolloutConfig":{"maximumPerMinute":0}})", bad},
        BadJob{"j", "{" BODY R"("jobExecutionsRolloutConfig":{"maximumPerMinute":1001}})", bad},
        BadJob{"j",
               "{" BODY
               R"("jobExecutionsRolloutConfig":{"exponentialRate":{"baseRatePerMinute":5}}})",
               bad},
        BadJob{"j",
               "{" BODY R"("jobExecutionsRolloutConfig":{"exponentialRate":{"baseRatePerMinute":5,)"
               R"("incrementFactor":1.05,"rateIncreaseCriteria":{"numberOfNotifiedThings":1}}}})",
               bad},
        BadJob{"j",
               "{" BODY R"("jobExecutionsRolloutConfig":{"exponentialRate":{"baseRatePerMinute":5,)"
               R"("incrementFactor":1.25,"rateIncreaseCriteria":{"numberOfNotifiedThings":1}}}})",
               bad},
        BadJob{"j",
               "{" BODY R"("jobExecutionsRolloutConfig":{"exponentialRate":{"baseRatePerMinute":5,)"
               R"("incrementFactor":5.1,"rateIncreaseCriteria":{"numberOfNotifiedThings":1}}}})",
               bad},
        BadJob{"j",
               "{" BODY R"("jobExecutionsRolloutConfig":{"exponentialRate":{"baseRatePerMinute":5,)"
               R"("incrementFactor":2,"rateIncreaseCriteria":{}}}})",
               bad},
        BadJob{"j",
               "{" BODY R"("jobExecutionsRolloutConfig":{"maximumPerMinute":5,"exponentialRate":{)"
               R"("baseRatePerMinute":6,"incrementFactor":2,"rateIncreaseCriteria":{)"
               R"("numberOfNotifiedThings":1}}}})",
               bad}));
INSTANTIATE_TEST_SUITE_P(
    AbortsAndRetries, BadJobs,
    ::testing::Values(
        BadJob{"j", "{" BODY R"("abortConfig":{"criteriaList":[]}})", bad},
        BadJob{"j", "{" BODY R"("abortConfig":{}})", bad},
        BadJob{"j",
               "{" BODY
               R"("abortConfig":{"criteriaList":[{"failureType":"FAILED","action":"CANCEL",)"
               R"("thresholdPercentage":100.5,"minNumberOfExecutedThings":1}]}})",
               bad},
        BadJob{"j",
               "{" BODY
               R"("abortConfig":{"criteriaList":[{"failureType":"FAILED","action":"CANCEL",)"
               R"("thresholdPercentage":5.125,"minNumberOfExecutedThings":1}]}})",
               bad},
        BadJob{"j",
               "{" BODY
               R"("abortConfig":{"criteriaList":[{"failureType":"REMOVED","action":"CANCEL",)"
               R"("thresholdPercentage":5,"minNumberOfExecutedThings":1}]}})",
               bad},
        BadJob{"j",
               "{" BODY R"("abortConfig":{"criteriaList":[{"failureType":"ALL","action":"STOP",)"
               R"("thresholdPercentage":5,"minNumberOfExecutedThings":1}]}})",
               bad},
        BadJob{"j",
               "{" BODY R"("abortConfig":{"criteriaList":[{"failureType":"ALL","action":"CANCEL",)"
               R"("thresholdPercentage":5,"minNumberOfExecutedThings":0}]}})",
               bad},
        BadJob{"j",
               "{" BODY R"("jobExecutionsRetryConfig":{"criteriaList":[{"failureType":"ALL",)"
               R"("numberOfRetries":11}]}})",
               bad},
        BadJob{"j",
               "{" BODY R"("jobExecutionsRetryConfig":{"criteriaList":[{"failureType":"REJECTED",)"
               R"("numberOfRetries":1}]}})",
               bad},
        BadJob{"j",
               "{" BODY R"("jobExecutionsRetryConfig":{"criteriaList":[{"failureType":"FAILED",)"
               R"("numberOfRetries":6},{"failureType":"TIMED_OUT","numberOfRetries":5}]}})",
               bad}));
INSTANTIATE_TEST_SUITE_P(
    Schedules, BadJobs,
    ::testing::Values(
        BadJob{"j", "{" BODY R"("schedulingConfig":{"startTime":"tomorrow"}})", bad},
        BadJob{"j", "{" BODY R"("schedulingConfig":{"startTime":"2024-03-10 11:00"}})", bad},
        BadJob{"j", "{" BODY R"("schedulingConfig":{"startTime":"2025-03-12 12:00"}})", bad},
        BadJob{"j", "{" BODY R"("schedulingConfig":{"endTime":"2024-03-10 12:29"}})", bad},
        BadJob{"j", "{" BODY R"("schedulingConfig":{"endTime":"2026-03-15 12:00"}})", bad},
        BadJob{"j", "{" BODY R"("schedulingConfig":{"endBehavior":"CANCEL"}})", bad},
        BadJob{"j", "{" BODY R"("schedulingConfig":{"maintenanceWindows":[]}})", bad},
        BadJob{"j", "{" BODY R"("tags":[{"Value":"x"}]})", bad},
        BadJob{"j", "{" BODY R"("tags":[{"Key":"aws:x"}]})", bad}));

struct BadCall {
  const char* method;
  const char* target;
  const char* body;
  const char* answer;
};
class BadCalls : public IotBench, public ::testing::WithParamInterface<BadCall> {};

TEST_P(BadCalls, HaveTheStatusAndExceptionOfTheModel) {
  carts(2);
  create("run", "thing/cart-0");
  create("cont", "thing/cart-0", R"("targetSelection":"CONTINUOUS")");
  create("done", "thing/cart-1");
  update("cart-1", "done", "SUCCEEDED");
  update("cart-0", "run", "IN_PROGRESS");
  EXPECT_THAT(ask(GetParam().method, GetParam().target, GetParam().body),
              StartsWith(GetParam().answer));
}

constexpr const char* absent = "404 ResourceNotFoundException";
constexpr const char* state_error = "409 InvalidStateTransitionException";
INSTANTIATE_TEST_SUITE_P(
    Rows, BadCalls,
    ::testing::Values(
        BadCall{"GET", "/jobs/none", "", absent}, BadCall{"PATCH", "/jobs/none", "{}", absent},
        BadCall{"PUT", "/jobs/none/cancel", "", absent},
        BadCall{"DELETE", "/jobs/none", "", absent},
        BadCall{"GET", "/jobs/none/job-document", "", absent},
        BadCall{"GET", "/jobs/none/things", "", absent},
        BadCall{"POST", "/jobs/none/targets", "{" CART "}", absent},
        BadCall{"GET", "/things/none/jobs", "", absent},
        BadCall{"GET", "/things/cart-0/jobs/none", "", absent},
        BadCall{"GET", "/things/none/jobs/run", "", absent},
        BadCall{"GET", "/things/cart-0/jobs/run?executionNumber=2", "", absent},
        BadCall{"GET", "/things/cart-0/jobs/run?executionNumber=x", "", bad},
        BadCall{"PUT", "/things/cart-1/jobs/run/cancel", "", absent},
        BadCall{"PUT", "/things/cart-0/jobs/run/cancel", "", state_error},
        BadCall{"PUT", "/things/cart-1/jobs/done/cancel?force=true", "", state_error},
        BadCall{"PUT", "/things/cart-0/jobs/run/cancel?force=maybe", "", bad},
        BadCall{"PUT", "/things/cart-0/jobs/run/cancel?force=true", R"({"expectedVersion":1})",
                "409 VersionConflictException"},
        BadCall{"PUT", "/things/cart-0/jobs/run/cancel?force=true",
                R"({"statusDetails":{"a b":"c"}})", bad},
        BadCall{"DELETE", "/things/cart-0/jobs/run/executionNumber/1", "", state_error},
        BadCall{"DELETE", "/things/cart-0/jobs/run/executionNumber/2?force=true", "", absent},
        BadCall{"DELETE", "/things/cart-0/jobs/run/executionNumber/x", "", bad}));
INSTANTIATE_TEST_SUITE_P(
    Changes, BadCalls,
    ::testing::Values(BadCall{"PUT", "/jobs/done/cancel", "", bad},
                      BadCall{"DELETE", "/jobs/run", "", state_error},
                      BadCall{"PUT", "/jobs/run/cancel", R"({"reasonCode":"lower"})", bad},
                      BadCall{"PUT", "/jobs/run/cancel", R"({"comment":"a\u0007"})", bad},
                      BadCall{"PATCH", "/jobs/done", R"({"description":"x"})", bad},
                      BadCall{
                          "PATCH", "/jobs/run",
                          R"({"jobExecutionsRetryConfig":{"criteriaList":[{"failureType":"ALL",)"
                          R"("numberOfRetries":1}]}})",
                          bad},
                      BadCall{"POST", "/jobs/run/targets", "{" CART "}", bad},
                      BadCall{"POST", "/jobs/cont/targets", "{}", bad},
                      BadCall{"GET", "/jobs?maxResults=0", "", bad},
                      BadCall{"GET", "/jobs?maxResults=251", "", bad},
                      BadCall{"GET", "/jobs?nextToken=00", "", bad},
                      BadCall{"GET", "/jobs?status=QUEUED", "", bad},
                      BadCall{"GET", "/jobs/run/things?status=RUNNING", "", bad},
                      BadCall{"GET", "/jobs?x=%zz", "", bad},
                      BadCall{"GET", "/", "", "404 UnknownOperation"},
                      BadCall{"GET", "/jobs/", "", "404 UnknownOperation"},
                      BadCall{"TRACE", "/jobs/run", "", "404 UnknownOperation"},
                      BadCall{"GET", "/jobs/run/things/a/b/c/d/e", "", "404 UnknownOperation"}));
#undef BODY
#undef CART

}  // namespace
}  // namespace cartstorm::broker::test
