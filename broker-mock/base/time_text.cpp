#include "broker-mock/base/time_text.hpp"

#include <fmt/format.h>

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
  const year_month_day date{std::chrono::year{*year},
                            std::chrono::month{static_cast<unsigned>(*month)},
                            std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  return std::chrono::duration_cast<seconds>(sys_days{date}.time_since_epoch()).count() +
         *hour * 3600 + *minute * 60 + *second;
}

}  // namespace cartstorm::broker
