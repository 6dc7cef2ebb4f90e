#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "sim/explore/flash.hpp"
#include "tests/unit/sim/explore/silent_listener.hpp"

namespace cartstorm::sim::explore {
namespace {

constexpr Part part{{8, 1024, 4096}, 256};
constexpr ota::Region region = ota::Region::boot_record;

/// Hears that a sector which was taken for dead is looked at.
class Ear final : public test::SilentListener {
 public:
  int dead_reads = 0;
  void read_dead(std::uint32_t) override { ++dead_reads; }
};

/// A part with both copies of a record in it: one page of each.
class FlashFaults : public testing::Test {
 protected:
  void SetUp() override {
    flash_.power_on(state_);
    ASSERT_EQ(write(0), ota::Status::ok);
    ASSERT_EQ(write(1024), ota::Status::ok);
  }
  ota::Status write(std::uint32_t offset) { return flash_.program(region, offset, page_); }
  ota::Status read(std::uint32_t offset, std::uint32_t size) {
    seen_.assign(size, std::byte{});
    return flash_.read(region, offset, seen_);
  }
  void cut_erase(std::uint32_t offset, Tear tear) {
    flash_.cut_at(flash_.operations(), tear);
    ASSERT_EQ(flash_.erase(region, offset), ota::Status::power_lost);
    flash_.power_on(state_);
  }

  const std::vector<std::byte> page_ = std::vector<std::byte>(256, std::byte{0x55});
  std::vector<std::byte> seen_;
  Ear listener_;
  ContentPool pool_{part.geometry.sector_size};
  FlashState state_{part, pool_};
  ExploredFlash flash_{part, pool_, listener_};
};

TEST_F(FlashFaults, UnitsThatAreNoCodeWordFailEveryReadUntilTheyAreErased) {
  cut_erase(0, Tear::unreadable);
  for (int time = 0; time < 6; ++time) EXPECT_EQ(read(512, 8), ota::Status::io_error);
  EXPECT_EQ(read(1024, 256), ota::Status::ok);
  EXPECT_EQ(seen_, page_);
  EXPECT_EQ(flash_.erase(region, 0), ota::Status::ok);
  EXPECT_EQ(read(512, 8), ota::Status::ok);
}

TEST_F(FlashFaults, OnlyThePageThatWasCutIsUnreadable) {
  flash_.cut_at(flash_.operations(), Tear::unreadable);
  ASSERT_EQ(write(256), ota::Status::power_lost);
  flash_.power_on(state_);
  EXPECT_EQ(read(0, 256), ota::Status::ok);
  EXPECT_EQ(seen_, page_);
  EXPECT_EQ(read(255, 2), ota::Status::io_error);
  EXPECT_EQ(read(512, 256), ota::Status::ok);
  EXPECT_EQ(write(256), ota::Status::io_error);  // Not without an erase.
}

TEST_F(FlashFaults, APathThatCannotReadIsNoPathThatReadsZeros) {
  FlashState other = state_;
  cut_erase(0, Tear::unreadable);
  flash_.power_on(other);
  flash_.cut_at(flash_.operations(), Tear::all_zero);
  ASSERT_EQ(flash_.erase(region, 0), ota::Status::power_lost);
  EXPECT_EQ(state_.at(part.sector_of(region, 0)), other.at(part.sector_of(region, 0)));
  EXPECT_NE(state_.weak_records_key(pool_), other.weak_records_key(pool_));
}

TEST_F(FlashFaults, WhoeverCannotReadADeadSectorHasLookedAtIt) {
  ASSERT_EQ(flash_.program(ota::Region::slot_b, 0, page_), ota::Status::ok);
  flash_.cut_at(flash_.operations(), Tear::unreadable);
  ASSERT_EQ(flash_.erase(ota::Region::slot_b, 0), ota::Status::power_lost);
  flash_.power_on(state_);
  const std::uint32_t sector = part.sector_of(ota::Region::slot_b, 0);
  state_.mark_dead(sector, sector + 1, pool_);
  EXPECT_EQ(flash_.read(ota::Region::slot_b, 8, seen_ = page_), ota::Status::io_error);
  EXPECT_EQ(listener_.dead_reads, 1);
}

TEST_F(FlashFaults, StuckLinesReadTheSameErasedOrProgrammed) {
  state_.spoil(part.sector_of(region, 0), BadSector::stuck_low);
  state_.spoil(part.sector_of(region, 1024), BadSector::stuck_high);
  constexpr std::array<std::uint32_t, 3> stuck = {12, 76, 140};
  for (const std::uint32_t at : stuck) {
    ASSERT_EQ(read(at, 1), ota::Status::ok);
    EXPECT_EQ(seen_[0], std::byte{0x45});  // Of 0x55, without the bit.
    ASSERT_EQ(read(1024 + at, 1), ota::Status::ok);
    EXPECT_EQ(seen_[0], std::byte{0x55});
  }
  EXPECT_EQ(flash_.erase(region, 0), ota::Status::ok);
  EXPECT_EQ(flash_.erase(region, 1024), ota::Status::ok);
  ASSERT_EQ(read(0, 256), ota::Status::ok);
  for (std::uint32_t at = 0; at < 256; ++at) {
    EXPECT_EQ(seen_[at], at % 64 == 12 ? std::byte{0xef} : std::byte{0xff}) << at;
  }
  EXPECT_EQ(flash_.program(region, 1024, std::vector<std::byte>(256)), ota::Status::ok);
  ASSERT_EQ(read(1024, 256), ota::Status::ok);
  for (std::uint32_t at = 0; at < 256; ++at) {
    EXPECT_EQ(seen_[at], at % 64 == 12 ? std::byte{0x10} : std::byte{0}) << at;
  }
}

}  // namespace
}  // namespace cartstorm::sim::explore
