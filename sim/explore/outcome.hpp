#pragma once
#include <cstddef>
#include <cstdint>

namespace cartstorm::sim::explore {

/// How a path ended, worst first (fault-catalogue.md, severity classes). The last five are what a
/// cart promises.
enum class Outcome : std::uint8_t {
  unknown,            ///< not run to its end
  brick,              ///< nothing boots
  stuck_unconfirmed,  ///< never comes to rest
  wrong_image,        ///< rests on something that is neither the old nor the new image
  security,           ///< runs what was never verified, or is below the floor
  silent_revert,  ///< the cloud believes in the new image, the cart runs the old, nobody was told
  false_status,   ///< the cloud believes the opposite of what runs
  storm,          ///< tries again without end
  updated,        ///< new image, SUCCEEDED
  rolled_back,    ///< old image, the rollback was counted
  refused,        ///< old image, FAILED or REJECTED, no rollback
  cancelled,      ///< the job was taken back; whatever runs was confirmed
  degraded,       ///< hardware is broken and the cart says so
};
inline constexpr std::size_t outcome_count = 13;
const char* name(Outcome);
constexpr bool is_good(Outcome outcome) { return outcome >= Outcome::updated; }

}  // namespace cartstorm::sim::explore
