#pragma once
#include <string>
#include <vector>

#include "reports/check/fleet.hpp"
#include "reports/render/summary.hpp"

namespace cartstorm::report {

/// Fills everything of the summary that speaks of carts and stages.
void add_fleet(Summary&, const Fleet&);
/// Faults that were armed and never struck anybody.
std::vector<std::string> unfired_faults(const Fleet&);

}  // namespace cartstorm::report
