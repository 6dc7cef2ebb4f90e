#include <fmt/format.h>

#include <charconv>
#include <chrono>

#include "sim/scenario/units.hpp"

namespace cartstorm::sim {

namespace {

constexpr std::string_view date_form = "dddd-dd-ddTdd:dd:ddZ";

bool has_date_form(std::string_view text) {
  if (text.size() != date_form.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_digit = text[i] >= '0' && text[i] <= '9';
    if (date_form[i] == 'd' ? !is_digit : text[i] != date_form[i]) return false;
  }
  return true;
}

int number_at(std::string_view text, std::size_t offset, std::size_t digits) {
  int value = 0;
  std::from_chars(text.data() + offset, text.data() + offset + digits, value);
  return value;
}

}  // namespace

std::optional<std::int64_t> parse_date(std::string_view text) {
  using namespace std::chrono;
  if (!has_date_form(text)) return std::nullopt;
  const year_month_day day{year{number_at(text, 0, 4)},
                           month{static_cast<unsigned>(number_at(text, 5, 2))},
                           std::chrono::day{static_cast<unsigned>(number_at(text, 8, 2))}};
  const int hour = number_at(text, 11, 2);
  const int minute = number_at(text, 14, 2);
  const int second = number_at(text, 17, 2);
  const bool is_known_year = day.year() >= year{1970} && day.year() < year{2200};
  if (!day.ok() || !is_known_year || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  const std::int64_t days = sys_days{day}.time_since_epoch().count();
  return days * 86'400 + hour * 3'600 + minute * 60 + second;
}

std::string date_text(std::int64_t unix_s) {
  using namespace std::chrono;
  const year_month_day day{sys_days{days{static_cast<int>(unix_s / 86'400)}}};
  const std::int64_t rest = unix_s % 86'400;
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(day.year()),
                     static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()),
                     rest / 3'600, rest / 60 % 60, rest % 60);
}

}  // namespace cartstorm::sim
