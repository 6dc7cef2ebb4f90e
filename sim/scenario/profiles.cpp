#include "sim/scenario/profiles.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "sim/scenario/definitions.hpp"
#include "sim/scenario/extends.hpp"
#include "sim/scenario/suggest.hpp"
#include "sim/scenario/units.hpp"

namespace cartstorm::sim {

namespace {

namespace fs = std::filesystem;

/// Folders profiles/ and scenarios/profiles/ at or above `folder`, nearest first.
void add_folders(const fs::path& folder, std::vector<fs::path>& folders) {
  std::error_code error;
  const fs::path absolute = fs::absolute(folder, error).lexically_normal();
  const auto levels = std::distance(absolute.begin(), absolute.end());
  fs::path above = folder;
  for (std::ptrdiff_t level = 0; level < levels; ++level) {
    for (const char* name : {"profiles", "scenarios/profiles"}) {
      const fs::path candidate = (above / name).lexically_normal();
      if (fs::is_directory(candidate, error)) folders.push_back(candidate);
    }
    above /= "..";
  }
}

/// A scenario that somebody wrote elsewhere finds the tables of the folder they work in.
std::vector<fs::path> profile_folders(const fs::path& file) {
  std::vector<fs::path> folders;
  const fs::path here = ".";
  add_folders(file.has_parent_path() ? file.parent_path() : here, folders);
  add_folders(here, folders);
  return folders;
}

std::vector<std::string> tables_in(const std::vector<fs::path>& folders) {
  std::set<std::string> names;
  for (const auto& folder : folders) {
    std::error_code error;
    for (fs::directory_iterator i(folder, error), end; !error && i != end; i.increment(error)) {
      if (i->path().extension() == ".yaml") names.insert(i->path().stem().string());
    }
  }
  return {names.begin(), names.end()};
}

void validate_table(const ProfileTable& table, const std::string& stem, const Node& root,
                    Reader& reader) {
  if (table.name != stem) {
    reader.complain(place_of(root, "profiles"),
                    fmt::format("profile table {} stands in a file named {}", table.name, stem));
  }
  double sum = 0;
  std::set<std::string> names;
  for (std::size_t i = 0; i < table.profiles.size(); ++i) {
    const Profile& profile = table.profiles[i];
    sum += profile.share;
    if (names.insert(profile.name).second) continue;
    reader.complain(place_of(root, fmt::format("table[{}].profile", i)),
                    fmt::format("profile {} is there twice", profile.name));
  }
  // Decimal shares do not add up exactly in binary.
  constexpr double tolerance = 1e-9;
  if (sum < 1 - tolerance || sum > 1 + tolerance) {
    const double shown = static_cast<double>(std::llround(sum * 1e8)) / 1e6;
    reader.complain(
        place_of(root, "table"),
        fmt::format("the shares of the table sum to {}%, expected 100%", number_text(shown)));
  }
}

std::vector<Profile> read_table(const fs::path& file, Sources& sources, Complaints& complaints) {
  const auto root = read_with_bases(file, sources, complaints);
  if (!root) return {};
  Reader reader(complaints, "the profile table");
  ProfileTable table;
  profile_table_definition().read(*root, table, reader);
  if (reader.is_sound("")) validate_table(table, file.stem().string(), *root, reader);
  return reader.is_sound("") ? table.profiles : std::vector<Profile>{};
}

}  // namespace

std::vector<Profile> read_profiles(const std::string& name, const Node& named_at, Sources& sources,
                                   Complaints& complaints) {
  const auto folders = profile_folders(sources.name(named_at.place.file));
  for (const auto& folder : folders) {
    const fs::path file = folder / (name + ".yaml");
    std::error_code error;
    if (fs::exists(file, error)) return read_table(file, sources, complaints);
  }
  const auto known = tables_in(folders);
  const std::string others = known.empty() ? "there is no folder profiles/ with tables at or above "
                                             "this file or the current folder"
                                           : "there are " + listed(known);
  complaints.add(named_at.place, fmt::format("unknown profile table \"{}\", {}", name, others),
                 closest(name, known));
  return {};
}

}  // namespace cartstorm::sim
