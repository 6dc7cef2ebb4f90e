#include "ota/host/file_flash.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <vector>

#include "../support/board.hpp"
#include "ota/boot.hpp"
#include "ota/provision.hpp"

namespace ota::test {
namespace {

using host::FileFlash;
using Opening = FileFlash::Opening;

class FlashInAFile : public ::testing::Test {
 protected:
  FlashInAFile() { std::filesystem::remove(path); }
  ~FlashInAFile() override { std::filesystem::remove(path); }

  std::vector<std::byte> bytes(std::size_t size, int value) {
    return std::vector<std::byte>(size, static_cast<std::byte>(value));
  }
  void write_file(const std::string& text) { std::ofstream{path, std::ios::binary} << text; }
  std::string read_file() {
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
  }

  std::string path = testing::TempDir() + "file-" + std::to_string(::getpid()) + ".flash";
  FileFlash flash;
};

TEST_F(FlashInAFile, KeepsContentAndRulesWhenItIsOpenedAgain) {
  ASSERT_EQ(flash.open(path, small_part), Opening::ok);
  EXPECT_EQ(flash.program(Region::counters, 1024, bytes(8, 0x11)), Status::ok);
  flash.close();
  ASSERT_EQ(flash.open(path, small_part, FileFlash::Durability::host), Opening::ok);
  std::byte out[2];
  EXPECT_EQ(flash.read(Region::counters, 1031, out), Status::ok);
  EXPECT_EQ(hex(out), "11ff");
  EXPECT_EQ(flash.program(Region::counters, 1024, bytes(8, 0)), Status::out_of_range);
  EXPECT_EQ(flash.erase(Region::counters, 1024), Status::ok);
  EXPECT_EQ(flash.program(Region::counters, 1024, bytes(8, 0)), Status::ok);
}

// 4096 + cells (2 * 16 KiB + 8 * 1 KiB) + one mark per 8 bytes.
TEST_F(FlashInAFile, LooksAsTheHeaderSays) {
  ASSERT_EQ(flash.open(path, small_part), Opening::ok);
  EXPECT_EQ(flash.program(Region::slot_a, 0, bytes(8, 0x22)), Status::ok);
  flash.close();
  const std::string file = read_file();
  ASSERT_EQ(file.size(), 4096u + 40'960 + 5'120);
  EXPECT_EQ(file.substr(0, 20), std::string("CTFLASH1\x08\0\0\0\0\x04\0\0\0\x40\0\0", 20));
  EXPECT_EQ(file.substr(4096, 9), "\x22\x22\x22\x22\x22\x22\x22\x22\xff");
  EXPECT_EQ(file.substr(4096 + 40'960, 2), std::string("\x01\0", 2));
}

TEST_F(FlashInAFile, IsACartThatBootsAgain) {
  Board board;
  const Image image = good_image(v1);
  BootDecision decision;
  ASSERT_EQ(flash.open(path, small_part), Opening::ok);
  board.watched_flash = &flash;
  ASSERT_EQ(board.provision_with(image), Status::ok);
  flash.close();
  ASSERT_EQ(flash.open(path, small_part), Opening::ok);
  Hardware hardware = board.hardware();
  EXPECT_EQ(select_slot(hardware, ResetCause::power_on, decision), Status::ok);
  EXPECT_EQ(decision.reason, BootReason::confirmed);
  EXPECT_EQ(decision.version, v1);
  EXPECT_EQ(flash.defects(), 0u);
}

TEST_F(FlashInAFile, TouchesNoForeignFile) {
  for (const std::string& text :
       {std::string{"hello"}, std::string(100'000, 'x'), std::string{"CTFLASH2"},
        "CTFLASH1" + std::string(100'000, '\0')}) {
    write_file(text);
    EXPECT_EQ(flash.open(path, small_part), Opening::foreign);
    EXPECT_EQ(read_file(), text);
    EXPECT_EQ(flash.erase(Region::slot_a, 0), Status::io_error);
  }
}

TEST_F(FlashInAFile, SaysWhereverItIsCutShort) {
  ASSERT_EQ(flash.open(path, small_part), Opening::ok);
  flash.close();
  for (const std::uintmax_t size : {50'175u, 4'096u, 24u, 23u, 8u, 7u, 1u, 0u}) {
    std::filesystem::resize_file(path, size);
    EXPECT_EQ(flash.open(path, small_part), Opening::truncated) << size;
  }
}

TEST_F(FlashInAFile, SaysWhenItIsAnotherPartOrItsHeadIsDamaged) {
  ASSERT_EQ(flash.open(path, small_part), Opening::ok);
  flash.close();
  FlashGeometry other = small_part;
  other.slot_size *= 2;
  EXPECT_EQ(flash.open(path, other), Opening::other_geometry);
  std::string file = read_file();
  file[17] ^= 1;
  write_file(file);
  EXPECT_EQ(flash.open(path, small_part), Opening::foreign);
}

TEST_F(FlashInAFile, IsOfNoPartThatCannotBe) {
  for (const FlashGeometry geometry :
       {FlashGeometry{0, 1024, 16384}, FlashGeometry{12, 1024, 16384},
        FlashGeometry{512, 1024, 16384}, FlashGeometry{8, 512, 16384}, FlashGeometry{8, 1024, 1024},
        FlashGeometry{8, 1024, 16000}}) {
    EXPECT_EQ(flash.open(path, geometry), Opening::impossible_geometry);
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(FlashInAFile, SaysWhenTheSystemRefuses) {
  EXPECT_EQ(flash.open("/nowhere/at/all.flash", small_part), Opening::io_error);
  std::byte out[1];
  EXPECT_EQ(flash.read(Region::slot_a, 0, out), Status::io_error);
  EXPECT_STREQ(describe(Opening::truncated), "the file is shorter than its geometry says");
}

/// Runs `what` in a process of its own, which ends by SIGKILL if `what` returns.
template <typename What>
int status_of_child(const What& what) {
  const pid_t child = ::fork();
  if (child == 0) {
    what();
    ::raise(SIGKILL);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

TEST_F(FlashInAFile, SurvivesTheEndOfItsProcess) {
  const int status = status_of_child([&] {
    const bool is_done = flash.open(path, small_part) == Opening::ok &&
                         flash.program(Region::slot_b, 8, bytes(8, 0x33)) == Status::ok;
    if (!is_done) {
      ::_exit(1);
    }
  });
  ASSERT_TRUE(WIFSIGNALED(status));
  ASSERT_EQ(flash.open(path, small_part), Opening::ok);
  std::byte out[1];
  EXPECT_EQ(flash.read(Region::slot_b, 8, out), Status::ok);
  EXPECT_EQ(hex(out), "33");
}

TEST_F(FlashInAFile, BelongsToOneProcessAtATime) {
  ASSERT_EQ(flash.open(path, small_part), Opening::ok);
  const int status = status_of_child([&] {
    FileFlash second;
    ::_exit(second.open(path, small_part) == Opening::in_use ? 0 : 1);
  });
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace ota::test
