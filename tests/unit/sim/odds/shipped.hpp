#pragma once
#include <gtest/gtest.h>

#include <filesystem>
#include <vector>

#include "sim/scenario/load.hpp"

namespace cartstorm::sim::odds {

/// All scenarios of the shipped folders.
inline std::vector<Scenario> shipped() {
  std::vector<std::filesystem::path> folders;
  for (const char* folder : {"smoke", "nightly"}) {
    folders.push_back(std::filesystem::path{CARTSTORM_SOURCE_DIR} / "scenarios" / folder);
  }
  std::vector<Scenario> all;
  for (const std::filesystem::path& file : find_scenarios(folders).files) {
    Loaded loaded = load_scenario(file);
    EXPECT_TRUE(loaded.diagnostics.empty()) << file;
    all.push_back(std::move(loaded.scenario));
  }
  return all;
}

/// The first expectation of this kind; null if there is none.
template <class Body>
const Body* first(const Scenario& scenario) {
  for (const report::Expectation& expectation : scenario.expect) {
    if (const auto* body = std::get_if<Body>(&expectation.body)) return body;
  }
  return nullptr;
}

}  // namespace cartstorm::sim::odds
