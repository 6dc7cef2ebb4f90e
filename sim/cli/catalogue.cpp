#include "sim/cli/catalogue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "sim/cli/terminal.hpp"
#include "sim/explore/exploration_file.hpp"

namespace cartstorm::cli {
namespace fs = std::filesystem;
namespace {

/// One name for one file, however it is written.
std::string identity(const fs::path& file) {
  std::error_code problem;
  const fs::path real = fs::canonical(file, problem);
  return problem ? file.lexically_normal().string() : real.string();
}

void add(std::vector<sim::Diagnostic>& all, const std::vector<sim::Diagnostic>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

bool has_one_of(const std::vector<std::string>& tags, const std::vector<std::string>& wished) {
  return std::ranges::any_of(
      wished, [&](const std::string& tag) { return std::ranges::find(tags, tag) != tags.end(); });
}

}  // namespace

Catalogue read_catalogue(const std::vector<std::string>& paths, sim::Wanted wanted) {
  sim::Found found = sim::find_scenarios({paths.begin(), paths.end()}, wanted);
  Catalogue catalogue;
  catalogue.diagnostics = std::move(found.diagnostics);
  std::set<std::string> seen;
  for (const fs::path& file : found.files) {
    if (!seen.insert(identity(file)).second) continue;
    sim::Loaded loaded = sim::load_scenario(file);
    add(catalogue.diagnostics, loaded.diagnostics);
    catalogue.entries.push_back({file.string(), std::move(loaded.scenario)});
  }
  for (const fs::path& file : found.explorations) {
    if (!seen.insert(identity(file)).second) continue;
    sim::explore::LoadedExploration loaded = sim::explore::load_exploration(file);
    add(catalogue.diagnostics, loaded.diagnostics);
    catalogue.explorations.push_back({file.string(), std::move(loaded.exploration)});
  }
  return catalogue;
}

void keep_tagged(Catalogue& catalogue, const std::vector<std::string>& tags) {
  if (tags.empty()) return;
  std::erase_if(catalogue.entries,
                [&](const Entry& entry) { return !has_one_of(entry.scenario.tags, tags); });
  std::erase_if(catalogue.explorations, [&](const ExplorationEntry& entry) {
    return !has_one_of(entry.exploration.tags, tags);
  });
}

std::set<std::string> known_tags(const Catalogue& catalogue) {
  std::set<std::string> tags;
  for (const Entry& entry : catalogue.entries) {
    tags.insert(entry.scenario.tags.begin(), entry.scenario.tags.end());
  }
  for (const ExplorationEntry& entry : catalogue.explorations) {
    tags.insert(entry.exploration.tags.begin(), entry.exploration.tags.end());
  }
  return tags;
}

void say_diagnostics(const std::vector<sim::Diagnostic>& diagnostics, bool with_color) {
  for (const sim::Diagnostic& diagnostic : diagnostics) {
    std::string text = sim::to_text(diagnostic, with_color);
    if (text.empty() || text.back() != '\n') text += '\n';
    fmt::print(stderr, "{}", text);
  }
  complain(fmt::format("{} error{}", diagnostics.size(), diagnostics.size() == 1 ? "" : "s"));
}

}  // namespace cartstorm::cli
