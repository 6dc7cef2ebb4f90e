#include <gmock/gmock.h>

#include "tests/unit/broker-mock/support/fake_fleet.hpp"

/// What must be true before every stage, not only before the first one.
namespace cartstorm::broker::test {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::int64_t day_s = 24 * 3600;
constexpr std::int64_t start_s = FakeFleet::start_ms / 1000;

class GatedFleet : public ::testing::Test {
 protected:
  GatedFleet() { fleet.connect_all(); }
  std::string last() const { return fleet.facts.story().back(); }
  std::string reason() const { return fleet.facts.stages.back().reason; }
  void say(std::uint32_t cart, std::string_view tier, std::string_view updates = "opted_in") {
    fleet.send(cart, "consent", fmt::format(R"({{"tier":"{}","updates":"{}"}})", tier, updates));
  }
  FakeFleet fleet{200};
  RolloutSpec spec = FakeFleet::spec();
  std::vector<std::byte> image{4, std::byte{7}}, other_image{4, std::byte{8}};
};

TEST_F(GatedFleet, AnotherImageUnderTheSameNameDoesNotFollowTheCanary) {
  fleet.start(spec);
  fleet.cloud.put_object("firmware", "2.0.0.bin", other_image);
  fleet.run_until(3 * hour_ms);
  EXPECT_EQ(last(), "refused 1 0");
  EXPECT_EQ(reason(),
            "s3://firmware/2.0.0.bin has SHA-256 "
            "918bd027f59087bef8e055f9b587b25486d58c606d8658d4ce7b1199274f6744, the rollout was "
            "asked for with b451d8a7cc6defde9cb05a0bdc0b13e9c01860479d86fce7db4d093e0793b349; put "
            "that image back");
  EXPECT_EQ(fleet.on_new(), 10U);
  fleet.cloud.put_object("firmware", "2.0.0.bin", image);
  fleet.run_until(3 * hour_ms + minute_ms);
  EXPECT_EQ(last(), "start 1 90");
}

TEST_F(GatedFleet, AnImageThatIsNotTheOneAskedForDoesNotEvenReachTheCanary) {
  fleet.cloud.put_object("firmware", "2.0.0.bin", other_image);
  EXPECT_EQ(fleet.start(spec), "");
  fleet.run_until(2 * hour_ms);
  EXPECT_THAT(fleet.facts.story(), ElementsAre("requested 0 0", "refused 0 0"));
  EXPECT_EQ(fleet.on_new(), 0U);
}

TEST_F(GatedFleet, AnotherPatchUnderTheSameNameDoesNotFollowTheCanaryEither) {
  const std::vector<std::byte> patch{2, std::byte{1}}, other{2, std::byte{2}};
  fleet.cloud.put_object("firmware", "2.0.0.patch", patch);
  spec.patch_key = "2.0.0.patch";
  spec.patch_base_sha256_hex = std::string(64, 'b');
  fleet.start(spec);
  EXPECT_EQ(last(), "start 0 10");
  fleet.cloud.put_object("firmware", "2.0.0.patch", other);
  fleet.run_until(3 * hour_ms);
  EXPECT_EQ(last(), "refused 1 0");
  EXPECT_THAT(reason(), HasSubstr("2.0.0.patch has ETag \""));
  EXPECT_THAT(reason(), HasSubstr("; put that patch back"));
}

TEST_F(GatedFleet, WhatTheCanaryRanIsRememberedAcrossARestart) {
  const std::vector<std::byte> patch{2, std::byte{1}}, other{2, std::byte{2}};
  fleet.cloud.put_object("firmware", "2.0.0.patch", patch);
  spec.patch_key = "2.0.0.patch";
  spec.patch_base_sha256_hex = std::string(64, 'b');
  fleet.start(spec);
  fleet.cloud.put_object("firmware", "2.0.0.patch", other);
  fleet.cloud.kill_controller();
  fleet.cloud.restart_controller(fleet.now());
  fleet.run_until(3 * hour_ms);
  EXPECT_EQ(last(), "refused 1 0");
}

/// The rollout is signed by a new CA that all carts have; the old one is retired some day.
class Rotation : public GatedFleet {
 protected:
  static constexpr std::uint64_t old_anchor = 0x11, new_anchor = 0x6b1f0c2ad9e35587;

  Rotation() {
    fleet.holds_anchor = [](auto) { return true; };
    for (std::uint32_t cart = 0; cart < 200; ++cart) fleet.beat(cart);
    spec.requires_anchor = new_anchor;
    spec.replaces_anchor = old_anchor;
  }
  void add(std::int64_t old_until_s, std::int64_t new_from_s) {
    fleet.cloud.add_anchor({old_anchor, "MIIA", start_s - 1000 * day_s, old_until_s});
    fleet.cloud.add_anchor({new_anchor, "MIIB", new_from_s, start_s + 4000 * day_s});
  }
};

TEST_F(Rotation, NeedsTheOldAnchorForNinetyDaysMore) {
  add(start_s + 90 * day_s - 1, start_s - 100 * day_s);
  fleet.start(spec);
  EXPECT_EQ(last(), "refused 0 0");
  EXPECT_EQ(reason(),
            "anchor 0000000000000011 ends at 2026-08-26T19:59:59Z, less than 90 days from now; "
            "carts that miss this release need it for that long");
}

TEST_F(Rotation, AsksAgainBeforeEveryStage) {
  add(start_s + 90 * day_s, start_s - 100 * day_s);
  fleet.start(spec);
  EXPECT_EQ(last(), "start 0 10");
  fleet.run_until(2 * hour_ms);
  EXPECT_EQ(last(), "refused 1 0");
}

TEST_F(Rotation, NeedsBothAnchorsTogetherForNinetyDays) {
  add(start_s + 100 * day_s, start_s + 11 * day_s);
  fleet.start(spec);
  EXPECT_EQ(last(), "refused 0 0");
  EXPECT_EQ(reason(),
            "anchors 0000000000000011 and 6b1f0c2ad9e35587 are valid together for 89 days, 90 are "
            "needed");
  add(start_s + 101 * day_s, start_s + 11 * day_s);
  fleet.run_until(minute_ms);
  EXPECT_EQ(last(), "start 0 10");
}

TEST_F(Rotation, CannotJudgeCertificatesWithoutDates) {
  fleet.cloud.add_anchor({old_anchor, "MIIA"});
  fleet.cloud.add_anchor({new_anchor, "MIIB"});
  fleet.start(spec);
  EXPECT_EQ(last(), "start 0 10");
}

TEST_F(Rotation, ACartThatHasComeBackMustSayItAgain) {
  add(start_s + 1000 * day_s, start_s - 100 * day_s);
  fleet.disconnect(17);
  fleet.cloud.connected(ThingId{17}, fleet.now());
  fleet.start(spec);
  EXPECT_EQ(last(), "refused 0 0");
  EXPECT_EQ(reason(), "1 of 200 carts have not acknowledged anchor 6b1f0c2ad9e35587: cart-00017");
  fleet.connect(17);
  fleet.run_until(minute_ms);
  EXPECT_EQ(last(), "start 0 10");
}

/// 50 of 200 carts were never heard of: nobody knows whether the patch fits them.
class Patched : public ::testing::Test {
 protected:
  Patched() {
    for (std::uint32_t cart = 50; cart < 200; ++cart) fleet.connect(cart);
    fleet.cloud.put_object("firmware", "2.0.0.patch", patch);
    spec.patch_key = "2.0.0.patch";
    spec.patch_base_sha256_hex = std::string(64, 'b');
  }
  const std::vector<std::byte> patch{2, std::byte{1}};
  FakeFleet fleet{200};
  RolloutSpec spec = FakeFleet::spec();
};

TEST_F(Patched, CartsWithAnotherBaseAreAWarningForTheyCanFetchTheImage) {
  fleet.start(spec);
  EXPECT_EQ(fleet.facts.story().back(), "start 0 10");
  EXPECT_THAT(fleet.facts.stages.back().reason,
              HasSubstr("; 50 of 200 carts do not say that they run 1.8.0, from which the patch "
                        "starts: cart-00000, cart-00001, cart-00002 and 47 more; they fetch the "
                        "whole image"));
}

TEST_F(Patched, ARolloutOfPatchesOnlyWaitsForThem) {
  spec.patch_only = true;
  fleet.start(spec);
  EXPECT_EQ(fleet.facts.story().back(), "refused 0 0");
  EXPECT_THAT(fleet.facts.stages.back().reason, HasSubstr("50 of 200 carts do not say"));
  for (std::uint32_t cart = 0; cart < 50; ++cart) fleet.connect(cart);
  fleet.run_until(minute_ms);
  EXPECT_EQ(fleet.facts.story().back(), "start 0 10");
}

TEST_F(GatedFleet, AStageThatMayTakeNobodyIsRefusedWithNumbers) {
  spec.plan.stages[0].tiers = {"early_access", "beta"};
  for (std::uint32_t cart = 0; cart < 30; ++cart) say(cart, "standard", "opted_out");
  fleet.start(spec);
  EXPECT_EQ(last(), "refused 0 0");
  EXPECT_EQ(reason(),
            "none of the 200 carts is left for stage canary: 0 targeted already, 30 opted out, 170 "
            "of other tiers than early_access, beta");
  say(77, "beta");
  say(78, "early_access", "opted_out");
  fleet.run_until(minute_ms);
  EXPECT_EQ(last(), "start 0 1");
  EXPECT_THAT(fleet.targeted(), ElementsAre(77));
}

TEST_F(GatedFleet, TiersChooseTheCanaryAndTheRestComesLater) {
  spec.plan.stages[0].tiers = {"early_access"};
  spec.plan.stages[1].tiers = {"early_access", "standard"};
  spec.plan.stages[2].tiers = {"standard", "early_access"};
  for (std::uint32_t cart = 0; cart < 200; cart += 4) say(cart, "early_access");
  for (std::uint32_t cart = 1; cart < 200; cart += 4) say(cart, "regulated");
  fleet.start(spec);
  EXPECT_EQ(last(), "start 0 10");
  EXPECT_THAT(fleet.targeted(), Each(::testing::Truly([](auto cart) { return cart % 4 == 0; })));
  fleet.run_until(4 * hour_ms);
  EXPECT_EQ(last(), "end 2 50");
  EXPECT_EQ(fleet.on_new(), 150U);
  EXPECT_EQ(
      std::count(fleet.facts.target_reasons.begin(), fleet.facts.target_reasons.end(), "tier"), 50);
}

TEST_F(GatedFleet, AllThatIsMissingIsSaidAtOnce) {
  fleet.cloud.put_object("firmware", "2.0.0.bin", other_image);
  spec.requires_anchor = 0x6b1f0c2ad9e35587;
  fleet.start(spec);
  EXPECT_THAT(reason(), HasSubstr("; put that image back; 200 of 200 carts have not acknowledged"));
}

}  // namespace
}  // namespace cartstorm::broker::test
