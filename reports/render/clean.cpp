#include "reports/render/clean.hpp"

#include <array>
#include <cstdint>

namespace cartstorm::report {
namespace {

std::uint32_t byte_at(std::string_view text, std::size_t place) {
  return static_cast<unsigned char>(text[place]);
}

std::size_t announced_size(std::uint32_t lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead < 0xe0) return 2;
  if (lead >= 0xe0 && lead < 0xf0) return 3;
  return lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
}

}  // namespace

std::size_t character_size(std::string_view text) {
  const std::size_t size = text.empty() ? 0 : announced_size(byte_at(text, 0));
  if (size == 0 || size > text.size()) {
    return 0;
  }
  std::uint32_t code = byte_at(text, 0) & (size == 1 ? 0x7fU : 0xffU >> (size + 1));
  for (std::size_t place = 1; place < size; ++place) {
    if ((byte_at(text, place) & 0xc0U) != 0x80U) {
      return 0;
    }
    code = code << 6U | (byte_at(text, place) & 0x3fU);
  }
  constexpr std::array<std::uint32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
  const bool is_surrogate = code >= 0xd800 && code < 0xe000;
  const bool is_no_character = code == 0xfffe || code == 0xffff || code > 0x10ffff;
  return code < least[size] || is_surrogate || is_no_character ? 0 : size;
}

std::string clean(std::string_view text) {
  std::string cleaned;
  cleaned.reserve(text.size());
  while (!text.empty()) {
    const std::size_t size = character_size(text);
    const std::uint32_t lead = byte_at(text, 0);
    const bool is_c1_control = size == 2 && lead == 0xc2 && byte_at(text, 1) < 0xa0;
    if (size == 1 && (lead == '\n' || lead == '\t' || lead == '\r')) {
      cleaned += ' ';
    } else if (size == 0 || is_c1_control || (size == 1 && (lead < 0x20 || lead == 0x7f))) {
      cleaned += '?';
    } else {
      cleaned += text.substr(0, size);
    }
    text.remove_prefix(size == 0 ? 1 : size);
  }
  return cleaned;
}

std::string xml_text(std::string_view words) {
  std::string text;
  for (const char c : clean(words)) {
    switch (c) {
      case '&':
        text += "&amp;";
        break;
      case '<':
        text += "&lt;";
        break;
      case '>':
        text += "&gt;";
        break;
      case '"':
        text += "&quot;";
        break;
      default:
        text += c;
    }
  }
  return text;
}

std::size_t columns(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) {
    count += (static_cast<unsigned char>(c) & 0xc0U) != 0x80U ? 1 : 0;
  }
  return count;
}

}  // namespace cartstorm::report
