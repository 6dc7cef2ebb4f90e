#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace cartstorm::sim {

/// The known word that a person most likely meant, or an empty text if none is near.
std::string closest(std::string_view word, const std::vector<std::string>& known);

/// `a, b, c`
std::string listed(const std::vector<std::string>& words);

}  // namespace cartstorm::sim
