#include "ota/host/ram_flash.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "../support/images.hpp"

// What RamFlash can do beyond the rules of every flash, which flash_rules_test.cpp holds.
namespace ota::test {
namespace {

using host::CutShape;
using host::RamFlash;

class BlankFlash : public ::testing::Test {
 protected:
  std::vector<std::byte> bytes(std::size_t size, int value) {
    return std::vector<std::byte>(size, static_cast<std::byte>(value));
  }
  int at(std::uint32_t offset) {
    return std::to_integer<int>(flash.content(Region::journal)[offset]);
  }

  RamFlash flash{small_part};
};

TEST_F(BlankFlash, CountsPagesAsDeviceOperations) {
  EXPECT_EQ(flash.erase(Region::slot_a, 0), Status::ok);
  EXPECT_EQ(flash.program(Region::slot_a, 0, bytes(1024, 0)), Status::ok);
  EXPECT_EQ(flash.operations(), 5u);
}

TEST_F(BlankFlash, ACutTearsOnePageAndLatches) {
  flash.cut_at(1, CutShape::half);
  EXPECT_EQ(flash.program(Region::journal, 0, bytes(512, 0)), Status::power_lost);
  EXPECT_EQ(at(255), 0x00);
  EXPECT_EQ(at(256 + 127), 0x00);
  EXPECT_EQ(at(256 + 128), 0xff);
  std::byte out[1];
  EXPECT_EQ(flash.read(Region::journal, 0, out), Status::power_lost);
  EXPECT_EQ(flash.erase(Region::journal, 0), Status::power_lost);
  flash.restore_power();
  EXPECT_EQ(flash.read(Region::journal, 0, out), Status::ok);
}

TEST_F(BlankFlash, ATornUnitCountsAsProgrammedEvenIfItLooksBlank) {
  flash.cut_at(0, CutShape::before);
  EXPECT_EQ(flash.program(Region::journal, 0, bytes(8, 0)), Status::power_lost);
  flash.restore_power();
  EXPECT_EQ(at(0), 0xff);
  EXPECT_EQ(flash.program(Region::journal, 0, bytes(8, 0)), Status::out_of_range);
}

TEST_F(BlankFlash, ATornEraseMayZeroTheSector) {
  flash.cut_at(0, CutShape::all_zero);
  EXPECT_EQ(flash.erase(Region::journal, 1024), Status::power_lost);
  EXPECT_EQ(at(1024), 0x00);
  EXPECT_EQ(at(2047), 0x00);
  EXPECT_EQ(at(1023), 0xff);
}

TEST_F(BlankFlash, ABrokenSectorFailsAndKeepsItsContent) {
  flash.break_sector(Region::journal, 1024);
  EXPECT_EQ(flash.erase(Region::journal, 1024), Status::io_error);
  EXPECT_EQ(flash.program(Region::journal, 1032, bytes(8, 0)), Status::io_error);
  EXPECT_EQ(flash.program(Region::journal, 0, bytes(8, 0)), Status::ok);
  EXPECT_EQ(flash.defects(), 0u);
}

}  // namespace
}  // namespace ota::test
