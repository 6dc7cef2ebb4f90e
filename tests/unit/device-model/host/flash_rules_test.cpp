#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <vector>

#include "../support/images.hpp"
#include "ota/host/file_flash.hpp"
#include "ota/host/ram_flash.hpp"

// The rules of Flash that every port must keep, over every flash of this one. A new port starts
// here: it joins the list at the end.
namespace ota::test {
namespace {

std::vector<std::byte> bytes(std::size_t size, int value) {
  return std::vector<std::byte>(size, static_cast<std::byte>(value));
}

/// A blank part under test, and how often a rule was broken, if it counts that.
class Part {
 public:
  virtual ~Part() = default;
  virtual Flash& flash() = 0;
  virtual std::uint32_t defects() const = 0;
};

class RamPart final : public Part {
 public:
  Flash& flash() override { return flash_; }
  std::uint32_t defects() const override { return flash_.defects(); }

 private:
  host::RamFlash flash_{small_part};
};

class FilePart final : public Part {
 public:
  FilePart() {
    std::filesystem::remove(path_);
    EXPECT_EQ(flash_.open(path_, small_part), host::FileFlash::Opening::ok);
  }
  ~FilePart() override {
    flash_.close();
    std::filesystem::remove(path_);
  }
  Flash& flash() override { return flash_; }
  std::uint32_t defects() const override { return flash_.defects(); }

 private:
  std::string path_ = testing::TempDir() + "rules-" + std::to_string(::getpid()) + ".flash";
  host::FileFlash flash_;
};

struct Kind {
  const char* name;
  std::unique_ptr<Part> (*make)();
};

class EveryFlash : public ::testing::TestWithParam<Kind> {
 protected:
  std::string read(Region region, std::uint32_t offset, std::size_t size) {
    std::vector<std::byte> out(size);
    EXPECT_EQ(flash.read(region, offset, out), Status::ok);
    return hex(out);
  }

  std::unique_ptr<Part> part = GetParam().make();
  Flash& flash = part->flash();
};

TEST_P(EveryFlash, IsBlankAndSaysItsGeometry) {
  EXPECT_EQ(flash.geometry().program_unit, small_part.program_unit);
  EXPECT_EQ(flash.geometry().sector_size, small_part.sector_size);
  EXPECT_EQ(flash.geometry().slot_size, small_part.slot_size);
  EXPECT_EQ(read(Region::slot_a, 0, 3), "ffffff");
  EXPECT_EQ(read(Region::slot_b, small_part.slot_size - 3, 3), "ffffff");
  EXPECT_EQ(read(Region::trust, 2 * small_part.sector_size - 3, 3), "ffffff");
}

TEST_P(EveryFlash, ProgramsOnceAndReadsBack) {
  EXPECT_EQ(flash.program(Region::journal, 8, bytes(8, 0x5a)), Status::ok);
  EXPECT_EQ(read(Region::journal, 7, 3), "ff5a5a");
  EXPECT_EQ(read(Region::journal, 15, 2), "5aff");
  EXPECT_EQ(part->defects(), 0u);
}

TEST_P(EveryFlash, RegionsDoNotTouchEachOther) {
  for (std::size_t i = 0; i < region_count; ++i) {
    const auto region = static_cast<Region>(i);
    EXPECT_EQ(flash.program(region, 0, bytes(8, static_cast<int>(i))), Status::ok);
  }
  EXPECT_EQ(flash.erase(Region::journal, 0), Status::ok);
  for (std::size_t i = 0; i < region_count; ++i) {
    const auto region = static_cast<Region>(i);
    EXPECT_EQ(read(region, 0, 1), region == Region::journal ? "ff" : "0" + std::to_string(i));
  }
}

TEST_P(EveryFlash, RefusesASecondProgramBeforeAnErase) {
  EXPECT_EQ(flash.program(Region::journal, 8, bytes(8, 0xf0)), Status::ok);
  EXPECT_EQ(flash.program(Region::journal, 0, bytes(16, 0x00)), Status::out_of_range);
  EXPECT_EQ(part->defects(), 1u);
  EXPECT_EQ(read(Region::journal, 7, 2), "fff0");
  EXPECT_EQ(flash.erase(Region::journal, 0), Status::ok);
  EXPECT_EQ(read(Region::journal, 8, 1), "ff");
  EXPECT_EQ(flash.program(Region::journal, 8, bytes(8, 0x00)), Status::ok);
}

TEST_P(EveryFlash, ErasesOneSectorAndNoMore) {
  EXPECT_EQ(flash.program(Region::slot_a, 1016, bytes(16, 0)), Status::ok);
  EXPECT_EQ(flash.erase(Region::slot_a, 1024), Status::ok);
  EXPECT_EQ(read(Region::slot_a, 1023, 2), "00ff");
  EXPECT_EQ(flash.program(Region::slot_a, 1016, bytes(8, 0)), Status::out_of_range);
  EXPECT_EQ(flash.program(Region::slot_a, 1024, bytes(8, 0)), Status::ok);
}

TEST_P(EveryFlash, RefusesWhatIsNotAlignedOrOutside) {
  EXPECT_EQ(flash.program(Region::journal, 4, bytes(8, 0)), Status::out_of_range);
  EXPECT_EQ(flash.program(Region::journal, 0, bytes(7, 0)), Status::out_of_range);
  EXPECT_EQ(flash.program(Region::journal, 2048, bytes(8, 0)), Status::out_of_range);
  EXPECT_EQ(flash.program(Region::journal, 2040, bytes(16, 0)), Status::out_of_range);
  EXPECT_EQ(flash.program(Region::journal, 0xfffffff8, bytes(8, 0)), Status::out_of_range);
  EXPECT_EQ(flash.erase(Region::journal, 512), Status::out_of_range);
  EXPECT_EQ(flash.erase(Region::journal, 2048), Status::out_of_range);
  EXPECT_EQ(flash.erase(Region::slot_a, small_part.slot_size), Status::out_of_range);
  std::byte out[8];
  EXPECT_EQ(flash.read(Region::journal, 2041, out), Status::out_of_range);
  EXPECT_EQ(part->defects(), 9u);
  EXPECT_EQ(read(Region::journal, 0, 2), "ffff") << "nothing was done";
}

INSTANTIATE_TEST_SUITE_P(
    Parts, EveryFlash,
    ::testing::Values(
        Kind{"Ram", []() -> std::unique_ptr<Part> { return std::make_unique<RamPart>(); }},
        Kind{"File", []() -> std::unique_ptr<Part> { return std::make_unique<FilePart>(); }}),
    [](const auto& kind) { return std::string{kind.param.name}; });

}  // namespace
}  // namespace ota::test
