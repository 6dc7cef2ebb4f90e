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

/// Finds the keys even in a file that is no valid YAML: it is a scenario with a mistake, and must
/// not be left out of a night in silence.
bool has_scenario_line(std::string_view text) {
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    for (const std::string_view key : {"scenario:", "extends:", "\"scenario\":", "'scenario':"}) {
      if (line.starts_with(key)) return true;
    }
    text.remove_prefix(std::min(text.size(), line.size() + 1));
  }
  return false;
}

bool is_scenario(const fs::path& path) {
  ReadText read = read_text(path);
  // An unreadable file is reported when it is loaded.
  if (!read.error.empty()) return true;
  if (has_scenario_line(read.text)) return true;
  Sources sources;
  Complaints complaints(sources);
  const auto file = sources.add(path.string(), std::move(read.text));
  const auto root = parse_yaml(sources, file, complaints);
  return root && (root->find("scenario") != nullptr || root->find("extends") != nullptr);
}

Diagnostic about(const fs::path& path, std::string message) {
  return {{path.string(), 0, 0}, std::move(message), {}, {}};
}

void search(const fs::path& folder, Found& found) {
  std::error_code error;
  std::vector<fs::path> files;
  auto entry = fs::recursive_directory_iterator(folder, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    const fs::path& path = entry->path();
    std::error_code unreadable;
    if (entry->is_directory(unreadable)) {
      if (is_skipped(path)) entry.disable_recursion_pending();
      continue;
    }
    const bool is_yaml = path.extension() == ".yaml" || path.extension() == ".yml";
    if (is_yaml && !path.filename().string().starts_with('.') && is_scenario(path)) {
      files.push_back(path);
    }
  }
  if (error) {
    found.diagnostics.push_back(about(folder, "cannot be searched: " + error.message()));
  } else if (files.empty()) {
    found.diagnostics.push_back(about(folder, "has no scenarios (files *.yaml with scenario:)"));
  }
  std::sort(files.begin(), files.end());
  found.files.insert(found.files.end(), files.begin(), files.end());
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

Found find_scenarios(const std::vector<fs::path>& paths) {
  Found found;
  for (const auto& path : paths) {
    std::error_code error;
    const auto status = fs::status(path, error);
    if (!fs::exists(status)) {
      const auto why =
          status.type() == fs::file_type::not_found ? "no such file or folder" : error.message();
      found.diagnostics.push_back(about(path, why));
    } else if (fs::is_directory(status)) {
      search(path, found);
    } else {
      found.files.push_back(path);
    }
  }
  drop_repeated(found.files);
  return found;
}

}  // namespace cartstorm::sim
