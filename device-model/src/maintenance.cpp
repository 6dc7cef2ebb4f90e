#include "ota/maintenance.hpp"

#include <algorithm>

namespace ota {
namespace {

constexpr std::int32_t minutes_per_day = 1440;
constexpr std::int32_t seconds_per_day = 86'400;
// The clocks change by at most this; the search for an opening does not step over a change.
constexpr std::int32_t change_s = 7'200;
constexpr std::int32_t search_step_s = 900;

std::int32_t floor_div(std::int32_t a, std::int32_t b) {
  const std::int32_t quotient = a / b;
  return a % b < 0 ? quotient - 1 : quotient;
}

/// Minutes since 1970 UTC. Clocks change at whole minutes, so nothing finer is needed to ask which
/// time a clock shows. A minute is fifteen times four seconds, and 32 bits of those reach the year
/// 2242: no division of 64 bits.
std::int32_t minutes_of(UnixTime t) { return floor_div(static_cast<std::int32_t>(t.s >> 2), 15); }

/// Days since 1970-01-01 of a civil date (proleptic Gregorian), counted from March on so that the
/// leap day is the last of its year.
std::int32_t days_of(std::int32_t year, std::int32_t month, std::int32_t day) {
  const std::int32_t y = month <= 2 ? year - 1 : year;
  const std::int32_t era = floor_div(y, 400);
  const std::int32_t year_of_era = y - era * 400;
  const std::int32_t day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
  return era * 146'097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
         719'468;
}

std::int32_t year_of(std::int32_t days) {
  std::int32_t year = 1970 + floor_div(days * 400, 146'097);
  while (days_of(year + 1, 1, 1) <= days) {
    ++year;
  }
  while (days_of(year, 1, 1) > days) {
    --year;
  }
  return year;
}

std::int32_t weekday_of(std::int32_t days) {
  return ((days + 4) % 7 + 7) % 7;  // 1970-01-01 was a Thursday
}

/// The instant of a change in one year, in minutes since 1970 UTC.
std::int32_t instant_of(const ClockChange& change, std::int32_t year, std::int32_t offset_min) {
  const std::int32_t first = days_of(year, change.month, 1);
  const std::int32_t next_month =
      change.month == 12 ? days_of(year + 1, 1, 1) : days_of(year, change.month + 1, 1);
  const std::int32_t ahead = (change.weekday + 7 - weekday_of(first)) % 7;
  std::int32_t day = first + ahead + 7 * (change.week - 1);
  while (day >= next_month) {
    day -= 7;  // week 5 is the last one, and some months have only four
  }
  return day * minutes_per_day + change.at_minute - offset_min;
}

struct Local {
  std::int32_t day;
  std::int32_t minute;
};

Local local_of(const TimeZone& zone, UnixTime t) {
  const std::int32_t minutes = minutes_of(t) + offset_at(zone, t);
  const std::int32_t day = floor_div(minutes, minutes_per_day);
  return {day, minutes - day * minutes_per_day};
}

/// The first second after `from` at which the clocks differ from those at `from`, or `to`.
std::int64_t until_change(const TimeZone& zone, std::int64_t from, std::int64_t to) {
  const std::int32_t offset = offset_at(zone, {from});
  if (offset_at(zone, {to}) == offset) {
    return to;
  }
  while (to - from > 1) {
    const std::int64_t middle = from + (to - from) / 2;
    (offset_at(zone, {middle}) == offset ? from : to) = middle;
  }
  return to;
}

bool has_day(const MaintenanceWindow& window, std::int32_t day) {
  return (window.weekdays >> weekday_of(day) & 1) != 0;
}

}  // namespace

std::int32_t offset_at(const TimeZone& zone, UnixTime t) {
  if (zone.summer_offset_min == zone.offset_min) {
    return zone.offset_min;
  }
  const std::int32_t now = minutes_of(t);
  const std::int32_t year = year_of(floor_div(now + zone.offset_min, minutes_per_day));
  const std::int32_t begins = instant_of(zone.summer_begins, year, zone.offset_min);
  const std::int32_t ends = instant_of(zone.summer_ends, year, zone.summer_offset_min);
  // South of the equator summer spans the new year.
  const bool is_summer = begins < ends ? now >= begins && now < ends : now >= begins || now < ends;
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
  constexpr std::uint32_t limit_s = search_days * seconds_per_day;
  for (std::uint32_t wait_s = 0; wait_s < limit_s;) {
    const UnixTime at{t.s + wait_s};
    if (is_open_for(window, at, length_s)) {
      return wait_s;
    }
    const std::int32_t minute = local_of(window.zone, at).minute;
    const std::int32_t ahead_min = minute < window.from_minute
                                       ? window.from_minute - minute
                                       : window.from_minute - minute + minutes_per_day;
    const auto second = static_cast<std::int32_t>(at.s - std::int64_t{60} * minutes_of(at));
    const std::int32_t ahead_s = ahead_min * 60 - second;
    const std::int32_t step_s =
        ahead_s > change_s ? ahead_s - change_s : std::min(ahead_s, search_step_s);
    // Clocks that are set back may open the window a second time on that day.
    wait_s = static_cast<std::uint32_t>(until_change(window.zone, at.s, at.s + step_s) - t.s);
  }
  return never_opens;
}

}  // namespace ota
