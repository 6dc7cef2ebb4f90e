#pragma once
#include <cstdint>

/// Spans of virtual time, which counts microseconds.
namespace cartstorm::sim {

inline constexpr std::int64_t second_us = 1'000'000;
inline constexpr std::int64_t minute_us = 60 * second_us;
inline constexpr std::int64_t hour_us = 60 * minute_us;
inline constexpr std::int64_t day_us = 24 * hour_us;

}  // namespace cartstorm::sim
