#include <gmock/gmock.h>

#include "broker-mock/cloud/cloud.hpp"
#include "tests/unit/broker-mock/support/recorder.hpp"

/// WIRE.md section 11: the payloads and topics as printed there, byte for byte. The cart's tests
/// hold the same literals.
namespace cartstorm::broker::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Cart42 : public ::testing::Test {
 protected:
  Cart42() {
    CloudConfig config;
    config.seed = 1;
    cart = cloud.register_thing({"cart-00042", 1, "eu", "retail", "standard", "camera"});
    cloud.connected(cart, now);
  }
  void send(std::string_view topic, std::string_view payload) {
    cloud.received(cart, topic, payload, now);
  }
  std::vector<std::string> sent() {
    std::vector<std::string> lines;
    for (const Delivery& d : cloud.take_deliveries()) {
      lines.push_back(std::string{d.topic} + " " + std::string{d.payload});
    }
    return lines;
  }

  static constexpr ServerTime now{1'780'000'000'000};
  Recorder facts;
  Cloud cloud{CloudConfig{}, facts};
  ThingId cart{};
};

TEST_F(Cart42, RollbackIsCountedAndAcknowledged) {
  send("carts/cart-00042/rollback",
       R"({"occurrence":"00000000000000a1","target":"2.0.0","running":"1.8.0",)"
       R"("reason":"attempts_spent","attempt":"0000000000000007"})");
  EXPECT_THAT(sent(), ElementsAre("carts/cart-00042/rollback/ack "
                                  R"({"occurrence":"00000000000000a1"})"));
  EXPECT_THAT(facts.metrics, ElementsAre("0 rollback 2.0.0 161"));
  EXPECT_EQ(cloud.rollbacks({0x00020000}).occurrences, 1U);
  EXPECT_EQ(cloud.rollbacks({0x00020000}).things, 1U);
}

TEST_F(Cart42, ErrorEpisodeIsCounted) {
  send("carts/cart-00042/error", R"({"version":"1.8.0","code":17,"episode":"0000000000000003"})");
  EXPECT_THAT(facts.metrics, ElementsAre("0 error 1.8.0 3"));
}

TEST_F(Cart42, HeartbeatGivesVersionAndAnchors) {
  send("carts/cart-00042/heartbeat", R"({"version":"1.8.0","slot":"a","state":"idle","secver":3,)"
                                     R"("anchors":["6b1f0c2ad9e35587","0011223344556677"]})");
  EXPECT_THAT(facts.metrics, ElementsAre("0 heartbeat 1.8.0 0"));
  EXPECT_THAT(facts.anchors,
              ElementsAre("0 6b1f0c2ad9e35587 acknowledged", "0 0011223344556677 acknowledged"));
}

constexpr std::string_view ca_text =
    "MIIBUzCB+6ADAgECAhBCQkJCQkJCQkJCQkJCQkJCMAoGCCqGSM49BAMCMA8xDTALBgNVBAMMBGNhLTEwHhcNMjAw"
    "OTEzMTIyNjQwWhcNMzMwNTE4MDMzMzIwWjAPMQ0wCwYDVQQDDARjYS0xMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcD"
    "QgAEnt57DGDGW0NBPYLGSav3Ed9XIbwIEVjOf45GPjy+aBLIX9tmUD3PDAK+6a4PEiWT88/ELs50f56a2CPEv5cG"
    "E6M5MDcwEgYDVR0TAQH/BAgwBgEB/wIBATAOBgNVHQ8BAf8EBAMCAgQwEQYDVR0OBAoECN+wTVedpNRVMAoGCCqG"
    "SM49BAMCA0cAMEQCIHTzXMvySYyarPM+eSxb5oXh5RADRiHtilSC6z8u2L45AiBCDKP8WW1SKqndTwvN/P20/hGh"
    "YVCfKMQmcnN3VJkSfw==";

TEST_F(Cart42, AnchorIsRequestedInstalledAndAcknowledged) {
  cloud.add_anchor({0xdfb04d579da4d455, std::string{ca_text}});
  send("carts/cart-00042/ca/request", R"({"anchor":"dfb04d579da4d455"})");
  EXPECT_THAT(sent(), ElementsAre("carts/cart-00042/ca/install "
                                  R"({"anchor":"dfb04d579da4d455","certificate":")" +
                                  std::string{ca_text} + R"("})"));
  send("carts/cart-00042/ca/ack", R"({"anchors":["dfb04d579da4d455"]})");
  EXPECT_THAT(facts.anchors,
              ElementsAre("0 dfb04d579da4d455 sent", "0 dfb04d579da4d455 acknowledged"));
}

TEST_F(Cart42, AnchorIsRemovedAndAcknowledged) {
  send("carts/cart-00042/ca/ack", R"({"anchors":["6b1f0c2ad9e35587","0011223344556677"]})");
  EXPECT_FALSE(cloud.remove_anchor(0x6b1f0c2ad9e35587, {cart}, "ada", "retired", now).has_value());
  EXPECT_THAT(sent(), ElementsAre(R"(carts/cart-00042/ca/remove {"anchor":"6b1f0c2ad9e35587"})"));
  send("carts/cart-00042/ca/ack", R"({"anchors":["0011223344556677"]})");
  EXPECT_EQ(facts.anchors.back(), "0 6b1f0c2ad9e35587 removed");
  EXPECT_THAT(facts.operators, ElementsAre("ada remove_anchor 0 retired"));
}

TEST_F(Cart42, ConsentIsTaken) {
  send("carts/cart-00042/consent", R"({"tier":"standard","updates":"opted_in"})");
  EXPECT_EQ(cloud.dropped().malformed, 0U);
  EXPECT_EQ(cloud.dropped().unroutable, 0U);
}

TEST_F(Cart42, JobsAreAskedForUnderTheThing) {
  send("$aws/things/cart-00042/jobs/$next/get", R"({"clientToken":"0123456789abcdef"})");
  EXPECT_THAT(sent(), ElementsAre("$aws/things/cart-00042/jobs/$next/get/accepted "
                                  R"({"clientToken":"0123456789abcdef","timestamp":1780000000})"));
}

TEST_F(Cart42, WhatIsMalformedOrMisdirectedIsCountedAndDropped) {
  send("carts/cart-00042/heartbeat", "{}");
  send("carts/cart-00042/heartbeat",
       R"({"version":"1.8.0","slot":"a","state":"idle","secver":3,"anchors":["x"]})");
  send("carts/cart-00042/rollback", "not json");
  send("carts/cart-00042/consent", R"({"tier":7,"updates":"opted_in"})");
  EXPECT_EQ(cloud.dropped().malformed, 4U);
  send("carts/cart-00043/heartbeat", "{}");
  send("carts/cart-0004/heartbeat", "{}");
  send("carts/cart-00042", "{}");
  send("carts/cart-00042/unheard-of", "{}");
  send("$aws/things/cart-00043/jobs/get", "{}");
  send("$aws/things/cart-00042/shadow/get", "{}");
  send("", "");
  cloud.received(ThingId{99}, "carts/cart-00042/heartbeat", "{}", now);
  EXPECT_EQ(cloud.dropped().unroutable, 8U);
  EXPECT_THAT(facts.metrics, IsEmpty());
  EXPECT_THAT(sent(), IsEmpty());
}

}  // namespace
}  // namespace cartstorm::broker::test
