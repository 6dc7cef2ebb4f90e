#include "mutants.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "defect.hpp"
#include "operators.hpp"

namespace cartstorm::variants {
namespace fs = std::filesystem;
namespace {

/// FNV-1a, mixed once more so that ids that differ in their last digit lie far apart: the same on
/// every machine and with every library.
std::uint64_t hash(std::string_view text, std::uint64_t seed = 0) {
  std::uint64_t value = 0xcbf29ce484222325u ^ (seed * 0x9e3779b97f4a7c15u);
  for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  value = (value ^ value >> 33) * 0xff51afd7ed558ccdu;
  value = (value ^ value >> 33) * 0xc4ceb9fe1a85ec53u;
  return value ^ value >> 33;
}

/// The lines of a diff that begin with `sign`, without it, in one line.
std::string changed_lines(std::string_view patch, char sign) {
  std::string out;
  while (!patch.empty()) {
    const std::size_t end = std::min(patch.find('\n'), patch.size());
    std::string_view line = patch.substr(0, end);
    patch.remove_prefix(std::min(end + 1, patch.size()));
    if (!line.starts_with(sign) || line.starts_with("+++ ") || line.starts_with("--- ")) continue;
    line.remove_prefix(std::min(line.find_first_not_of(' ', 1), line.size()));
    out += (out.empty() ? "" : " ") + std::string(line);
  }
  return out;
}

std::vector<std::string> cells_of(std::string_view row) {
  std::vector<std::string> cells;
  std::size_t begin = row.find('|');
  while (begin != std::string_view::npos) {
    const std::size_t end = row.find('|', begin + 1);
    if (end == std::string_view::npos) break;
    std::string_view cell = row.substr(begin + 1, end - begin - 1);
    while (!cell.empty() && (cell.front() == ' ' || cell.front() == '`')) cell.remove_prefix(1);
    while (!cell.empty() && (cell.back() == ' ' || cell.back() == '`')) cell.remove_suffix(1);
    cells.emplace_back(cell);
    begin = end;
  }
  return cells;
}

}  // namespace

std::vector<Mutant> mutants_of(const Source& source) {
  std::vector<Mutant> found;
  std::map<std::string, unsigned> counts;
  const std::string stem = fs::path(source.path()).stem().string();
  for (const Edit& edit : edits_of(source)) {
    const std::size_t line = source.line_of(edit.begin);
    const std::string group =
        fmt::format("{}/{}/{}", stem, source.lines()[line].function, edit.name);
    Mutant mutant;
    mutant.id = fmt::format("{}/{}", group, ++counts[group]);
    mutant.where = fmt::format("{}:{}", source.path(), line + 1);
    mutant.patch = unified_diff(source.path(), source.text(), edit.begin, edit.end, edit.text);
    mutant.change =
        fmt::format("{} => {}", changed_lines(mutant.patch, '-'), changed_lines(mutant.patch, '+'));
    mutant.mark = static_cast<std::uint32_t>(hash(mutant.change) & 0xffffff);
    found.push_back(std::move(mutant));
  }
  return found;
}

std::vector<Mutant> all_mutants(const fs::path& root) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(root / "device-model/src")) {
    if (entry.path().extension() == ".cpp") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  std::vector<Mutant> all;
  for (const fs::path& file : files) {
    const Source source{"device-model/src/" + file.filename().string(), read_text(file)};
    std::ranges::move(mutants_of(source), std::back_inserter(all));
  }
  return all;
}

std::vector<Mutant> sample(std::vector<Mutant> mutants, std::size_t count, std::uint64_t seed) {
  const auto rank = [seed](const Mutant& mutant) { return hash(mutant.id, seed); };
  std::ranges::stable_sort(mutants, {}, rank);
  mutants.resize(std::min(count, mutants.size()));
  return mutants;
}

std::map<std::string, Judgement> read_judgements(std::string_view markdown) {
  std::map<std::string, Judgement> found;
  while (!markdown.empty()) {
    const std::size_t end = std::min(markdown.find('\n'), markdown.size());
    const std::vector<std::string> cells = cells_of(markdown.substr(0, end));
    markdown.remove_prefix(std::min(end + 1, markdown.size()));
    if (cells.size() < 4 || cells[0].find('/') == std::string::npos || cells[3].empty()) continue;
    Judgement judgement;
    std::from_chars(cells[1].data(), cells[1].data() + cells[1].size(), judgement.mark, 16);
    judgement.is_equivalent = cells[2] == "equivalent";
    judgement.reason = cells[3];
    found[cells[0]] = judgement;
  }
  return found;
}

}  // namespace cartstorm::variants
