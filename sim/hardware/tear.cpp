#include "sim/hardware/tear.hpp"

#include <algorithm>

namespace cartstorm::sim {
namespace {

constexpr std::array<const char*, tear_count> names = {
    "before",         "after",          "first",          "half",           "all_but_last",
    "suffix",         "subset",         "bit_mix",        "all_zero",       "over_program",
    "flips_to_old_2", "flips_to_old_3", "flips_to_old_5", "flips_to_new_2", "flips_to_new_3",
    "flips_to_new_5", "watchdog",       "unreadable",
};
constexpr std::byte erased_byte{0xff};
constexpr std::uint32_t word = 4;

/// A fixed scatter over positions: the same cells every time, so that a tear is a fact and no draw.
std::uint64_t scatter(std::uint64_t position) {
  std::uint64_t x = (position + 1) * 0x9e3779b97f4a7c15u;
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
  return x ^ x >> 31;
}

/// Bits of byte `at` of an operation of `size` bytes that it reached, in groups of `group` bytes.
std::byte reached(Tear tear, std::size_t at, std::size_t size, std::size_t group) {
  bool is_reached = true;
  switch (tear) {
    case Tear::before:
    case Tear::watchdog:
    case Tear::flips_to_new_2:
    case Tear::flips_to_new_3:
    case Tear::flips_to_new_5:
      is_reached = false;
      break;
    case Tear::first:
      is_reached = at < group;
      break;
    case Tear::half:
      is_reached = at < size / 2;
      break;
    case Tear::all_but_last:
      is_reached = at + (group == word ? 1 : group) < size;
      break;
    case Tear::suffix:
      is_reached = at >= size / 2;
      break;
    case Tear::subset:
      is_reached = (scatter(at / group) >> 34 & 1) != 0;
      break;
    case Tear::bit_mix:
      return static_cast<std::byte>(scatter(at) >> 24 & 0xff);
    case Tear::after:
    case Tear::unreadable:
    case Tear::all_zero:
    case Tear::over_program:
    case Tear::flips_to_old_2:
    case Tear::flips_to_old_3:
    case Tear::flips_to_old_5:
      break;
  }
  return is_reached ? std::byte{0xff} : std::byte{0};
}

}  // namespace

const char* name(Tear tear) { return names.at(static_cast<std::size_t>(tear)); }

bool tear_named(std::string_view text, Tear& out) {
  const auto found = std::ranges::find(names, text);
  if (found == names.end()) {
    return false;
  }
  out = static_cast<Tear>(found - names.begin());
  return true;
}

void tear_program(Tear tear, std::span<std::byte> sector, std::uint32_t offset,
                  ota::Bytes content) {
  const auto page = sector.subspan(offset, content.size());
  if (tear == Tear::all_zero || tear == Tear::unreadable) {
    std::ranges::fill(page, std::byte{0});
    return;
  }
  for (std::size_t i = 0; i < page.size(); ++i) {
    page[i] &= content[i] | ~reached(tear, i, page.size(), word);
  }
  if (tear == Tear::over_program) {
    for (std::size_t i = 7; i < page.size(); i += 32) {
      page[i] &= std::byte{0x7f};
    }
    if (offset + page.size() < sector.size()) {
      sector[offset + page.size()] &= std::byte{0xfe};
    }
  }
}

void tear_erase(Tear tear, std::span<std::byte> sector, std::uint32_t page) {
  if (tear == Tear::all_zero || tear == Tear::unreadable) {
    std::ranges::fill(sector, std::byte{0});
    return;
  }
  for (std::size_t i = 0; i < sector.size(); ++i) {
    sector[i] |= erased_byte & reached(tear, i, sector.size(), page);
  }
}

}  // namespace cartstorm::sim
