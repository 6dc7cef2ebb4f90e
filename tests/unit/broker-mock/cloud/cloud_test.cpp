#include "broker-mock/cloud/cloud.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "tests/unit/broker-mock/support/fake_fleet.hpp"

namespace cartstorm::broker::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class OneCart : public ::testing::Test {
 protected:
  OneCart() {
    cart = cloud.register_thing({"cart-00042", 1, "eu", "retail", "standard", "camera"});
    cloud.put_object("firmware", "2.0.0.bin", image);
  }
  void send(std::string_view topic, std::string_view payload, std::int64_t s = 0) {
    cloud.received(cart, topic, payload, at(s));
  }
  static ServerTime at(std::int64_t s) { return {FakeFleet::start_ms + s * 1000}; }
  std::string rollout(std::uint32_t timeout_min = 0) {
    RolloutSpec spec = FakeFleet::spec();
    spec.plan.stages = {{"full", 0, 100, hour_ms}};
    spec.execution_timeout_min = timeout_min;
    const auto refusal = cloud.create_rollout(spec, at(0));
    return refusal ? refusal->message : "";
  }

  std::vector<std::byte> image{4, std::byte{7}};
  Recorder facts;
  Cloud cloud{CloudConfig{}, facts};
  ThingId cart{};
};

TEST_F(OneCart, RegisteringTwiceGivesTheSameNumber) {
  EXPECT_EQ(cloud.register_thing({"cart-00042", 1, "eu", "retail", "standard", "camera"}), cart);
  EXPECT_EQ(cloud.register_thing({"cart-00043", 1, "eu", "retail", "standard", "camera"}),
            ThingId{1});
}

TEST_F(OneCart, NothingIsDueInAnIdleCloud) {
  EXPECT_EQ(cloud.deadline(), never);
  cloud.connected(cart, at(0));
  EXPECT_EQ(cloud.deadline(), never);
}

TEST_F(OneCart, TheJobDocumentIsTheOneOfTheWireContract) {
  cloud.connected(cart, at(0));
  EXPECT_EQ(rollout(), "");
  const auto sent = cloud.take_deliveries();
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_EQ(sent[0].topic, "$aws/things/cart-00042/jobs/notify-next");
  EXPECT_THAT(
      std::string{sent[0].payload},
      HasSubstr(R"("jobDocument":{"operation":"firmware_update","version":"2.0.0",)"
                R"("size":4,"sha256":")" +
                std::string{image_sha256_hex} +
                R"(","url":"https://s3.us-east-1.amazonaws.com/firmware/2.0.0.bin?X-Amz-)"));
  EXPECT_THAT(std::string{sent[0].payload}, HasSubstr(R"(","manifest":"AAAA","chain":"AAAA"}}})"));
}

TEST_F(OneCart, TheMintedUrlFetchesTheImage) {
  cloud.connected(cart, at(0));
  rollout();
  const std::string payload{cloud.take_deliveries()[0].payload};
  const std::size_t from = payload.find("https://");
  const std::string url = payload.substr(from, payload.find('"', from) - from);
  const HttpResponse response = cloud.http({"GET", url, {}, {}, {}}, at(1));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body.data(), image.data());
  EXPECT_EQ(cloud.http({"GET", url, {}, {}, {}}, at(3600)).status, 403);
}

TEST_F(OneCart, DeliveriesAreClearedByTakingThem) {
  cloud.connected(cart, at(0));
  rollout();
  EXPECT_THAT(cloud.take_deliveries(), SizeIs(1));
  EXPECT_THAT(cloud.take_deliveries(), IsEmpty());
}

TEST_F(OneCart, ADisconnectedThingGetsNothing) {
  rollout();
  send("$aws/things/cart-00042/jobs/get", "{}");
  EXPECT_THAT(cloud.take_deliveries(), IsEmpty());
}

TEST_F(OneCart, ExecutionTimersAreDeadlinesOfTheCloud) {
  cloud.connected(cart, at(0));
  rollout(1);
  send("$aws/things/cart-00042/jobs/fw-2-full/update", R"({"status":"IN_PROGRESS"})", 30);
  EXPECT_EQ(cloud.deadline(), at(60));
  cloud.advance(at(60));
  EXPECT_EQ(cloud.deadline(), at(90));
  cloud.advance(at(90));
  EXPECT_EQ(facts.executions.back(), "0 fw-2-full #1 timed_out v3");
}

TEST_F(OneCart, WhatWasDueBeforeAMessageHappensBeforeIt) {
  cloud.connected(cart, at(0));
  rollout(1);
  send("$aws/things/cart-00042/jobs/fw-2-full/update", R"({"status":"IN_PROGRESS"})", 30);
  send("$aws/things/cart-00042/jobs/fw-2-full/update", R"({"status":"SUCCEEDED"})", 500);
  EXPECT_THAT(facts.executions,
              ElementsAre("0 fw-2-full #1 queued v1", "0 fw-2-full #1 in_progress v2",
                          "0 fw-2-full #1 timed_out v3", "0 fw-2-full #1 succeeded v3 refused"));
}

/// Whatever a thing sends, the cloud answers or drops it; it never falls over.
RC_GTEST_PROP(CloudUnderFire, SurvivesMutatedMessages, ()) {
  Recorder facts;
  Cloud cloud{CloudConfig{}, facts};
  const std::vector<std::byte> image{4, std::byte{7}};
  cloud.put_object("firmware", "2.0.0.bin", image);
  const ThingId cart = cloud.register_thing({"cart-00000", 1, "eu", "retail", "standard", "a"});
  cloud.connected(cart, {FakeFleet::start_ms});
  RolloutSpec spec = FakeFleet::spec();
  spec.plan.stages = {{"full", 0, 100, hour_ms}};
  RC_ASSERT(!cloud.create_rollout(spec, {FakeFleet::start_ms}));
  const std::vector<std::pair<std::string, std::string>> originals{
      {"carts/cart-00000/heartbeat", R"({"version":"1.8.0","slot":"a","state":"idle","secver":3,)"
                                     R"("anchors":["6b1f0c2ad9e35587"]})"},
      {"carts/cart-00000/error", R"({"version":"1.8.0","code":17,"episode":"0000000000000003"})"},
      {"carts/cart-00000/ca/ack", R"({"anchors":["6b1f0c2ad9e35587"]})"},
      {"$aws/things/cart-00000/jobs/fw-2-full/update",
       R"({"status":"IN_PROGRESS","expectedVersion":"1","statusDetails":{"reason":"a\u00e9"}})"},
      {"$aws/things/cart-00000/jobs/start-next", R"({"stepTimeoutInMinutes":5})"}};
  for (int message = 0; message < 20; ++message) {
    auto [topic, payload] = *rc::gen::elementOf(originals);
    for (std::string* text : {&topic, &payload}) {
      const auto edits = *rc::gen::inRange(0, 3);
      for (int i = 0; i < edits && !text->empty(); ++i) {
        const auto where = *rc::gen::inRange<std::size_t>(0, text->size());
        (*text)[where] = *rc::gen::arbitrary<char>();
      }
    }
    payload.resize(*rc::gen::inRange<std::size_t>(0, payload.size() + 1));
    cloud.received(cart, topic, payload, {FakeFleet::start_ms + message});
  }
  cloud.take_deliveries();
  RC_ASSERT(cloud.deadline() > ServerTime{FakeFleet::start_ms + 20});
}

}  // namespace
}  // namespace cartstorm::broker::test
