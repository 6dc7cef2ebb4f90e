#pragma once
#include "ota/record.hpp"

namespace ota {

/// What is remembered of one version that was tried.
struct VersionCount {
  Version version{};
  std::uint8_t rollbacks = 0;
  bool is_quarantined = false;
  std::uint16_t attempts = 0;     ///< installs that were tried: its manifest was judged
  std::uint32_t attempted_s = 0;  ///< server time of the last one, 1970 UTC; 0: not known

  bool operator==(const VersionCount&) const = default;
};

/// Counts per version that a reboot must not reset (D21). A small table: when it is full, the
/// version that was touched longest ago makes room.
struct Counters {
  static constexpr std::size_t capacity = 8;

  VersionCount versions[capacity] = {};  ///< newest first; version 0.0.0 is an empty row
  OccurrenceId last_counted{};           ///< rollback that is already in the table

  /// Row of a version or an empty one.
  VersionCount of(Version) const;
  /// Moves the version to the front and returns its row.
  VersionCount& touch(Version);
  bool operator==(const Counters&) const = default;
};

inline constexpr RecordFormat counters_format{Region::counters, 0x31544e43 /* "CNT1" */, 2, 104};
Status load(Flash&, Counters&, RecordPlace&, RecordCare = RecordCare::newest);
Status store(Flash&, const Counters&, RecordPlace&);
Status format(Flash&, const Counters&, std::uint64_t first_sequence);

}  // namespace ota
