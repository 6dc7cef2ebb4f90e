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

std::string entries_json(const std::vector<Entry>& entries) {
  std::string all;
  for (const Entry& entry : entries) {
    const sim::Scenario& scenario = entry.scenario;
    std::string tags;
    for (const std::string& tag : scenario.tags) {
      tags += (tags.empty() ? "" : ", ") + json_text(tag);
    }
    all +=
        fmt::format(R"({}  {{"scenario": {}, "file": {}, "tags": [{}], "carts": {}, "why": {}}})",
                    all.empty() ? "\n" : ",\n", json_text(scenario.name), json_text(entry.file),
                    tags, scenario.fleet.carts, json_text(scenario.why));
  }
  return "[" + all + (all.empty() ? "]\n" : "\n]\n");
}

std::string entries_text(const std::vector<Entry>& entries) {
  std::string all;
  for (const Entry& entry : entries) {
    all += fmt::format("{}  [{}]\n    {}\n", entry.file, fmt::join(entry.scenario.tags, ", "),
                       entry.scenario.why);
  }
  return all;
}

std::string entries_paths(const std::vector<Entry>& entries) {
  std::string all;
  for (const Entry& entry : entries) all += entry.file + "\n";
  return all;
}

}  // namespace

int list_command(const ListArguments& arguments, const Style& style) {
  Catalogue catalogue = read_catalogue(
      arguments.paths.empty() ? std::vector<std::string>{shipped_scenarios()} : arguments.paths);
  if (!catalogue.diagnostics.empty()) {
    say_diagnostics(catalogue.diagnostics, use_color(Output::progress, style.color));
    return exit_usage;
  }
  const std::set<std::string> tags = known_tags(catalogue);
  keep_tagged(catalogue, arguments.tags);
  if (catalogue.entries.empty()) {
    const std::string& tag = arguments.tags.front();
    complain(fmt::format("no scenario has the tag \"{}\"{}; known tags: {}", tag,
                         did_you_mean(tag, {tags.begin(), tags.end()}), fmt::join(tags, ", ")));
    return exit_usage;
  }
  if (style.json) {
    print(entries_json(catalogue.entries));
  } else {
    print(style.quiet ? entries_paths(catalogue.entries) : entries_text(catalogue.entries));
  }
  return exit_pass;
}

}  // namespace cartstorm::cli
