#include "broker-mock/base/hex.hpp"

#include <algorithm>
#include <array>

namespace cartstorm::broker {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

constexpr std::array<std::int8_t, 256> digit_values = [] {
  std::array<std::int8_t, 256> values{};
  values.fill(-1);
  for (std::size_t i = 0; i < hex_digits.size(); ++i) {
    values[static_cast<unsigned char>(hex_digits[i])] = static_cast<std::int8_t>(i);
  }
  return values;
}();

constexpr int digit_value(char c) { return digit_values[static_cast<unsigned char>(c)]; }

}  // namespace

void append_hex(std::string& out, std::span<const std::byte> bytes) {
  for (const std::byte b : bytes) {
    const auto value = std::to_integer<unsigned>(b);
    out.push_back(hex_digits[value >> 4]);
    out.push_back(hex_digits[value & 15]);
  }
}

void append_hex(std::string& out, std::uint64_t number) {
  for (int shift = 60; shift >= 0; shift -= 4) out.push_back(hex_digits[(number >> shift) & 15]);
}

std::string hex(std::uint64_t number) {
  std::string text;
  append_hex(text, number);
  return text;
}

std::optional<std::uint64_t> parse_hex_id(std::string_view text) {
  if (text.size() != 16) return std::nullopt;
  std::uint64_t value = 0;
  int all = 0;  // negative as soon as one character is no digit
  for (const char c : text) {
    const int digit = digit_value(c);
    all |= digit;
    value = value << 4 | static_cast<std::uint64_t>(digit & 15);
  }
  if (all < 0) return std::nullopt;
  return value;
}

bool is_lower_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return digit_value(c) >= 0; });
}

}  // namespace cartstorm::broker
