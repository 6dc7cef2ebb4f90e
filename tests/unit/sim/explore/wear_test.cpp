#include "sim/explore/wear.hpp"

#include <gtest/gtest.h>

namespace cartstorm::sim::explore {
namespace {

constexpr ota::FlashGeometry geometry{8, 1024, 16 * 1024};

class WearTest : public ::testing::Test {
 protected:
  void erase(std::uint32_t sector, int times = 1, ota::Region region = ota::Region::slot_b) {
    for (int i = 0; i < times; ++i) {
      wear.on(seen::FlashChange{region, sector * 1024, 1024, true}, premises);
    }
  }
  void accept() {
    wear.on(ota::fact::ManifestJudged{"fw", 1, {1}, true, ota::Reason::none}, premises);
  }

  Wear wear{geometry};
  Premises premises;
};

TEST_F(WearTest, TwoErasesOfASectorAreAllowed) {
  erase(3, 2);
  erase(4, 2);
  EXPECT_FALSE(wear.violation());
  erase(3);
  EXPECT_EQ(wear.violation(), (Violation{Promise::wear_budget, wear.violation().what, 3}));
  EXPECT_EQ(premises.of(Promise::wear_budget), 5u);
}

TEST_F(WearTest, EachResetAndEachGetAllowsOneMore) {
  wear.on(seen::Reset{}, premises);
  wear.on(seen::Get{}, premises);
  erase(3, 4);
  EXPECT_FALSE(wear.violation());
  erase(3);
  EXPECT_TRUE(wear.take_violation());
  EXPECT_FALSE(wear.violation());
}

TEST_F(WearTest, TheNextManifestStartsAnewAndTheMostStays) {
  wear.on(seen::Reset{}, premises);
  erase(3, 3);
  accept();
  erase(3, 2);
  EXPECT_FALSE(wear.violation());
  EXPECT_EQ(wear.most_erases(), 3);
  erase(3);
  EXPECT_TRUE(wear.violation());
}

TEST_F(WearTest, RecordsAndSectorsBeyondTheTableAreNotCounted) {
  erase(0, 9, ota::Region::journal);
  erase(256, 9);
  EXPECT_EQ(wear.most_erases(), 0);
}

}  // namespace
}  // namespace cartstorm::sim::explore
