#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace cartstorm::cli {

/// ` (did you mean "run"?)`, or nothing if no known word is close.
std::string did_you_mean(std::string_view typed, const std::vector<std::string>& known);

}  // namespace cartstorm::cli
