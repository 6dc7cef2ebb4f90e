#include "ota/maintenance.hpp"

#include <algorithm>

namespace ota {
namespace {

constexpr std::int32_t minutes_per_day = 1440;
constexpr std::int64_t seconds_per_day = 86'400;
// The clocks change by at most this; the search for an opening does not step over a change.
constexpr std::uint32_t change_s = 7'200;
constexpr std::uint32_t search_step_s = 900;

std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  const std::int64_t quotient = a / b;
  return a % b < 0 ? quotient - 1 : quotient;
}

/// Days since 1970-01-01 of a civil date (proleptic Gregorian), counted from March on so that the
/// leap day is the last of its year.
std::int64_t days_of(std::int64_t year, unsigned month, unsigned day) {
  const std::int64_t y = month <= 2 ? year - 1 : year;
  const std::int64_t era = floor_div(y, 400);
  const std::int64_t year_of_era = y - era * 400;
  const std::int64_t day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
  return era * 146'097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
         719'468;
}

std::int64_t year_of(std::int64_t days) {
  std::int64_t year = 1970 + floor_div(days * 400, 146'097);
  while (days_of(year + 1, 1, 1) <= days) {
    ++year;
  }
  while (days_of(year, 1, 1) > days) {
    --year;
  }
  return year;
}

unsigned weekday_of(std::int64_t days) {
  return static_cast<unsigned>(((days + 4) % 7 + 7) % 7);  // 1970-01-01 was a Thursday
}

/// The instant of a change in one year, in seconds since 1970 UTC.
std::int64_t instant_of(const ClockChange& change, std::int64_t year, std::int32_t offset_min) {
  const std::int64_t first = days_of(year, change.month, 1);
  const std::int64_t next_month =
      change.month == 12 ? days_of(year + 1, 1, 1) : days_of(year, change.month + 1u, 1);
  const unsigned ahead = (change.weekday + 7u - weekday_of(first)) % 7u;
  std::int64_t day = first + ahead + 7 * (change.week - 1);
  while (day >= next_month) {
    day -= 7;  // week 5 is the last one, and some months have only four
  }
  return day * seconds_per_day + (std::int64_t{change.at_minute} - offset_min) * 60;
}

struct Local {
  std::int64_t day;
  std::int32_t minute;
};

Local local_of(const TimeZone& zone, UnixTime t) {
  const std::int64_t minutes = floor_div(t.s, 60) + offset_at(zone, t);
  const std::int64_t day = floor_div(minutes, minutes_per_day);
  return {day, static_cast<std::int32_t>(minutes - day * minutes_per_day)};
}

bool has_day(const MaintenanceWindow& window, std::int64_t day) {
  return (window.weekdays >> weekday_of(day) & 1) != 0;
}

}  // namespace

std::int32_t offset_at(const TimeZone& zone, UnixTime t) {
  if (zone.summer_offset_min == zone.offset_min) {
    return zone.offset_min;
  }
  const std::int64_t year = year_of(floor_div(t.s + zone.offset_min * 60, seconds_per_day));
  const std::int64_t begins = instant_of(zone.summer_begins, year, zone.offset_min);
  const std::int64_t ends = instant_of(zone.summer_ends, year, zone.summer_offset_min);
  // South of the equator summer spans the new year.
  const bool is_summer = begins < ends ? t.s >= begins && t.s < ends : t.s >= begins || t.s < ends;
  return is_summer ? zone.summer_offset_min : zone.offset_min;
}

bool is_open(const MaintenanceWindow& window, UnixTime t) {
  const Local now = local_of(window.zone, t);
  const std::int32_t from = window.from_minute;
  const std::int32_t until = window.until_minute;
  if (from < until) {
    return now.minute >= from && now.minute < until && has_day(window, now.day);
  }
  return (now.minute >= from && has_day(window, now.day)) ||
         (now.minute < until && has_day(window, now.day - 1));
}

bool is_open_for(const MaintenanceWindow& window, UnixTime t, std::uint32_t length_s) {
  // Both ends and every quarter of an hour between: windows are longer than that, and a change of
  // the clocks can close one early.
  for (std::uint32_t s = 0; s < length_s; s += search_step_s) {
    if (!is_open(window, {t.s + s})) {
      return false;
    }
  }
  return is_open(window, {t.s + length_s});
}

std::uint32_t opens_in_s(const MaintenanceWindow& window, UnixTime t, std::uint32_t length_s) {
  constexpr std::int64_t limit_s = search_days * seconds_per_day;
  const std::int64_t end = t.s + limit_s;
  for (std::int64_t s = t.s; s < end;) {
    if (is_open_for(window, {s}, length_s)) {
      return static_cast<std::uint32_t>(s - t.s);
    }
    const std::int32_t minute = local_of(window.zone, {s}).minute;
    const std::int32_t ahead_min = minute < window.from_minute
                                       ? window.from_minute - minute
                                       : window.from_minute - minute + minutes_per_day;
    const std::int64_t ahead_s = std::int64_t{ahead_min} * 60 - (s - floor_div(s, 60) * 60);
    s += ahead_s > change_s ? ahead_s - change_s : std::min<std::int64_t>(ahead_s, search_step_s);
  }
  return never_opens;
}

}  // namespace ota
