#include "sim/explore/wear.hpp"

#include <gtest/gtest.h>

namespace cartstorm::sim::explore {
namespace {

using Kind = WearEvent::Kind;

class WearTest : public ::testing::Test {
 protected:
  void erase(std::uint32_t sector, int times = 1) {
    for (int i = 0; i < times; ++i) wear.on({Kind::erase, sector}, premises);
  }
  void excuse() { wear.on({Kind::excuse}, premises); }
  void accept() { wear.on({Kind::anew}, premises); }

  Wear wear;
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

TEST_F(WearTest, EachExcuseAllowsOneMore) {
  excuse();
  excuse();
  erase(3, 4);
  EXPECT_FALSE(wear.violation());
  erase(3);
  EXPECT_TRUE(wear.take_violation());
  EXPECT_FALSE(wear.violation());
}

TEST_F(WearTest, TheNextManifestStartsAnewAndTheMostStays) {
  excuse();
  erase(3, 3);
  accept();
  erase(3, 2);
  EXPECT_FALSE(wear.violation());
  EXPECT_EQ(wear.most_erases(), 3);
  erase(3);
  EXPECT_TRUE(wear.violation());
}

TEST_F(WearTest, SectorsBeyondTheTableAreNotCounted) {
  erase(256, 9);
  EXPECT_EQ(wear.most_erases(), 0);
}

}  // namespace
}  // namespace cartstorm::sim::explore
