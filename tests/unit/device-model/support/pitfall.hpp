#pragma once
#include <algorithm>
#include <set>

#include "idle_cart.hpp"

namespace ota::test {

/// A cart on 1.8.0 and a cloud that behaves like AWS where devices do not expect it.
class Pitfall : public IdleCart, protected Bystander {
 protected:
  Pitfall() { world.bystander = this; }

  /// A job for 2.0.0 whose work stands in this state.
  void work_until(State state, const Image& image = good_image(v2)) {
    offer(image);
    world.boot();
    ASSERT_TRUE(world.run_to(state));
  }
  void lose_the_link() {
    world.link = false;
    world.deliver(event::LinkDown{});
  }
  void find_the_link() {
    world.link = true;
    world.deliver(event::LinkUp{});
  }
  /// What a change of the cloud's mind looks like: nothing on the wire but a notification.
  void end_job(const char* how) {
    world.cloud.executions.back().status = how;
    notify();
  }
  std::size_t verdicts() const { return world.board.witness.count("manifest accept"); }
  std::size_t trials() const { return world.board.witness.count("boot b trial"); }
  void expect_untouched_and_idle() {
    EXPECT_EQ(world.agent.state(), State::idle);
    EXPECT_EQ(world.agent.running_version(), v1);
    EXPECT_EQ(world.journal().phase, JobPhase::none);
    EXPECT_EQ(world.boot_record().trial, Trial::none);
    EXPECT_FALSE(world.boot_record().is_bootable(Slot::b));
  }
  void expect_updated(Version version = v2) {
    EXPECT_EQ(status(), "SUCCEEDED");
    EXPECT_EQ(world.agent.running_version(), version);
    EXPECT_EQ(world.board.flash.defects(), 0u);
    EXPECT_EQ(world.overflows, 0);
  }

  void on_uplink(const Message& message) override {
    uplinks.push_back(message);
    if (throttles) {
      world.cloud.reject_next_with = "RequestThrottled";
    }
  }
  bool takes(const Message& message) override {
    const bool is_lost = replies_to_lose > 0 && message.topic.ends_with(lost_topic);
    replies_to_lose -= is_lost ? 1 : 0;
    return is_lost;
  }
  std::size_t uplinks_to(std::string_view end) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(uplinks, [&](const Message& m) { return m.topic.ends_with(end); }));
  }

  std::vector<Message> uplinks;
  bool throttles = false;   ///< every Jobs request
  int replies_to_lose = 0;  ///< after the cloud has acted on the request
  std::string lost_topic = "/accepted";
};

}  // namespace ota::test
