#include <gmock/gmock.h>

#include <thread>

#include "tests/unit/broker-net/support/aws_request.hpp"
#include "tests/unit/broker-net/support/mqtt_client.hpp"
#include "tests/unit/broker-net/support/running_endpoint.hpp"
#include "tests/unit/broker-net/support/temporary_folder.hpp"

namespace cartstorm::broker::net {
namespace {

using testing::HasSubstr;

constexpr std::string_view heartbeat =
    R"({"version":"1.8.0","slot":"a","state":"idle","secver":3,"anchors":[]})";

struct EndpointMqtt : testing::Test {
  TemporaryFolder folder;
  RunningEndpoint endpoint{test_options(folder.path())};

  std::string status() { return ask(endpoint.addresses().admin, "GET", "/status").body; }
};

TEST_F(EndpointMqtt, CarriesAMessageFromOneClientToAnother) {
  MqttClient reader{endpoint.addresses().mqtt};
  ASSERT_EQ(reader.connect("reader"), 0);
  reader.subscribe("lab/+/noise");
  MqttClient writer{endpoint.addresses().mqtt};
  ASSERT_EQ(writer.connect("writer"), 0);
  EXPECT_TRUE(writer.publish_safely("lab/7/noise", "42 dB"));
  const Packet message = reader.next_message();
  EXPECT_EQ(message.topic(), "lab/7/noise");
  EXPECT_EQ(message.payload(), "42 dB");
}

TEST_F(EndpointMqtt, MakesAThingOfWhoeverSpeaksAsOne) {
  MqttClient tool{endpoint.addresses().mqtt};
  ASSERT_EQ(tool.connect("tool"), 0);
  tool.subscribe("carts/+/heartbeat");
  MqttClient cart{endpoint.addresses().mqtt};
  ASSERT_EQ(cart.connect("cart-1"), 0);
  EXPECT_THAT(status(), HasSubstr(R"("things":{"known":0,)"));
  EXPECT_TRUE(cart.publish_safely("carts/cart-1/heartbeat", heartbeat));
  // Tools can listen to uplinks; they are ordinary messages too.
  EXPECT_EQ(tool.next_message().payload(), heartbeat);
  EXPECT_THAT(status(), HasSubstr(R"("things":{"known":1,"connected":2},"versions":{"1.8.0":1})"));
}

TEST_F(EndpointMqtt, AnswersJobsToTheOneWhoAsked) {
  MqttClient cart{endpoint.addresses().mqtt};
  ASSERT_EQ(cart.connect("cart-1"), 0);
  cart.subscribe("$aws/things/cart-1/jobs/get/+");
  MqttClient spy{endpoint.addresses().mqtt};
  ASSERT_EQ(spy.connect("spy"), 0);
  spy.subscribe("#");
  spy.subscribe("$aws/things/cart-1/jobs/get/+");
  cart.publish("$aws/things/cart-1/jobs/get", R"({"clientToken":"t1"})", 1, 77);
  const Packet reply = cart.next_message();
  EXPECT_EQ(reply.topic(), "$aws/things/cart-1/jobs/get/accepted");
  EXPECT_THAT(reply.payload(), HasSubstr(R"("clientToken":"t1")"));
  // What the spy hears first is what is sent to everybody afterwards, so it has heard no reply.
  EXPECT_TRUE(cart.publish_safely("after", "all"));
  EXPECT_EQ(spy.next_message().topic(), "after");
}

TEST_F(EndpointMqtt, ClosesWhoeverUsesTheReservedTopicsOfAnother) {
  MqttClient thief{endpoint.addresses().mqtt};
  ASSERT_EQ(thief.connect("thief"), 0);
  thief.publish("$aws/things/cart-1/jobs/get", "{}", 1, 1);
  EXPECT_EQ(thief.next().type, 0U);
  EXPECT_TRUE(endpoint.logs("a reserved topic of somebody else"));
  EXPECT_THAT(status(), HasSubstr(R"("known":0)"));
}

TEST_F(EndpointMqtt, ClosesWhatIsNoMqttAndServesOthers) {
  MqttClient good{endpoint.addresses().mqtt};
  ASSERT_EQ(good.connect("good"), 0);
  Client noise{endpoint.addresses().mqtt};
  noise.send("GET / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(noise.read_all(), "");
  EXPECT_TRUE(good.publish_safely("still", "here"));
}

TEST_F(EndpointMqtt, GivesTheSessionToTheNewestConnection) {
  MqttClient first{endpoint.addresses().mqtt};
  ASSERT_EQ(first.connect("cart-1"), 0);
  MqttClient second{endpoint.addresses().mqtt};
  ASSERT_EQ(second.connect("cart-1"), 0);
  EXPECT_EQ(first.next().type, 0U);
  EXPECT_TRUE(second.publish_safely("still", "here"));
}

TEST_F(EndpointMqtt, HoldsPublishersBackUntilTheirReaderHasRead) {
  constexpr int messages = 400;
  const std::string payload(32'768, 'x');
  MqttClient reader{endpoint.addresses().mqtt, 4096};
  ASSERT_EQ(reader.connect("reader"), 0);
  reader.subscribe("flood", 0);
  std::thread writer{[&] {
    MqttClient client{endpoint.addresses().mqtt};
    EXPECT_EQ(client.connect("writer"), 0);
    for (int i = 0; i < messages; ++i) client.publish("flood", payload, 0, 0);
    EXPECT_TRUE(client.publish_safely("flood", "end"));
  }};
  const auto is_held_back = [&] {
    return ask(endpoint.addresses().admin, "GET", "/metrics")
               .body.find("cartstorm_mqtt_readers_congested_total 1\n") != std::string::npos;
  };
  int looks = 0;
  while (!is_held_back() && looks < 100'000) ++looks;
  int received = 0;
  for (Packet message = reader.next_message(); message.type == 3; message = reader.next_message()) {
    if (message.payload() == "end") break;
    ++received;
  }
  writer.join();
  EXPECT_EQ(received, messages);
}

TEST_F(EndpointMqtt, TellsOfPresence) {
  MqttClient watcher{endpoint.addresses().mqtt};
  ASSERT_EQ(watcher.connect("watcher"), 0);
  watcher.subscribe("$aws/events/presence/+/cart-1");
  {
    MqttClient cart{endpoint.addresses().mqtt};
    ASSERT_EQ(cart.connect("cart-1"), 0);
    EXPECT_EQ(watcher.next_message().topic(), "$aws/events/presence/connected/cart-1");
    cart.disconnect();
  }
  const Packet gone = watcher.next_message();
  EXPECT_EQ(gone.topic(), "$aws/events/presence/disconnected/cart-1");
  EXPECT_THAT(gone.payload(), HasSubstr("CLIENT_INITIATED_DISCONNECT"));
}

TEST_F(EndpointMqtt, EndsInOrderAndKeepsSessions) {
  {
    MqttClient reader{endpoint.addresses().mqtt};
    ASSERT_EQ(reader.connect("reader", false), 0);
    reader.subscribe("lab/#");
    reader.disconnect();
    EXPECT_EQ(reader.next().type, 0U);
  }
  MqttClient writer{endpoint.addresses().mqtt};
  ASSERT_EQ(writer.connect("writer"), 0);
  EXPECT_TRUE(writer.publish_safely("lab/1", "kept"));
  EXPECT_EQ(endpoint.stop(), "");
  RunningEndpoint again{test_options(folder.path())};
  MqttClient reader{again.addresses().mqtt};
  ASSERT_EQ(reader.connect("reader", false), 0);
  EXPECT_TRUE(reader.had_session());
  EXPECT_EQ(reader.next_message().payload(), "kept");
}

TEST_F(EndpointMqtt, RefusesAFolderThatIsInUse) {
  Endpoint second{test_options(folder.path()), [](std::string_view, std::string_view) {}};
  EXPECT_THAT(second.start(), HasSubstr("another endpoint uses this folder"));
}

TEST_F(EndpointMqtt, RefusesAJournalOfAnotherRegion) {
  EXPECT_EQ(endpoint.stop(), "");
  EndpointOptions elsewhere = test_options(folder.path());
  elsewhere.region = "eu-west-1";
  Endpoint other{elsewhere, [](std::string_view, std::string_view) {}};
  EXPECT_THAT(other.start(), testing::AllOf(HasSubstr("endpoint.db"), HasSubstr("us-east-1")));
}

TEST_F(EndpointMqtt, KnowsAThingThatIsRegisteredWhileItIsConnected) {
  MqttClient cart{endpoint.addresses().mqtt};
  ASSERT_EQ(cart.connect("cart-9"), 0);
  cart.subscribe("$aws/things/cart-9/jobs/notify");
  const std::string& http = endpoint.addresses().http;
  ASSERT_EQ(call_aws(http, folder.path(), {"POST", "/things/cart-9", "{}", "iot"}).status, 200);
  EXPECT_THAT(status(), HasSubstr(R"("things":{"known":1,"connected":1})"));
  ASSERT_EQ(call_aws(http, folder.path(),
                     {"PUT", "/jobs/j1",
                      R"({"targets":["arn:aws:iot:us-east-1:123456789012:thing/cart-9"],)"
                      R"("document":"{}"})",
                      "iot"})
                .status,
            200);
  EXPECT_EQ(cart.next_message().topic(), "$aws/things/cart-9/jobs/notify");
}

TEST_F(EndpointMqtt, RefusesAPortThatIsInUse) {
  TemporaryFolder other;
  EndpointOptions options = test_options(other.path());
  options.mqtts_port = port_of(endpoint.addresses().mqtts);
  Endpoint second{options, [](std::string_view, std::string_view) {}};
  EXPECT_THAT(second.start(), HasSubstr("cannot listen on 127.0.0.1:"));
}

}  // namespace
}  // namespace cartstorm::broker::net
