#pragma once
#include <string_view>

#include "sim/scenario/complaints.hpp"

namespace cartstorm::sim {

/// Refuses what a YAML parser would misread: bytes that are no UTF-8, control characters, tabs as
/// indentation, a file without content. False if there was a complaint.
bool is_plain_text(const Sources&, std::uint32_t file, Complaints&);

/// Bytes of the UTF-8 character that `rest` begins with; 0 if it begins with none.
std::size_t character_bytes(std::string_view rest);

}  // namespace cartstorm::sim
