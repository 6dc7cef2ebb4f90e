#include <fmt/format.h>
#include <gmock/gmock.h>

#include "ota/trust.hpp"
#include "support/idle_cart.hpp"

namespace ota::test {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

class CartWithoutTheNewAnchor : public IdleCart {
 protected:
  void offer_new() {
    std::vector<std::byte> bytes = image_bytes(v2, 6000);
    offer(signed_image(fields_for(v2, bytes), bytes, new_key()));
  }
  void answer_requests_with(const std::string& install) {
    world.cloud.answer_to_anchor_request = Message{"carts/cart-00042/ca/install", install};
  }
};

TEST_F(CartWithoutTheNewAnchor, AsksForItAndGoesOnWhenItComes) {
  offer_new();
  answer_requests_with(install_of(new_key()));
  boot_and_run();
  EXPECT_EQ(status(), "SUCCEEDED");
  EXPECT_THAT(world.board.witness.lines, Contains("anchor installed"));
  EXPECT_EQ(world.cloud.other_uplinks[0].topic, "carts/cart-00042/ca/request");
  EXPECT_EQ(world.cloud.other_uplinks[1].topic, "carts/cart-00042/ca/ack");
  EXPECT_EQ(world.cloud.other_uplinks[1].payload.size(), 14u + 2 * 19 - 1);
  EXPECT_EQ(world.board.witness.count("manifest"), 1u);
}

TEST_F(CartWithoutTheNewAnchor, WaitsWithGrowingPausesAndNeverRejects) {
  offer_new();
  world.boot();
  world.run_for(24 * 3'600'000);
  EXPECT_EQ(world.agent.state(), State::precheck);
  EXPECT_EQ(status(), "IN_PROGRESS");
  EXPECT_LT(world.cloud.other_uplinks.size(), 60u);
  EXPECT_GT(world.cloud.other_uplinks.size(), 20u);
  EXPECT_EQ(world.board.witness.count("manifest"), 0u);
}

TEST_F(CartWithoutTheNewAnchor, WhatIsNoCertificateOfThatCaIsIgnored) {
  const AnchorId id = anchor_of(new_key()).id;
  host::CertificateBytes trailing = ca_certificate(new_key());
  trailing.push_back(std::byte{0});
  host::CertificateBytes changed = ca_certificate(new_key());
  changed[120] ^= std::byte{1};
  const std::string good = install_of(new_key());
  const std::string rows[] = {
      install_of({id.value ^ 1}, ca_certificate(new_key())),
      install_of(id, ca_certificate(factory_key())),
      install_of(id, signer_certificate(new_key())),
      install_of(id, trailing),
      install_of(id, changed),
      install_of(id, {}),
      install_of(id, host::CertificateBytes(2000, std::byte{0x30})),
      good.substr(0, good.size() - 1),
      fmt::format(R"({{"anchor":"{:016x}"}})", id.value),
      fmt::format(R"({{"anchor":"{:016x}","certificate":7}})", id.value),
      fmt::format(R"({{"anchor":"{:016x}","public_key":"{}"}})", id.value,
                  hex(anchor_of(new_key()).key)),
  };
  boot_and_run();
  const std::uint64_t before = world.board.flash.changes(Region::trust);
  for (const std::string& install : rows) {
    receive("carts/cart-00042/ca/install", install);
    EXPECT_EQ(world.board.flash.changes(Region::trust), before) << install;
  }
  EXPECT_THAT(world.board.witness.lines, Not(Contains("anchor installed")));
  receive("carts/cart-00042/ca/install", good);
  EXPECT_THAT(world.board.witness.lines, Contains("anchor installed"));
}

TEST_F(CartWithoutTheNewAnchor, EveryRepetitionIsAcknowledgedAndWrittenOnce) {
  boot_and_run();
  const std::string install = install_of(new_key());
  const std::uint64_t before = world.board.flash.changes(Region::trust);
  receive("carts/cart-00042/ca/install", install);
  const std::uint64_t once = world.board.flash.changes(Region::trust);
  EXPECT_GT(once, before);
  receive("carts/cart-00042/ca/install", install);
  EXPECT_EQ(world.board.flash.changes(Region::trust), once);
  EXPECT_EQ(world.cloud.other_uplinks.size(), 2u);
}

TEST_F(CartWithoutTheNewAnchor, OldAndNewCaAreBothGood) {
  boot_and_run();
  receive("carts/cart-00042/ca/install", install_of(new_key()));
  offer(good_image(v2));  // signed below the old one
  world.run();
  ASSERT_EQ(world.agent.running_version(), v2);
  std::vector<std::byte> bytes = image_bytes(v3, 6000);
  offer(signed_image(fields_for(v3, bytes), bytes, new_key()), "fw-2-1-0");
  world.run();
  EXPECT_EQ(world.agent.running_version(), v3);
}

TEST_F(CartWithoutTheNewAnchor, ARenewedCertificateOfAnInstalledCaReplacesTheOldOne) {
  boot_and_run();
  const auto renewed = host::make_ca(
      fields_named(ca_name(factory_key()), ca_from_s, ca_until_s + 1000), factory_key());
  const std::uint64_t before = world.board.flash.changes(Region::trust);
  receive("carts/cart-00042/ca/install", install_of(anchor_of(factory_key()).id, renewed));
  EXPECT_GT(world.board.flash.changes(Region::trust), before);
  TrustStore trust;
  RecordPlace place;
  ASSERT_EQ(load(world.board.flash, trust, place), Status::ok);
  EXPECT_EQ(trust.installed, 1);
  EXPECT_EQ(trust.known, 1);
  EXPECT_EQ(trust.anchors[0].not_after, (UnixTime{ca_until_s + 1000}));
}

class CartWithTwoCas : public IdleCart {
 protected:
  void SetUp() override {
    boot_and_run();
    receive("carts/cart-00042/ca/install", install_of(new_key()));
    world.cloud.other_uplinks.clear();
  }
  void remove(const host::PrivateKey& ca) {
    receive("carts/cart-00042/ca/remove",
            fmt::format(R"({{"anchor":"{:016x}"}})", anchor_of(ca).id.value));
  }
  std::string last_ack() const {
    const Message& last = world.cloud.other_uplinks.back();
    return last.topic == "carts/cart-00042/ca/ack" ? last.payload : last.topic;
  }
  static std::string ack_of(std::initializer_list<host::PrivateKey> cas) {
    std::string ids;
    for (const host::PrivateKey& ca : cas) {
      ids += fmt::format("{}\"{:016x}\"", ids.empty() ? "" : ",", anchor_of(ca).id.value);
    }
    return "{\"anchors\":[" + ids + "]}";
  }
};

TEST_F(CartWithTwoCas, RemovesOneDurablyAndAcknowledgesWhatIsLeft) {
  remove(factory_key());
  EXPECT_EQ(last_ack(), ack_of({new_key()}));
  EXPECT_EQ(world.board.witness.count("anchor removed"), 1u);
  world.boot();
  world.run();
  EXPECT_THAT(world.cloud.heartbeats.back(), HasSubstr(ack_of({new_key()}).substr(1)));
}

TEST_F(CartWithTwoCas, AcknowledgesEveryRepetitionOfARemovalAndWritesOnce) {
  remove(factory_key());
  const std::uint64_t once = world.board.flash.changes(Region::trust);
  remove(factory_key());
  remove(ca_key(9));  // never heard of
  EXPECT_EQ(world.board.flash.changes(Region::trust), once);
  EXPECT_EQ(world.cloud.other_uplinks.size(), 3u);
  EXPECT_EQ(last_ack(), ack_of({new_key()}));
  EXPECT_EQ(world.board.witness.count("anchor removed"), 1u);
}

TEST_F(CartWithTwoCas, NeverRemovesTheLastOneAndSaysSo) {
  remove(factory_key());
  remove(new_key());
  EXPECT_EQ(last_ack(), ack_of({new_key()}));
  EXPECT_EQ(world.board.witness.count("anchor removed"), 1u);
}

TEST_F(CartWithTwoCas, ARemovalThatIsMalformedIsDropped) {
  for (const char* text : {"", "{}", R"({"anchor":7})", R"({"anchor":"0"})", "[]"}) {
    receive("carts/cart-00042/ca/remove", text);
  }
  EXPECT_TRUE(world.cloud.other_uplinks.empty());
}

TEST_F(CartWithTwoCas, ARemovedCaVouchesForNothingNewUntilItIsInstalledAgain) {
  remove(factory_key());
  offer(good_image(v2));
  world.run_for(3'600'000 * 13);
  EXPECT_EQ(world.agent.state(), State::precheck);
  EXPECT_EQ(world.cloud.other_uplinks.back().topic, "carts/cart-00042/ca/request");
  receive("carts/cart-00042/ca/install", install_of(factory_key()));
  world.run();
  EXPECT_EQ(world.agent.running_version(), v2);
}

TEST_F(CartWithTwoCas, ACaThatIsRemovedBetweenTheVerdictAndTheArmingStopsTheArming) {
  offer(good_image(v2));
  notify();
  ASSERT_TRUE(world.run_to(State::downloading));
  remove(factory_key());
  world.run();
  EXPECT_EQ(status(), "FAILED");
  EXPECT_THAT(final_report(), HasSubstr(R"("reason":"untrusted_chain")"));
  EXPECT_EQ(world.agent.running_version(), v1);
  EXPECT_EQ(world.boots, 1);
}

}  // namespace
}  // namespace ota::test
