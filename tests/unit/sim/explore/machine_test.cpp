#include "sim/explore/machine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/sim/explore/laboratory.hpp"

// What a whole life of a cart is, without a cut.
namespace cartstorm::sim::explore {
namespace {

using testing::ElementsAre;

/// How the cloud hears the end of each execution, and of each rollback.
class Ends final : public MachineListener {
 public:
  std::vector<std::string> heard;

  void on_uplink(std::string_view topic, std::string_view payload) override {
    for (const char* status : {"SUCCEEDED", "FAILED", "REJECTED"}) {
      const std::string member = R"("status":")" + std::string(status) + '"';
      if (payload.find(member) != std::string_view::npos) heard.emplace_back(status);
    }
    if (topic.ends_with("/rollback")) heard.emplace_back("rollback");
  }
};

std::vector<std::string> ends_of(const Exploration& exploration) {
  Laboratory lab{exploration, exploration.stories[0], linked_device_code(), true};
  Ends ends;
  Machine machine{lab, static_cast<MachineListener&>(ends)};
  Survivor start = machine.survivor();
  EXPECT_TRUE(machine.provision(start));
  machine.power_on(start);
  while (machine.advance() == Went::on) {
  }
  EXPECT_FALSE(machine.violation()) << machine.violation().what;
  ends.heard.emplace_back(name(machine.outcome()));
  return ends.heard;
}

Exploration retried(Fate fate) {
  Exploration exploration = test::tiny(fate);
  exploration.stories[0].retries = 5;
  return exploration;
}

TEST(AStoryWithRetries, EndsWithTheQuarantine) {
  EXPECT_THAT(ends_of(retried(Fate::crashes)),
              ElementsAre("rollback", "FAILED", "rollback", "FAILED", "REJECTED", "rolled_back"));
}

TEST(AStoryWithRetries, CountsRollbacksAfterTheConfirmToo) {
  EXPECT_THAT(
      ends_of(retried(Fate::crashes_after_confirm)),
      ElementsAre("SUCCEEDED", "rollback", "SUCCEEDED", "rollback", "REJECTED", "rolled_back"));
}

TEST(AStoryWithRetries, OfAGoodImageIsTheSame) {
  EXPECT_THAT(ends_of(retried(Fate::good)), ElementsAre("SUCCEEDED", "updated"));
}

TEST(ALinkThatIsLostUntilTheRollback, LetsNobodyHearOfTheSuccess) {
  Exploration exploration = test::tiny(Fate::crashes_after_confirm);
  EXPECT_THAT(ends_of(exploration), ElementsAre("SUCCEEDED", "rollback", "rolled_back"));
  exploration.stories[0].incident = {Happening::lose_link_until_rollback, ota::State::reporting};
  EXPECT_THAT(ends_of(exploration), ElementsAre("rollback", "FAILED", "rolled_back"));
}

}  // namespace
}  // namespace cartstorm::sim::explore
