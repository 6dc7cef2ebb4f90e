#include <gmock/gmock.h>

#include "tests/unit/broker-mock/support/fake_fleet.hpp"

/// Whole rollouts of a fleet that is nothing but messages.
namespace cartstorm::broker::test {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;

class FleetOf200 : public ::testing::Test {
 protected:
  FakeFleet fleet{200};
};

TEST_F(FleetOf200, AHealthyRolloutCompletes) {
  fleet.connect_all();
  EXPECT_EQ(fleet.start(FakeFleet::spec()), "");
  fleet.run_until(4 * hour_ms);
  EXPECT_THAT(fleet.facts.story(),
              ElementsAre("requested 0 0", "start 0 10", "complete 0 10", "start 1 90",
                          "complete 1 90", "start 2 100", "complete 2 100", "end 2 100"));
  EXPECT_EQ(fleet.on_new(), 200U);
  EXPECT_EQ(fleet.facts.stages[0].actor, "release-bot");
  EXPECT_EQ(fleet.facts.stages[1].actor, "system");
}

TEST_F(FleetOf200, EveryStageNamesTheCellsThatItsCartsLeaveUncovered) {
  fleet.connect_all();
  fleet.start(FakeFleet::spec());
  fleet.run_until(2 * hour_ms);
  EXPECT_THAT(fleet.facts.stages[1].reason, StartsWith("uncovered cells: hw "));
  EXPECT_EQ(
      std::count(fleet.facts.stages[1].reason.begin(), fleet.facts.stages[1].reason.end(), '('),
      10);
  EXPECT_EQ(fleet.facts.stages[3].reason, "");
}

TEST_F(FleetOf200, AStageSoaksByServerTime) {
  fleet.connect_all();
  fleet.ms = 17'500;
  fleet.start(FakeFleet::spec());
  fleet.run_until(hour_ms + 17'499);
  EXPECT_THAT(fleet.facts.story(), ElementsAre("requested 0 0", "start 0 10"));
  // The first whole minute after the soak time.
  fleet.run_until(hour_ms + minute_ms);
  EXPECT_THAT(fleet.facts.story(), SizeIs(4));
}

TEST_F(FleetOf200, TimeThatRunsBackwardsChangesNothing) {
  fleet.connect_all();
  fleet.start(FakeFleet::spec());
  fleet.run_until(30 * minute_ms);
  const auto deadline = fleet.cloud.deadline();
  fleet.cloud.advance({0});
  fleet.cloud.connected(ThingId{3}, {0});
  EXPECT_EQ(fleet.cloud.deadline(), deadline);
  EXPECT_THAT(fleet.facts.story(), SizeIs(2));
}

TEST_F(FleetOf200, OnlyTargetedCartsEverHearOfTheJob) {
  fleet.connect_all();
  fleet.start(FakeFleet::spec());
  fleet.run_until(30 * minute_ms);
  const auto targeted = fleet.targeted();
  ASSERT_THAT(targeted, SizeIs(10));
  EXPECT_EQ(fleet.on_new(), 10U);
  for (std::uint32_t cart = 0; cart < 200; ++cart) {
    const bool is_target = std::find(targeted.begin(), targeted.end(), cart) != targeted.end();
    const auto notified = fmt::format("{} jobs/notify-next", cart);
    const bool was_notified = std::find(fleet.deliveries.begin(), fleet.deliveries.end(),
                                        notified) != fleet.deliveries.end();
    EXPECT_EQ(was_notified, is_target) << cart;
  }
}

TEST_F(FleetOf200, JobIdsNameRolloutAndStage) {
  fleet.connect_all();
  fleet.start(FakeFleet::spec());
  EXPECT_THAT(fleet.facts.executions[0], HasSubstr(" fw-2-canary #1 queued v1"));
}

TEST_F(FleetOf200, TheTraceStaysSmallWhileEveryTickIsJudged) {
  fleet.connect_all();
  fleet.start(FakeFleet::spec());
  fleet.run_until(hour_ms);
  // Two rules, the first verdict, one after half an hour, one when devices turn to go; 61 ticks.
  EXPECT_LE(fleet.facts.evaluations.size(), 8U);
  EXPECT_GE(fleet.facts.evaluations.size(), 4U);
}

TEST_F(FleetOf200, TheSameSeedGivesTheSameFactsAndAnotherOneOtherCarts) {
  FakeFleet again{200}, other{200, 2};
  for (FakeFleet* each : {&fleet, &again, &other}) {
    each->connect_all();
    each->start(FakeFleet::spec());
    each->run_until(90 * minute_ms);
  }
  EXPECT_EQ(fleet.facts.executions, again.facts.executions);
  EXPECT_EQ(fleet.facts.sequence, again.facts.sequence);
  EXPECT_EQ(fleet.targeted(), again.targeted());
  EXPECT_NE(fleet.targeted(), other.targeted());
}

TEST_F(FleetOf200, CartsThatComeLaterFindTheirJobWaiting) {
  fleet.start(FakeFleet::spec());
  fleet.run_until(10 * minute_ms);
  const std::uint32_t cart = fleet.targeted().front();
  fleet.connect(cart);
  fleet.cloud.received(ThingId{cart},
                       "$aws/things/" + FakeFleet::thing_name(cart) + "/jobs/$next/get", "{}",
                       fleet.now());
  fleet.run_until(11 * minute_ms);
  EXPECT_EQ(fleet.on_new(), 1U);
}

TEST_F(FleetOf200, AStageThatNobodyReachedWaitsForAPerson) {
  fleet.start(FakeFleet::spec());
  fleet.run_until(2 * hour_ms);
  EXPECT_THAT(fleet.facts.story(), ElementsAre("requested 0 0", "start 0 10", "hold 0 10"));
  EXPECT_THAT(fleet.facts.stages[2].reason, StartsWith("undecided"));
  EXPECT_EQ(fleet.release(1), "");
  EXPECT_THAT(fleet.facts.story(), ElementsAre("requested 0 0", "start 0 10", "hold 0 10",
                                               "release 0 10", "complete 0 10", "start 1 90"));
}

TEST_F(FleetOf200, OptedOutCartsAreNeverTargeted) {
  fleet.connect_all();
  for (std::uint32_t cart = 0; cart < 20; ++cart) {
    fleet.send(cart, "consent", R"({"tier":"standard","updates":"opted_out"})");
  }
  fleet.start(FakeFleet::spec());
  fleet.run_until(4 * hour_ms);
  EXPECT_EQ(fleet.facts.story().back(), "end 2 80");
  EXPECT_EQ(fleet.on_new(), 180U);
  EXPECT_THAT(fleet.targeted(), Each(::testing::Ge(20U)));
  EXPECT_EQ(
      std::count(fleet.facts.target_reasons.begin(), fleet.facts.target_reasons.end(), "opted_out"),
      20);
}

TEST_F(FleetOf200, OptingOutOfTheJobIsNoFailure) {
  fleet.behaviour = [](std::uint32_t cart) {
    return cart % 2 == 0 ? Behaviour::opts_out : Behaviour::updates;
  };
  fleet.connect_all();
  fleet.start(FakeFleet::spec());
  fleet.run_until(4 * hour_ms);
  EXPECT_EQ(fleet.facts.story().back(), "end 2 100");
}

TEST_F(FleetOf200, WhatCannotBeIsRefusedWithAWayOut) {
  const auto refused = [this](auto change) {
    RolloutSpec spec = FakeFleet::spec();
    change(spec);
    return fleet.start(spec);
  };
  EXPECT_THAT(refused([](auto& s) { s.name = "a b"; }), HasSubstr("[a-zA-Z0-9_-]{1,32}"));
  EXPECT_THAT(refused([](auto& s) { s.key = "nope"; }), HasSubstr("put it first"));
  EXPECT_THAT(refused([](auto& s) { s.size = 5; }), HasSubstr("has 4 bytes, the rollout says 5"));
  EXPECT_THAT(refused([](auto& s) { s.base = s.version; }), HasSubstr("are both 2.0.0"));
  EXPECT_THAT(refused([](auto& s) { s.sha256_hex = "AB"; }), HasSubstr("sha256"));
  EXPECT_THAT(refused([](auto& s) { s.manifest_base64 = ""; }), HasSubstr("base64"));
  EXPECT_THAT(refused([](auto& s) { s.chain_base64 = "-----BEGIN"; }), HasSubstr("signer first"));
  EXPECT_THAT(refused([](auto& s) { s.chain_base64 = std::string(1372, 'A'); }),
              HasSubstr("longer than 1024 bytes"));
  EXPECT_THAT(refused([](auto& s) { s.patch_key = "nope"; }), HasSubstr("put the patch first"));
  EXPECT_THAT(refused([](auto& s) { s.patch_key = s.key; }), HasSubstr("64 lower-case hex"));
  EXPECT_THAT(refused([](auto& s) { s.plan.stages[0].carts = 201; }),
              HasSubstr("more than the fleet of 200"));
  EXPECT_THAT(fleet.facts.stages, SizeIs(0));
  EXPECT_EQ(refused([](auto&) {}), "");
  EXPECT_THAT(refused([](auto&) {}), HasSubstr("exists already"));
  EXPECT_THAT(refused([](auto& s) { s.name = "fw-3"; }), HasSubstr("fw-2 is under way"));
}

TEST_F(FleetOf200, AnAbortTakesQueuedExecutionsBackAndANewerRolloutTakesOver) {
  fleet.behaviour = [](std::uint32_t cart) {
    return cart % 2 == 0 ? Behaviour::goes_dark : Behaviour::stays_queued;
  };
  fleet.connect_all();
  fleet.start(FakeFleet::spec());
  EXPECT_THAT(fleet.cloud.abort("fw-2", "system", "x", fleet.now())->message,
              HasSubstr("by a person"));
  EXPECT_THAT(fleet.cloud.abort("fw-9", "ada", "x", fleet.now())->message,
              HasSubstr("no rollout fw-9"));
  EXPECT_FALSE(fleet.cloud.abort("fw-2", "ada", "wrong build", fleet.now()));
  EXPECT_EQ(fleet.facts.stages.back().event, "abort");
  EXPECT_THAT(fleet.facts.operators, Contains("ada abort 0 wrong build"));
  fleet.run_until(5 * hour_ms);
  EXPECT_EQ(fleet.facts.stages.back().event, "abort");
  EXPECT_EQ(fleet.on_new(), 0U);
  const auto in_progress =
      std::count_if(fleet.facts.executions.begin(), fleet.facts.executions.end(),
                    [](const std::string& line) { return line.ends_with("in_progress v2"); });
  const auto canceled_v2 =
      std::count_if(fleet.facts.executions.begin(), fleet.facts.executions.end(),
                    [](const std::string& line) { return line.ends_with("canceled v2"); });
  EXPECT_EQ(in_progress + canceled_v2, 10);
  EXPECT_GT(in_progress, 0);
  RolloutSpec next = FakeFleet::spec();
  next.name = "fw-3";
  EXPECT_EQ(fleet.start(next), "");
  EXPECT_THAT(fleet.facts.executions, Contains(HasSubstr("fw-2-canary #1 canceled v3"))
                                          .Times(static_cast<std::size_t>(in_progress)));
}

}  // namespace
}  // namespace cartstorm::broker::test
