#include <gmock/gmock.h>

#include "tests/unit/broker-mock/support/fake_fleet.hpp"

/// Carts that come late, owners who change their minds, and rollouts that take over.
namespace cartstorm::broker::test {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class FleetOf40 : public ::testing::Test {
 protected:
  std::string last() const { return fleet.facts.story().back(); }
  std::uint32_t newcomer() {
    const std::uint32_t cart = fleet.add_cart();
    fleet.connect(cart);
    fleet.ask(cart);
    return cart;
  }
  std::size_t told(std::string_view reason) const {
    const auto& reasons = fleet.facts.target_reasons;
    return static_cast<std::size_t>(std::count(reasons.begin(), reasons.end(), reason));
  }
  void restart() {
    fleet.cloud.kill_controller();
    fleet.cloud.restart_controller(fleet.now());
  }
  FakeFleet fleet{40};
  RolloutSpec spec = FakeFleet::spec();
};

TEST_F(FleetOf40, ANewcomerIsTakenByTheNextStageAndChangesNoEarlierOne) {
  fleet.connect_all();
  fleet.start(spec);
  fleet.run_until(30 * minute_ms);
  for (int i = 0; i < 8; ++i) newcomer();
  fleet.run_until(4 * hour_ms);
  EXPECT_THAT(fleet.facts.story(),
              ElementsAre("requested 0 0", "start 0 10", "complete 0 10", "start 1 14",
                          "complete 1 14", "start 2 24", "complete 2 24", "end 2 24"));
  EXPECT_EQ(fleet.on_new(), 48U);
}

TEST_F(FleetOf40, AfterTheLastStageBeganANewcomerGetsAJobOfItsOwn) {
  fleet.connect_all();
  fleet.start(spec);
  fleet.run_until(2 * hour_ms + 10 * minute_ms);
  ASSERT_EQ(last(), "start 2 20");
  const std::uint32_t cart = newcomer();
  fleet.run_until(2 * hour_ms + 11 * minute_ms);
  EXPECT_THAT(fleet.facts.executions,
              Contains(fmt::format("{} fw-2-full-r2 #1 succeeded v3", cart)));
  EXPECT_EQ(told("late_joiner"), 1U);
  restart();
  newcomer();
  restart();
  fleet.run_until(4 * hour_ms);
  EXPECT_EQ(last(), "end 2 20");
  EXPECT_EQ(fleet.on_new(), 42U);
  EXPECT_EQ(told("late_joiner"), 2U);
  EXPECT_EQ(fleet.executions("queued v1"), 42U);
}

TEST_F(FleetOf40, ANewcomerPassesTheSameGates) {
  constexpr std::uint64_t anchor = 0x6b1f0c2ad9e35587;
  fleet.cloud.add_anchor({anchor, "MIIB"});
  fleet.holds_anchor = [this](std::uint32_t cart) {
    return cart < 40 || fleet.has_acknowledged(cart);
  };
  fleet.takes_anchor = [](auto) { return false; };
  fleet.connect_all();
  spec.requires_anchor = anchor;
  fleet.start(spec);
  fleet.run_until(2 * hour_ms + 10 * minute_ms);
  const std::uint32_t cart = newcomer();
  fleet.run_until(2 * hour_ms + 20 * minute_ms);
  EXPECT_EQ(last(), "refused 2 20");
  EXPECT_EQ(fleet.facts.stages.back().reason,
            "1 of 1 carts have not acknowledged anchor 6b1f0c2ad9e35587: cart-00040");
  EXPECT_THAT(fleet.targeted(), Not(Contains(cart)));
  fleet.takes_anchor = [](auto) { return true; };
  fleet.disconnect(cart);
  fleet.connect(cart);
  fleet.run_until(2 * hour_ms + 21 * minute_ms);
  EXPECT_THAT(fleet.targeted(), Contains(cart));
}

TEST_F(FleetOf40, WhoAgreesAfterTheLastStageBeganIsANewcomerToo) {
  fleet.connect_all();
  fleet.consent(5, "opted_out");
  fleet.start(spec);
  fleet.run_until(2 * hour_ms + 10 * minute_ms);
  ASSERT_EQ(last(), "start 2 19");
  fleet.consent(5, "opted_in");
  fleet.run_until(2 * hour_ms + 11 * minute_ms);
  EXPECT_EQ(fleet.on_new(), 40U);
  EXPECT_EQ(told("late_joiner"), 1U);
}

/// A canary of ten of whom nobody has begun.
class NobodyHasBegun : public FleetOf40 {
 protected:
  NobodyHasBegun() {
    fleet.behaviour = [](auto) { return Behaviour::stays_queued; };
    fleet.connect_all();
    fleet.start(spec);
    cart = fleet.targeted().front();
  }
  std::uint32_t cart = 0;
};

TEST_F(NobodyHasBegun, WhoOptsOutIsTakenBackAtOnceAndExcused) {
  fleet.consent(cart, "opted_out");
  EXPECT_EQ(fleet.facts.executions.back(), fmt::format("{} fw-2-canary #1 canceled v2", cart));
  EXPECT_EQ(told("opted_out"), 1U);
  fleet.consent(cart, "opted_out");
  EXPECT_EQ(told("opted_out"), 1U);
  // The nine others are enough to go on: the tenth says nothing of the release.
  for (const std::uint32_t other : fleet.targeted()) {
    if (other != cart) fleet.take(other, "fw-2-canary");
  }
  fleet.behaviour = [](auto) { return Behaviour::updates; };
  restart();
  fleet.run_until(4 * hour_ms);
  EXPECT_EQ(last(), "end 2 20");
  EXPECT_EQ(fleet.on_new(), 39U);
}

TEST_F(NobodyHasBegun, WhoOptsOutWhileTheRolloutIsHeldIsNotQueuedAgain) {
  for (const std::uint32_t other : fleet.targeted()) fleet.roll_back(other);
  fleet.run_until(2 * minute_ms);
  ASSERT_EQ(last(), "hold 0 10");
  fleet.consent(cart, "opted_out");
  EXPECT_EQ(fleet.release(1), "");
  EXPECT_EQ(fleet.executions("fw-2-canary-r2 #1 queued v1"), 9U);
}

TEST_F(NobodyHasBegun, WhoOptsOutWhileTheControllerIsDownIsTakenBackWhenItReturns) {
  fleet.cloud.kill_controller();
  fleet.consent(cart, "opted_out");
  EXPECT_EQ(told("opted_out"), 0U);
  fleet.cloud.restart_controller(fleet.now());
  EXPECT_EQ(fleet.facts.executions.back(), fmt::format("{} fw-2-canary #1 canceled v2", cart));
  EXPECT_EQ(told("opted_out"), 1U);
  restart();
  EXPECT_EQ(told("opted_out"), 1U);
}

TEST_F(FleetOf40, WhoHasBegunDecidesByItself) {
  fleet.behaviour = [](auto) { return Behaviour::goes_dark; };
  fleet.connect_all();
  fleet.start(spec);
  const std::uint32_t cart = fleet.targeted().front();
  fleet.behaviour = [](auto) { return Behaviour::stays_queued; };
  fleet.connect(cart);
  fleet.consent(cart, "opted_out");
  EXPECT_THAT(fleet.facts.executions, Each(Not(HasSubstr("canceled"))));
}

class Superseded : public FleetOf40 {
 protected:
  Superseded() {
    fleet.behaviour = [](std::uint32_t cart) {
      return cart % 2 == 0 ? Behaviour::goes_dark : Behaviour::stays_queued;
    };
    fleet.connect_all();
    fleet.start(spec);
    next.name = "fw-3";
    next.created_by = "dana";
  }
  RolloutSpec next = FakeFleet::spec();
};

TEST_F(Superseded, OnlyByName) {
  EXPECT_THAT(fleet.start(next), AllOf(HasSubstr("fw-2 is under way"), HasSubstr("by name")));
  next.supersedes = "fw-1";
  EXPECT_EQ(fleet.start(next), "there is no rollout fw-1 to supersede");
  EXPECT_EQ(last(), "start 0 10");
}

TEST_F(Superseded, TheOldOneEndsFirstAndNobodyHasTwoExecutions) {
  next.supersedes = "fw-2";
  const std::size_t before = fleet.facts.executions.size();
  EXPECT_EQ(fleet.start(next), "");
  EXPECT_EQ(fleet.facts.stages[2].event, "abort");
  EXPECT_EQ(fleet.facts.stages[2].actor, "dana");
  EXPECT_EQ(fleet.facts.stages[2].reason, "superseded by fw-3");
  EXPECT_THAT(fleet.facts.operators, Contains("dana abort 0 superseded by fw-3"));
  EXPECT_EQ(last(), "start 0 10");
  // All ten of the old one are cancelled, queued or in progress, before the first new one.
  for (std::size_t i = before; i < before + 10; ++i) {
    EXPECT_THAT(fleet.facts.executions[i], AllOf(HasSubstr("fw-2-canary"), HasSubstr("canceled")));
  }
  EXPECT_THAT(fleet.facts.executions[before + 10], HasSubstr("fw-3-canary #1 queued"));
}

TEST_F(Superseded, ByOneThatIsOverAlreadyIsNoError) {
  fleet.abort();
  next.supersedes = "fw-2";
  EXPECT_EQ(fleet.start(next), "");
}

}  // namespace
}  // namespace cartstorm::broker::test
