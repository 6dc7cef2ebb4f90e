#pragma once
#include <filesystem>
#include <vector>

#include "sim/scenario/complaints.hpp"
#include "sim/scenario/node.hpp"
#include "sim/scenario/scenario.hpp"

namespace cartstorm::sim {

/// Reads the profile table that a fleet names: `profiles/<name>.yaml` or
/// `scenarios/profiles/<name>.yaml` in the nearest folder at or above the file that names it, else
/// at or above the current folder. Empty after a complaint, which for an unknown name points at it.
std::vector<Profile> read_profiles(const std::string& name, const Node& named_at, Sources&,
                                   Complaints&);

}  // namespace cartstorm::sim
