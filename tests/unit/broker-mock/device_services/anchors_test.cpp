#include "broker-mock/device_services/anchors.hpp"

#include <gmock/gmock.h>

#include "broker-mock/device_services/consent.hpp"
#include "tests/unit/broker-mock/support/recorder.hpp"

namespace cartstorm::broker::services {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::uint64_t anchor = 0x6b1f0c2ad9e35587;

class Log : public AnchorListener {
 public:
  void on(const fact::AnchorChanged& change) override { recorder.on(change); }
  void possession_changed(ThingId thing, std::uint64_t id, bool has_it) override {
    possessions.push_back(
        fmt::format("{} {} {}", static_cast<std::uint32_t>(thing), hex(id), has_it ? "+" : "-"));
  }
  test::Recorder recorder;
  std::vector<std::string> possessions;
};

class KnownAnchor : public ::testing::Test {
 protected:
  KnownAnchor() {
    cart = things.add({"cart-00042", 1, "eu", "retail", "standard", "a"});
    anchors.add({anchor, "MIIB"});
  }
  void connect() {
    things.set_connected(cart, true);
    anchors.connected(cart);
  }
  std::size_t installs() { return count("carts/cart-00042/ca/install"); }
  std::size_t removals() { return count("carts/cart-00042/ca/remove"); }
  std::size_t count(std::string_view topic) {
    std::size_t found = 0;
    for (const Delivery& d : outbox.take()) found += d.topic == topic;
    return found;
  }

  Things things;
  Outbox outbox{things};
  Log log;
  Anchors anchors{things, outbox, log};
  ThingId cart{};
};

TEST_F(KnownAnchor, IsSentToWhoeverAsks) {
  connect();
  EXPECT_TRUE(anchors.request(cart, R"({"anchor":"6b1f0c2ad9e35587"})"));
  const auto sent = outbox.take();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].topic, "carts/cart-00042/ca/install");
  EXPECT_EQ(sent[0].payload, R"({"anchor":"6b1f0c2ad9e35587","certificate":"MIIB"})");
  EXPECT_THAT(log.recorder.anchors, ElementsAre("0 6b1f0c2ad9e35587 sent"));
}

TEST_F(KnownAnchor, AnUnknownOneIsNotSent) {
  connect();
  EXPECT_TRUE(anchors.request(cart, R"({"anchor":"0000000000000001"})"));
  EXPECT_EQ(installs(), 0U);
}

TEST_F(KnownAnchor, SentIsNotHas) {
  connect();
  anchors.request(cart, R"({"anchor":"6b1f0c2ad9e35587"})");
  EXPECT_FALSE(anchors.has(cart, anchor));
  EXPECT_TRUE(anchors.acknowledge(cart, R"({"anchors":["0011223344556677","6b1f0c2ad9e35587"]})"));
  EXPECT_TRUE(anchors.has(cart, anchor));
  EXPECT_THAT(log.recorder.anchors,
              ElementsAre("0 6b1f0c2ad9e35587 sent", "0 6b1f0c2ad9e35587 acknowledged",
                          "0 0011223344556677 acknowledged"));
}

TEST_F(KnownAnchor, AStaleAcknowledgementIsTakenBackByTheNextHeartbeat) {
  connect();
  anchors.acknowledge(cart, R"({"anchors":["6b1f0c2ad9e35587"]})");
  anchors.announced(cart, R"(["6b1f0c2ad9e35587"])");
  EXPECT_TRUE(anchors.has(cart, anchor));
  anchors.announced(cart, "[]");
  EXPECT_FALSE(anchors.has(cart, anchor));
  EXPECT_THAT(log.possessions, ElementsAre("0 6b1f0c2ad9e35587 +", "0 6b1f0c2ad9e35587 -"));
}

TEST_F(KnownAnchor, DistributionWaitsForTheConnectionAndRepeatsAtTheNextOne) {
  anchors.distribute(anchor, {cart});
  EXPECT_EQ(installs(), 0U);
  connect();
  EXPECT_EQ(installs(), 1U);
  anchors.announced(cart, "[]");
  EXPECT_EQ(installs(), 0U) << "it may have crossed the heartbeat";
  things.set_connected(cart, false);
  connect();
  EXPECT_EQ(installs(), 1U);
  anchors.acknowledge(cart, R"({"anchors":["6b1f0c2ad9e35587"]})");
  things.set_connected(cart, false);
  connect();
  EXPECT_EQ(installs(), 0U) << "it has it now";
}

TEST_F(KnownAnchor, ALostInstallIsSentAgainWithTheSecondHeartbeatWithoutIt) {
  anchors.distribute(anchor, {cart});
  connect();
  EXPECT_EQ(installs(), 1U);
  anchors.announced(cart, "[]");
  EXPECT_EQ(installs(), 0U);
  anchors.announced(cart, "[]");
  EXPECT_EQ(installs(), 1U);
  anchors.announced(cart, R"(["6b1f0c2ad9e35587"])");
  anchors.announced(cart, R"(["6b1f0c2ad9e35587"])");
  EXPECT_EQ(installs(), 0U);
}

TEST_F(KnownAnchor, ALostAnchorIsSentAgain) {
  connect();
  anchors.acknowledge(cart, R"({"anchors":["6b1f0c2ad9e35587"]})");
  anchors.distribute(anchor, {cart});
  EXPECT_EQ(installs(), 0U);
  anchors.announced(cart, "[]");
  EXPECT_EQ(installs(), 1U);
}

TEST_F(KnownAnchor, ARemovalGoesToThoseThatHaveItNowOrWhenTheyConnect) {
  anchors.withdraw(anchor, {cart});
  connect();
  EXPECT_EQ(removals(), 0U) << "it is not known to have it";
  anchors.acknowledge(cart, R"({"anchors":["6b1f0c2ad9e35587","0011223344556677"]})");
  EXPECT_EQ(removals(), 1U);
  anchors.announced(cart, R"(["6b1f0c2ad9e35587","0011223344556677"])");
  EXPECT_EQ(removals(), 0U) << "it may have crossed the heartbeat";
  anchors.announced(cart, R"(["6b1f0c2ad9e35587","0011223344556677"])");
  EXPECT_EQ(removals(), 1U);
  things.set_connected(cart, false);
  connect();
  EXPECT_EQ(removals(), 1U);
  anchors.acknowledge(cart, R"({"anchors":["0011223344556677"]})");
  EXPECT_FALSE(anchors.has(cart, anchor));
  things.set_connected(cart, false);
  connect();
  EXPECT_EQ(removals(), 0U);
  EXPECT_EQ(log.recorder.anchors.back(), "0 6b1f0c2ad9e35587 removed");
}

TEST_F(KnownAnchor, OneThatWasWithdrawnIsNotSentEvenToThoseThatAsk) {
  connect();
  anchors.withdraw(anchor, {cart});
  anchors.request(cart, R"({"anchor":"6b1f0c2ad9e35587"})");
  EXPECT_EQ(installs(), 0U);
  anchors.distribute(anchor, {cart});
  EXPECT_EQ(installs(), 1U);
}

TEST_F(KnownAnchor, TheLastOrderCounts) {
  connect();
  anchors.distribute(anchor, {cart});
  EXPECT_EQ(installs(), 1U);
  anchors.withdraw(anchor, {cart});
  EXPECT_EQ(removals(), 0U);
  anchors.acknowledge(cart, R"({"anchors":["6b1f0c2ad9e35587"]})");  // of the install
  EXPECT_EQ(removals(), 1U);
  anchors.distribute(anchor, {cart});
  anchors.acknowledge(cart, R"({"anchors":[]})");  // of the removal
  EXPECT_EQ(installs(), 1U);
}

TEST_F(KnownAnchor, MalformedMessagesChangeNothing) {
  connect();
  EXPECT_FALSE(anchors.request(cart, R"({"anchor":"6B1F0C2AD9E35587"})"));
  EXPECT_FALSE(anchors.request(cart, "{}"));
  EXPECT_FALSE(anchors.acknowledge(cart, R"({"anchors":"6b1f0c2ad9e35587"})"));
  EXPECT_FALSE(anchors.acknowledge(cart, R"({"anchors":[7]})"));
  std::string many = "[\"0000000000000001\"";
  for (int i = 0; i < 16; ++i) many += ",\"0000000000000001\"";
  EXPECT_FALSE(anchors.announced(cart, many + "]"));
  EXPECT_THAT(log.possessions, IsEmpty());
  EXPECT_EQ(installs(), 0U);
}

TEST(Consent, IsTheLastWordOfTheCart) {
  Consent consent;
  const ThingId cart{3};
  EXPECT_FALSE(consent.is_opted_out(cart));
  EXPECT_TRUE(consent.received(cart, R"({"tier":"standard","updates":"opted_out"})"));
  EXPECT_TRUE(consent.is_opted_out(cart));
  EXPECT_FALSE(consent.received(cart, R"({"tier":"standard","updates":"maybe"})"));
  EXPECT_FALSE(consent.received(cart, R"({"tier":"Standard","updates":"opted_in"})"));
  EXPECT_TRUE(consent.is_opted_out(cart));
  EXPECT_TRUE(consent.received(cart, R"({"tier":"early_access","updates":"opted_in"})"));
  EXPECT_FALSE(consent.is_opted_out(cart));
}

TEST_F(KnownAnchor, AThingVouchesForItOnlyOnceItHasSpokenOnItsConnection) {
  connect();
  EXPECT_TRUE(anchors.announced(cart, R"(["6b1f0c2ad9e35587"])"));
  EXPECT_TRUE(anchors.vouches(cart, anchor));
  things.set_connected(cart, false);
  EXPECT_TRUE(anchors.vouches(cart, anchor));
  connect();
  EXPECT_TRUE(anchors.has(cart, anchor));
  EXPECT_FALSE(anchors.vouches(cart, anchor));
  log.possessions.clear();
  log.recorder.anchors.clear();
  EXPECT_TRUE(anchors.announced(cart, R"(["6b1f0c2ad9e35587"])"));
  EXPECT_TRUE(anchors.vouches(cart, anchor));
  // Said to who waits for it; no news to anybody else.
  EXPECT_THAT(log.possessions, ElementsAre("0 6b1f0c2ad9e35587 +"));
  EXPECT_THAT(log.recorder.anchors, IsEmpty());
}

TEST_F(KnownAnchor, ItsCertificateCanBeLookedAt) {
  anchors.add({7, "MIIC", 100, 200});
  ASSERT_NE(anchors.certificate(7), nullptr);
  EXPECT_EQ(anchors.certificate(7)->not_after_s, 200);
  EXPECT_FALSE(anchors.certificate(anchor)->has_dates());
  EXPECT_EQ(anchors.certificate(8), nullptr);
}

TEST_F(KnownAnchor, ATierIsWhatTheCartSaidLast) {
  Consent consent;
  EXPECT_EQ(consent.tier(cart), "");
  EXPECT_TRUE(consent.received(cart, R"({"tier":"early_access","updates":"opted_in"})"));
  EXPECT_TRUE(consent.received(ThingId{3}, R"({"tier":"standard","updates":"opted_out"})"));
  EXPECT_EQ(consent.tier(cart), "early_access");
  EXPECT_EQ(consent.tier(ThingId{3}), "standard");
  EXPECT_EQ(consent.tier(ThingId{2}), "");
}

}  // namespace
}  // namespace cartstorm::broker::services
