#pragma once
#include <cstdint>

#include "sim/scenario/scenario.hpp"

namespace cartstorm::sim {

/// 64-bit hash of what a scenario means, including its profiles: not of file names, places,
/// comments, order of keys or spelling (1h, 60m) of values.
std::uint64_t digest_of(const Scenario&);

/// The canonical text of a scenario without its profiles; reading it gives the scenario again.
std::string canonical_text(const Scenario&);

}  // namespace cartstorm::sim
