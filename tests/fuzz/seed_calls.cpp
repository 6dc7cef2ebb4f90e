#include "seeds.hpp"

// Lists of HTTP calls, one a line, as the target `iot` reads them.
namespace ota::fuzz {
namespace {

constexpr const char* fleet =
    "c POST /things/cart-0 {}\n"
    "c POST /things/cart%3A1 {\"attributePayload\":{\"attributes\":{\"region\":\"eu\"}}}\n"
    "c POST /thing-groups/all {\"tags\":[{\"Key\":\"k\",\"Value\":\"v\"}]}\n"
    "c POST /thing-groups/leaf {\"parentGroupName\":\"all\"}\n"
    "c PUT /thing-groups/addThingToThingGroup "
    "{\"thingGroupName\":\"all\",\"thingName\":\"cart-0\"}\n"
    "c PUT /thing-groups/addThingToThingGroup "
    "{\"thingGroupName\":\"leaf\",\"thingName\":\"cart:1\"}\n";

constexpr const char* job =
    "c PUT /jobs/fw-1 {\"targets\":[\"arn:aws:iot:us-east-1:123456789012:thinggroup/all\"],"
    "\"document\":\"{\\\"u\\\":\\\"${aws:iot:s3-presigned-url-v2:https://s3.a.amazonaws.com/b/"
    "k}\\\"}\","
    "\"targetSelection\":\"CONTINUOUS\",\"description\":\"d\","
    "\"presignedUrlConfig\":{\"roleArn\":\"arn:aws:iam::123456789012:role/"
    "R\",\"expiresInSec\":900},"
    "\"jobExecutionsRolloutConfig\":{\"maximumPerMinute\":100,\"exponentialRate\":{"
    "\"baseRatePerMinute\":1,\"incrementFactor\":1.5,\"rateIncreaseCriteria\":{"
    "\"numberOfNotifiedThings\":1}}},\"abortConfig\":{\"criteriaList\":[{\"failureType\":"
    "\"FAILED\","
    "\"action\":\"CANCEL\",\"thresholdPercentage\":50.5,\"minNumberOfExecutedThings\":2}]},"
    "\"timeoutConfig\":{\"inProgressTimeoutInMinutes\":1},\"jobExecutionsRetryConfig\":{"
    "\"criteriaList\":[{\"failureType\":\"ALL\",\"numberOfRetries\":1}]},"
    "\"schedulingConfig\":{\"startTime\":\"2024-03-10 13:00\",\"endTime\":\"2024-03-10 14:00\","
    "\"endBehavior\":\"CANCEL\"}}\n";

constexpr const char* looks =
    "c GET /jobs/fw-1 \nc GET /jobs?maxResults=1 \nc GET /jobs/fw-1/things \n"
    "c GET /jobs/fw-1/job-document \nc GET /things/cart-0/jobs \nc GET /things/cart-0/jobs/fw-1 \n"
    "c GET /things?maxResults=1 \nc GET /thing-groups \nc GET "
    "/thing-groups/all/things?recursive=true \n"
    "c GET /things/cart%3A1/thing-groups \nc GET /endpoint?endpointType=iot%3AData-ATS \n"
    "c GET /tags?resourceArn=arn:aws:iot:us-east-1:123456789012:thinggroup/all \n";

constexpr const char* device =
    "t 3600\nd PUT /things/cart-0/jobs/$next {\"stepTimeoutInMinutes\":1}\n"
    "d GET /things/cart-0/jobs/%24next?includeJobDocument=true \nd GET /things/cart-0/jobs \n"
    "d POST /things/cart-0/jobs/fw-1 {\"status\":\"FAILED\",\"expectedVersion\":2,"
    "\"statusDetails\":{\"reason\":\"hash\"},\"includeJobExecutionState\":true}\n"
    "d PUT /things/cart-0/jobs/$next {}\nt 60\n"
    "d POST /things/cart-0/jobs/fw-1 {\"status\":\"SUCCEEDED\"}\n";

constexpr const char* changes =
    "c PATCH /jobs/fw-1 {\"description\":\"e\",\"jobExecutionsRolloutConfig\":{}}\n"
    "c POST /jobs/fw-1/targets "
    "{\"targets\":[\"arn:aws:iot:us-east-1:123456789012:thing/cart-0\"]}\n"
    "c PUT /things/cart-0/jobs/fw-1/cancel?force=true {\"expectedVersion\":2}\n"
    "c PUT /thing-groups/removeThingFromThingGroup "
    "{\"thingGroupName\":\"leaf\",\"thingName\":\"cart:1\"}\n"
    "c PATCH /things/cart-0 {\"attributePayload\":{\"attributes\":{\"a\":\"\"},\"merge\":true}}\n"
    "c DELETE /things/cart-0 \nc PUT /jobs/fw-1/cancel?force=true {\"reasonCode\":\"A_1\"}\n"
    "c DELETE /things/cart-0/jobs/fw-1/executionNumber/1?force=true \n"
    "c DELETE /thing-groups/leaf \nc DELETE /jobs/fw-1?force=true \n";

}  // namespace

std::vector<Seed> call_seeds() {
  const std::string start = std::string{fleet} + job;
  const std::string deep = "c PUT /jobs/fw-1 {\"a\":" + std::string(60, '[') + "\n";
  return {{"iot", "looks", start + looks},
          {"iot", "device", start + device + looks},
          {"iot", "changes", start + "t 3600\n" + changes + looks},
          {"iot", "all", start + device + changes + looks},
          {"iot", "again", start + start + changes + start + device},
          {"iot", "deep", deep},
          {"iot", "escapes", "c GET /jobs/%2 \nd GET /things/%zz/jobs \nc GET /jobs?a=%\n"},
          {"iot", "not_utf8", "c PUT /jobs/fw-1 {\"document\":\"\xff\xfe\"}\n"}};
}

}  // namespace ota::fuzz
