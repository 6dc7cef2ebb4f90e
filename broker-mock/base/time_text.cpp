#include "broker-mock/base/time_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

namespace cartstorm::broker {
namespace {

using std::chrono::days;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::sys_seconds;
using std::chrono::year_month_day;

struct Fields {
  int year;
  unsigned month, day;
  std::int64_t hour, minute, second;
};

Fields fields_of(std::int64_t unix_s) {
  const sys_seconds time{seconds{unix_s}};
  const sys_days midnight = std::chrono::floor<days>(time);
  const year_month_day date{midnight};
  const std::int64_t rest = (time - midnight).count();
  return {static_cast<int>(date.year()),
          static_cast<unsigned>(date.month()),
          static_cast<unsigned>(date.day()),
          rest / 3600,
          rest / 60 % 60,
          rest % 60};
}

std::optional<int> digits_at(std::string_view text, std::size_t at, std::size_t count) {
  int value = 0;
  for (const char c : text.substr(at, count)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

std::optional<std::int64_t> seconds_of(int year, unsigned month, int day, int hour, int minute,
                                       int second) {
  const year_month_day date{std::chrono::year{year}, std::chrono::month{month},
                            std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  return std::chrono::duration_cast<seconds>(sys_days{date}.time_since_epoch()).count() +
         hour * 3600 + minute * 60 + second;
}

constexpr std::array<std::string_view, 12> month_names = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> day_names = {"Sun", "Mon", "Tue", "Wed",
                                                       "Thu", "Fri", "Sat"};

}  // namespace

std::string basic_time(std::int64_t unix_s) {
  const Fields f = fields_of(unix_s);
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", f.year, f.month, f.day, f.hour, f.minute,
                     f.second);
}

std::string extended_time(std::int64_t unix_s) {
  const Fields f = fields_of(unix_s);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", f.year, f.month, f.day, f.hour,
                     f.minute, f.second);
}

std::optional<std::int64_t> parse_basic_time(std::string_view text) {
  if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z') return std::nullopt;
  const auto year = digits_at(text, 0, 4), month = digits_at(text, 4, 2),
             day = digits_at(text, 6, 2), hour = digits_at(text, 9, 2),
             minute = digits_at(text, 11, 2), second = digits_at(text, 13, 2);
  if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
  return seconds_of(*year, static_cast<unsigned>(*month), *day, *hour, *minute, *second);
}

std::string http_time(std::int64_t unix_s) {
  const Fields f = fields_of(unix_s);
  const std::int64_t day = floor_div(unix_s, 86'400);
  const auto weekday = static_cast<std::size_t>(day + 4 - 7 * floor_div(day + 4, 7));
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", day_names[weekday], f.day,
                     month_names[f.month - 1], f.year, f.hour, f.minute, f.second);
}

/// `Sun, 10 Mar 2024 12:00:00 GMT`
std::optional<std::int64_t> parse_http_time(std::string_view text) {
  if (text.size() != 29 || text[3] != ',' || text[4] != ' ' || text[7] != ' ' || text[11] != ' ' ||
      text[16] != ' ' || text[19] != ':' || text[22] != ':' || text.substr(25) != " GMT" ||
      std::ranges::find(day_names, text.substr(0, 3)) == day_names.end()) {
    return std::nullopt;
  }
  const auto month = std::ranges::find(month_names, text.substr(8, 3));
  const auto day = digits_at(text, 5, 2), year = digits_at(text, 12, 4),
             hour = digits_at(text, 17, 2), minute = digits_at(text, 20, 2),
             second = digits_at(text, 23, 2);
  if (month == month_names.end() || !day || !year || !hour || !minute || !second) {
    return std::nullopt;
  }
  const auto number = static_cast<unsigned>(month - month_names.begin()) + 1;
  return seconds_of(*year, number, *day, *hour, *minute, *second);
}

}  // namespace cartstorm::broker
