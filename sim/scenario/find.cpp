#include <algorithm>
#include <array>
#include <set>

#include "sim/scenario/load.hpp"
#include "sim/scenario/parse_yaml.hpp"

namespace cartstorm::sim {

namespace {

namespace fs = std::filesystem;

/// Folders with YAML that is no scenario.
constexpr std::array<std::string_view, 3> other_folders{"profiles", "racks", "schema"};

bool is_skipped(const fs::path& folder) {
  const std::string name = folder.filename().string();
  return name.starts_with('.') ||
         std::find(other_folders.begin(), other_folders.end(), name) != other_folders.end();
}

enum class Kind : std::uint8_t { other, scenario, exploration };

/// Finds the key even in a file that is no valid YAML: it is a scenario with a mistake, and must
/// not be left out of a night in silence.
Kind kind_by_line(std::string_view text) {
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    for (const std::string_view key : {"scenario:", "extends:", "\"scenario\":", "'scenario':"}) {
      if (line.starts_with(key)) return Kind::scenario;
    }
    for (const std::string_view key : {"exploration:", "\"exploration\":", "'exploration':"}) {
      if (line.starts_with(key)) return Kind::exploration;
    }
    text.remove_prefix(std::min(text.size(), line.size() + 1));
  }
  return Kind::other;
}

/// An unreadable file is reported when it is loaded.
Kind kind_of(const fs::path& path, Kind unreadable) {
  ReadText read = read_text(path);
  if (!read.error.empty()) return unreadable;
  const Kind by_line = kind_by_line(read.text);
  if (by_line != Kind::other) return by_line;
  Sources sources;
  Complaints complaints(sources);
  const auto file = sources.add(path.string(), std::move(read.text));
  const auto root = parse_yaml(sources, file, complaints);
  if (!root) return Kind::other;
  if (root->find("scenario") != nullptr || root->find("extends") != nullptr) return Kind::scenario;
  return root->find("exploration") != nullptr ? Kind::exploration : Kind::other;
}

bool is_wanted(Kind kind, Wanted wanted) {
  if (kind == Kind::scenario) return wanted != Wanted::explorations;
  return kind == Kind::exploration && wanted != Wanted::scenarios;
}

/// What a file without any of the keys, or one that cannot be read, is taken for.
Kind taken_for(Wanted wanted) {
  return wanted == Wanted::explorations ? Kind::exploration : Kind::scenario;
}

Diagnostic about(const fs::path& path, std::string message) {
  return {{path.string(), 0, 0}, std::move(message), {}, {}};
}

/// Why nothing in this folder can be used.
std::string nothing_in(Wanted wanted, bool has_others) {
  if (wanted == Wanted::explorations) {
    return "has no explorations (files *.yaml with exploration:)" +
           std::string(has_others ? ", only scenarios: use cartstorm run" : "");
  }
  return "has no scenarios (files *.yaml with scenario:)" +
         std::string(has_others ? ", only explorations: use cartstorm explore" : "");
}

void add(const fs::path& file, Kind kind, Found& found) {
  (kind == Kind::exploration ? found.explorations : found.files).push_back(file);
}

void search(const fs::path& folder, Wanted wanted, Found& found) {
  std::error_code error;
  std::vector<std::pair<fs::path, Kind>> files;
  bool has_others = false;
  auto entry = fs::recursive_directory_iterator(folder, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    const fs::path& path = entry->path();
    std::error_code unreadable;
    if (entry->is_directory(unreadable)) {
      if (is_skipped(path)) entry.disable_recursion_pending();
      continue;
    }
    const bool is_yaml = path.extension() == ".yaml" || path.extension() == ".yml";
    if (!is_yaml || path.filename().string().starts_with('.')) continue;
    const Kind kind = kind_of(path, taken_for(wanted));
    if (is_wanted(kind, wanted)) files.emplace_back(path, kind);
    has_others |= kind != Kind::other && !is_wanted(kind, wanted);
  }
  if (error) {
    found.diagnostics.push_back(about(folder, "cannot be searched: " + error.message()));
  } else if (files.empty()) {
    found.diagnostics.push_back(about(folder, nothing_in(wanted, has_others)));
  }
  std::sort(files.begin(), files.end());
  for (const auto& [file, kind] : files) add(file, kind, found);
}

/// A file that somebody named is theirs, whatever its keys are; but not of the other kind. A pipe
/// can be read once only, by whoever loads it.
void take(const fs::path& file, Wanted wanted, Found& found) {
  std::error_code ignored;
  Kind kind = taken_for(wanted);
  if (fs::is_regular_file(file, ignored)) kind = kind_of(file, kind);
  if (kind == Kind::other) kind = taken_for(wanted);
  if (is_wanted(kind, wanted)) return add(file, kind, found);
  const bool is_scenario = kind == Kind::scenario;
  found.diagnostics.push_back(about(file, is_scenario
                                              ? "is a scenario: use cartstorm run"
                                              : "is an exploration: use cartstorm explore"));
}

/// A file that is named twice runs once.
void drop_repeated(std::vector<fs::path>& files) {
  std::set<std::string> seen;
  std::vector<fs::path> once;
  for (auto& file : files) {
    std::error_code error;
    const fs::path canonical = fs::weakly_canonical(file, error);
    if (seen.insert((error ? file : canonical).string()).second) once.push_back(std::move(file));
  }
  files = std::move(once);
}

}  // namespace

Found find_scenarios(const std::vector<fs::path>& paths, Wanted wanted) {
  Found found;
  for (const auto& path : paths) {
    std::error_code error;
    const auto status = fs::status(path, error);
    if (!fs::exists(status)) {
      const auto why =
          status.type() == fs::file_type::not_found ? "no such file or folder" : error.message();
      found.diagnostics.push_back(about(path, why));
    } else if (fs::is_directory(status)) {
      search(path, wanted, found);
    } else {
      take(path, wanted, found);
    }
  }
  drop_repeated(found.files);
  drop_repeated(found.explorations);
  return found;
}

}  // namespace cartstorm::sim
