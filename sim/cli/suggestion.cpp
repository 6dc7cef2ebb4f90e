#include "sim/cli/suggestion.hpp"

#include "sim/scenario/suggest.hpp"

namespace cartstorm::cli {

std::string did_you_mean(std::string_view typed, const std::vector<std::string>& known) {
  const std::string word = sim::closest(typed, known);
  return word.empty() ? "" : " (did you mean \"" + word + "\"?)";
}

}  // namespace cartstorm::cli
