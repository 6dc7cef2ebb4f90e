#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/unit/broker-net/support/aws_request.hpp"
#include "tests/unit/broker-net/support/client.hpp"
#include "tests/unit/broker-net/support/mqtt_client.hpp"
#include "tests/unit/broker-net/support/running_endpoint.hpp"
#include "tests/unit/broker-net/support/secrets_of.hpp"
#include "tests/unit/broker-net/support/temporary_folder.hpp"

namespace cartstorm::broker::net {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

struct EndpointHttp : testing::Test {
  TemporaryFolder folder;
  RunningEndpoint endpoint{test_options(folder.path())};
  std::string bearer = bearer_of(folder.path());

  HttpReply admin(std::string_view method, std::string_view target, std::string_view body = {},
                  std::string_view fields = {}) {
    return ask(endpoint.addresses().admin, method, target, body, fields);
  }
};

TEST_F(EndpointHttp, AnswersPipelinedRequestsInTheirOrder) {
  Client client{endpoint.addresses().admin};
  client.send(
      "GET /status HTTP/1.1\r\nHost: localhost\r\n\r\nGET /nowhere HTTP/1.1\r\nHost: "
      "localhost\r\n\r\n"
      "HEAD /metrics HTTP/1.1\r\nHost: localhost\r\n\r\nGET /chaos HTTP/1.1\r\nHost: "
      "localhost\r\n\r\n");
  EXPECT_EQ(read_reply(client).status, 200);
  EXPECT_EQ(read_reply(client).status, 404);
  const HttpReply head = read_reply(client, true);
  EXPECT_THAT(head.head, HasSubstr("openmetrics"));
  EXPECT_EQ(read_reply(client).body, "{}\n");
}

TEST_F(EndpointHttp, TakesARequestInAnyPieces) {
  const std::string request =
      "POST /clock HTTP/1.1\r\nHost: localhost\r\n" + bearer +
      "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"off\r\nd\r\nset\":\"12h\"}  \r\n0\r\n\r\n";
  Client client{endpoint.addresses().admin};
  for (const char byte : request) client.send({&byte, 1});
  EXPECT_EQ(read_reply(client).status, 200);
  EXPECT_THAT(admin("GET", "/status").body, HasSubstr("\"offset_ms\":43200000"));
}

struct Bad {
  const char* request;
  int status;
};
TEST_F(EndpointHttp, RefusesWhatIsNoHttpAndServesOthers) {
  const std::string long_field = "GET / HTTP/1.1\r\nX: " + std::string(40'000, 'x') + "\r\n\r\n";
  const Bad cases[] = {
      {"nonsense\r\n\r\n", 400},
      {"GET / HTTP/9.9\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nno colon\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", 413},
      {"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400},
      {long_field.c_str(), 431},
  };
  for (const Bad& bad : cases) {
    Client client{endpoint.addresses().admin};
    client.send(bad.request);
    const HttpReply reply = read_reply(client);
    EXPECT_EQ(reply.status, bad.status) << std::string{bad.request}.substr(0, 60);
    EXPECT_THAT(reply.head, HasSubstr("Connection: close"));
    EXPECT_EQ(client.read_all(), "");
  }
  EXPECT_EQ(admin("GET", "/status").status, 200);
}

TEST_F(EndpointHttp, InvitesABodyThatWaitsForIt) {
  Client client{endpoint.addresses().admin};
  client.send("POST /clock HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n" + bearer +
              "Content-Length: 16\r\n\r\n");
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send(R"({"frozen": true})");
  EXPECT_EQ(read_reply(client).status, 200);
}

TEST_F(EndpointHttp, ChangesNothingWithoutTheToken) {
  EXPECT_EQ(admin("POST", "/chaos", R"({"mqtt":{"refuses":true}})").status, 401);
  EXPECT_EQ(admin("POST", "/chaos", "{}", "Authorization: Bearer wrong\r\n").status, 401);
  EXPECT_EQ(admin("GET", "/chaos").body, "{}\n");
  EXPECT_EQ(admin("DELETE", "/chaos", {}, bearer).status, 405);
}

TEST_F(EndpointHttp, SaysWhatIsWrongWithARequest) {
  struct Row {
    const char* path;
    const char* body;
    int status;
    const char* text;
  };
  const Row rows[] = {
      {"/chaos", "[", 400, "not JSON: line 1, column 2: "},
      {"/chaos", "{\n \"mqtt\": x}", 400, "not JSON: line 2, column 10: "},
      {"/chaos", R"({"mqtt":{"latency":1}})", 400,
       "unknown member mqtt.latency; did you mean latency_ms?"},
      {"/chaos", R"({"packets":{"lost_puback":1001}})", 400,
       "expected a whole number from 0 to 1000"},
      {"/chaos", R"({"certificate":"blue"})", 400,
       "expected valid, expired, wrong_name, unknown_ca"},
      {"/clock", R"({"offset":"soon"})", 400, "expected 12h, -30m and the like"},
      {"/rollout/release", R"({"rollout":"x","hold":1,"person":"ann"})", 400, "reason: is missing"},
      {"/rollout/release", R"({"rollout":"x","hold":1,"person":"ann","reason":"r"})", 409, "x"},
      {"/rollout/create", R"({"name":"x"})", 400, "is missing"},
      {"/anchor/install", R"({"anchor":"1","things":[],"person":"a","reason":"b"})", 400,
       "16 lower-case hex digits"},
      {"/anchor/install",
       R"({"anchor":"00000000000000aa","things":["nobody"],"person":"a","reason":"b"})", 404,
       "there is no thing nobody"},
      {"/job/cancel", R"({"job":"none","person":"a","reason":"b"})", 409, "none"},
      {"/controller/restart", "", 409, "is up"},
      {"/nowhere", "{}", 404, "/rollout/create"},
  };
  for (const Row& row : rows) {
    const HttpReply reply = admin("POST", row.path, row.body, bearer);
    EXPECT_EQ(reply.status, row.status) << row.path << " " << row.body << " " << reply.body;
    EXPECT_THAT(reply.body, HasSubstr(row.text)) << row.path << " " << row.body;
    EXPECT_THAT(reply.body, StartsWith("{\"error\":"));
  }
}

TEST_F(EndpointHttp, BoundsLinesThatNeverEnd) {
  Client client{endpoint.addresses().http};
  client.send("POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5;" +
              std::string(100'000, 'a'));
  EXPECT_EQ(read_reply(client).status, 431);
}

TEST_F(EndpointHttp, TakesNoLargeBodyOfNobody) {
  for (const char* field : {"Content-Length: 2000000\r\n", "Transfer-Encoding: chunked\r\n"}) {
    Client client{endpoint.addresses().http};
    client.send(std::string{"PUT /bucket/key HTTP/1.1\r\nHost: localhost\r\n"} + field + "\r\n" +
                "200000\r\n" + std::string(1'200'000, 'x'));
    EXPECT_EQ(read_reply(client).status, 413) << field;
  }
}

TEST_F(EndpointHttp, AnswersNoPageOfAnotherHost) {
  Client client{endpoint.addresses().admin};
  client.send("GET /status HTTP/1.1\r\nHost: evil.example:9001\r\n\r\n");
  EXPECT_EQ(read_reply(client).status, 401);
}

TEST_F(EndpointHttp, AnswersAClientThatHasSaidAll) {
  Client client{endpoint.addresses().admin};
  client.send("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
  client.end();
  EXPECT_EQ(read_reply(client).status, 200);
}

TEST_F(EndpointHttp, PublishesOnlyWhatIsATopic) {
  const auto publish = [&](const char* target) {
    return call_aws(endpoint.addresses().http, folder.path(), {"POST", target, "x", "iotdata"})
        .status;
  };
  EXPECT_EQ(publish("/topics/lab/1?qos=1"), 200);
  for (const char* bad :
       {"/topics/", "/topics/a%00b", "/topics/a%FF", "/topics/%2B", "/topics/$aws/x"}) {
    EXPECT_EQ(publish(bad), 400) << bad;
  }
}

TEST_F(EndpointHttp, StreamsEventsToWhoeverFollows) {
  Client follower{endpoint.addresses().admin};
  follower.send("GET /events?follow=1 HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_THAT(follower.read_until("\r\n\r\n"), HasSubstr("Transfer-Encoding: chunked"));
  MqttClient cart{endpoint.addresses().mqtt};
  ASSERT_EQ(cart.connect("cart-1"), 0);
  ASSERT_TRUE(
      cart.publish_safely("carts/cart-1/rollback",
                          R"({"occurrence":"00000000000000a1","target":"2.0.0","running":"1.8.0",)"
                          R"("reason":"attempts_spent","attempt":"0000000000000007"})"));
  follower.read_until("\r\n");  // the size of the chunk
  EXPECT_THAT(follower.read_until("\n"),
              testing::AllOf(HasSubstr(R"("number":1)"), HasSubstr(R"("kind":"metric_rx")"),
                             HasSubstr(R"("cart":"cart-1")"), HasSubstr(R"("name":"rollback")")));
  const HttpReply later = admin("GET", "/events?after=1");
  EXPECT_EQ(later.body, "");
  EXPECT_THAT(admin("GET", "/events").body, HasSubstr(R"("number":1)"));
  EXPECT_EQ(admin("GET", "/events?after=x").status, 400);
}

TEST_F(EndpointHttp, WritesMetricsThatACollectorReads) {
  const std::string text = admin("GET", "/metrics").body;
  EXPECT_TRUE(text.ends_with("# EOF\n"));
  std::string family;
  std::size_t samples = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    const std::string line = text.substr(begin, end - begin);
    begin = end + 1;
    if (line.starts_with("# TYPE ")) {
      family = line.substr(7, line.find(' ', 7) - 7);
    } else if (!line.starts_with("#")) {
      ++samples;
      EXPECT_THAT(line, StartsWith(family)) << "a sample outside of its family";
    }
  }
  EXPECT_GT(samples, 25U);
}

TEST_F(EndpointHttp, ShowsAPageThatEscapesWhatPeopleNamed) {
  admin("POST", "/rollout/create", "{}", bearer);
  const HttpReply page = admin("GET", "/");
  EXPECT_THAT(page.head, HasSubstr("text/html"));
  EXPECT_THAT(page.body, HasSubstr("<h2>Rollouts</h2>"));
}

TEST_F(EndpointHttp, AnswersUnsignedCallsInTheWayOfTheService) {
  const std::string& http = endpoint.addresses().http;
  EXPECT_THAT(ask(http, "GET", "/bucket/key").body, HasSubstr("<Code>AccessDenied</Code>"));
  const HttpReply forged =
      ask(http, "GET", "/things/cart-1/jobs", {},
          "X-Amz-Date: 20261127T180000Z\r\nAuthorization: AWS4-HMAC-SHA256 "
          "Credential=AKIANOBODY/20261127/us-east-1/iot-jobs-data/aws4_request, "
          "SignedHeaders=host;x-amz-date, Signature=00\r\n");
  EXPECT_EQ(forged.status, 403);
  EXPECT_THAT(forged.head, HasSubstr("x-amzn-ErrorType"));
  EXPECT_THAT(forged.body, StartsWith("{"));
}

}  // namespace
}  // namespace cartstorm::broker::net
