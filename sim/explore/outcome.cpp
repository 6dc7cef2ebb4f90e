#include "sim/explore/outcome.hpp"

#include <array>

namespace cartstorm::sim::explore {

const char* name(Outcome outcome) {
  constexpr std::array<const char*, outcome_count> names = {
      "unknown",      "brick", "stuck_unconfirmed", "wrong_image", "security", "silent_revert",
      "false_status", "storm", "updated",           "rolled_back", "refused",  "cancelled",
      "degraded"};
  return names.at(static_cast<std::size_t>(outcome));
}

}  // namespace cartstorm::sim::explore
