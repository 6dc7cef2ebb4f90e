#include "sim/hardware/tear.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace cartstorm::sim {
namespace {

std::string hex(ota::Bytes bytes) {
  std::string text;
  for (const std::byte b : bytes) text += fmt::format("{:02x}", std::to_integer<unsigned>(b));
  return text;
}

/// What is left of 24 cells when 16 zero bytes are programmed over the erased ones from 4 on.
std::string programmed(Tear tear) {
  std::vector<std::byte> sector(24, std::byte{0xff});
  sector[0] = std::byte{0xaa};
  tear_program(tear, sector, 4, std::vector<std::byte>(16));
  return hex(sector);
}

TEST(TearProgram, BeforeAndAWatchdogLeaveNothing) {
  EXPECT_EQ(programmed(Tear::before), "aaffffffffffffffffffffffffffffffffffffffffffffff");
  EXPECT_EQ(programmed(Tear::watchdog), "aaffffffffffffffffffffffffffffffffffffffffffffff");
}

TEST(TearProgram, LeavesPartsOfThePage) {
  EXPECT_EQ(programmed(Tear::after), "aaffffff00000000000000000000000000000000ffffffff");
  EXPECT_EQ(programmed(Tear::first), "aaffffff00000000ffffffffffffffffffffffffffffffff");
  EXPECT_EQ(programmed(Tear::half), "aaffffff0000000000000000ffffffffffffffffffffffff");
  EXPECT_EQ(programmed(Tear::all_but_last), "aaffffff000000000000000000000000000000ffffffffff");
  EXPECT_EQ(programmed(Tear::suffix), "aaffffffffffffffffffffff0000000000000000ffffffff");
}

TEST(TearProgram, SubsetIsWholeWordsAndBitMixIsNot) {
  EXPECT_EQ(programmed(Tear::subset), "aaffffffffffffff00000000ffffffff00000000ffffffff");
  EXPECT_EQ(programmed(Tear::bit_mix), "aaffffff76663e6009c3bfa614be9d4976de63d7ffffffff");
}

TEST(TearProgram, AllZeroDrivesEveryCellOfThePage) {
  std::vector<std::byte> sector(8, std::byte{0xff});
  tear_program(Tear::all_zero, sector, 2, std::vector<std::byte>(4, std::byte{0x5a}));
  EXPECT_EQ(hex(sector), "ffff00000000ffff");
}

TEST(TearProgram, OverProgramMeetsBitsInThePageAndBehindIt) {
  std::vector<std::byte> sector(48, std::byte{0xff});
  tear_program(Tear::over_program, sector, 0, std::vector<std::byte>(40, std::byte{0xf0}));
  EXPECT_EQ(hex(sector),
            "f0f0f0f0f0f0f070f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f070"
            "feffffffffffffff");
}

TEST(TearProgram, OverProgramAtTheEndOfTheSectorStaysInIt) {
  std::vector<std::byte> sector(8, std::byte{0xff});
  tear_program(Tear::over_program, sector, 0, std::vector<std::byte>(8, std::byte{0xff}));
  EXPECT_EQ(hex(sector), "ffffffffffffff7f");
}

TEST(TearProgram, BitsOnlyFall) {
  for (const Tear tear : {Tear::after, Tear::first, Tear::bit_mix, Tear::over_program}) {
    std::vector<std::byte> sector(8, std::byte{0x0f});
    tear_program(tear, sector, 0, std::vector<std::byte>(8, std::byte{0xf0}));
    for (const std::byte b : sector) EXPECT_EQ(b & std::byte{0xf0}, std::byte{0}) << name(tear);
  }
}

/// What is left of four pages of 4 bytes with 0x11, 0x22, 0x33, 0x44 when their sector is erased.
std::string erased(Tear tear) {
  std::vector<std::byte> sector;
  for (const int value : {0x11, 0x22, 0x33, 0x44}) {
    sector.insert(sector.end(), 4, static_cast<std::byte>(value));
  }
  tear_erase(tear, sector, 4);
  return hex(sector);
}

TEST(TearErase, LeavesWholePages) {
  EXPECT_EQ(erased(Tear::before), "11111111222222223333333344444444");
  EXPECT_EQ(erased(Tear::watchdog), "11111111222222223333333344444444");
  EXPECT_EQ(erased(Tear::after), "ffffffffffffffffffffffffffffffff");
  EXPECT_EQ(erased(Tear::first), "ffffffff222222223333333344444444");
  EXPECT_EQ(erased(Tear::half), "ffffffffffffffff3333333344444444");
  EXPECT_EQ(erased(Tear::suffix), "1111111122222222ffffffffffffffff");
  EXPECT_EQ(erased(Tear::subset), "11111111ffffffff33333333ffffffff");
}

TEST(TearErase, AllButLastLeavesTheLastPage) {
  std::vector<std::byte> sector(512);
  tear_erase(Tear::all_but_last, sector, 256);
  EXPECT_EQ(sector[255], std::byte{0xff});
  EXPECT_EQ(sector[256], std::byte{0});
  EXPECT_EQ(sector[511], std::byte{0});
}

TEST(TearErase, MayTurnEverythingIntoZeros) {
  EXPECT_EQ(erased(Tear::all_zero), "00000000000000000000000000000000");
}

TEST(TearErase, BitMixOnlyRaisesBits) {
  EXPECT_EQ(erased(Tear::bit_mix), "9999d19ff63e627bfb7373b7cd65dc6c");
}

TEST(Tear, FlipsToOldReadsAsDoneAndFlipsToNewAsBefore) {
  for (const Tear tear : {Tear::flips_to_old_2, Tear::flips_to_old_3, Tear::flips_to_old_5}) {
    EXPECT_TRUE(flips_to_old(tear));
    EXPECT_EQ(programmed(tear), programmed(Tear::after));
    EXPECT_EQ(erased(tear), erased(Tear::after));
  }
  for (const Tear tear : {Tear::flips_to_new_2, Tear::flips_to_new_3, Tear::flips_to_new_5}) {
    EXPECT_FALSE(flips_to_old(tear));
    EXPECT_EQ(programmed(tear), programmed(Tear::before));
    EXPECT_EQ(erased(tear), erased(Tear::before));
  }
}

TEST(Tear, FlipsOnTheReadThatItIsNamedFor) {
  std::string reads;
  for (std::size_t n = 0; n < tear_count; ++n) {
    reads += fmt::format("{}", stable_reads(static_cast<Tear>(n)));
  }
  EXPECT_EQ(reads, "000000000012412400");
}

TEST(Tear, NamesComeBack) {
  for (std::size_t n = 0; n < tear_count; ++n) {
    const auto tear = static_cast<Tear>(n);
    Tear read{};
    EXPECT_TRUE(tear_named(name(tear), read));
    EXPECT_EQ(read, tear);
  }
  Tear read = Tear::half;
  for (const char* word : {"", "Half", "halff", "flips_to_old"}) {
    EXPECT_FALSE(tear_named(word, read)) << word;
  }
  EXPECT_EQ(read, Tear::half);
}

}  // namespace
}  // namespace cartstorm::sim
