#include "sim/cli/hex_diff.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cartstorm::cli {
namespace {

using sim::explore::TornSector;

/// More would push the story off the screen; --json has all of it.
constexpr std::size_t most_mixed_rows = 12;

/// A sector whose tail is not there is erased there.
std::byte at(const std::vector<std::byte>& bytes, std::size_t n) {
  return n < bytes.size() ? bytes[n] : std::byte{0xff};
}

RowState state_of(const TornSector& sector, std::size_t from) {
  bool is_meant = true, is_before = true;
  for (std::size_t n = from; n < from + row_bytes; ++n) {
    is_meant &= at(sector.left, n) == at(sector.meant, n);
    is_before &= at(sector.left, n) == at(sector.before, n);
  }
  if (is_meant && is_before) return RowState::same;
  if (is_meant) return RowState::as_meant;
  return is_before ? RowState::as_before : RowState::mixed;
}

std::string three_rows(const TornSector& sector, std::size_t from) {
  return fmt::format("      {:#06x}  before  {}\n", from, hex_row(sector.before, from, " ")) +
         fmt::format("              meant   {}\n", hex_row(sector.meant, from, " ")) +
         fmt::format("              left    {}\n", hex_row(sector.left, from, " "));
}

std::string text_of(const TornSector& sector, const RowRun& run) {
  const bool is_mixed = run.state == RowState::mixed;
  const std::size_t shown = std::min(run.rows, is_mixed ? most_mixed_rows : std::size_t{1});
  std::string text;
  for (std::size_t n = 0; n < shown; ++n) text += three_rows(sector, run.first + n * row_bytes);
  if (shown == run.rows) return text;
  const char* words = is_mixed                          ? "neither as before nor as meant"
                      : run.state == RowState::as_meant ? "as meant"
                                                        : "as before";
  return text + fmt::format("              to {:#x}: {} more rows {}\n",
                            run.first + run.rows * row_bytes - 1, run.rows - shown, words);
}

}  // namespace

std::vector<RowRun> differing_rows(const TornSector& sector) {
  const std::size_t size =
      std::max({sector.before.size(), sector.meant.size(), sector.left.size()});
  std::vector<RowRun> runs;
  RowState last = RowState::same;
  for (std::size_t from = 0; from < size; from += row_bytes) {
    const RowState state = state_of(sector, from);
    if (state != RowState::same && state == last) {
      ++runs.back().rows;
    } else if (state != RowState::same) {
      runs.push_back({state, from, 1});
    }
    last = state;
  }
  return runs;
}

std::string hex_row(const std::vector<std::byte>& bytes, std::size_t from, const char* gap) {
  std::string text;
  for (std::size_t n = 0; n < row_bytes; ++n) {
    if (n > 0 && n % 4 == 0) text += gap;
    text += fmt::format("{:02x}", std::to_integer<unsigned>(at(bytes, from + n)));
  }
  return text;
}

std::string hex_diff(const TornSector& sector) {
  std::string text = fmt::format("    {} sector {:#x}, bytes {:#x} to {:#x} were touched\n",
                                 sim::explore::region_name(sector.region), sector.offset,
                                 sector.first, sector.last > 0 ? sector.last - 1 : 0);
  const std::vector<RowRun> runs = differing_rows(sector);
  if (runs.empty()) text += "      nothing of it changed, nor was meant to\n";
  for (const RowRun& run : runs) text += text_of(sector, run);
  if (sector.reads_until_flip > 0) {
    text += fmt::format("      unstable: what was left reads otherwise from read {} on\n",
                        sector.reads_until_flip + 1);
  }
  return text;
}

}  // namespace cartstorm::cli
