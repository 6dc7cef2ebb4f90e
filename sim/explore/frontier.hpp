#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "sim/explore/explorer.hpp"

namespace cartstorm::sim::explore {

/// A path that waits, by address: whoever goes on walks there again.
struct WaitingPath {
  Address address;
  std::uint8_t cuts_left = 0;
  std::uint32_t points = 0;  ///< cuts that led to its first state
};

/// Where an exploration was stopped: what is known, and what waits in the story that was under way.
struct Frontier {
  ExploreResult result;  ///< of the stories that are complete; their findings and all others so far
  StoryResult current;   ///< of the story under way; empty name: none was
  std::vector<WaitingPath> waiting;
};

/// False, and `problem` says why, if it cannot be written.
bool save(const Frontier&, const std::filesystem::path&, std::string& problem);
/// False, and `problem` says why: no such file, damaged (and in which line), or of another
/// exploration, geometry or build than `fingerprint`.
bool load(const std::filesystem::path&, const std::string& fingerprint, Frontier& out,
          std::string& problem);

}  // namespace cartstorm::sim::explore
