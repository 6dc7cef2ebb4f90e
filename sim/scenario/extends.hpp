#pragma once
#include <filesystem>
#include <optional>

#include "sim/scenario/complaints.hpp"
#include "sim/scenario/node.hpp"

namespace cartstorm::sim {

/// Reads a file and everything it extends, relative to the file that says so. Mappings merge
/// recursively, lists and scalars replace. Every value keeps the file where it stands.
std::optional<Node> read_with_bases(const std::filesystem::path&, Sources&, Complaints&);

}  // namespace cartstorm::sim
