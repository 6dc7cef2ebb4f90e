#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "sim/explore/replay.hpp"

namespace cartstorm::cli {

/// What became of sixteen bytes.
enum class RowState : std::uint8_t { same, as_meant, as_before, mixed };

/// Rows next to each other of which the same can be said.
struct RowRun {
  RowState state{};
  std::size_t first = 0;  ///< byte of the sector
  std::size_t rows = 0;
};

inline constexpr std::size_t row_bytes = 16;

/// The rows of a sector in which before, meant and left are not all the same.
std::vector<RowRun> differing_rows(const sim::explore::TornSector&);

/// `0011..ff`, in groups of four bytes, of a row of `bytes`.
std::string hex_row(const std::vector<std::byte>& bytes, std::size_t from, const char* gap);

/// A sector before, as it was meant to be, and as it is: only rows that differ, and of rows that
/// came out whole only the first.
std::string hex_diff(const sim::explore::TornSector&);

}  // namespace cartstorm::cli
