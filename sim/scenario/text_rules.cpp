#include "sim/scenario/text_rules.hpp"

#include <fmt/format.h>

#include <string_view>

namespace cartstorm::sim {

std::size_t character_bytes(std::string_view rest) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(rest[i]); };
  const unsigned lead = byte(0);
  if (lead < 0x80U) return 1;
  const std::size_t bytes = lead >= 0xF0U ? 4 : lead >= 0xE0U ? 3 : 2;
  if (lead < 0xC2U || lead > 0xF4U || rest.size() < bytes) return 0;
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return 0;
  }
  // Overlong forms, surrogates and values beyond U+10FFFF.
  if (lead == 0xE0U && byte(1) < 0xA0U) return 0;
  if (lead == 0xEDU && byte(1) > 0x9FU) return 0;
  if (lead == 0xF0U && byte(1) < 0x90U) return 0;
  if (lead == 0xF4U && byte(1) > 0x8FU) return 0;
  return bytes;
}

namespace {

bool is_control(char byte) {
  const auto value = static_cast<unsigned char>(byte);
  return (value < 0x20U && byte != '\t' && byte != '\n' && byte != '\r') || value == 0x7FU;
}

bool has_valid_bytes(std::string_view line, Place place, Complaints& complaints) {
  for (std::size_t i = 0; i < line.size();) {
    place.column = static_cast<int>(i) + 1;
    const std::size_t bytes = character_bytes(line.substr(i));
    const auto value = static_cast<unsigned char>(line[i]);
    if (bytes == 0) {
      complaints.add(place, fmt::format("expected UTF-8 text, found the byte 0x{:02x}", value));
      return false;
    }
    if (is_control(line[i])) {
      complaints.add(place, fmt::format("expected text, found the control byte 0x{:02x}", value));
      return false;
    }
    i += bytes;
  }
  return true;
}

bool has_valid_indent(std::string_view line, Place place, Complaints& complaints) {
  const auto first = line.find_first_not_of(" \t\r");
  if (first == std::string_view::npos || line[first] == '#') return true;
  const auto tab = line.substr(0, first).find('\t');
  if (tab == std::string_view::npos) return true;
  place.column = static_cast<int>(tab) + 1;
  complaints.add(place, "expected spaces as indentation, found a tab");
  return false;
}

bool has_content(std::string_view line) {
  const auto first = line.find_first_not_of(" \t\r");
  return first != std::string_view::npos && line[first] != '#';
}

}  // namespace

bool is_plain_text(const Sources& sources, std::uint32_t file, Complaints& complaints) {
  std::string_view rest = sources.text(file);
  if (rest.starts_with("\xff\xfe") || rest.starts_with("\xfe\xff")) {
    complaints.add({file, 0, 0}, "is UTF-16, save it as UTF-8");
    return false;
  }
  bool is_plain = true;
  bool is_empty = true;
  bool is_text = true;  // one complaint is enough for a picture or an archive
  for (int number = 1; !rest.empty(); ++number) {
    const auto line = rest.substr(0, rest.find('\n'));
    const Place place{file, number, 1};
    is_text = is_text && has_valid_bytes(line, place, complaints);
    is_plain &= has_valid_indent(line, place, complaints);
    is_empty &= !has_content(line);
    rest.remove_prefix(line.size() == rest.size() ? line.size() : line.size() + 1);
  }
  if (is_empty && is_text) complaints.add({file, 0, 0}, "is empty, expected a mapping");
  return is_text && is_plain && !is_empty;
}

}  // namespace cartstorm::sim
