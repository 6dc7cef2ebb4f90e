#include <fmt/format.h>
#include <gmock/gmock.h>

#include "support/idle_cart.hpp"

namespace ota::test {
namespace {

using ::testing::HasSubstr;

class CancelledIn : public IdleCart, public ::testing::WithParamInterface<State> {};

TEST_P(CancelledIn, NothingIsArmedAndTheSlotStaysInvalid) {
  offer(good_image(v2));
  world.boot();
  world.deliver(event::ConsentChanged{true, false});  // staged waits for the window
  ASSERT_TRUE(world.run_to(GetParam()));
  world.cloud.executions.back().status = "CANCELED";
  notify();
  world.run();
  EXPECT_EQ(world.agent.state(), State::idle);
  EXPECT_EQ(world.agent.running_version(), v1);
  EXPECT_EQ(world.boots, 1);
  EXPECT_EQ(world.journal().phase, JobPhase::none);
  EXPECT_EQ(world.boot_record().trial, Trial::none);
  EXPECT_EQ(world.boot_record().invalid_mask, 2);
}

INSTANTIATE_TEST_SUITE_P(States, CancelledIn,
                         ::testing::Values(State::offered, State::downloading, State::verifying,
                                           State::staged),
                         [](const auto& state) { return std::string{name(state.param)}; });

TEST_F(IdleCart, ACancelledTrialIsRolledBackAndSaidSo) {
  offer(good_image(v2));
  world.boot();
  ASSERT_TRUE(world.run_to(State::armed));
  world.cloud.executions.back().status = "CANCELED";
  world.run_for(2 * 3'600'000);
  EXPECT_EQ(world.agent.running_version(), v1);
  ASSERT_EQ(world.cloud.rollback_payloads.size(), 1u);
  EXPECT_THAT(world.cloud.rollback_payloads[0], HasSubstr(R"("reason":"cancelled")"));
  EXPECT_EQ(world.boot_record().trial, Trial::none);
}

TEST_F(IdleCart, OptingOutBeforeTheJobRejectsIt) {
  offer(good_image(v2));
  world.link = false;
  world.boot();
  world.deliver(event::ConsentChanged{false, true});
  world.link = true;
  world.deliver(event::LinkUp{});
  world.run();
  EXPECT_EQ(status(), "REJECTED");
  EXPECT_THAT(final_report(), HasSubstr(R"("reason":"opted_out")"));
  EXPECT_EQ(world.cloud.other_uplinks.front().payload,
            R"({"tier":"standard","updates":"opted_out"})");
}

TEST_F(IdleCart, OptingOutAfterTheDownloadStopsTheArming) {
  offer(good_image(v2));
  world.boot();
  ASSERT_TRUE(world.run_to(State::staged));
  world.deliver(event::ConsentChanged{false, true});
  world.run();
  EXPECT_EQ(status(), "REJECTED");
  EXPECT_EQ(world.boots, 1);
}

TEST_F(IdleCart, AClosedWindowHoldsTheRebootAndNotTheDownload) {
  offer(good_image(v2));
  world.boot();
  world.deliver(event::ConsentChanged{true, false});
  ASSERT_TRUE(world.run_to(State::staged));
  world.run_for(3'600'000);
  EXPECT_EQ(world.agent.state(), State::staged);
  EXPECT_EQ(world.boot_record().trial, Trial::none);
  world.deliver(event::ConsentChanged{true, true});
  world.run();
  EXPECT_EQ(status(), "SUCCEEDED");
}

TEST_F(IdleCart, LowSupplyHoldsTheVerdictAndTheFirstErase) {
  offer(good_image(v2));
  world.boot();
  ASSERT_TRUE(world.run_to(State::offered));
  world.board.has_power = false;
  world.run_for(600'000);
  EXPECT_EQ(world.agent.state(), State::precheck);
  EXPECT_EQ(world.board.flash.changes(Region::slot_b), 0u);
  EXPECT_EQ(world.board.witness.count("manifest"), 0u);
  world.board.has_power = true;
  world.deliver(event::PowerChanged{});
  world.run();
  EXPECT_EQ(status(), "SUCCEEDED");
  EXPECT_EQ(world.board.witness.count("manifest"), 1u);
}

TEST_F(IdleCart, LowSupplyHoldsTheRecordAndTheReboot) {
  offer(good_image(v2));
  world.boot();
  ASSERT_TRUE(world.run_to(State::staged));
  world.board.has_power = false;
  world.run_for(600'000);
  EXPECT_EQ(world.agent.state(), State::staged);
  world.board.has_power = true;
  world.run();
  EXPECT_EQ(status(), "SUCCEEDED");
}

TEST_F(IdleCart, AFlickeringSupplyEndsNoOtherPause) {
  offer(good_image(v2));
  world.store.statuses = {503};
  world.boot();
  ASSERT_TRUE(world.run_to(State::backing_off));
  const Uptime due = world.agent.deadline();
  for (int i = 0; i < 10; ++i) {
    world.deliver(event::PowerChanged{});
  }
  EXPECT_EQ(world.agent.deadline(), due);
  EXPECT_EQ(world.store.gets, 1);
}

TEST_F(IdleCart, LowSupplyAtAnyEventHoldsEveryWriteOfTheSlotAndTheBootRecord) {
  for (int nth = 0; nth < 60; ++nth) {
    SCOPED_TRACE(nth);
    World fresh;
    const Image image = good_image(v2);
    fresh.cloud.offer("fw", image);
    fresh.store.object = image.bytes;
    fresh.boot();
    for (int i = 0; i < nth && fresh.boots == 1; ++i) {
      fresh.advance();
    }
    fresh.board.has_power = false;
    const auto changes = [&] {
      return fresh.board.flash.changes(Region::slot_b) +
             fresh.board.flash.changes(Region::boot_record);
    };
    const std::uint64_t before = changes();
    const int boots = fresh.boots;
    fresh.run_for(300'000);
    EXPECT_EQ(fresh.boots == boots ? changes() : before, before);
    fresh.board.has_power = true;
    fresh.run();
    EXPECT_EQ(fresh.cloud.executions.back().status, "SUCCEEDED");
  }
}

TEST_F(IdleCart, LowSupplyHoldsTheEndOfATrialAndNothingConfirmsMeanwhile) {
  offer(good_image(v2));
  world.boot();
  ASSERT_TRUE(world.run_to(State::trial));
  world.cloud.executions.back().status = "CANCELED";
  world.board.has_power = false;
  const std::uint64_t before = world.board.flash.changes(Region::boot_record);
  world.run_for(300'000);
  EXPECT_EQ(world.agent.state(), State::trial);
  EXPECT_EQ(world.board.flash.changes(Region::boot_record), before);
  world.board.has_power = true;
  world.deliver(event::PowerChanged{});
  world.run();
  EXPECT_EQ(world.agent.running_version(), v1);
  EXPECT_EQ(world.board.witness.count("rollback 2.0.0 1.8.0 cancelled"), 1u);
  EXPECT_EQ(world.board.witness.count("confirm"), 0u);
}

TEST_F(IdleCart, LowSupplyHoldsTheRecordThatForgetsARollback) {
  offer(good_image(v2));
  world.self_test_fails.insert(v2.value);
  world.cloud.acknowledges_rollbacks = false;
  boot_and_run();
  ASSERT_TRUE(world.boot_record().rollback.is_pending);
  world.board.has_power = false;
  const std::uint64_t before = world.board.flash.changes(Region::boot_record);
  world.cloud.acknowledges_rollbacks = true;
  world.run_for(600'000);
  EXPECT_EQ(world.board.flash.changes(Region::boot_record), before);
  world.board.has_power = true;
  world.run_for(3 * 3'600'000);
  EXPECT_FALSE(world.boot_record().rollback.is_pending);
}

TEST_F(IdleCart, OptingOutBetweenTwoTriesRefusesTheJobByItsName) {
  offer(good_image(v2));
  world.self_test_fails.insert(v2.value);
  boot_and_run();
  offer(good_image(v2), "fw-again");
  notify();
  ASSERT_TRUE(world.run_to(State::backing_off));
  world.deliver(event::ConsentChanged{false, true});
  world.run_for(60'000);
  EXPECT_EQ(status(), "REJECTED");
  EXPECT_EQ(world.cloud.updates.back().topic, "$aws/things/cart-00042/jobs/fw-again/update");
}

TEST_F(IdleCart, NoMemoryToLendMeansWaiting) {
  offer(good_image(v2));
  world.board.lends_memory = false;
  world.boot();
  ASSERT_TRUE(world.run_to(State::backing_off));
  world.run_for(60'000);
  world.board.lends_memory = true;
  world.run();
  EXPECT_EQ(status(), "SUCCEEDED");
}

}  // namespace
}  // namespace ota::test
