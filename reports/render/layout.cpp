#include "reports/render/layout.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "reports/render/clean.hpp"
#include "reports/trace/print.hpp"

namespace cartstorm::report {
namespace {

/// Bytes of the first `count` characters.
std::size_t bytes_of(std::string_view text, std::size_t count) {
  std::size_t bytes = 0;
  for (; count > 0 && bytes < text.size(); --count) {
    bytes += character_size(text.substr(bytes));
  }
  return bytes;
}

/// Where a line of at most `width` columns ends: at the last space that fits, else in the word.
std::size_t line_end(std::string_view text, std::size_t width) {
  const std::size_t fits = bytes_of(text, width);
  if (fits == text.size()) {
    return fits;
  }
  const std::size_t space = text.rfind(' ', fits);
  return space == std::string_view::npos || space == 0 ? fits : space;
}

}  // namespace

std::string wrapped(std::string_view words, std::size_t indent) {
  std::string cleaned = clean(words);
  cleaned.erase(cleaned.find_last_not_of(' ') + 1);
  std::string_view rest = cleaned;
  std::string lines;
  while (!rest.empty()) {
    const std::size_t end = line_end(rest, most_columns - indent);
    lines += std::string(indent, ' ');
    lines += rest.substr(0, end);
    lines += '\n';
    rest.remove_prefix(end);
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  }
  return lines;
}

std::string left(std::string_view words, std::size_t width) {
  std::string text = clean(words);
  if (columns(text) > width) {
    text = text.substr(0, bytes_of(text, width - 1)) + "~";
  }
  return text + std::string(width - columns(text), ' ');
}

std::string right(std::string_view words, std::size_t width) {
  const std::string text = clean(words);
  const std::size_t used = columns(text);
  return used >= width ? text : std::string(width - used, ' ') + text;
}

std::string short_moment(std::int64_t time_us) {
  if (time_us < 0) {
    return "-";
  }
  const std::string full = moment_text(time_us);
  return full.substr(0, full.size() - 3);
}

std::string painted(std::string_view words, Paint paint, bool with_color) {
  if (!with_color || paint == Paint::plain) {
    return std::string{words};
  }
  const char* code = "1";
  switch (paint) {
    case Paint::plain:
    case Paint::bold:
      break;
    case Paint::good:
      code = "1;32";
      break;
    case Paint::bad:
      code = "1;31";
      break;
    case Paint::doubtful:
      code = "1;33";
      break;
  }
  return fmt::format("\x1b[{}m{}\x1b[0m", code, words);
}

Paint paint_of(ScenarioVerdict verdict) {
  switch (verdict) {
    case ScenarioVerdict::pass:
      return Paint::good;
    case ScenarioVerdict::fail:
    case ScenarioVerdict::infra:
      return Paint::bad;
    case ScenarioVerdict::inconclusive:
    case ScenarioVerdict::skipped:
      return Paint::doubtful;
  }
  return Paint::plain;
}

}  // namespace cartstorm::report
