#pragma once
#include "ota/types.hpp"

namespace ota {

/// A yearly change of the clocks, as in the M form of POSIX TZ: "the last Sunday of March, 02:00".
struct ClockChange {
  std::uint8_t month;      ///< 1..12
  std::uint8_t week;       ///< 1..4, or 5 for the last one of the month
  std::uint8_t weekday;    ///< 0 Sunday .. 6 Saturday
  std::int16_t at_minute;  ///< local time before the change, minutes since midnight

  bool operator==(const ClockChange&) const = default;
};

/// Local time of a cart. Offsets are minutes east of UTC.
struct TimeZone {
  std::int16_t offset_min = 0;
  std::int16_t summer_offset_min = 0;  ///< equal to offset_min: the clocks never change
  ClockChange summer_begins{};
  ClockChange summer_ends{};

  bool operator==(const TimeZone&) const = default;
};

/// When a cart may restart into a new image. A window over midnight (22:00 to 04:00) belongs to the
/// day on which it opens; `from_minute` equal to `until_minute` is a whole day from then on.
struct MaintenanceWindow {
  std::uint16_t from_minute = 0;   ///< local, 0..1439
  std::uint16_t until_minute = 0;  ///< local, exclusive
  std::uint8_t weekdays = 0x7f;    ///< bit 0 Sunday .. bit 6 Saturday; 0: never
  TimeZone zone{};

  bool is_always() const { return from_minute == until_minute && (weekdays & 0x7f) == 0x7f; }
  bool operator==(const MaintenanceWindow&) const = default;
};

/// Minutes east of UTC at `t`. In the hour that a change repeats or leaves out there is no doubt:
/// `t` is one instant.
std::int32_t offset_at(const TimeZone&, UnixTime t);

bool is_open(const MaintenanceWindow&, UnixTime t);

/// True if the window is open at `t` and stays so for `length_s`: what begins in it ends in it.
bool is_open_for(const MaintenanceWindow&, UnixTime t, std::uint32_t length_s);

/// Seconds from `t` until the window is next open for `length_s`; 0 if it is now, `never_opens` if
/// that does not happen within `search_days`, because the window is shorter or never open.
inline constexpr std::uint32_t never_opens = 0xffffffff;
inline constexpr std::uint32_t search_days = 9;
std::uint32_t opens_in_s(const MaintenanceWindow&, UnixTime t, std::uint32_t length_s);

}  // namespace ota
