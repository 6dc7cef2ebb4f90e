#include "sim/explore/flash_state.hpp"

#include <algorithm>

namespace cartstorm::sim::explore {
namespace {

Key place_key(std::uint32_t sector, const Key& content) {
  KeyWriter writer{sector};
  writer.key(content);
  return writer.finish();
}

Key dead_key(std::uint32_t sector) { return {sector * 0x9e3779b97f4a7c15u, ~sector * 0xff51afd7u}; }

}  // namespace

const char* name(BadSector mode) {
  constexpr std::array<const char*, bad_sector_count> names = {
      "program_error", "erase_error", "read_error", "program_noop", "erase_noop"};
  return names.at(static_cast<std::size_t>(mode));
}

FlashState::FlashState(const Part& part, const ContentPool& pool)
    : sectors_(part.sectors(), erased_content), places_(std::size_t{2} * part.slot_sectors()) {
  for (std::uint32_t sector = 0; sector < places_.size(); ++sector) {
    places_[sector] = place_key(sector, pool.key(erased_content));
  }
}

void FlashState::set(std::uint32_t sector, ContentId id, const ContentPool& pool) {
  sectors_[sector] = id;
  if (sector < places_.size()) {
    places_[sector] = place_key(sector, pool.key(id));
  }
}

void FlashState::erase(std::uint32_t sector, const ContentPool& pool) {
  set(sector, erased_content, pool);
  dead_[sector / 64] &= ~(std::uint64_t{1} << sector % 64);
  std::erase_if(weak_, [&](const WeakCells& cells) { return cells.sector == sector; });
}

void FlashState::leave_torn(const WeakCells& cells, ContentId now, const ContentPool& pool) {
  // What an older cut left in cells that are touched again is decided anew.
  std::erase_if(weak_, [&](const WeakCells& older) {
    return older.sector == cells.sector && older.first >= cells.first && older.last <= cells.last;
  });
  set(cells.sector, now, pool);
  weak_.push_back(cells);
}

bool FlashState::is_weak(std::uint32_t sector, std::uint32_t first, std::uint32_t last) const {
  return std::ranges::any_of(weak_, [&](const WeakCells& cells) {
    return cells.sector == sector && cells.first < last && first < cells.last;
  });
}

bool FlashState::has_marginal(std::uint32_t sector) const {
  return std::ranges::any_of(weak_, [&](const WeakCells& cells) {
    return cells.sector == sector && cells.reads_left != 0;
  });
}

std::optional<std::uint32_t> FlashState::note_read(std::uint32_t sector, std::uint32_t first,
                                                   std::uint32_t last, ContentPool& pool) {
  std::optional<std::uint32_t> flipped;
  for (WeakCells& cells : weak_) {
    const bool is_met =
        cells.sector == sector && cells.reads_left != 0 && cells.first < last && first < cells.last;
    if (is_met && --cells.reads_left == 0) {
      set(sector, pool.merged(at(sector), cells.then, cells.first, cells.last), pool);
      flipped = cells.first;
    }
  }
  return flipped;
}

void FlashState::mark_dead(std::uint32_t from, std::uint32_t to) {
  for (std::uint32_t sector = from; sector < to; ++sector) {
    dead_[sector / 64] |= std::uint64_t{1} << sector % 64;
  }
}

bool FlashState::is_bad(std::uint32_t sector, BadSector mode) const {
  return std::ranges::any_of(
      bad_, [&](const Bad& bad) { return bad.sector == sector && bad.mode == mode; });
}

Key FlashState::slots_key(const ContentPool& pool) const {
  Key sum;
  for (std::uint32_t sector = 0; sector < places_.size(); ++sector) {
    sum ^= is_dead(sector) ? dead_key(sector) : places_[sector];
  }
  if (weak_.empty() && bad_.empty()) {
    return sum;
  }
  KeyWriter writer;
  writer.key(sum);
  for (const WeakCells& cells : weak_) {
    if (!is_dead(cells.sector)) {
      writer.number(std::uint64_t{cells.sector} << 8 | cells.reads_left);
      writer.number(std::uint64_t{cells.first} << 32 | cells.last);
      writer.key(cells.reads_left == 0 ? Key{} : pool.key(cells.then));
    }
  }
  for (const Bad& bad : bad_) {
    writer.number(std::uint64_t{bad.sector} << 8 | static_cast<std::uint8_t>(bad.mode));
  }
  return writer.finish();
}

Key FlashState::range_key(std::uint32_t from, std::uint32_t to) const {
  Key sum;
  for (std::uint32_t sector = from; sector < to; ++sector) {
    sum ^= places_[sector];
  }
  return sum;
}

}  // namespace cartstorm::sim::explore
