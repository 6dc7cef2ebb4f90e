#include <fmt/format.h>

#include "sim/scenario/load.hpp"
#include "sim/scenario/text_rules.hpp"

namespace cartstorm::sim {

namespace {

struct Colors {
  const char *bold = "", *red = "", *green = "", *off = "";
};

bool starts_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }

std::size_t characters(std::string_view text) {
  std::size_t count = 0;
  for (const char byte : text) count += starts_character(byte) ? 1U : 0U;
  return count;
}

/// Byte offset of the n-th character (from 0), at most the size.
std::size_t offset_of(std::string_view text, std::size_t character) {
  std::size_t offset = 0;
  for (; offset < text.size(); ++offset) {
    if (!starts_character(text[offset])) continue;
    if (character == 0) return offset;
    --character;
  }
  return offset;
}

/// Tabs and control characters would move the caret away from what it points at, and a terminal may
/// take bytes that are no text for orders.
std::string printable(std::string line) {
  for (std::size_t i = 0; i < line.size();) {
    const std::size_t bytes = character_bytes(std::string_view(line).substr(i));
    const bool is_control = static_cast<unsigned char>(line[i]) < 0x20U || line[i] == 0x7F;
    if (bytes == 0 || is_control) line[i] = bytes == 0 ? '?' : ' ';
    i += bytes == 0 ? 1 : bytes;
  }
  return line;
}

struct Excerpt {
  std::string text;
  std::size_t caret = 0;  ///< characters before the caret
};

/// The part of a long line that a terminal can show.
Excerpt excerpt(std::string line, int column) {
  constexpr std::size_t width = 100;
  constexpr std::size_t lead = 60;
  line = printable(std::move(line));
  std::size_t caret = column > 0 ? static_cast<std::size_t>(column - 1) : 0;
  if (characters(line) <= width) return {std::move(line), caret};
  const std::size_t first = caret > lead ? caret - lead : 0;
  const std::size_t begin = offset_of(line, first);
  std::string part = line.substr(begin, offset_of(line, first + width) - begin);
  if (first > 0) return {"..." + part, caret - first + 3};
  return {std::move(part), caret};
}

}  // namespace

std::string to_text(const Diagnostic& diagnostic, bool with_color) {
  const Colors c = with_color ? Colors{"\x1b[1m", "\x1b[1;31m", "\x1b[1;32m", "\x1b[0m"} : Colors{};
  const Where& where = diagnostic.where;
  std::string place = where.file;
  if (where.line > 0) place += fmt::format(":{}:{}", where.line, where.column);
  std::string text =
      fmt::format("{}{}:{} {}error:{} {}", c.bold, place, c.off, c.red, c.off, diagnostic.message);
  if (!diagnostic.suggestion.empty()) {
    text += fmt::format(" (did you mean \"{}\"?)", diagnostic.suggestion);
  }
  text += '\n';
  if (where.line == 0) return text;
  const Excerpt shown = excerpt(diagnostic.source_line, where.column);
  const std::string indent(shown.caret, ' ');
  return text + fmt::format("  {}\n  {}{}^{}\n", shown.text, indent, c.green, c.off);
}

}  // namespace cartstorm::sim
