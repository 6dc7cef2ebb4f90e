#include <gmock/gmock.h>

#include "broker-mock/iot/presence.hpp"
#include "tests/unit/broker-mock/support/fake_fleet.hpp"

/// The IoT planes inside the whole cloud, next to a rollout.
namespace cartstorm::broker::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class Sink : public iot::EventSink {
 public:
  void publish(std::string_view topic, std::string_view) override { topics.emplace_back(topic); }
  std::vector<std::string> topics;
};

class RolloutAndPeople : public ::testing::Test {
 protected:
  RolloutAndPeople() {
    cloud.set_events(events);
    fleet.connect_all();
  }
  std::string ask(std::string method, std::string target, std::string body = "",
                  std::string_view service = "iot") {
    const http::Response response = cloud.iot(
        {std::move(method), std::move(target), {}, std::move(body)}, service, fleet.now());
    return fmt::format("{} {}", response.status, response.body);
  }

  FakeFleet fleet{40};
  Cloud& cloud = fleet.cloud;
  Sink events;
};

TEST_F(RolloutAndPeople, AStageIsAJobOnAThingGroupMadeForIt) {
  ASSERT_FALSE(cloud.create_rollout(FakeFleet::spec(), fleet.now()));
  EXPECT_EQ(ask("GET", "/thing-groups"),
            R"(200 {"thingGroups":[{"groupName":"fw-2-canary","groupArn":)"
            R"("arn:aws:iot:us-east-1:123456789012:thinggroup/fw-2-canary"}]})");
  EXPECT_THAT(ask("GET", "/jobs/fw-2-canary"),
              AllOf(HasSubstr(R"("targets":["arn:aws:iot:us-east-1:123456789012:thinggroup/)"
                              R"(fw-2-canary"])"),
                    HasSubstr(R"("targetSelection":"SNAPSHOT","status":"IN_PROGRESS")")));
  const std::string things = ask("GET", "/thing-groups/fw-2-canary/things");
  EXPECT_EQ(std::count(things.begin(), things.end(), '-'), 10);  // cart-00000 and the like
  EXPECT_THAT(ask("GET", "/jobs?thingGroupName=fw-2-canary"), HasSubstr("fw-2-canary"));
}

TEST_F(RolloutAndPeople, APersonSeesWhatCartsDidAndCanCancel) {
  ASSERT_FALSE(cloud.create_rollout(FakeFleet::spec(), fleet.now()));
  const std::string all = ask("GET", "/jobs/fw-2-canary/things");
  const std::size_t from = all.find("thing/") + 6;
  const std::string cart = all.substr(from, 10);
  EXPECT_THAT(ask("PUT", "/things/" + cart + "/jobs/$next", "{}", "iot-jobs-data"),
              HasSubstr(R"("status":"IN_PROGRESS")"));
  EXPECT_THAT(ask("PUT", "/jobs/fw-2-canary/cancel"), StartsWith("200"));
  EXPECT_THAT(ask("GET", "/jobs/fw-2-canary"), AllOf(HasSubstr(R"("numberOfCanceledThings":9)"),
                                                     HasSubstr(R"("numberOfInProgressThings":1)")));
  EXPECT_THAT(events.topics, Contains("$aws/events/job/fw-2-canary/canceled"));
}

TEST_F(RolloutAndPeople, ADeletedThingIsInNoCohort) {
  for (int i = 0; i < 30; ++i) ask("DELETE", fmt::format("/things/cart-{:05}", i));
  RolloutSpec spec = FakeFleet::spec();
  spec.plan.stages = {{"full", 0, 100, hour_ms}};
  ASSERT_FALSE(cloud.create_rollout(spec, fleet.now()));
  EXPECT_THAT(ask("GET", "/jobs/fw-2-full"), HasSubstr(R"("numberOfQueuedThings":10)"));
}

TEST_F(RolloutAndPeople, AThingThatOnlyConnectsIsInNoCohortEither) {
  const ThingId stranger = cloud.meet_thing("stranger");
  cloud.connected(stranger, fleet.now());
  RolloutSpec spec = FakeFleet::spec();
  spec.plan.stages = {{"full", 0, 100, hour_ms}};
  ASSERT_FALSE(cloud.create_rollout(spec, fleet.now()));
  EXPECT_THAT(ask("GET", "/jobs/fw-2-full"), HasSubstr(R"("numberOfQueuedThings":40)"));
  cloud.take_deliveries();
  cloud.received(stranger, "$aws/things/stranger/jobs/get", "{}", fleet.now());
  const auto sent = cloud.take_deliveries();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_THAT(std::string{sent[0].payload}, HasSubstr(R"("inProgressJobs":[],"queuedJobs":[])"));
}

TEST_F(RolloutAndPeople, ADocumentOfTheStoreIsTaken) {
  static constexpr std::string_view text = R"({"v":1})";
  cloud.put_object("docs", "a.json", std::as_bytes(std::span{text.data(), text.size()}));
  EXPECT_THAT(ask("PUT", "/jobs/j",
                  R"({"targets":["arn:aws:iot:us-east-1:123456789012:thing/cart-00000"],)"
                  R"("documentSource":"https://s3.us-east-1.amazonaws.com/docs/a.json"})"),
              StartsWith("200"));
  EXPECT_EQ(ask("GET", "/jobs/j/job-document"), R"(200 {"document":"{\"v\":1}"})");
}

TEST_F(RolloutAndPeople, MinutesOfARolloutRateAreDeadlinesOfTheCloud) {
  ask("POST", "/thing-groups/two", "{}");
  for (int i = 0; i < 2; ++i) {
    ask("PUT", "/thing-groups/addThingToThingGroup",
        fmt::format(R"({{"thingGroupName":"two","thingName":"cart-{:05}"}})", i));
  }
  ask("PUT", "/jobs/j",
      R"({"targets":["arn:aws:iot:us-east-1:123456789012:thinggroup/two"],"document":"{}",)"
      R"("jobExecutionsRolloutConfig":{"maximumPerMinute":1}})");
  EXPECT_EQ(cloud.deadline(), fleet.now() + minute_ms);
  cloud.advance(fleet.now() + minute_ms);
  EXPECT_EQ(fleet.facts.executions.size(), 2U);
}

TEST_F(RolloutAndPeople, SubscriptionsAndQuotasAreSwitched) {
  cloud.subscribe(ThingId{0}, true, false);
  cloud.take_deliveries();
  ask("PUT", "/jobs/j",
      R"({"targets":["arn:aws:iot:us-east-1:123456789012:thing/cart-00000"],"document":"{}"})");
  const auto sent = cloud.take_deliveries();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].topic, "$aws/things/cart-00000/jobs/notify");
  cloud.set_control_quota(1);
  EXPECT_THAT(ask("GET", "/things/cart-00000"), StartsWith("200"));
  EXPECT_THAT(ask("GET", "/things/cart-00000"), StartsWith("400"));
  cloud.presence().connected({"cart-00000", "", "192.0.2.1"}, fleet.now());
  EXPECT_THAT(events.topics, Contains("$aws/events/presence/connected/cart-00000"));
}

}  // namespace
}  // namespace cartstorm::broker::test
