#include "ota/provision.hpp"

#include <gtest/gtest.h>

#include "support/board.hpp"

namespace ota::test {
namespace {

TEST(Provision, TheNextBootIsConfirmed) {
  Board board;
  ASSERT_EQ(board.provision_with(good_image(v1)), Status::ok);
  BootDecision decision;
  Hardware hardware = board.hardware();
  ASSERT_EQ(select_slot(hardware, ResetCause::power_on, decision), Status::ok);
  EXPECT_EQ(decision.slot, Slot::a);
  EXPECT_EQ(decision.reason, BootReason::confirmed);
  EXPECT_EQ(decision.version, v1);
  EXPECT_EQ(board.flash.defects(), 0u);
}

TEST(Provision, WorksAgainOnAUsedCart) {
  Board board;
  ASSERT_EQ(board.provision_with(good_image(v1)), Status::ok);
  EXPECT_EQ(board.provision_with(good_image(v2)), Status::ok);
  EXPECT_EQ(board.flash.defects(), 0u);
}

TEST(Provision, LeavesAnImageThatIsAlreadyThere) {
  Board board;
  const Image image = good_image(v1);
  board.flash.plant(Region::slot_a, 0, image.bytes);
  const Anchor anchors[] = {anchor_of(factory_key())};
  Hardware hardware = board.hardware();
  ASSERT_EQ(provision(hardware, {image.bytes, image.trailer, anchors, false}), Status::ok);
  BootDecision decision;
  ASSERT_EQ(select_slot(hardware, ResetCause::power_on, decision), Status::ok);
  EXPECT_EQ(decision.reason, BootReason::confirmed);
}

TEST(Provision, RefusesAManifestOfAnotherImageAndAnAnchorUnderAFalseName) {
  Board board;
  Image image = good_image(v1);
  image.bytes[9] ^= std::byte{1};
  EXPECT_EQ(board.provision_with(image), Status::rejected);
  const Image good = good_image(v1);
  Anchor anchors[] = {anchor_of(factory_key())};
  anchors[0].id.value ^= 1;
  Hardware hardware = board.hardware();
  EXPECT_EQ(provision(hardware, {good.bytes, good.trailer, anchors}), Status::rejected);
}

TEST(Provision, RefusesAnImageThatLeavesTheTrailerNoRoom) {
  Board board;
  std::vector<std::byte> bytes = image_bytes(v1, 14 * 1024 + 1);
  const Manifest fields = fields_for(v1, bytes);
  EXPECT_EQ(board.provision_with(signed_image(fields, bytes)), Status::rejected);
  bytes.pop_back();
  const Manifest fitting = fields_for(v1, bytes);
  EXPECT_EQ(board.provision_with(signed_image(fitting, bytes)), Status::ok);
}

}  // namespace
}  // namespace ota::test
