#pragma once
#include <string>

namespace cartstorm::cli {

/// The portable address that an earlier call of `explore` printed beside this exact one, from the
/// newest exploration.json below out/ that has it; empty if none does.
std::string portable_twin(const std::string& exact);

}  // namespace cartstorm::cli
