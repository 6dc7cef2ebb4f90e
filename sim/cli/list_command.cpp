#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/cli/catalogue.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/exit_code.hpp"
#include "sim/cli/home.hpp"
#include "sim/cli/suggestion.hpp"
#include "sim/cli/terminal.hpp"

namespace cartstorm::cli {
namespace {

std::string tags_json(const std::vector<std::string>& tags) {
  std::string all;
  for (const std::string& tag : tags) all += (all.empty() ? "" : ", ") + json_text(tag);
  return all;
}

std::string json_of(const Entry& entry) {
  const sim::Scenario& scenario = entry.scenario;
  return fmt::format(R"({{"scenario": {}, "file": {}, "tags": [{}], "carts": {}, "why": {}}})",
                     json_text(scenario.name), json_text(entry.file), tags_json(scenario.tags),
                     scenario.fleet.carts, json_text(scenario.why));
}

std::string json_of(const ExplorationEntry& entry) {
  const sim::explore::Exploration& exploration = entry.exploration;
  return fmt::format(R"({{"exploration": {}, "file": {}, "tags": [{}], "stories": {}, "why": {}}})",
                     json_text(exploration.name), json_text(entry.file),
                     tags_json(exploration.tags), exploration.stories.size(),
                     json_text(exploration.why));
}

std::string entries_json(const Catalogue& catalogue) {
  std::string all;
  const auto add = [&](const auto& entry) {
    all += (all.empty() ? "\n  " : ",\n  ") + json_of(entry);
  };
  for (const Entry& entry : catalogue.entries) add(entry);
  for (const ExplorationEntry& entry : catalogue.explorations) add(entry);
  return "[" + all + (all.empty() ? "]\n" : "\n]\n");
}

std::string entries_text(const Catalogue& catalogue) {
  std::string all;
  const auto add = [&](const std::string& file, const auto& what) {
    all += fmt::format("{}  [{}]\n    {}\n", file, fmt::join(what.tags, ", "), what.why);
  };
  for (const Entry& entry : catalogue.entries) add(entry.file, entry.scenario);
  for (const ExplorationEntry& entry : catalogue.explorations) add(entry.file, entry.exploration);
  return all;
}

std::string entries_paths(const Catalogue& catalogue) {
  std::string all;
  for (const Entry& entry : catalogue.entries) all += entry.file + "\n";
  for (const ExplorationEntry& entry : catalogue.explorations) all += entry.file + "\n";
  return all;
}

}  // namespace

int list_command(const ListArguments& arguments, const Style& style) {
  Catalogue catalogue = read_catalogue(
      arguments.paths.empty() ? std::vector<std::string>{shipped_scenarios()} : arguments.paths,
      sim::Wanted::both);
  if (!catalogue.diagnostics.empty()) {
    say_diagnostics(catalogue.diagnostics, use_color(Output::progress, style.color));
    return exit_usage;
  }
  const std::set<std::string> tags = known_tags(catalogue);
  keep_tagged(catalogue, arguments.tags);
  if (catalogue.entries.empty() && catalogue.explorations.empty()) {
    const std::string& tag = arguments.tags.front();
    complain(fmt::format("no scenario has the tag \"{}\"{}; known tags: {}", tag,
                         did_you_mean(tag, {tags.begin(), tags.end()}), fmt::join(tags, ", ")));
    return exit_usage;
  }
  if (style.json) {
    print(entries_json(catalogue));
  } else {
    print(style.quiet ? entries_paths(catalogue) : entries_text(catalogue));
  }
  return exit_pass;
}

}  // namespace cartstorm::cli
