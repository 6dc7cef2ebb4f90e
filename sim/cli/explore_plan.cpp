#include "sim/cli/explore_plan.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "sim/cli/suggestion.hpp"

namespace cartstorm::cli {
namespace {

using sim::explore::Exploration;
using sim::explore::Story;

std::string unknown_story(const Catalogue& catalogue, const std::vector<std::string>& wished) {
  std::set<std::string> known;
  for (const ExplorationEntry& entry : catalogue.explorations) {
    for (const Story& story : entry.exploration.stories) known.insert(story.name);
  }
  for (const std::string& name : wished) {
    if (known.contains(name)) continue;
    return fmt::format("--story: there is no story \"{}\"{}; there are {}", name,
                       did_you_mean(name, {known.begin(), known.end()}), fmt::join(known, ", "));
  }
  return "";
}

/// An address names its exploration; two of one name could not be told apart.
std::string exploration_used_twice(const Catalogue& catalogue) {
  std::map<std::string, std::string> file_of;
  for (const ExplorationEntry& entry : catalogue.explorations) {
    const auto [first, is_new] = file_of.emplace(entry.exploration.name, entry.file);
    if (is_new) continue;
    return fmt::format("{} and {} both define the exploration \"{}\"; names must differ",
                       first->second, entry.file, entry.exploration.name);
  }
  return "";
}

void keep_stories(Catalogue& catalogue, const std::vector<std::string>& wished) {
  if (wished.empty()) return;
  for (ExplorationEntry& entry : catalogue.explorations) {
    std::erase_if(entry.exploration.stories, [&](const Story& story) {
      return std::ranges::find(wished, story.name) == wished.end();
    });
  }
  std::erase_if(catalogue.explorations,
                [](const ExplorationEntry& entry) { return entry.exploration.stories.empty(); });
}

void apply(const ExploreArguments& arguments, Exploration& exploration) {
  if (arguments.depth) exploration.search.depth = *arguments.depth;
  if (!arguments.tears.empty()) {
    exploration.search.tears = arguments.tears;
    exploration.search.deep_tears = arguments.tears;
  }
}

}  // namespace

ExplorePlan plan_explorations(const ExploreArguments& arguments) {
  ExplorePlan plan;
  plan.catalogue = read_catalogue(arguments.paths, sim::Wanted::explorations);
  if (!plan.catalogue.diagnostics.empty()) return plan;
  plan.problem = exploration_used_twice(plan.catalogue);
  if (plan.problem.empty()) plan.problem = unknown_story(plan.catalogue, arguments.stories);
  if (!plan.problem.empty()) return plan;
  plan.is_whole_folder =
      arguments.stories.empty() && std::ranges::any_of(arguments.paths, [](const auto& path) {
        return std::filesystem::is_directory(path);
      });
  keep_stories(plan.catalogue, arguments.stories);
  for (ExplorationEntry& entry : plan.catalogue.explorations) apply(arguments, entry.exploration);
  if (!arguments.device_code.empty()) {
    std::string why;
    plan.variant = sim::explore::LoadedDeviceCode::load(arguments.device_code, why);
    if (!plan.variant) plan.problem = "--device-code: " + why;
  }
  return plan;
}

}  // namespace cartstorm::cli
