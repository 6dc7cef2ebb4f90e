#include "tests/unit/broker-mock/support/iot_bench.hpp"

/// `$aws/events/...` of jobs and of connections.
namespace cartstorm::broker::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::SizeIs;

class JobEvents : public IotBench {
 protected:
  JobEvents() { carts(2); }
};

TEST_F(JobEvents, ACompletedJobIsToldWithItsCounts) {
  create("fw", "thing/cart-0", R"("description":"d")");
  now = {at(9).unix_ms + 5};
  device("POST", "/things/cart-0/jobs/fw",
         R"({"status":"FAILED","statusDetails":{"reason":"hash"}})");
  ASSERT_THAT(event_log.lines, SizeIs(2));
  EXPECT_THAT(event_log.lines[0],
              MatchesRegex(R"(\$aws/events/jobExecution/fw/failed \{"eventType":"JOB_EXECUTION",)"
                           R"("eventId":"[0-9a-f-]{36}","timestamp":1710072009,)"
                           R"("operation":"failed","jobId":"fw","thingArn":)"
                           R"("arn:aws:iot:us-east-1:123456789012:thing/cart-0",)"
                           R"("status":"FAILED","statusDetails":\{"reason":"hash"\}\})"));
  EXPECT_THAT(
      event_log.lines[1],
      MatchesRegex(R"(\$aws/events/job/fw/completed \{"eventType":"JOB","eventId":"[0-9a-f-]{36}",)"
                   R"("timestamp":1710072009,"operation":"completed","jobId":"fw",)"
                   R"("status":"COMPLETED","targetSelection":"SNAPSHOT","targets":)"
                   R"(\["arn:aws:iot:us-east-1:123456789012:thing/cart-0"\],"description":"d",)"
                   R"("completedAt":1710072009005,"createdAt":1710072000000,)"
                   R"("lastUpdatedAt":1710072009005,"jobProcessDetails":\{)"
                   R"("numberOfCanceledThings":0,"numberOfSucceededThings":0,)"
                   R"("numberOfFailedThings":1,"numberOfRejectedThings":0,)"
                   R"("numberOfQueuedThings":0,"numberOfInProgressThings":0,)"
                   R"("numberOfRemovedThings":0,"numberOfTimedOutThings":0\}\})"));
}

TEST_F(JobEvents, EachEventHasItsOwnId) {
  create("fw", "thing/cart-0");
  ask("PUT", "/jobs/fw/cancel", R"({"comment":"c"})");
  std::set<std::string> ids;
  for (const std::string& line : event_log.lines) ids.insert(line.substr(line.find("eventId"), 50));
  EXPECT_THAT(ids, SizeIs(3));
  EXPECT_THAT(event_log.lines[0], HasSubstr(R"("status":"CANCELLATION_IN_PROGRESS")"));
  EXPECT_THAT(event_log.lines[2], HasSubstr(R"("comment":"c")"));
  EXPECT_THAT(event_log.topics(), ElementsAre("job/fw/cancellation_in_progress",
                                              "jobExecution/fw/canceled", "job/fw/canceled"));
}

TEST_F(JobEvents, ProgressHasNone) {
  create("fw", "thing/cart-0");
  update("cart-0", "fw", "IN_PROGRESS");
  EXPECT_THAT(event_log.topics(), IsEmpty());
}

TEST_F(JobEvents, WithoutASinkNothingIsWritten) {
  events.set_sink(nullptr);
  create("fw", "thing/cart-0");
  update("cart-0", "fw", "SUCCEEDED");
  EXPECT_THAT(event_log.lines, IsEmpty());
}

class PresenceEvents : public IotBench {
 protected:
  const iot::Presence::Client client{"cart-0001", "ab12", "192.0.2.7"};
};

TEST_F(PresenceEvents, AConnectionAndItsEndShareSessionAndVersion) {
  presence.connected(client, at(0));
  presence.disconnected(client, iot::DisconnectReason::mqtt_keep_alive_timeout, at(100));
  ASSERT_THAT(event_log.lines, SizeIs(2));
  const std::string session =
      event_log.lines[0].substr(event_log.lines[0].find("sessionIdentifier") + 20, 32);
  EXPECT_EQ(event_log.lines[0],
            R"($aws/events/presence/connected/cart-0001 {"clientId":"cart-0001",)"
            R"("timestamp":1710072000000,"eventType":"connected","sessionIdentifier":")" +
                session +
                R"(","principalIdentifier":"ab12","ipAddress":"192.0.2.7","versionNumber":0})");
  EXPECT_EQ(event_log.lines[1],
            R"($aws/events/presence/disconnected/cart-0001 {"clientId":"cart-0001",)"
            R"("timestamp":1710072100000,"eventType":"disconnected",)"
            R"("clientInitiatedDisconnect":false,"sessionIdentifier":")" +
                session +
                R"(","principalIdentifier":"ab12","disconnectReason":"MQTT_KEEP_ALIVE_TIMEOUT",)"
                R"("versionNumber":0})");
}

TEST_F(PresenceEvents, TheVersionGrowsAndIsForgottenAfterAnHour) {
  const auto version = [this] {
    const std::string& line = event_log.lines.back();
    return line.substr(line.find("versionNumber") + 15, 1);
  };
  presence.connected(client, at(0));
  presence.disconnected(client, iot::DisconnectReason::connection_lost, at(1));
  presence.connected(client, at(3600));
  EXPECT_EQ(version(), "1");
  presence.connected(client, at(3601));  // a second connection of the same id takes over
  EXPECT_EQ(version(), "2");
  presence.disconnected(client, iot::DisconnectReason::client_initiated_disconnect, at(3602));
  EXPECT_THAT(event_log.lines.back(), HasSubstr(R"("clientInitiatedDisconnect":true)"));
  presence.connected(client, at(3602 + 3600));
  EXPECT_EQ(version(), "0");
}

TEST_F(PresenceEvents, AnIdWithWildcardsHasNone) {
  presence.connected({"a+b", "", ""}, at(0));
  presence.connected({"a#", "", ""}, at(0));
  presence.disconnected({"a+b", "", ""}, iot::DisconnectReason::client_error, at(1));
  EXPECT_THAT(event_log.lines, IsEmpty());
}

TEST_F(PresenceEvents, SubscriptionsAreTold) {
  presence.connected(client, at(0));
  presence.subscribed(client, {"a/+", "b"}, at(1));
  presence.unsubscribed(client, {"b"}, at(2));
  EXPECT_THAT(
      event_log.lines[1],
      AllOf(HasSubstr("$aws/events/subscriptions/subscribed/cart-0001 "),
            HasSubstr(R"("eventType":"subscribed")"), HasSubstr(R"("topics":["a/+","b"]})")));
  EXPECT_THAT(event_log.lines[2], HasSubstr("$aws/events/subscriptions/unsubscribed/cart-0001 "));
}

}  // namespace
}  // namespace cartstorm::broker::test
