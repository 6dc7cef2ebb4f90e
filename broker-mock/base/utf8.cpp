#include "broker-mock/base/utf8.hpp"

namespace cartstorm::broker {
namespace {

constexpr std::uint32_t byte_at(std::string_view text, std::size_t i) {
  return static_cast<unsigned char>(text[i]);
}

}  // namespace

std::optional<std::uint32_t> take_code_point(std::string_view& text) {
  const std::uint32_t lead = byte_at(text, 0);
  if (lead < 0x80) {
    text.remove_prefix(1);
    return lead;
  }
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < length) return std::nullopt;
  std::uint32_t code_point = lead & (0xffU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte_at(text, i) & 0xc0) != 0x80) return std::nullopt;
    code_point = code_point << 6 | (byte_at(text, i) & 0x3f);
  }
  const bool is_overlong =
      (length == 3 && code_point < 0x800) || (length == 4 && code_point < 0x10000);
  const bool is_surrogate = code_point >= 0xd800 && code_point < 0xe000;
  if (is_overlong || is_surrogate || code_point > 0x10ffff) return std::nullopt;
  text.remove_prefix(length);
  return code_point;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    if (!take_code_point(text)) return false;
  }
  return true;
}

void append_utf8(std::string& out, std::uint32_t code_point) {
  const auto put = [&out](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code_point < 0x80) {
    put(code_point);
  } else if (code_point < 0x800) {
    put(0xc0 | code_point >> 6);
    put(0x80 | (code_point & 0x3f));
  } else if (code_point < 0x10000) {
    put(0xe0 | code_point >> 12);
    put(0x80 | (code_point >> 6 & 0x3f));
    put(0x80 | (code_point & 0x3f));
  } else {
    put(0xf0 | code_point >> 18);
    put(0x80 | (code_point >> 12 & 0x3f));
    put(0x80 | (code_point >> 6 & 0x3f));
    put(0x80 | (code_point & 0x3f));
  }
}

bool is_control(std::uint32_t c) {
  const auto within = [c](std::uint32_t first, std::uint32_t last) {
    return c >= first && c <= last;
  };
  return c < 0x20 || within(0x7f, 0x9f) || c == 0xad || within(0x200b, 0x200f) ||
         within(0x202a, 0x202e) || within(0x2060, 0x206f) || within(0xe000, 0xf8ff) ||
         within(0xfdd0, 0xfdef) || c == 0xfeff || within(0xfff0, 0xfffb) || c >= 0xe0000 ||
         (c & 0xfffe) == 0xfffe;
}

}  // namespace cartstorm::broker
