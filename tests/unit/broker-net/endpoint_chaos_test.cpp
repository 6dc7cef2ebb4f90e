#include <gmock/gmock.h>

#include "tests/unit/broker-net/support/chaos_bench.hpp"

namespace cartstorm::broker::net {
namespace {

using testing::HasSubstr;

using EndpointChaos = ChaosBench;

TEST_F(EndpointChaos, RefusesConnectionsWhileToldTo) {
  set(R"({"mqtt":{"refuses":true}})");
  MqttClient refused{at.mqtt};
  EXPECT_EQ(refused.connect("c"), -1);
  set("{}");
  MqttClient welcome{at.mqtt};
  EXPECT_EQ(welcome.connect("c"), 0);
}

TEST_F(EndpointChaos, LosesAndDoublesAcknowledgements) {
  MqttClient client{at.mqtt};
  ASSERT_EQ(client.connect("c"), 0);
  set(R"({"packets":{"lost_puback":1000}})");
  client.publish("a", "1", 1, 11);
  client.subscribe("b");  // its SUBACK is the next that comes: the PUBACK is lost
  set(R"({"packets":{"doubled_puback":1000}})");
  client.publish("a", "2", 1, 12);
  for (int i = 0; i < 2; ++i) {
    const Packet packet = client.next();
    EXPECT_EQ(packet.type, 4U);
    EXPECT_EQ(packet.id(), 12);
  }
}

TEST_F(EndpointChaos, LosesDoublesAndDelaysNotifications) {
  ASSERT_EQ(call_aws(at.http, folder.path(), {"POST", "/things/c", "{}", "iot"}).status, 200);
  MqttClient cart{at.mqtt};
  ASSERT_EQ(cart.connect("c"), 0);
  cart.subscribe("$aws/things/c/jobs/notify-next");
  cart.subscribe("after");
  int number = 0;
  const auto create = [&] {
    const std::string target = "/jobs/j" + std::to_string(++number);
    EXPECT_EQ(call_aws(at.http, folder.path(),
                       {"PUT", target,
                        R"({"targets":["arn:aws:iot:us-east-1:123456789012:thing/c"],)"
                        R"("document":"{}"})",
                        "iot"})
                  .status,
              200);
    EXPECT_EQ(
        call_aws(at.http, folder.path(), {"POST", "/topics/after?qos=0", "x", "iotdata"}).status,
        200);
  };
  set(R"({"packets":{"lost_notify":1000}})");
  create();
  EXPECT_EQ(cart.next_message().topic(), "after");
  const auto cancel = [&] {
    call_aws(at.http, folder.path(),
             {"DELETE", "/jobs/j" + std::to_string(number) + "?force=true", "", "iot"});
  };
  cancel();
  set(R"({"packets":{"doubled_notify":1000}})");
  create();
  EXPECT_EQ(cart.next_message().topic(), "$aws/things/c/jobs/notify-next");
  EXPECT_EQ(cart.next_message().topic(), "$aws/things/c/jobs/notify-next");
  EXPECT_EQ(cart.next_message().topic(), "after");
  set(R"({"packets":{"lost_notify":1000}})");
  cancel();
  set(R"({"packets":{"late_notify":1000}})");
  create();
  EXPECT_EQ(cart.next_message().topic(), "after");
  EXPECT_EQ(cart.next_message().topic(), "$aws/things/c/jobs/notify-next");
}

TEST_F(EndpointChaos, StopsReadingUntilToldToGoOn) {
  MqttClient client{at.mqtt};
  ASSERT_EQ(client.connect("c"), 0);
  set(R"({"mqtt":{"stops_reading":true}})");
  client.publish("a", "1", 1, 11);
  set("{}");
  const Packet packet = client.next();
  EXPECT_EQ(packet.type, 4U);
  EXPECT_EQ(packet.id(), 11);
}

/// The endpoint has one thread: once it has answered on the admin port, an answer that nothing held
/// back would be here already.
TEST_F(EndpointChaos, AnswersLateWhileToldTo) {
  set(R"({"http":{"latency_ms":600000}})");
  Client client{at.http};
  client.send("GET /bucket/key HTTP/1.1\r\nHost: localhost\r\n\r\n");
  std::string status;
  while (status.find("\"requests\":1") == std::string::npos) {
    status = ask(at.admin, "GET", "/status").body;
  }
  EXPECT_EQ(client.waiting_bytes(), 0U);
  set("{}");
  EXPECT_EQ(read_reply(client).status, 403);
}

TEST_F(EndpointChaos, SendsSlowlyAndAll) {
  const std::string page(20'000, 'x');
  ASSERT_EQ(s3("PUT", "/bucket").status, 200);
  ASSERT_EQ(s3("PUT", "/bucket/key", page).status, 200);
  set(R"({"http":{"bytes_per_second":50}})");  // one byte a beat
  Client client{at.http};
  client.send("GET /" + std::string(3000, 'n') + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
  std::string status;
  while (status.find("\"requests\":3") == std::string::npos) {
    status = ask(at.admin, "GET", "/status").body;
  }
  EXPECT_LT(client.waiting_bytes(), 100U);
  set("{}");
  EXPECT_EQ(read_reply(client).status, 403);
  set(R"({"http":{"bytes_per_second":1000000}})");
  EXPECT_EQ(s3("GET", "/bucket/key").body, page);
}

TEST_F(EndpointChaos, NeverAnswersHalfOpenConnections) {
  set(R"({"mqtt":{"half_open":true}})");
  Client dead{at.mqtt};
  ASSERT_TRUE(dead.is_connected());
  dead.send("GET\r\n");  // at which anybody else would be closed
  set(R"({"mqtt":{"half_open":true},"backlog":100})");
  EXPECT_EQ(dead.waiting_bytes(), 0U);
  set("{}");
  EXPECT_EQ(dead.read_some(), "");  // and ends with the fault
  MqttClient good{at.mqtt};
  EXPECT_EQ(good.connect("c"), 0);
}

TEST_F(EndpointChaos, DropsConnectionsAndKeepsSessions) {
  MqttClient reader{at.mqtt};
  ASSERT_EQ(reader.connect("reader", false), 0);
  reader.subscribe("lab/#");
  ASSERT_EQ(ask(at.admin, "POST", "/connections/drop", "", bearer).status, 200);
  EXPECT_EQ(reader.next().type, 0U);
  MqttClient writer{at.mqtt};
  ASSERT_EQ(writer.connect("writer"), 0);
  EXPECT_TRUE(writer.publish_safely("lab/1", "kept"));
  MqttClient again{at.mqtt};
  ASSERT_EQ(again.connect("reader", false), 0);
  EXPECT_TRUE(again.had_session());
  EXPECT_EQ(again.next_message().payload(), "kept");
}

TEST_F(EndpointChaos, ThrottlesCallsBeyondTheirQuota) {
  ASSERT_EQ(ask(at.admin, "POST", "/quotas", R"({"control_calls_per_s":2})", bearer).status, 200);
  int throttled = 0;
  const auto list = [&] {
    const HttpReply reply = call_aws(at.http, folder.path(), {"GET", "/jobs", "", "iot"});
    if (reply.status != 429 && reply.status != 400) return;
    EXPECT_THAT(reply.head, HasSubstr("x-amzn-ErrorType"));
    ++throttled;
  };
  // More than fit into the seconds that they can take.
  for (int i = 0; i < 200 && throttled == 0; ++i) list();
  EXPECT_GT(throttled, 0);
  ASSERT_EQ(ask(at.admin, "POST", "/quotas", "{}", bearer).status, 200);
  EXPECT_EQ(call_aws(at.http, folder.path(), {"GET", "/jobs", "", "iot"}).status, 200);
}

TEST_F(EndpointChaos, MovesTheClock) {
  ASSERT_EQ(ask(at.admin, "POST", "/clock", R"({"offset":"12h"})", bearer).status, 200);
  const HttpReply refused = s3("GET", "/");
  EXPECT_EQ(refused.status, 403);
  EXPECT_THAT(refused.body, HasSubstr("RequestTimeTooSkewed"));
  ASSERT_EQ(ask(at.admin, "POST", "/clock", "{}", bearer).status, 200);
  EXPECT_EQ(s3("GET", "/").status, 200);
}

TEST_F(EndpointChaos, DoesNotTakeTheCloudBackInTime) {
  ASSERT_EQ(ask(at.admin, "POST", "/clock", R"({"offset":"12h"})", bearer).status, 200);
  MqttClient cart{at.mqtt};
  ASSERT_EQ(cart.connect("cart-1"), 0);
  ASSERT_TRUE(cart.publish_safely("carts/cart-1/consent", R"({"tier":"a","updates":"opted_in"})"));
  const HttpReply back = ask(at.admin, "POST", "/clock", "{}", bearer);
  EXPECT_EQ(back.status, 409);
  EXPECT_THAT(back.body, HasSubstr("cannot go back"));
}

TEST(EndpointClock, GoesOnWhereTheJournalEnded) {
  const TemporaryFolder folder;
  {
    const RunningEndpoint endpoint{test_options(folder.path())};
    const Addresses& at = endpoint.addresses();
    ASSERT_EQ(
        ask(at.admin, "POST", "/clock", R"({"offset":"12h"})", bearer_of(folder.path())).status,
        200);
    MqttClient cart{at.mqtt};
    ASSERT_EQ(cart.connect("cart-1"), 0);
    ASSERT_TRUE(
        cart.publish_safely("carts/cart-1/consent", R"({"tier":"a","updates":"opted_in"})"));
  }
  const RunningEndpoint again{test_options(folder.path())};
  EXPECT_TRUE(again.logs("it goes on from there"));
  const HttpReply refused = call_aws(again.addresses().http, folder.path(), {"GET", "/", "", "s3"});
  EXPECT_THAT(refused.body, HasSubstr("RequestTimeTooSkewed"));
}

}  // namespace
}  // namespace cartstorm::broker::net
