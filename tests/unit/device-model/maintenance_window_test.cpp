#include <gmock/gmock.h>

#include "support/idle_cart.hpp"

// A restart into a new image happens inside the cart's maintenance window or not at all.
namespace ota::test {
namespace {

constexpr std::int64_t hour_s = 3600;
/// 2026-01-05, a Monday, 00:00 UTC.
constexpr std::int64_t monday = 1'767'571'200;

class CartWithAWindow : public IdleCart {
 protected:
  CartWithAWindow() {
    world.board.identity.maintenance = {60, 240, 0x7f, {60, 60, {}, {}}};  // 01:00 to 04:00, UTC+1
    offer(good_image(v2));
  }
  void start_at(std::int64_t server_time_s) {
    world.cloud.now_s = server_time_s;
    world.boot();
    world.run_to(State::staged);
  }
  std::int64_t local_minute() const { return (world.cloud.now_s / 60 + 60) % 1440; }
};

TEST_F(CartWithAWindow, DownloadsAtOnceAndRestartsWhenItOpens) {
  start_at(monday + 12 * hour_s);
  ASSERT_EQ(world.agent.state(), State::staged);
  world.run_for(10 * hour_s * 1000);
  EXPECT_EQ(world.boots, 1);
  EXPECT_EQ(world.boot_record().trial, Trial::none);
  ASSERT_TRUE(world.run_to(State::armed));
  EXPECT_GE(local_minute(), 60);
  EXPECT_LT(local_minute(), 65);
  world.run();
  EXPECT_EQ(status(), "SUCCEEDED");
}

TEST_F(CartWithAWindow, RestartsAtOnceWhileItIsOpen) {
  start_at(monday + 1 * hour_s);
  world.run();
  EXPECT_EQ(status(), "SUCCEEDED");
  EXPECT_LT(world.cloud.now_s, monday + 2 * hour_s);
}

TEST_F(CartWithAWindow, DoesNotBeginARestartThatWouldEndOutside) {
  start_at(monday + 3 * hour_s - 599);  // 03:50:01 local
  world.run_for(5 * hour_s * 1000);
  EXPECT_EQ(world.boots, 1);
  ASSERT_TRUE(world.run_to(State::armed));
  EXPECT_GE(world.cloud.now_s, monday + 24 * hour_s);
}

TEST_F(CartWithAWindow, WaitsForAReplyThatNamesTheTime) {
  world.cloud.now_s = monday + 1 * hour_s;
  world.boot();
  ASSERT_TRUE(world.run_to(State::verifying));
  world.cloud.now_s = 0;  // the same as no time at all
  ASSERT_TRUE(world.run_to(State::staged));
  world.run_for(10'000);
  EXPECT_EQ(world.boots, 1);
  world.cloud.now_s = monday + 1 * hour_s;
  world.run();
  EXPECT_EQ(status(), "SUCCEEDED");
}

TEST_F(CartWithAWindow, NeverOpensNeverRestartsAndNeverGivesUp) {
  world.board.identity.maintenance.weekdays = 0;
  start_at(monday);
  world.run_for(30 * 24 * hour_s * 1000);
  EXPECT_EQ(world.agent.state(), State::staged);
  EXPECT_EQ(world.boots, 1);
}

TEST_F(CartWithAWindow, StillHearsAnOptOutWhileItWaits) {
  start_at(monday + 12 * hour_s);
  world.run_for(hour_s * 1000);
  world.deliver(event::ConsentChanged{false, true});
  world.run();
  EXPECT_EQ(status(), "REJECTED");
  EXPECT_EQ(world.boots, 1);
}

TEST_F(CartWithAWindow, IsAskedTogetherWithWhoeverUsesTheCart) {
  start_at(monday + 1 * hour_s);
  world.deliver(event::ConsentChanged{true, false});
  world.run_for(hour_s * 1000);
  EXPECT_EQ(world.boots, 1);
  world.deliver(event::ConsentChanged{true, true});  // 03:00 local: still open
  world.run();
  EXPECT_EQ(status(), "SUCCEEDED");
}

TEST_F(CartWithAWindow, SurvivesAResetWhileItWaits) {
  start_at(monday + 12 * hour_s);
  world.run_for(hour_s * 1000);
  world.boot();
  world.run_for(8 * hour_s * 1000);
  EXPECT_EQ(world.boot_record().trial, Trial::none);
  ASSERT_TRUE(world.run_to(State::armed));
  EXPECT_GE(local_minute(), 60);
  world.run();
  EXPECT_EQ(status(), "SUCCEEDED");
}

}  // namespace
}  // namespace ota::test
