#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "sim/scenario/load.hpp"

namespace cartstorm::sim {

/// A valid scenario named x; tests break one part of it.
inline constexpr std::string_view valid_text = R"(scenario: x
why: a test
ends: 10d
fleet: {carts: 2000, profiles: two}
images:
  old: {version: 1.8.0}
  new: {version: 2.0.0}
rollout:
  plan: standard
faults:
  - fault: clock_skew
    who: {region: eu}
    offset: -13h
expect:
  - not_held
)";

/// The profile table `two`.
inline constexpr std::string_view table_text = R"(profiles: two
why: a test
table:
  - {profile: us_shop, share: 75%, hardware_revision: 2, sensors: [camera, scale],
     region: us, use: retail, powered: 08:30-20:00, utc_offset: -6h}
  - {profile: eu_shop, share: 25%, hardware_revision: 3, sensors: [lidar],
     region: eu, use: warehouse, tier: early_access, powered: always, utc_offset: 1h}
)";

/// A folder of its own per test with the profile table `two`, removed afterwards.
class ScratchFolder : public testing::Test {
 protected:
  ScratchFolder() {
    const std::filesystem::path parent = testing::TempDir();
    std::string pattern = (parent / "scenario_XXXXXX").lexically_normal().string();
    folder_ = ::mkdtemp(pattern.data());
    write("profiles/two.yaml", table_text);
    // Shipped profile tables are found from the current folder too; tests must not see them.
    std::filesystem::current_path(folder_);
  }
  ~ScratchFolder() override {
    std::error_code ignored;
    std::filesystem::current_path(started_in_, ignored);
    std::filesystem::remove_all(folder_, ignored);
  }

  std::filesystem::path path(std::string_view name) const { return folder_ / name; }

  void write(std::string_view name, std::string_view text) const {
    std::filesystem::create_directories(path(name).parent_path());
    // Some file systems flush a file that is truncated, but not one that is new.
    std::filesystem::remove(path(name));
    std::ofstream(path(name), std::ios::binary) << text;
  }

  /// Loads a file of this folder.
  Loaded load(std::string_view name) const { return load_scenario(path(name)); }

  /// All complaints about a file as they are printed, without the name of the folder.
  std::string errors_of(std::string_view name) const {
    std::string text;
    for (const auto& diagnostic : load(name).diagnostics) text += to_text(diagnostic, false);
    return without_folder(text);
  }

  /// Writes x.yaml and gives its complaints.
  std::string errors_in(std::string_view text) const {
    write("x.yaml", text);
    return errors_of("x.yaml");
  }

  /// The complaints about the valid scenario with one part replaced.
  std::string errors_with(std::string_view part, std::string_view replacement) const {
    return errors_in(replaced(valid_text, part, replacement));
  }

  static std::string replaced(std::string_view text, std::string_view part,
                              std::string_view replacement) {
    std::string result(text);
    const auto at = result.find(part);
    EXPECT_NE(at, std::string::npos) << "the text has no " << part;
    return result.replace(at, part.size(), replacement);
  }

  std::string without_folder(std::string text) const {
    const std::string prefix = folder_.string() + "/";
    for (auto at = text.find(prefix); at != std::string::npos; at = text.find(prefix)) {
      text.erase(at, prefix.size());
    }
    return text;
  }

 private:
  std::filesystem::path folder_;
  std::filesystem::path started_in_ = std::filesystem::current_path();
};

}  // namespace cartstorm::sim
