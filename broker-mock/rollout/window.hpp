#pragma once
#include <cstdint>

#include "broker-mock/cloud/facts.hpp"

namespace cartstorm::broker {

/// Hours of a cart's local day in which its execution is queued. Over midnight if `until` is before
/// `from`; ends at the same hour: always.
struct LocalWindow {
  std::uint16_t from_min = 0;   ///< minutes since local midnight
  std::uint16_t until_min = 0;  ///< exclusive
  bool is_always() const { return from_min % 1440 == until_min % 1440; }
};

/// Milliseconds from `now` until the window is open where local time is `utc_offset_min` ahead of
/// UTC; 0 if it is open.
std::int64_t opens_in_ms(const LocalWindow& window, std::int32_t utc_offset_min, ServerTime now);

}  // namespace cartstorm::broker
