#pragma once
#include <optional>

#include "sim/scenario/complaints.hpp"
#include "sim/scenario/node.hpp"

namespace cartstorm::sim {

/// Reads one YAML document into a tree. Complains about bytes that are no UTF-8 text, tabs as
/// indentation, YAML errors, duplicate keys, more than one document, nesting beyond 32 levels and
/// aliases that expand to more than 50,000 values; nothing is returned if there is no usable tree.
std::optional<Node> parse_yaml(const Sources&, std::uint32_t file, Complaints&);

}  // namespace cartstorm::sim
