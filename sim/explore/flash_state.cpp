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
      "program_error", "erase_error", "read_error", "program_noop",
      "erase_noop",    "stuck_low",   "stuck_high"};
  return names.at(static_cast<std::size_t>(mode));
}

FlashState::FlashState(const Part& part, const ContentPool& pool)
    : sectors_(part.sectors(), erased_content), slot_sectors_(2 * part.slot_sectors()) {
  slots_ = range_key(0, slot_sectors_, pool);
  whole_[0] = range_key(0, part.slot_sectors(), pool);
  whole_[1] = range_key(part.slot_sectors(), slot_sectors_, pool);
}

void FlashState::set(std::uint32_t sector, ContentId id, const ContentPool& pool) {
  if (sector < slot_sectors_ && sectors_[sector] != id) {
    Key change = key_at(pool.key(sectors_[sector]), sector);
    change ^= key_at(pool.key(id), sector);
    whole_[sector < slot_sectors_ / 2 ? 0 : 1] ^= change;
    if (!is_dead(sector)) {
      slots_ ^= change;
    }
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
  if (std::vector<WeakCells>& weak = weak_of(sector); !weak.empty()) {
    std::erase_if(weak, [&](const WeakCells& cells) { return cells.sector == sector; });
  }
}

void FlashState::leave_torn(const WeakCells& cells, ContentId now, const ContentPool& pool) {
  // What an older cut left in cells that are touched again is decided anew.
  std::vector<WeakCells>& weak = weak_of(cells.sector);
  std::erase_if(weak, [&](const WeakCells& older) {
    return older.sector == cells.sector && older.first >= cells.first && older.last <= cells.last;
  });
  set(cells.sector, now, pool);
  weak.push_back(cells);
}

bool FlashState::is_weak(std::uint32_t sector, std::uint32_t first, std::uint32_t last) const {
  return std::ranges::any_of(weak_of(sector), [&](const WeakCells& cells) {
    return cells.sector == sector && cells.first < last && first < cells.last;
  });
}

bool FlashState::has_marginal(std::uint32_t sector) const {
  return std::ranges::any_of(weak_of(sector), [&](const WeakCells& cells) {
    return cells.sector == sector && (cells.reads_left != 0 || cells.is_unreadable);
  });
}

bool FlashState::is_unreadable(std::uint32_t sector, std::uint32_t first,
                               std::uint32_t last) const {
  return std::ranges::any_of(weak_of(sector), [&](const WeakCells& cells) {
    return cells.is_unreadable && cells.sector == sector && cells.first < last &&
           first < cells.last;
  });
}

bool FlashState::is_plain(std::uint32_t first, std::uint32_t last) const {
  const bool has_weak = std::ranges::any_of(
      weak_, [&](const WeakCells& cells) { return cells.sector >= first && cells.sector <= last; });
  for (std::uint32_t word = first / 64; word <= last / 64 && !has_weak; ++word) {
    const std::uint64_t from = word == first / 64 ? ~std::uint64_t{0} << first % 64 : ~0ull;
    const std::uint64_t to = word == last / 64 ? ~std::uint64_t{0} >> (63 - last % 64) : ~0ull;
    if ((dead_[word] & from & to) != 0) {
      return false;
    }
  }
  return !has_weak;
}

Records FlashState::records() const {
  Records out;
  std::copy_n(sectors_.begin() + slot_sectors_, Records::sectors, out.contents.begin());
  out.weak = weak_records_;
  return out;
}

void FlashState::set_records(const Records& records) {
  std::ranges::copy(records.contents, sectors_.begin() + slot_sectors_);
  weak_records_ = records.weak;
}

std::optional<std::uint32_t> FlashState::note_read(std::uint32_t sector, std::uint32_t first,
                                                   std::uint32_t last, ContentPool& pool) {
  std::optional<std::uint32_t> flipped;
  for (WeakCells& cells : weak_of(sector)) {
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

void FlashState::distort(std::uint32_t sector, std::uint32_t offset, ota::MutableBytes read) const {
  // One bit line: in every record and every page of an image.
  constexpr std::uint32_t period = 64, column = 12;
  constexpr std::byte bit{0x10};
  const bool is_low = is_bad(sector, BadSector::stuck_low);
  for (std::size_t at = (column + period - offset % period) % period; at < read.size();
       at += period) {
    read[at] = is_low ? read[at] & ~bit : read[at] | bit;
  }
}

Key FlashState::key_of(const std::vector<WeakCells>& weak, const ContentPool& pool) const {
  Key sum;
  for (const WeakCells& cells : weak) {
    if (cells.sector >= slot_sectors_ || !is_dead(cells.sector)) {
      KeyWriter writer;
      writer.key(sum);
      writer.number(std::uint64_t{cells.sector} << 9 | std::uint64_t{cells.is_unreadable} << 8 |
                    cells.reads_left);
      writer.number(std::uint64_t{cells.first} << 32 | cells.last);
      writer.key(cells.reads_left == 0 ? Key{} : pool.key(cells.then));
      sum = writer.finish();
    }
  }
  return sum;
}

Key FlashState::slots_key(const ContentPool& pool) const {
  const Key weak = key_of(weak_, pool);
  if (weak == Key{} && bad_.empty()) {
    return slots_;
  }
  KeyWriter writer;
  writer.key(slots_);
  writer.key(weak);
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
