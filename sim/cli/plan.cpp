#include "sim/cli/plan.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <limits>
#include <map>

#include "sim/cli/suggestion.hpp"

namespace cartstorm::cli {
namespace {

std::string unknown_tag(const RunArguments& arguments, const std::set<std::string>& known) {
  const std::string& tag = arguments.tags.front();
  return fmt::format("no scenario has the tag \"{}\"{}; known tags: {}", tag,
                     did_you_mean(tag, {known.begin(), known.end()}), fmt::join(known, ", "));
}

/// Two reports with one name could not be told apart, nor could their folders.
std::string name_used_twice(const Catalogue& catalogue) {
  std::map<std::string, std::string> file_of;
  for (const Entry& entry : catalogue.entries) {
    const auto [first, is_new] = file_of.emplace(entry.scenario.name, entry.file);
    if (is_new) continue;
    return fmt::format("{} and {} both define the scenario \"{}\"; names of one night must differ",
                       first->second, entry.file, entry.scenario.name);
  }
  return "";
}

std::string cart_outside(const RunArguments& arguments, const Catalogue& catalogue) {
  if (arguments.trace_carts.empty()) return "";
  const auto highest =
      *std::max_element(arguments.trace_carts.begin(), arguments.trace_carts.end());
  for (const Entry& entry : catalogue.entries) {
    if (highest < entry.scenario.fleet.carts) continue;
    return fmt::format("--trace cart:{}: {} has carts 0 to {}", highest, entry.file,
                       entry.scenario.fleet.carts - 1);
  }
  return "";
}

std::string find_problem(const RunArguments& arguments, const Catalogue& catalogue,
                         const std::set<std::string>& tags) {
  if (catalogue.entries.empty()) return unknown_tag(arguments, tags);
  if (arguments.seed > std::numeric_limits<std::uint64_t>::max() - (arguments.seeds - 1)) {
    return fmt::format("--seed {} --seeds {}: the last seed does not fit 64 bits", arguments.seed,
                       arguments.seeds);
  }
  const std::string twice = name_used_twice(catalogue);
  return twice.empty() ? cart_outside(arguments, catalogue) : twice;
}

}  // namespace

Plan make_plan(const RunArguments& arguments) {
  Plan plan;
  plan.catalogue = read_catalogue(arguments.paths);
  if (!plan.catalogue.diagnostics.empty()) return plan;
  const std::set<std::string> tags = known_tags(plan.catalogue);
  keep_tagged(plan.catalogue, arguments.tags);
  plan.problem = find_problem(arguments, plan.catalogue, tags);
  if (!plan.problem.empty()) return plan;
  plan.is_whole_folder =
      arguments.tags.empty() &&
      std::any_of(arguments.paths.begin(), arguments.paths.end(),
                  [](const std::string& path) { return std::filesystem::is_directory(path); });
  for (const Entry& entry : plan.catalogue.entries) {
    const std::string& name = entry.scenario.name;
    if (entry.scenario.seed) {
      plan.runs.push_back({&entry, *entry.scenario.seed, name});
      continue;
    }
    for (std::uint32_t n = 0; n < arguments.seeds; ++n) {
      const std::uint64_t seed = arguments.seed + n;
      plan.runs.push_back(
          {&entry, seed, arguments.seeds == 1 ? name : fmt::format("{}-seed-{}", name, seed)});
    }
  }
  return plan;
}

}  // namespace cartstorm::cli
