#include <gmock/gmock.h>

#include "support/world.hpp"

namespace ota::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class CartOnVersionOne : public ::testing::Test {
 protected:
  void offer(const Image& image, const std::string& job = "fw-2-0-0") {
    world.cloud.offer(job, image);
    world.store.object = image.bytes;
  }
  const Execution& execution() const { return world.cloud.executions.back(); }
  std::string final_report() const {
    return world.cloud.other_uplinks.empty() ? "" : world.cloud.other_uplinks.back().payload;
  }

  World world;
};

TEST_F(CartOnVersionOne, RestsOnTheFactoryImage) {
  world.boot();
  world.run();
  EXPECT_EQ(world.agent.state(), State::idle);
  EXPECT_EQ(world.agent.running_version(), v1);
  EXPECT_THAT(
      world.cloud.heartbeats,
      ElementsAre(HasSubstr(R"({"version":"1.8.0","slot":"a","state":"idle","secver":1,)")));
}

TEST_F(CartOnVersionOne, InstallsConfirmsAndReportsSuccess) {
  offer(good_image(v2));
  world.boot();
  world.run();
  EXPECT_EQ(execution().status, "SUCCEEDED");
  EXPECT_EQ(world.agent.running_version(), v2);
  EXPECT_EQ(world.agent.state(), State::idle);
  EXPECT_THAT(final_report(), HasSubstr(R"("statusDetails":{"version":"2.0.0"})"));
  EXPECT_EQ(world.boots, 2);
  EXPECT_EQ(world.board.flash.defects(), 0u);
  EXPECT_EQ(world.overflows, 0);
  EXPECT_THAT(world.board.witness.lines, Contains("confirm b 2.0.0 durable"));
}

/// A cut may leave one copy of any record damaged; a second one must not find it alone.
TEST_F(CartOnVersionOne, EveryRecordHasTwoWholeCopiesAgainAfterTheStart) {
  constexpr Region records[] = {Region::boot_record, Region::journal, Region::counters,
                                Region::trust};
  for (const Region region : records) {
    world.board.flash.flip_bit(region, 20, 0);  // formatting leaves the newer one in copy 1
  }
  world.boot();
  for (const Region region : records) {
    world.board.flash.flip_bit(region, small_part.sector_size + 20, 0);
  }
  world.boot();
  EXPECT_EQ(world.decision.reason, BootReason::confirmed);
  world.run();
  EXPECT_THAT(world.cloud.heartbeats.back(), Not(HasSubstr(R"("anchors":[])")));
}

}  // namespace
}  // namespace ota::test
