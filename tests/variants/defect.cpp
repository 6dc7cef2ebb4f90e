#include "defect.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace cartstorm::variants {
namespace {

std::string_view next_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

std::vector<std::string> words_of(std::string_view list) {
  std::vector<std::string> words;
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    words.emplace_back(trimmed(list.substr(0, comma)));
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
  }
  return words;
}

/// `a/x/y.cpp<tab>date` is `x/y.cpp`.
std::string path_in(std::string_view rest) {
  rest = trimmed(rest.substr(0, rest.find('\t')));
  if (rest.starts_with("a/") || rest.starts_with("b/")) rest.remove_prefix(2);
  return std::string(rest);
}

void take(Defect& defect, std::string_view key, std::string_view value) {
  if (key == "defect") defect.sentence = value;
  if (key == "precedent") defect.precedent = value;
  if (key == "promise") defect.promises = words_of(value);
  if (key == "case") defect.exploration = value;
  if (key == "gap") defect.gap = value;
  if (key == "depth") defect.depth = value == "1" ? 1 : value == "2" ? 2 : 0;
}

}  // namespace

Defect read_defect(std::string name, std::string_view patch) {
  Defect defect;
  defect.sentence = name;
  defect.name = std::move(name);
  defect.patch = patch;
  while (!patch.empty()) {
    const std::string_view line = next_line(patch);
    const std::size_t colon = line.find(':');
    if (line.starts_with("--- ") || line.starts_with("diff ")) break;
    if (colon != std::string_view::npos) {
      take(defect, line.substr(0, colon), trimmed(line.substr(colon + 1)));
    }
  }
  return defect;
}

std::vector<Defect> read_defects(const std::filesystem::path& folder) {
  std::vector<Defect> found;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string ending = entry.path().extension().string();
    if (ending == ".patch" || ending == ".diff") {
      found.push_back(read_defect(entry.path().stem().string(), read_text(entry.path())));
    }
  }
  std::ranges::sort(found, {}, &Defect::name);
  return found;
}

std::vector<std::string> touched_files(std::string_view patch) {
  std::vector<std::string> files;
  std::string before;
  while (!patch.empty()) {
    const std::string_view line = next_line(patch);
    // Removed lines that begin with `-- ` look the same; a header is followed by `+++ `.
    if (line.starts_with("--- ")) before = path_in(line.substr(4));
    if (!line.starts_with("+++ ") || before.empty()) continue;
    const std::string after = path_in(line.substr(4));
    files.push_back(after == "/dev/null" ? before : after);
    before.clear();
  }
  std::ranges::sort(files);
  files.erase(std::ranges::unique(files).begin(), files.end());
  return files;
}

std::string read_text(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace cartstorm::variants
