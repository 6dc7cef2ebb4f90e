#include <algorithm>
#include <string_view>

#include "mutants.hpp"

namespace cartstorm::variants {
namespace {

constexpr std::size_t context = 3;  // lines

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

void add(std::string& out, char sign, std::string_view line) {
  out += sign;
  out += line;
  out += '\n';
}

std::string span_text(std::size_t first, std::size_t count) {
  // An empty side counts from the line before it.
  return std::to_string(count == 0 ? first : first + 1) + "," + std::to_string(count);
}

}  // namespace

std::string unified_diff(const std::string& path, const std::string& text, std::size_t begin,
                         std::size_t end, const std::string& by) {
  const std::string after = text.substr(0, begin) + by + text.substr(end);
  const std::vector<std::string_view> old_lines = lines_of(text), new_lines = lines_of(after);
  const std::size_t least = std::min(old_lines.size(), new_lines.size());
  std::size_t same = 0, tail = 0;
  while (same < least && old_lines[same] == new_lines[same]) ++same;
  while (tail < least - same &&
         old_lines[old_lines.size() - 1 - tail] == new_lines[new_lines.size() - 1 - tail]) {
    ++tail;
  }
  const std::size_t first = same - std::min(same, context);
  const std::size_t behind = std::min(tail, context);
  const std::size_t old_end = old_lines.size() - tail, new_end = new_lines.size() - tail;
  std::string out = "--- a/" + path + "\n+++ b/" + path + "\n@@ -" +
                    span_text(first, old_end + behind - first) + " +" +
                    span_text(first, new_end + behind - first) + " @@\n";
  for (std::size_t n = first; n < same; ++n) add(out, ' ', old_lines[n]);
  for (std::size_t n = same; n < old_end; ++n) add(out, '-', old_lines[n]);
  for (std::size_t n = same; n < new_end; ++n) add(out, '+', new_lines[n]);
  for (std::size_t n = old_end; n < old_end + behind; ++n) add(out, ' ', old_lines[n]);
  return out;
}

}  // namespace cartstorm::variants
