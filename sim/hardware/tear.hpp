#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "ota/types.hpp"

namespace cartstorm::sim {

/// What the end of the supply leaves of the device operation that it meets (invariants.md 4.3 to
/// 4.5). `page` is what one program operation writes.
enum class Tear : std::uint8_t {
  before,          ///< nothing of it happened
  after,           ///< all of it happened, and the caller never learns
  first,           ///< program: the first 4 bytes; erase: the first page
  half,            ///< the first half of the page or of the sector
  all_but_last,    ///< program: all but the last byte; erase: all but the last page
  suffix,          ///< the second half: out-of-order latches
  subset,          ///< every other group of 4 bytes, or of pages, by a fixed scatter
  bit_mix,         ///< every bit by itself, by a fixed scatter
  all_zero,        ///< erase: NOR programs every cell to 0 first; program: driven too far
  over_program,    ///< program: done, and bits beside it (same page, next page) fell too
  flips_to_old_2,  ///< done, but marginal: the second read finds what was there before
  flips_to_old_3,  ///< ... the third
  flips_to_old_5,  ///< ... the fifth
  flips_to_new_2,  ///< reads as before once, then as done
  flips_to_new_3,
  flips_to_new_5,
  watchdog,    ///< no tear: a reset by the watchdog between this operation and the one before
  unreadable,  ///< parts with ECC: what was touched fails every read until it is erased
};
inline constexpr std::size_t tear_count = 18;
const char* name(Tear);
/// False if no tear has this name.
bool tear_named(std::string_view name, Tear& out);

/// How many reads of the touched cells find the first content; 0: they are stable.
constexpr std::uint8_t stable_reads(Tear tear) {
  constexpr std::array<std::uint8_t, tear_count> reads = {0, 0, 0, 0, 0, 0, 0, 0, 0,
                                                          0, 1, 2, 4, 1, 2, 4, 0, 0};
  return reads[static_cast<std::size_t>(tear)];
}
constexpr bool flips_to_old(Tear tear) {
  return tear == Tear::flips_to_old_2 || tear == Tear::flips_to_old_3 ||
         tear == Tear::flips_to_old_5;
}
/// Whether the tear can happen to this kind of operation.
constexpr bool applies_to_erase(Tear tear) { return tear != Tear::over_program; }

/// Leaves in `sector` what an interrupted program of `content` at `offset` leaves. Of a tear that
/// flips: what the first reads find.
void tear_program(Tear, std::span<std::byte> sector, std::uint32_t offset, ota::Bytes content);
/// The same of an interrupted erase; `page` in bytes.
void tear_erase(Tear, std::span<std::byte> sector, std::uint32_t page);

}  // namespace cartstorm::sim
