#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/unit/broker-net/support/chaos_bench.hpp"

namespace cartstorm::broker::net {
namespace {

using testing::HasSubstr;

/// Chaos of connections and of whole services.
using EndpointWireChaos = ChaosBench;

TEST_F(EndpointWireChaos, SilencesConnectionsThatAreOpen) {
  MqttClient old{at.mqtt};
  ASSERT_EQ(old.connect("cart"), 0);
  set(R"({"mqtt":{"silences":true}})");
  old.publish("a", "1", 1, 11);
  old.wire().send(std::string{"\xc0\x00", 2});  // PINGREQ
  // The cart comes back on a new connection, which is served; the old one is taken over from, and
  // hears nothing of that either.
  MqttClient again{at.mqtt};
  ASSERT_EQ(again.connect("cart"), 0);
  EXPECT_TRUE(again.publish_safely("a", "2"));
  EXPECT_EQ(old.wire().waiting_bytes(), 0U);
  set("{}");
  EXPECT_EQ(old.wire().read_all(), "");
  EXPECT_TRUE(old.wire().was_reset()) << "it ends with the fault";
  EXPECT_TRUE(again.publish_safely("a", "3"));
}

TEST_F(EndpointWireChaos, SilencesHttpConnectionsThatAreOpen) {
  Client old{at.http};
  const std::string request = "GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n";
  old.send(request);
  ASSERT_EQ(read_reply(old).status, 403);
  set(R"({"http":{"silences":true}})");
  old.send(request);
  Client young{at.http};
  young.send(request);
  EXPECT_EQ(read_reply(young).status, 403);
  EXPECT_EQ(old.waiting_bytes(), 0U);
  MqttClient other{at.mqtt};
  EXPECT_EQ(other.connect("c"), 0);
  ASSERT_EQ(change("/connections/drop", R"({"of":"http"})").status, 200);
  EXPECT_EQ(old.read_all(), "");
  EXPECT_TRUE(old.was_reset()) << "an operator can end it before";
}

TEST_F(EndpointWireChaos, DropsConnectionsOfOneKindAlone) {
  MqttClient cart{at.mqtt};
  ASSERT_EQ(cart.connect("c"), 0);
  Client web{at.http};
  web.send("GET /a HTTP/1.1\r\nHost: localhost\r\n\r\nGET ");
  ASSERT_EQ(read_reply(web).status, 403);
  EXPECT_THAT(change("/connections/drop", R"({"of":"htttp"})").body,
              HasSubstr("of: expected mqtt, http or all"));
  ASSERT_EQ(change("/connections/drop", R"({"of":"http"})").status, 200);
  EXPECT_EQ(web.read_all(), "");
  EXPECT_TRUE(web.was_reset());
  EXPECT_TRUE(cart.publish_safely("a", "1"));
  ASSERT_EQ(change("/connections/drop", R"({"of":"all"})").status, 200);
  EXPECT_EQ(cart.next().type, 0U);
  EXPECT_TRUE(cart.wire().was_reset());
}

TEST_F(EndpointWireChaos, RefusesToConnectAsAServerThatIsBusy) {
  set(R"({"packets":{"refused_connect":1000}})");
  MqttClient old{at.mqtt};
  EXPECT_EQ(old.connect("c"), 3);
  MqttClient young{at.mqtt};
  EXPECT_EQ(young.connect_v5("d"), 0x88);
  EXPECT_EQ(young.next().type, 0U) << "and closes";
  set("{}");
  MqttClient welcome{at.mqtt};
  EXPECT_EQ(welcome.connect_v5("d"), 0);
}

TEST_F(EndpointWireChaos, ReordersAcknowledgements) {
  MqttClient client{at.mqtt};
  ASSERT_EQ(client.connect("c"), 0);
  set(R"({"packets":{"late_puback":1000}})");
  for (std::uint16_t id = 11; id <= 14; ++id) client.publish("a", "1", 1, id);
  for (const int expected : {12, 11, 14, 13}) {
    const Packet packet = client.next();
    EXPECT_EQ(packet.type, 4U);
    EXPECT_EQ(packet.id(), expected);
  }
  client.publish("a", "1", 1, 15);
  client.wire().send(std::string{"\xc0\x00", 2});  // PINGREQ: its answer overtakes, too
  EXPECT_EQ(client.next().type, 13U);
  EXPECT_EQ(client.next().id(), 15);
  client.publish("a", "1", 1, 16);
  client.publish("b", "", 0, 0);
  set("{}");
  EXPECT_EQ(client.next().id(), 16) << "what nothing overtakes comes when the fault is over";
}

/// A job for thing `c`, and a message to `after` behind its notification.
void make_job(ChaosBench& bench, int number) {
  const std::string job = fmt::format("/jobs/j{}", number);
  EXPECT_EQ(bench
                .iot("PUT", job,
                     R"({"targets":["arn:aws:iot:us-east-1:123456789012:thing/c"],)"
                     R"("document":"{}"})")
                .status,
            200);
  EXPECT_EQ(
      call_aws(bench.at.http, bench.folder.path(), {"POST", "/topics/after?qos=0", "x", "iotdata"})
          .status,
      200);
}

/// Of MQTT 5 clients that allow aliases, who get a topic's name only once.
TEST_F(EndpointWireChaos, StrikesNotificationsThatAliasesStandFor) {
  ASSERT_EQ(iot("POST", "/things/c", "{}").status, 200);
  MqttClient cart{at.mqtt};
  ASSERT_EQ(cart.connect_v5("c", 10), 0);
  cart.subscribe("$aws/things/c/jobs/notify");
  cart.subscribe("after");
  make_job(*this, 1);
  EXPECT_EQ(cart.next_message().topic(), "$aws/things/c/jobs/notify");
  EXPECT_EQ(cart.next_message().topic(), "after");
  make_job(*this, 2);
  EXPECT_EQ(cart.next_message().topic(), "") << "by its alias, as a rule";
  EXPECT_EQ(cart.next_message().topic(), "");
  set(R"({"packets":{"lost_notify":1000}})");
  make_job(*this, 3);
  EXPECT_EQ(cart.next_message().topic(), "after");
  set(R"({"packets":{"doubled_notify":1000}})");
  make_job(*this, 4);
  EXPECT_EQ(cart.next_message().topic(), "$aws/things/c/jobs/notify");
  EXPECT_EQ(cart.next_message().topic(), "$aws/things/c/jobs/notify");
  EXPECT_EQ(cart.next_message().topic(), "after");
  set(R"({"packets":{"late_notify":1000}})");
  make_job(*this, 5);
  EXPECT_EQ(cart.next_message().topic(), "after");
  EXPECT_EQ(cart.next_message().topic(), "$aws/things/c/jobs/notify");
  set("{}");
  make_job(*this, 6);
  EXPECT_EQ(cart.next_message().topic(), "");
}

TEST_F(EndpointWireChaos, LetsTheControlPlaneFailAsAwsDoes) {
  const auto list = [this] { return iot("GET", "/jobs"); };
  set(R"({"control":{"internal_error":1000}})");
  EXPECT_EQ(list().status, 500);
  EXPECT_THAT(list().head, HasSubstr("x-amzn-ErrorType: InternalFailureException\r\n"));
  set(R"({"control":{"unavailable":1000}})");
  EXPECT_EQ(list().status, 503);
  EXPECT_THAT(list().head, HasSubstr("x-amzn-ErrorType: ServiceUnavailableException\r\n"));
  EXPECT_THAT(list().body, HasSubstr(R"({"message":")"));
  set(R"({"control":{"throttled":1000}})");
  EXPECT_EQ(list().status, 400);
  EXPECT_THAT(list().head, HasSubstr("x-amzn-ErrorType: ThrottlingException\r\n"));
  EXPECT_EQ(iot("POST", "/things/never", "{}").status, 400);
  EXPECT_EQ(jobs_data("GET", "/things/c/jobs").status, 200) << "the other plane is well";
  set("{}");
  EXPECT_EQ(list().status, 200);
  EXPECT_EQ(iot("GET", "/things/never").status, 404) << "what was refused was not done";
}

TEST_F(EndpointWireChaos, LetsTheDataPlaneFailAsAwsDoes) {
  ASSERT_EQ(iot("POST", "/things/c", "{}").status, 200);
  const auto pending = [this] { return jobs_data("GET", "/things/c/jobs"); };
  set(R"({"data":{"internal_error":1000}})");
  EXPECT_EQ(pending().status, 500);
  set(R"({"data":{"unavailable":1000}})");
  EXPECT_EQ(pending().status, 503);
  EXPECT_THAT(pending().head, HasSubstr("x-amzn-ErrorType: ServiceUnavailableException\r\n"));
  set(R"({"data":{"throttled":1000}})");
  EXPECT_EQ(pending().status, 429);
  EXPECT_EQ(call_aws(at.http, folder.path(), {"POST", "/topics/a?qos=0", "x", "iotdata"}).status,
            429);
  EXPECT_EQ(iot("GET", "/jobs").status, 200) << "the other plane is well";
  set("{}");
  EXPECT_EQ(pending().status, 200);
}

/// With the clock stopped, all calls fall into one second.
TEST_F(EndpointWireChaos, ThrottlesJobsOverMqtt) {
  MqttClient cart{at.mqtt};
  ASSERT_EQ(cart.connect("c"), 0);
  cart.subscribe("$aws/things/c/jobs/get/+");
  ASSERT_EQ(change("/clock", R"({"frozen":true})").status, 200);
  ASSERT_EQ(change("/quotas", R"({"jobs_reads_per_s":1})").status, 200);
  const auto get = [&] {
    cart.publish("$aws/things/c/jobs/get", R"({"clientToken":"t"})", 0, 0);
    return cart.next_message();
  };
  EXPECT_EQ(get().topic(), "$aws/things/c/jobs/get/accepted");
  const Packet refused = get();
  EXPECT_EQ(refused.topic(), "$aws/things/c/jobs/get/rejected");
  EXPECT_THAT(refused.payload(), HasSubstr(R"("code":"RequestThrottled")"));
  EXPECT_THAT(refused.payload(), HasSubstr(R"("clientToken":"t")"));
  ASSERT_EQ(change("/quotas", "{}").status, 200);
  EXPECT_EQ(get().topic(), "$aws/things/c/jobs/get/accepted");
}

}  // namespace
}  // namespace cartstorm::broker::net
