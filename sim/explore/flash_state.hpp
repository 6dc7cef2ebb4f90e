#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/explore/content_pool.hpp"
#include "sim/explore/part.hpp"
#include "sim/hardware/tear.hpp"

namespace cartstorm::sim::explore {

/// Cells that an interrupted operation left: not to be programmed again before an erase, whatever
/// they look like, and perhaps about to read differently.
struct WeakCells {
  std::uint32_t sector = 0;
  std::uint32_t first = 0, last = 0;  ///< [first, last) in the sector, bytes
  ContentId then = erased_content;    ///< has them as they read once the reads are used up
  std::uint8_t reads_left = 0;        ///< 0: stable
  bool is_unreadable = false;         ///< a unit with ECC that is no code word
};

/// A sector that does not do what it is told: littlefs' five behaviours of a bad block, and a bit
/// line that is stuck, which the part does not notice.
enum class BadSector : std::uint8_t {
  program_error,
  erase_error,
  read_error,
  program_noop,
  erase_noop,
  stuck_low,   ///< a bit of every 64 bytes reads 0, erased or not
  stuck_high,  ///< the same bit reads 1, programmed or not
};
inline constexpr std::size_t bad_sector_count = 7;
const char* name(BadSector);

/// What is in the regions of records, both copies of each, and what cuts left there.
struct Records {
  static constexpr std::size_t sectors = 2 * (ota::region_count - 2);

  std::array<ContentId, sectors> contents{};
  std::vector<WeakCells> weak;
};

/// What is in the flash of one path. A value: to fork a path is to copy it.
class FlashState {
 public:
  FlashState(const Part&, const ContentPool&);

  ContentId at(std::uint32_t sector) const { return sectors_[sector]; }

  /// An operation that ended: the content is what it is.
  void set(std::uint32_t sector, ContentId, const ContentPool&);
  void erase(std::uint32_t sector, const ContentPool&);
  /// An operation that was cut, and the cells that it touched.
  void leave_torn(const WeakCells&, ContentId now, const ContentPool&);
  /// Whether a program of [first, last) meets cells that a cut left.
  bool is_weak(std::uint32_t sector, std::uint32_t first, std::uint32_t last) const;
  /// A read of [first, last): uses up reads of marginal cells there.
  /// Where in the sector they begin, if they read differently from now on.
  std::optional<std::uint32_t> note_read(std::uint32_t sector, std::uint32_t first,
                                         std::uint32_t last, ContentPool&);
  /// Whether cells there may read differently the next time, or cannot be read.
  bool has_marginal(std::uint32_t sector) const;
  /// Whether a read of [first, last) fails, as the part cannot correct what a cut left.
  bool is_unreadable(std::uint32_t sector, std::uint32_t first, std::uint32_t last) const;

  /// Claims that nothing reads the sectors [from, to) of a slot before they are erased, so that
  /// their content does not make a state another one. Whoever reads one refutes it.
  void mark_dead(std::uint32_t from, std::uint32_t to, const ContentPool&);
  bool is_dead(std::uint32_t sector) const { return (dead_[sector / 64] >> sector % 64 & 1) != 0; }

  void spoil(std::uint32_t sector, BadSector mode) { bad_.push_back({sector, mode}); }
  bool is_bad(std::uint32_t sector, BadSector mode) const;
  bool has_bad() const { return !bad_.empty(); }
  bool has_stuck(std::uint32_t sector) const {
    return is_bad(sector, BadSector::stuck_low) || is_bad(sector, BadSector::stuck_high);
  }
  /// Makes of what was read from `offset` in the sector what a stuck bit line makes of it.
  void distort(std::uint32_t sector, std::uint32_t offset, ota::MutableBytes read) const;

  Records records() const;
  void set_records(const Records&);
  /// Of the cells that cuts left in records; what the records say has keys of its own.
  Key weak_records_key(const ContentPool& pool) const { return key_of(weak_records_, pool); }
  /// Of the slots, of weak cells in them, and of bad sectors.
  Key slots_key(const ContentPool&) const;
  /// Of everything that stands in one slot, alive or not, but for weak cells.
  const Key& slot_key(ota::Slot slot) const { return whole_[static_cast<std::size_t>(slot)]; }
  /// Whether the sectors [first, last] of a slot read as they stand, and take what is programmed.
  bool is_plain(std::uint32_t first, std::uint32_t last) const;
  /// Of the contents of the sectors [from, to) of a slot, alive or not.
  Key range_key(std::uint32_t from, std::uint32_t to, const ContentPool&) const;

  static constexpr std::uint32_t largest_part = 576;  ///< sectors

 private:
  struct Bad {
    std::uint32_t sector;
    BadSector mode;
  };

  std::vector<WeakCells>& weak_of(std::uint32_t sector) {
    return sector < slot_sectors_ ? weak_ : weak_records_;
  }
  const std::vector<WeakCells>& weak_of(std::uint32_t sector) const {
    return sector < slot_sectors_ ? weak_ : weak_records_;
  }
  Key key_of(const std::vector<WeakCells>&, const ContentPool&) const;

  std::vector<ContentId> sectors_;
  Key slots_;                    ///< sum over the sectors of both slots, kept as they change
  Key whole_[2];                 ///< the same of each slot, as if no sector were dead
  std::uint32_t slot_sectors_;   ///< of both
  std::vector<WeakCells> weak_;  ///< in slots
  std::vector<WeakCells> weak_records_;
  std::vector<Bad> bad_;
  std::array<std::uint64_t, largest_part / 64> dead_{};
};

}  // namespace cartstorm::sim::explore
