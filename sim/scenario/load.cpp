#include "sim/scenario/load.hpp"

#include <fmt/format.h>

#include "sim/scenario/definitions.hpp"
#include "sim/scenario/digest.hpp"
#include "sim/scenario/extends.hpp"
#include "sim/scenario/profiles.hpp"
#include "sim/scenario/validate.hpp"

namespace cartstorm::sim {

namespace {

/// A report names the scenario; whoever reads it must find the file.
void validate_name(const Reading& reading, const std::filesystem::path& path) {
  const std::string stem = path.stem().string();
  const std::string& name = reading.scenario.name;
  if (!reading.is_sound("scenario") || name.empty() || name == stem) return;
  reading.complain("scenario", fmt::format("scenario {} stands in a file named {}, expected the "
                                           "same name",
                                           name, stem));
}

void fill(Scenario& scenario, const Node& root, const std::filesystem::path& path, Sources& sources,
          Complaints& complaints) {
  Reader reader(complaints, "the scenario");
  scenario_definition().read(root, scenario, reader);
  scenario.where = complaints.where(root.place);
  const Node* fleet = root.find("fleet");
  const Node* table = fleet != nullptr ? fleet->find("profiles") : nullptr;
  if (table != nullptr && !scenario.fleet.profiles_name.empty()) {
    scenario.fleet.profiles =
        read_profiles(scenario.fleet.profiles_name, *table, sources, complaints);
  }
  const Reading reading{scenario, root, reader};
  validate_name(reading, path);
  validate(reading);
}

}  // namespace

Loaded load_scenario(const std::filesystem::path& path) {
  Loaded loaded;
  Sources sources;
  Complaints complaints(sources);
  const auto root = read_with_bases(path, sources, complaints);
  if (root) fill(loaded.scenario, *root, path, sources, complaints);
  if (complaints.is_empty()) loaded.scenario.digest = digest_of(loaded.scenario);
  loaded.diagnostics = complaints.take();
  return loaded;
}

}  // namespace cartstorm::sim
