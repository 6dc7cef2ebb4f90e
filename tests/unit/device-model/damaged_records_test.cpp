#include <gmock/gmock.h>

#include <algorithm>

#include "support/idle_cart.hpp"

// Records that cannot be read or written while the application runs: the job ends, the cart does
// not.
namespace ota::test {
namespace {

class DamagedWhileRunning : public IdleCart {
 protected:
  void damage_both(Region region) {
    world.board.flash.flip_bit(region, 30, 1);
    world.board.flash.flip_bit(region, small_part.sector_size + 30, 1);
  }
  void expect_refused(const char* reason) {
    EXPECT_EQ(status(), "REJECTED");
    EXPECT_THAT(final_report(), ::testing::HasSubstr(reason));
    EXPECT_EQ(world.agent.running_version(), v1);
    EXPECT_EQ(world.boots, 1);
  }
  void break_both(Region region) {
    world.board.flash.break_sector(region, 0);
    world.board.flash.break_sector(region, small_part.sector_size);
  }
};

// A record written from nothing would say that no slot is bootable (D1).
TEST_F(DamagedWhileRunning, ABootRecordIsNotMadeUpWhenTheSlotIsOpened) {
  offer(good_image(v2));
  world.boot();
  ASSERT_TRUE(world.run_to(State::offered));
  damage_both(Region::boot_record);
  world.run();
  EXPECT_EQ(status(), "FAILED");
  EXPECT_EQ(world.board.flash.changes(Region::slot_b), 0u);
  world.boot();
  EXPECT_EQ(world.decision.slot, Slot::a);
  EXPECT_EQ(world.agent.running_version(), v1);
}

TEST_F(DamagedWhileRunning, ABootRecordIsNotMadeUpWhenTheTrialIsArmed) {
  offer(good_image(v2));
  world.boot();
  ASSERT_TRUE(world.run_to(State::staged));
  damage_both(Region::boot_record);
  world.run();
  EXPECT_EQ(status(), "FAILED");
  world.boot();
  EXPECT_NE(world.decision.reason, BootReason::recovery);
}

TEST_F(DamagedWhileRunning, AJournalThatCannotBeWrittenEndsTheJobAndNoLoop) {
  offer(good_image(v2));
  world.boot();
  ASSERT_TRUE(world.run_to(State::verifying));
  break_both(Region::journal);
  const int gets = world.store.gets;
  world.run();
  EXPECT_EQ(status(), "FAILED");
  EXPECT_EQ(world.store.gets, gets);
  EXPECT_EQ(world.agent.running_version(), v1);
}

TEST_F(DamagedWhileRunning, TriesThatCannotBeCountedAreNotRepeated) {
  offer(good_image(v2));
  world.store.statuses.assign(50, 503);
  world.boot();
  ASSERT_TRUE(world.run_to(State::downloading));
  break_both(Region::journal);
  world.run();
  EXPECT_EQ(status(), "FAILED");
  EXPECT_EQ(world.store.gets, 1);
}

// Both boot records are lost after the download: what the bootloader rebuilds from the slots says
// that both can boot, and the job must not go on in one of them as if that were not so (D15).
TEST_F(DamagedWhileRunning, ARebuiltRecordOpensTheSlotAnew) {
  offer(good_image(v2));
  world.boot();
  ASSERT_TRUE(world.run_to(State::staged));
  damage_both(Region::boot_record);
  world.boot();
  ASSERT_EQ(world.decision.reason, BootReason::fallback);
  const std::uint64_t changes = world.board.flash.changes(Region::slot_a);
  world.run();
  EXPECT_EQ(status(), "SUCCEEDED");  // 2.0.0 was whole, and is what runs
  EXPECT_EQ(world.agent.running_version(), v2);
  EXPECT_EQ(world.board.flash.changes(Region::slot_a), changes);
}

TEST_F(DamagedWhileRunning, AnImageThatIsWholeButNotStagedIsNotFetchedOverItsFallback) {
  offer(good_image(v2));
  world.boot();
  ASSERT_TRUE(world.run_to(State::verifying));
  while (world.agent.state() == State::verifying) {
    Board& board = world.board;
    if (board.flash.changes(Region::slot_b) > 0 && world.journal().watermark == 6000) {
      const std::uint64_t before = board.flash.operations();
      world.advance();
      if (board.flash.operations() > before + 20) {
        break;  // the trailer is in flash
      }
    } else {
      world.advance();
    }
  }
  damage_both(Region::boot_record);
  world.boot();
  const std::uint64_t changes = world.board.flash.changes(Region::slot_a);
  world.run();
  EXPECT_EQ(status(), "SUCCEEDED");
  EXPECT_EQ(world.board.flash.changes(Region::slot_a), changes);
}

TEST_F(DamagedWhileRunning, AFloorThatRoseSinceTheOfferIsJudgedAgain) {
  offer(good_image(v2));
  world.boot();
  ASSERT_TRUE(world.run_to(State::staged));
  BootRecord record = world.boot_record();
  RecordPlace place;
  BootRecord found;
  ASSERT_EQ(load(world.board.flash, found, place), Status::ok);
  record.security_floor = 3;
  ASSERT_EQ(store(world.board.flash, record, place), Status::ok);
  world.run();
  expect_refused("older_security_version");
}

TEST_F(DamagedWhileRunning, AnotherImageUnderTheRunningVersionIsNoSuccess) {
  const std::vector<std::byte> bytes = image_bytes(v3, 6000);
  offer(signed_image(fields_for(v1, bytes), bytes));
  world.boot();
  world.run();
  expect_refused("document_mismatch");
}

TEST_F(DamagedWhileRunning, OptingOutWhileNoJobIsOpenSaysNothingToJobs) {
  offer(good_image(v2));
  world.board.lends_memory = false;
  world.boot();
  ASSERT_TRUE(world.run_to(State::backing_off));
  const std::size_t updates = world.cloud.updates.size();
  world.deliver(event::ConsentChanged{false, true});
  EXPECT_EQ(world.cloud.updates.size(), updates);
  world.run();
  EXPECT_EQ(status(), "REJECTED");
}

}  // namespace
}  // namespace ota::test
