#include "sim/scenario/units.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <limits>

namespace cartstorm::sim {

namespace {

struct Unit {
  std::string_view name;
  std::int64_t value;
};
constexpr std::array<Unit, 6> duration_units{{{"d", 86'400'000'000},
                                              {"h", 3'600'000'000},
                                              {"m", 60'000'000},
                                              {"s", 1'000'000},
                                              {"ms", 1'000},
                                              {"us", 1}}};
constexpr std::int64_t longest_duration_us = 10'000 * duration_units[0].value;
constexpr std::array<Unit, 3> size_units{{{"MiB", 1024 * 1024}, {"KiB", 1024}, {"B", 1}}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Takes decimal digits off the front.
std::optional<std::uint64_t> take_digits(std::string_view& text) {
  std::uint64_t value = 0;
  if (text.empty() || !is_digit(text.front())) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

std::string_view take_letters(std::string_view& text) {
  std::size_t length = 0;
  while (length < text.size() && text[length] >= 'a' && text[length] <= 'z') ++length;
  const auto letters = text.substr(0, length);
  text.remove_prefix(length);
  return letters;
}

/// Index of the unit among those that may still follow.
std::optional<std::size_t> find_duration_unit(std::string_view name, std::size_t from) {
  for (std::size_t i = from; i < duration_units.size(); ++i) {
    if (duration_units[i].name == name) return i;
  }
  return std::nullopt;
}

/// Digits with at most one point: what std::from_chars takes beyond that (inf, exponents) is not
/// what a person means.
bool is_plain_decimal(std::string_view text) {
  if (text.empty() || text.size() > 32 || !is_digit(text.front()) || !is_digit(text.back())) {
    return false;
  }
  int points = 0;
  for (const char c : text) {
    if (c == '.') ++points;
    if (c != '.' && !is_digit(c)) return false;
  }
  return points <= 1;
}

std::optional<double> parse_double(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::string_view> without_suffix(std::string_view text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return std::nullopt;
  return text.substr(0, text.size() - suffix.size());
}

/// The shortest text of `value` times 10 to the `shift`: moving the decimal point in the text is
/// exact where a multiplication is not.
std::string decimal_text(double value, int shift) {
  if (value == 0) return "0";
  std::array<char, 40> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                 std::chars_format::scientific)
                       .ptr;
  const std::string_view text(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
  const auto mark = text.find('e');
  int exponent = 0;
  const auto digits_of_exponent = text.substr(mark + (text[mark + 1] == '+' ? 2 : 1));
  std::from_chars(digits_of_exponent.data(), text.data() + text.size(), exponent);
  std::string digits;
  for (const char c : text.substr(0, mark)) {
    if (is_digit(c)) digits += c;
  }
  int whole = exponent + 1 + shift;  // digits before the point
  while (whole <= 0) {
    digits.insert(digits.begin(), '0');
    ++whole;
  }
  const auto point = static_cast<std::size_t>(whole);
  if (digits.size() <= point) return digits + std::string(point - digits.size(), '0');
  return digits.substr(0, point) + "." + digits.substr(point);
}

}  // namespace

std::optional<std::int64_t> parse_duration(std::string_view text) {
  const bool is_negative = text.starts_with('-');
  if (is_negative || text.starts_with('+')) text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  std::int64_t total = 0;
  std::size_t next_unit = 0;
  while (!text.empty()) {
    const auto number = take_digits(text);
    const auto unit = find_duration_unit(take_letters(text), next_unit);
    if (!number || !unit) return std::nullopt;
    const std::int64_t size = duration_units[*unit].value;
    const std::int64_t room = (longest_duration_us - total) / size;
    if (*number > static_cast<std::uint64_t>(room)) return std::nullopt;
    total += static_cast<std::int64_t>(*number) * size;
    next_unit = *unit + 1;
  }
  return is_negative ? -total : total;
}

std::string duration_text(std::int64_t us) {
  if (us == 0) return "0s";
  std::string text = us < 0 ? "-" : "";
  std::int64_t rest = us < 0 ? -us : us;
  for (const Unit& unit : duration_units) {
    if (rest >= unit.value) text += fmt::format("{}{}", rest / unit.value, unit.name);
    rest %= unit.value;
  }
  return text;
}

std::optional<std::uint32_t> parse_size(std::string_view text) {
  const auto number = take_digits(text);
  if (!number) return std::nullopt;
  for (const Unit& unit : size_units) {
    if (text != unit.name) continue;
    const auto size = static_cast<std::uint64_t>(unit.value);
    if (*number > std::numeric_limits<std::uint32_t>::max() / size) return std::nullopt;
    return static_cast<std::uint32_t>(*number * size);
  }
  return std::nullopt;
}

std::string size_text(std::uint32_t bytes) {
  for (const Unit& unit : size_units) {
    const auto size = static_cast<std::uint32_t>(unit.value);
    if (bytes >= size && bytes % size == 0) return fmt::format("{}{}", bytes / size, unit.name);
  }
  return "0B";
}

std::optional<std::uint64_t> parse_rate(std::string_view text) {
  const auto size = without_suffix(text, "/s");
  return size ? std::optional<std::uint64_t>(parse_size(*size)) : std::nullopt;
}

std::string rate_text(std::uint64_t bytes_per_s) {
  return size_text(static_cast<std::uint32_t>(bytes_per_s)) + "/s";
}

std::optional<double> parse_share(std::string_view text) {
  const auto number = without_suffix(text, "%");
  if (!number || !is_plain_decimal(*number)) return std::nullopt;
  const auto share = parse_double(std::string(*number) + "e-2");
  return share && *share <= 1 ? share : std::nullopt;
}

std::string share_text(double share) { return decimal_text(share, 2) + "%"; }

std::optional<double> parse_percent(std::string_view text) {
  const auto number = without_suffix(text, "%");
  if (!number) return std::nullopt;
  const auto percent = parse_number(*number);
  return percent && *percent <= 100 ? percent : std::nullopt;
}

std::string percent_text(double percent) { return number_text(percent) + "%"; }

std::optional<Version> parse_version(std::string_view text) {
  constexpr std::array<std::uint64_t, 3> largest{65'535, 255, 255};
  std::array<std::uint64_t, 3> part{};
  for (std::size_t i = 0; i < part.size(); ++i) {
    if (i > 0) {
      if (!text.starts_with('.')) return std::nullopt;
      text.remove_prefix(1);
    }
    const auto number = take_digits(text);
    if (!number || *number > largest[i]) return std::nullopt;
    part[i] = *number;
  }
  if (!text.empty()) return std::nullopt;
  return Version{static_cast<std::uint32_t>(part[0] << 16U | part[1] << 8U | part[2])};
}

std::optional<std::uint64_t> parse_count(std::string_view text) {
  const auto number = take_digits(text);
  return text.empty() ? number : std::nullopt;
}

std::optional<double> parse_number(std::string_view text) {
  return is_plain_decimal(text) ? parse_double(text) : std::nullopt;
}

std::string number_text(double value) { return decimal_text(value, 0); }

bool is_word(std::string_view text) {
  if (text.empty() || text.front() < 'a' || text.front() > 'z') return false;
  for (const char c : text) {
    if (!is_digit(c) && c != '_' && (c < 'a' || c > 'z')) return false;
  }
  return true;
}

}  // namespace cartstorm::sim
