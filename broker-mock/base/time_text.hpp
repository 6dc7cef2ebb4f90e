#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cartstorm::broker {

inline constexpr std::int64_t minute_ms = 60'000;

/// `20240310T120000Z`, as in X-Amz-Date.
std::string basic_time(std::int64_t unix_s);
/// `2024-03-10T12:00:00Z`, as in error bodies.
std::string extended_time(std::int64_t unix_s);
/// Seconds since 1970 of a `YYYYMMDDTHHMMSSZ`; empty if it is not one.
std::optional<std::int64_t> parse_basic_time(std::string_view text);

/// `Sun, 10 Mar 2024 12:00:00 GMT`, as in Date and Last-Modified (RFC 9110 section 5.6.7).
std::string http_time(std::int64_t unix_s);
/// Seconds since 1970 of such a date; empty if it is not one. The obsolete forms are not read: no
/// client of ours writes them. The name of the day is not checked against the date.
std::optional<std::int64_t> parse_http_time(std::string_view text);

/// Division that rounds towards minus infinity: times before 1970 fall into the right minute.
constexpr std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a / b - (a % b != 0 && (a % b < 0) != (b < 0) ? 1 : 0);
}

}  // namespace cartstorm::broker
