#include "sim/cli/catalogue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "sim/cli/terminal.hpp"

namespace cartstorm::cli {
namespace fs = std::filesystem;
namespace {

/// One name for one file, however it is written.
std::string identity(const fs::path& file) {
  std::error_code problem;
  const fs::path real = fs::canonical(file, problem);
  return problem ? file.lexically_normal().string() : real.string();
}

}  // namespace

Catalogue read_catalogue(const std::vector<std::string>& paths) {
  sim::Found found = sim::find_scenarios({paths.begin(), paths.end()});
  Catalogue catalogue;
  catalogue.diagnostics = std::move(found.diagnostics);
  std::set<std::string> seen;
  for (const fs::path& file : found.files) {
    if (!seen.insert(identity(file)).second) continue;
    sim::Loaded loaded = sim::load_scenario(file);
    catalogue.diagnostics.insert(catalogue.diagnostics.end(), loaded.diagnostics.begin(),
                                 loaded.diagnostics.end());
    catalogue.entries.push_back({file.string(), std::move(loaded.scenario)});
  }
  return catalogue;
}

void keep_tagged(Catalogue& catalogue, const std::vector<std::string>& tags) {
  if (tags.empty()) return;
  std::erase_if(catalogue.entries, [&](const Entry& entry) {
    const std::vector<std::string>& has = entry.scenario.tags;
    return std::none_of(tags.begin(), tags.end(), [&](const std::string& tag) {
      return std::find(has.begin(), has.end(), tag) != has.end();
    });
  });
}

std::set<std::string> known_tags(const Catalogue& catalogue) {
  std::set<std::string> tags;
  for (const Entry& entry : catalogue.entries) {
    tags.insert(entry.scenario.tags.begin(), entry.scenario.tags.end());
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
