#include <fmt/format.h>

#include <array>
#include <bit>

#include "sim/explore/definitions.hpp"
#include "sim/scenario/units.hpp"

namespace cartstorm::sim::explore {
namespace {

constexpr std::uint32_t KiB = 1024;

struct NamedPart {
  const char* name;
  Part part;
};

/// Kinds of flash that carts are built with, cut to sizes that can be searched.
constexpr std::array<NamedPart, 4> named_parts = {{
    // Double words, pages of 2 KiB: the flash inside a microcontroller.
    {"nor_mcu", {{8, 2 * KiB, 64 * KiB}, 8}},
    {"spi_nor", {{256, 4 * KiB, 256 * KiB}, 256}},
    // Parallel NOR with a write buffer.
    {"large_sector_nor", {{32, 64 * KiB, 320 * KiB}, 256}},
    // One page and one block of a small NAND, behind a driver that corrects its bits.
    {"slc_nand", {{256, 128 * KiB, 512 * KiB}, 2 * KiB}},
}};

Type<Part> named_part_type() {
  std::vector<Choice<std::size_t>> words;
  for (std::size_t n = 0; n < named_parts.size(); ++n) words.push_back({named_parts[n].name, n});
  const Type<std::size_t> by_name = one_of<std::size_t>("part", words);
  Type<Part> type;
  type.read = [by_name](const Node& node, Part& part, Reader& reader) {
    std::size_t n = named_parts.size();
    by_name.read(node, n, reader);
    if (n < named_parts.size()) part = named_parts[n].part;
  };
  // The sizes are what it means; whoever reads them again gets the same part.
  type.show = [](const Part&) { return Json(nullptr); };
  type.schema = by_name.schema;
  return type;
}

/// A size that the kind of part decides unless it is written: tables must not show what a fresh
/// Part holds as its default.
Type<std::uint32_t> refined_size(std::uint32_t fresh) {
  Type<std::uint32_t> type = size_in_bytes();
  type.show = [fresh, show = type.show](const std::uint32_t& size) {
    return size == fresh ? Json(nullptr) : show(size);
  };
  return type;
}

constexpr std::uint32_t least_sector = 1 * KiB, most_sector = 128 * KiB, most_unit = 256;

}  // namespace

const Mapping<Part>& part_definition() {
  static const Mapping<Part> definition = [] {
    Mapping<Part> keys("flash", "The flash part: what its driver promises, how it works inside.");
    const auto self = [](auto& part) -> auto& { return part; };
    const auto geometry = [](auto member) {
      return [member](auto& part) -> auto& { return part.geometry.*member; };
    };
    keys.key("part", named_part_type(), self,
             "A kind of flash: nor_mcu (sectors of 2KiB, 8B at a time, slots of 64KiB), spi_nor "
             "(4KiB, 256B, 256KiB), large_sector_nor (64KiB, 256B, 320KiB) or slc_nand (128KiB, "
             "2KiB, 512KiB). The other keys refine it. Left out: spi_nor.")
        .key("slot", refined_size(0), geometry(&ota::FlashGeometry::slot_size),
             "Bytes of one of the two slots: image and trailer; a multiple of sector.")
        .key("sector", refined_size(0), geometry(&ota::FlashGeometry::sector_size),
             "Bytes that one operation erases, 1KiB to 128KiB; a multiple of page.")
        .key("page", refined_size(Part{}.page), &Part::page,
             "Bytes that one operation programs at most; a multiple of program_unit.")
        .key("program_unit", refined_size(0), geometry(&ota::FlashGeometry::program_unit),
             "Bytes that can be programmed by themselves: a power of two, at most 256B.")
        .rule(validate_part);
    return keys;
  }();
  return definition;
}

void validate_part(const Node& node, const Part& part, Reader& reader) {
  const ota::FlashGeometry& geometry = part.geometry;
  const auto complain = [&](const char* key, std::string message) {
    const Node* value = node.find(key);
    reader.complain(value != nullptr ? value->place : node.place, std::move(message));
  };
  const auto multiple = [&](const char* key, std::uint32_t size, const char* of,
                            std::uint32_t unit) {
    if (size % unit == 0) return true;
    complain(key, fmt::format("expected {} to be a multiple of {} ({}), found {}", key, of,
                              size_text(unit), size_text(size)));
    return false;
  };
  if (!std::has_single_bit(geometry.program_unit) || geometry.program_unit > most_unit) {
    return complain("program_unit",
                    fmt::format("expected program_unit to be a power of two up to {}, found {}",
                                size_text(most_unit), size_text(geometry.program_unit)));
  }
  if (geometry.sector_size < least_sector || geometry.sector_size > most_sector) {
    return complain("sector",
                    fmt::format("expected sector to be {} to {}, found {}", size_text(least_sector),
                                size_text(most_sector), size_text(geometry.sector_size)));
  }
  const bool fits = multiple("page", part.page, "program_unit", geometry.program_unit) &&
                    multiple("sector", geometry.sector_size, "page", part.page) &&
                    multiple("slot", geometry.slot_size, "sector", geometry.sector_size);
  if (fits && part.sectors() > FlashState::largest_part) {
    complain("slot", fmt::format("two slots of {} and the records are {} sectors of {}, expected "
                                 "at most {}",
                                 size_text(geometry.slot_size), part.sectors(),
                                 size_text(geometry.sector_size), FlashState::largest_part));
  }
}

const Mapping<Images>& images_definition() {
  static const Mapping<Images> definition = [] {
    Mapping<Images> keys("exploration_images", "The image that runs and the one that comes.");
    keys.key("size", size_in_bytes(), &Images::size, "Bytes of each image.")
        .key("changes", positive_share(), &Images::changes,
             "Share of the sectors in which they differ, for stories that are delivered as a "
             "patch.");
    return keys;
  }();
  return definition;
}

}  // namespace cartstorm::sim::explore
