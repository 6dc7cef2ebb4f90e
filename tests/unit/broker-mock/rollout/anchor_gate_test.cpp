#include <gmock/gmock.h>

#include "tests/unit/broker-mock/support/fake_fleet.hpp"

namespace cartstorm::broker::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// The new image needs an anchor that carts 17, 23 and 150 lack.
class ThreeLackTheAnchor : public ::testing::Test {
 protected:
  ThreeLackTheAnchor() {
    fleet.cloud.add_anchor({anchor, "MIIB"});
    fleet.holds_anchor = [this](std::uint32_t cart) {
      return (cart != 17 && cart != 23 && cart != 150) || has_got_it;
    };
    spec.requires_anchor = anchor;
  }
  static constexpr std::uint64_t anchor = 0x6b1f0c2ad9e35587;
  FakeFleet fleet{200};
  RolloutSpec spec = FakeFleet::spec();
  bool has_got_it = false;
};

TEST_F(ThreeLackTheAnchor, TheFirstStageIsRefusedThoughNoneOfThemWouldBeInIt) {
  fleet.takes_anchor = [](auto) { return false; };
  fleet.connect_all();
  EXPECT_EQ(fleet.start(spec), "");
  fleet.run_until(5 * hour_ms);
  EXPECT_THAT(fleet.facts.story(), ElementsAre("requested 0 0", "refused 0 0"));
  EXPECT_EQ(fleet.facts.stages[1].reason,
            "3 of 200 carts have not acknowledged anchor 6b1f0c2ad9e35587: cart-00017, "
            "cart-00023, cart-00150");
  EXPECT_THAT(fleet.facts.targets, IsEmpty());
}

TEST_F(ThreeLackTheAnchor, TheyGetItAndTheRolloutStartsWithTheNextTick) {
  fleet.connect_all();
  fleet.start(spec);
  EXPECT_THAT(fleet.facts.anchors, Contains("150 6b1f0c2ad9e35587 acknowledged"));
  EXPECT_THAT(fleet.facts.story(), ElementsAre("requested 0 0", "refused 0 0"));
  fleet.run_until(minute_ms);
  EXPECT_THAT(fleet.facts.story(), ElementsAre("requested 0 0", "refused 0 0", "start 0 10"));
}

TEST_F(ThreeLackTheAnchor, ACartThatIsOffGetsItWhenItConnects) {
  for (std::uint32_t cart = 0; cart < 200; ++cart) {
    if (cart != 150) fleet.connect(cart);
  }
  fleet.start(spec);
  fleet.run_until(5 * hour_ms);
  EXPECT_THAT(fleet.facts.story(), ElementsAre("requested 0 0", "refused 0 0", "refused 0 0"));
  EXPECT_EQ(fleet.facts.stages[2].reason,
            "1 of 200 carts have not acknowledged anchor 6b1f0c2ad9e35587: cart-00150");
  fleet.connect(150);
  fleet.run_until(5 * hour_ms + minute_ms);
  EXPECT_EQ(fleet.facts.story().back(), "start 0 10");
}

TEST_F(ThreeLackTheAnchor, TheAnchorStaysAsLongAsTheRolloutNeedsIt) {
  fleet.connect_all();
  fleet.start(spec);
  const auto remove = [&](std::uint64_t id) {
    return fleet.cloud.remove_anchor(id, {ThingId{1}}, "ada", "retired", fleet.now());
  };
  ASSERT_TRUE(remove(anchor).has_value());
  EXPECT_EQ(remove(anchor)->message,
            "rollout fw-2 needs anchor 6b1f0c2ad9e35587; let it end or abort it first, its images "
            "could no longer be installed");
  EXPECT_FALSE(remove(7).has_value());
  EXPECT_FALSE(fleet.cloud.abort("fw-2", "ada", "rotation", fleet.now()).has_value());
  EXPECT_FALSE(remove(anchor).has_value());
}

TEST_F(ThreeLackTheAnchor, AnOperatorCanSendItWithoutARollout) {
  fleet.connect_all();
  const auto refused = fleet.cloud.install_anchor(7, {ThingId{1}}, "ada", "trial", fleet.now());
  ASSERT_TRUE(refused.has_value());
  EXPECT_THAT(refused->message, HasSubstr("no certificate of anchor 0000000000000007"));
  const std::vector<ThingId> lacking{ThingId{17}, ThingId{23}, ThingId{150}};
  EXPECT_FALSE(fleet.cloud.install_anchor(anchor, lacking, "ada", "2027", fleet.now()).has_value());
  EXPECT_THAT(fleet.facts.anchors, Contains("17 6b1f0c2ad9e35587 sent"));
  EXPECT_EQ(fleet.facts.operators.back(), "ada install_anchor 0 2027");
}

TEST_F(ThreeLackTheAnchor, RefusalsComeOnceAChangeAndAtMostHourly) {
  fleet.takes_anchor = [](auto) { return false; };
  for (std::uint32_t cart = 0; cart < 100; ++cart) fleet.connect(cart);
  fleet.start(spec);
  for (std::uint32_t cart = 100; cart < 200; ++cart) {
    fleet.connect(cart);
    fleet.run_until((cart - 99) * minute_ms);
  }
  fleet.run_until(24 * hour_ms);
  // 102 at first, then two looks at the falling count, then 3 for ever.
  EXPECT_THAT(fleet.facts.story(),
              ElementsAre("requested 0 0", "refused 0 0", "refused 0 0", "refused 0 0"));
  EXPECT_THAT(fleet.facts.stages[1].reason,
              HasSubstr("102 of 200 carts have not acknowledged anchor 6b1f0c2ad9e35587: "
                        "cart-00017, cart-00023, cart-00100 and 99 more"));
}

TEST_F(ThreeLackTheAnchor, WithoutTheGateTheRolloutStartsAtOnce) {
  fleet.connect_all();
  spec.quirks.no_ca_gate = true;
  fleet.start(spec);
  EXPECT_THAT(fleet.facts.story(), ElementsAre("requested 0 0", "start 0 10"));
}

TEST_F(ThreeLackTheAnchor, AStaleAcknowledgementStopsTheNextStage) {
  has_got_it = true;
  fleet.takes_anchor = [](auto) { return false; };
  fleet.connect_all();
  fleet.start(spec);
  EXPECT_EQ(fleet.facts.story().back(), "start 0 10");
  // Re-flashed in the workshop: its next heartbeat no longer names the anchor.
  has_got_it = false;
  const auto canary = fleet.targeted();
  fleet.run_until(hour_ms - minute_ms);
  for (const std::uint32_t cart : {17U, 23U, 150U}) fleet.beat(cart);
  fleet.run_until(hour_ms);
  const auto in_canary = [&](std::uint32_t cart) {
    return std::find(canary.begin(), canary.end(), cart) != canary.end();
  };
  ASSERT_FALSE(in_canary(17) && in_canary(23) && in_canary(150));
  EXPECT_THAT(fleet.facts.story(),
              ElementsAre("requested 0 0", "start 0 10", "complete 0 10", "refused 1 0"));
}

TEST_F(ThreeLackTheAnchor, WhoOptsOutIsNotWaitedFor) {
  fleet.takes_anchor = [](auto) { return false; };
  fleet.connect_all();
  fleet.start(spec);
  for (const std::uint32_t cart : {17U, 23U, 150U}) {
    fleet.send(cart, "consent", R"({"tier":"standard","updates":"opted_out"})");
  }
  fleet.run_until(minute_ms);
  EXPECT_EQ(fleet.facts.story().back(), "start 0 10");
}

TEST_F(ThreeLackTheAnchor, RulesStillWatchTheStagesBeforeTheGate) {
  has_got_it = true;
  fleet.takes_anchor = [](auto) { return false; };
  fleet.connect_all();
  fleet.start(spec);
  fleet.run_until(hour_ms - minute_ms);
  has_got_it = false;
  for (const std::uint32_t cart : {17U, 23U, 150U}) fleet.beat(cart);
  fleet.run_until(hour_ms);
  ASSERT_EQ(fleet.facts.stages.back().event, "refused");
  for (const std::uint32_t cart : fleet.targeted()) fleet.roll_back(cart);
  fleet.run_until(hour_ms + minute_ms);
  EXPECT_EQ(fleet.facts.story().back(), "hold 0 10");
  // Released, it waits for the anchor again and then goes on.
  has_got_it = true;
  for (const std::uint32_t cart : {17U, 23U, 150U}) fleet.beat(cart);
  ASSERT_EQ(fleet.release(1), "");
  fleet.run_until(hour_ms + 2 * minute_ms);
  EXPECT_EQ(fleet.facts.story().back(), "start 1 90");
}

}  // namespace
}  // namespace cartstorm::broker::test
