#include <algorithm>
#include <filesystem>
#include <optional>

#include "include_table.hpp"
#include "rules.hpp"

namespace cartstorm::lint {
namespace {

struct Include {
  std::string name;
  bool is_quoted = false;
};

std::optional<Include> read_include(std::string_view line) {
  constexpr std::string_view word = "#include";
  if (!line.starts_with(word)) return std::nullopt;
  const std::size_t open = line.find_first_of("\"<", word.size());
  if (open == std::string_view::npos) return std::nullopt;
  const std::size_t close = line.find_first_of("\">", open + 1);
  if (close == std::string_view::npos) return std::nullopt;
  return Include{std::string(line.substr(open + 1, close - open - 1)), line[open] == '"'};
}

const Room* room_of(std::string_view path) {
  const Room* best = nullptr;
  for (const Room& room : rooms()) {
    if (is_below(path, room.folder) &&
        (best == nullptr || room.folder.size() > best->folder.size())) {
      best = &room;
    }
  }
  return best;
}

/// The file of ours that is meant, or an empty text.
std::string resolve(const Tree& tree, const File& from, const std::string& name) {
  std::string beside =
      (std::filesystem::path(from.folder()) / name).lexically_normal().generic_string();
  if (tree.paths.contains(beside)) return beside;
  for (const std::string_view root : include_roots()) {
    std::string path = std::string(root) + name;
    if (tree.paths.contains(path)) return path;
  }
  return "";
}

bool names(const std::vector<std::string_view>& list, std::string_view header) {
  return std::any_of(list.begin(), list.end(), [&](std::string_view entry) {
    return entry.ends_with('/') ? header.starts_with(entry) : header == entry;
  });
}

std::string judge_ours(const Tree& tree, const File& file, const Room& room,
                       const Include& include) {
  const std::string target = resolve(tree, file, include.name);
  if (target.empty()) return "there is no such file in the repository";
  const bool is_allowed =
      std::any_of(room.ours.begin(), room.ours.end(),
                  [&](std::string_view prefix) { return is_below(target, prefix); });
  return is_allowed ? "" : std::string(room.folder) + " must not know " + target;
}

std::string judge_system(const Room& room, const Include& include) {
  if (names(room.never_headers, include.name)) {
    return std::string(room.folder) + " must not use this header";
  }
  if (room.only_headers.empty() || names(room.only_headers, include.name)) return "";
  return std::string(room.folder) + " may use only headers of the list in include_table.cpp";
}

void check_file(const Tree& tree, const File& file, const Room& room, Findings& findings) {
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    const std::optional<Include> include = read_include(file.lines[i]);
    if (!include || is_generated(include->name)) continue;
    // A file of ours is judged as ours even in angle brackets; otherwise they were a way around.
    const bool is_ours = include->is_quoted || !resolve(tree, file, include->name).empty();
    const std::string problem =
        is_ours ? judge_ours(tree, file, room, *include) : judge_system(room, *include);
    if (!problem.empty()) {
      findings.push_back({file.path, i + 1, "include", include->name + ": " + problem});
    }
  }
}

}  // namespace

void check_includes(const Tree& tree, Findings& findings) {
  for (const File& file : tree.files) {
    if (!file.is_cpp()) continue;
    const Room* room = room_of(file.path);
    if (room == nullptr) {
      findings.push_back({file.path, 0, "include", "stands in no room of include_table.cpp"});
    } else {
      check_file(tree, file, *room, findings);
    }
  }
}

}  // namespace cartstorm::lint
