#include "notation.hpp"

#include <fmt/format.h>

#include <charconv>
#include <stdexcept>
#include <vector>

#include "broker-mock/mqtt/bytes.hpp"

namespace cartstorm::broker::mqtt::testing {
namespace {

void fail(std::string_view at) {
  throw std::invalid_argument(fmt::format("notation of bytes, at: {}", at.substr(0, 40)));
}

std::size_t number(std::string_view text, int base) {
  std::size_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) fail(text);
  return value;
}

void close(std::vector<std::string>& open) {
  const std::string inner = std::move(open.back());
  open.pop_back();
  put_varint(open.back(), static_cast<std::uint32_t>(inner.size()));
  open.back() += inner;
}

}  // namespace

std::string bytes_of(std::string_view notation) {
  std::vector<std::string> open(1);
  while (!notation.empty()) {
    const char first = notation.front();
    if (first == ' ') {
      notation.remove_prefix(1);
    } else if (first == '\'' || first == '<') {
      const std::size_t end = notation.find(first == '<' ? '>' : '\'', 1);
      if (end == std::string_view::npos) fail(notation);
      const std::string_view text = notation.substr(1, end - 1);
      if (first == '<') put_u16(open.back(), static_cast<std::uint16_t>(text.size()));
      open.back() += text;
      notation.remove_prefix(end + 1);
    } else if (first == '[') {
      open.emplace_back();
      notation.remove_prefix(1);
    } else if (first == ']') {
      if (open.size() < 2) fail(notation);
      close(open);
      notation.remove_prefix(1);
    } else {
      const std::string_view token = notation.substr(0, notation.find_first_of(" []'<"));
      const std::size_t star = token.find('*');
      const std::size_t times =
          star == std::string_view::npos ? 1 : number(token.substr(star + 1), 10);
      const std::string_view byte = token.substr(0, star);
      if (byte.size() != 2) fail(notation);
      open.back().append(times, static_cast<char>(number(byte, 16)));
      notation.remove_prefix(token.size());
    }
  }
  if (open.size() != 1) fail("a bracket is open");
  return open.back();
}

std::string shown(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x61 && byte <= 0x7a) {
      text += fmt::format("'{}' ", c);
    } else {
      text += fmt::format("{:02x} ", byte);
    }
    if (text.size() > 2000) return text + "...";
  }
  return text;
}

}  // namespace cartstorm::broker::mqtt::testing
