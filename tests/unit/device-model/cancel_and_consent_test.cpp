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
