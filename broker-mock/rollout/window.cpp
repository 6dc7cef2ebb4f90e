#include "broker-mock/rollout/window.hpp"

#include "broker-mock/base/time_text.hpp"

namespace cartstorm::broker {
namespace {

constexpr std::int64_t day_ms = 24 * 60 * minute_ms;

std::int64_t within_day(std::int64_t ms) { return ms - floor_div(ms, day_ms) * day_ms; }

}  // namespace

std::int64_t opens_in_ms(const LocalWindow& window, std::int32_t utc_offset_min, ServerTime now) {
  if (window.is_always()) return 0;
  const std::int64_t local_ms = now.unix_ms + utc_offset_min * minute_ms;
  const std::int64_t since_open_ms = within_day(local_ms - window.from_min * minute_ms);
  const std::int64_t length_ms = within_day((window.until_min - window.from_min) * minute_ms);
  return since_open_ms < length_ms ? 0 : day_ms - since_open_ms;
}

}  // namespace cartstorm::broker
