#pragma once
#include <string>

#include "sim/scenario/validate.hpp"

namespace cartstorm::sim {

/// The carts that a fault or an expectation asks for; empty members match all.
struct Asked {
  std::string region, use, profile, sensor, tier;
};

/// Complains about a word that no profile of the table has, or a combination that matches nobody.
/// `path` is where the `who` stands.
void validate_selection(const Reading&, const std::string& path, const Asked&);

}  // namespace cartstorm::sim
