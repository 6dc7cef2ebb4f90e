#pragma once
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <functional>

#include "world.hpp"

namespace ota::test {

/// A provisioned cart with 1.8.0, and short words for what happens to it.
class IdleCart : public ::testing::Test {
 protected:
  void offer(const Image& image, const std::string& job = "fw-2-0-0") {
    world.cloud.offer(job, image);
    world.store.object = image.bytes;
  }
  void boot_and_run() {
    world.boot();
    world.run();
  }
  void receive(const std::string& topic, const std::string& payload) {
    world.deliver(event::Received{topic, std::as_bytes(std::span{payload})});
  }
  void notify() { receive("$aws/things/cart-00042/jobs/notify-next", world.cloud.notification()); }
  std::string status() const { return world.cloud.executions.back().status; }
  std::string final_report() const {
    return world.cloud.other_uplinks.empty() ? "" : world.cloud.other_uplinks.back().payload;
  }
  void expect_end(const char* expected_status, const char* reason) {
    EXPECT_EQ(status(), expected_status);
    EXPECT_THAT(final_report(), ::testing::HasSubstr(fmt::format(R"("reason":"{}")", reason)));
    EXPECT_EQ(world.agent.running_version(), v1);
    EXPECT_EQ(world.agent.state(), State::idle);
    EXPECT_EQ(world.store.gets, 0);
    EXPECT_EQ(world.board.flash.changes(Region::slot_b), 0u);
  }
  Image changed(const std::function<void(Manifest&)>& change,
                const host::PrivateKey& key = factory_key()) {
    std::vector<std::byte> bytes = image_bytes(v2, 6000);
    Manifest fields = fields_for(v2, bytes);
    change(fields);
    return signed_image(fields, bytes, key);
  }

  World world;
};

}  // namespace ota::test
