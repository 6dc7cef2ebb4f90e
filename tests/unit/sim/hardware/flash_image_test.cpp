#include "sim/hardware/flash_image.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "sim/kernel/draw.hpp"

namespace cartstorm::sim {
namespace {

constexpr ota::FlashGeometry small{16, 256, 1024};

// Bytes as they are: the model that the interned one must equal.
struct ExactFlash {
  std::vector<std::byte> cells = std::vector<std::byte>(1024, std::byte{0xff});
  void program(std::uint32_t offset, ota::Bytes content) {
    for (std::size_t i = 0; i < content.size(); ++i) {
      cells[offset + i] &= content[i];
    }
  }
  void erase(std::uint32_t offset) { std::fill_n(cells.begin() + offset, 256, std::byte{0xff}); }
};

std::vector<std::byte> bytes_of(const FlashImage& image) {
  std::vector<std::byte> out(1024);
  image.read(ota::Region::slot_a, 0, out);
  return out;
}

TEST(FlashImage, IsErasedWhenNew) {
  const FlashImage image{small};
  EXPECT_THAT(bytes_of(image), testing::Each(std::byte{0xff}));
  EXPECT_TRUE(image.is_erased(ota::Region::slot_a, 0, 1024));
}

TEST(FlashImage, RefersToTheArenaWhileItHoldsExactlyAPieceOfIt) {
  std::vector<std::byte> content(512, std::byte{0x5a});
  Arena arena;
  arena.add(content);
  FlashImage image{small};
  image.program(ota::Region::slot_a, 0, std::span{content}.first(256), arena);
  image.program(ota::Region::slot_a, 256, std::span{content}.subspan(256, 128), arena);
  EXPECT_EQ(image.arena_bytes(ota::Region::slot_a, 0, 384).data(), content.data());
  EXPECT_TRUE(image.arena_bytes(ota::Region::slot_a, 0, 385).empty());

  const std::byte flipped{0x58};
  image.overwrite(ota::Region::slot_a, 100, {&flipped, 1});
  EXPECT_TRUE(image.arena_bytes(ota::Region::slot_a, 0, 384).empty());
  EXPECT_EQ(bytes_of(image)[100], std::byte{0x58});
  EXPECT_EQ(bytes_of(image)[99], std::byte{0x5a});
}

TEST(FlashImage, RecognisesASectorThatWasProgrammedFromOtherMemory) {
  std::vector<std::byte> content(192);
  for (std::size_t i = 0; i < content.size(); ++i) {
    content[i] = static_cast<std::byte>(i);
  }
  Arena arena;
  arena.add_sector(content);
  const std::vector<std::byte> copy = content;
  FlashImage image{small};
  image.program(ota::Region::slot_a, 0, std::span{copy}.first(128), arena);
  EXPECT_TRUE(image.arena_bytes(ota::Region::slot_a, 0, 128).empty());
  image.program(ota::Region::slot_a, 128, std::span{copy}.subspan(128), arena);
  EXPECT_EQ(image.arena_bytes(ota::Region::slot_a, 0, 150).data(), content.data());
  EXPECT_EQ(bytes_of(image)[150], std::byte{150});
  EXPECT_EQ(bytes_of(image)[192], std::byte{0xff});
  image.erase(ota::Region::slot_a, 0);
  EXPECT_EQ(bytes_of(image)[150], std::byte{0xff});
}

TEST(FlashImage, DoesNotInternTheWrongPlaceOfTheArena) {
  std::vector<std::byte> content(512);
  for (std::size_t i = 0; i < content.size(); ++i) {
    content[i] = static_cast<std::byte>(i / 256 + 1);
  }
  Arena arena;
  arena.add(content);
  FlashImage image{small};
  image.program(ota::Region::slot_a, 0, std::span{content}.subspan(256, 256), arena);
  image.program(ota::Region::slot_a, 256, std::span{content}.first(256), arena);
  EXPECT_TRUE(image.arena_bytes(ota::Region::slot_a, 0, 512).empty());
  EXPECT_EQ(bytes_of(image)[0], std::byte{2});
  EXPECT_EQ(bytes_of(image)[256], std::byte{1});
}

RC_GTEST_PROP(FlashImage, EqualsExactBytesUnderAnyOperations, (std::uint64_t seed)) {
  std::vector<std::byte> content(1024);
  for (std::size_t i = 0; i < content.size(); ++i) {
    content[i] = static_cast<std::byte>(draw(seed, 1, Purpose::image_content, i));
  }
  Arena arena;
  arena.add(content);
  FlashImage image{small};
  ExactFlash exact;
  for (std::uint32_t step = 0; step < 200; ++step) {
    const std::uint64_t bits = draw(seed, 2, Purpose::fault_when, step);
    const auto sector = static_cast<std::uint32_t>(bits >> 8) % 4 * 256;
    const auto unit = static_cast<std::uint32_t>(bits >> 16) % 16 * 16;
    const auto length = (1 + static_cast<std::uint32_t>(bits >> 24) % (16 - unit / 16)) * 16;
    const auto own =
        std::vector<std::byte>(content.begin() + unit, content.begin() + unit + length);
    if (bits % 5 == 0) {
      image.erase(ota::Region::slot_a, sector);
      exact.erase(sector);
    } else if (bits % 5 == 1) {
      image.program(ota::Region::slot_a, sector + unit, own, arena);
      exact.program(sector + unit, own);
    } else {
      const auto piece = std::span{content}.subspan(sector + unit, length);
      image.program(ota::Region::slot_a, sector + unit, piece, arena);
      exact.program(sector + unit, piece);
    }
    RC_ASSERT(bytes_of(image) == exact.cells);
    const auto interned = image.arena_bytes(ota::Region::slot_a, sector, 256);
    RC_ASSERT(interned.empty() ||
              std::equal(interned.begin(), interned.end(), exact.cells.begin() + sector));
    const bool is_blank =
        std::all_of(exact.cells.begin() + sector, exact.cells.begin() + sector + 256,
                    [](std::byte b) { return b == std::byte{0xff}; });
    RC_ASSERT(image.is_erased(ota::Region::slot_a, sector, 256) == is_blank);
  }
}

}  // namespace
}  // namespace cartstorm::sim
