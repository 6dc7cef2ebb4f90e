#include "sim/explore/flash_state.hpp"

#include <algorithm>

namespace cartstorm::sim::explore {
namespace {

/// No content has this key.
constexpr Key dead_content{0x6465616420736563u, 0x746f722120202020u};

Key dead_key(std::uint32_t sector) { return key_at(dead_content, sector); }

}  // namespace

const char* name(BadSector mode) {
  constexpr std::array<const char*, bad_sector_count> names = {
      "program_error", "erase_error", "read_error", "program_noop", "erase_noop"};
  return names.at(static_cast<std::size_t>(mode));
}

FlashState::FlashState(const Part& part, const ContentPool& pool)
    : sectors_(part.sectors(), erased_content), slot_sectors_(2 * part.slot_sectors()) {
  slots_ = range_key(0, slot_sectors_, pool);
}

void FlashState::set(std::uint32_t sector, ContentId id, const ContentPool& pool) {
  if (sector < slot_sectors_ && !is_dead(sector)) {
    slots_ ^= key_at(pool.key(sectors_[sector]), sector);
    slots_ ^= key_at(pool.key(id), sector);
  }
  sectors_[sector] = id;
}

void FlashState::erase(std::uint32_t sector, const ContentPool& pool) {
  set(sector, erased_content, pool);
  if (is_dead(sector)) {
    dead_[sector / 64] &= ~(std::uint64_t{1} << sector % 64);
    slots_ ^= dead_key(sector);
    slots_ ^= key_at(pool.key(erased_content), sector);
  }
  if (!weak_.empty()) {
    std::erase_if(weak_, [&](const WeakCells& cells) { return cells.sector == sector; });
  }
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

void FlashState::mark_dead(std::uint32_t from, std::uint32_t to, const ContentPool& pool) {
  for (std::uint32_t sector = from; sector < to; ++sector) {
    if (!is_dead(sector)) {
      dead_[sector / 64] |= std::uint64_t{1} << sector % 64;
      slots_ ^= key_at(pool.key(sectors_[sector]), sector);
      slots_ ^= dead_key(sector);
    }
  }
}

bool FlashState::is_bad(std::uint32_t sector, BadSector mode) const {
  return std::ranges::any_of(
      bad_, [&](const Bad& bad) { return bad.sector == sector && bad.mode == mode; });
}

Key FlashState::slots_key(const ContentPool& pool) const {
  if (weak_.empty() && bad_.empty()) {
    return slots_;
  }
  KeyWriter writer;
  writer.key(slots_);
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

Key FlashState::range_key(std::uint32_t from, std::uint32_t to, const ContentPool& pool) const {
  Key sum;
  for (std::uint32_t sector = from; sector < to; ++sector) {
    sum ^= key_at(pool.key(sectors_[sector]), sector);
  }
  return sum;
}

}  // namespace cartstorm::sim::explore
