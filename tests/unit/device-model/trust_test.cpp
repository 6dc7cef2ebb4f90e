#include <fmt/format.h>
#include <gmock/gmock.h>

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
};

TEST_F(CartWithoutTheNewAnchor, AsksForItAndGoesOnWhenItComes) {
  offer_new();
  world.cloud.anchor_on_request = anchor_of(new_key());
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

TEST_F(CartWithoutTheNewAnchor, AForgedInstallIsIgnored) {
  world.boot();
  Anchor forged = anchor_of(new_key());
  forged.id.value ^= 1;
  world.cloud.anchor_on_request = forged;
  offer_new();
  world.run_for(3'600'000);
  EXPECT_THAT(world.board.witness.lines, Not(Contains("anchor installed")));
}

TEST_F(CartWithoutTheNewAnchor, EveryRepetitionIsAcknowledgedAndWrittenOnce) {
  boot_and_run();
  const Anchor anchor = anchor_of(new_key());
  const std::string install =
      fmt::format(R"({{"anchor":"{:016x}","public_key":"{}"}})", anchor.id.value, hex(anchor.key));
  const std::uint64_t before = world.board.flash.changes(Region::trust);
  receive("carts/cart-00042/ca/install", install);
  const std::uint64_t once = world.board.flash.changes(Region::trust);
  EXPECT_GT(once, before);
  receive("carts/cart-00042/ca/install", install);
  EXPECT_EQ(world.board.flash.changes(Region::trust), once);
  EXPECT_EQ(world.cloud.other_uplinks.size(), 2u);
}

TEST_F(CartWithoutTheNewAnchor, ACutWhileInstallingLosesNoAnchor) {
  const Anchor anchor = anchor_of(new_key());
  const std::string install =
      fmt::format(R"({{"anchor":"{:016x}","public_key":"{}"}})", anchor.id.value, hex(anchor.key));
  for (const host::CutShape shape : host::cut_shapes) {
    for (std::uint64_t i = 0; i < 6; ++i) {
      World fresh;
      fresh.boot();
      fresh.run();
      fresh.board.flash.cut_at(fresh.board.flash.operations() + i, shape);
      fresh.deliver(
          event::Received{"carts/cart-00042/ca/install", std::as_bytes(std::span{install})});
      fresh.run_for(1000);
      EXPECT_THAT(fresh.cloud.heartbeats.back(),
                  HasSubstr(fmt::format("{:016x}", anchor_of(factory_key()).id.value)));
    }
  }
}

}  // namespace
}  // namespace ota::test
