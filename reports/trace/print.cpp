#include "reports/trace/print.hpp"

#include <fmt/core.h>

namespace cartstorm::report {
namespace {

constexpr std::int64_t second = 1'000'000;
constexpr std::int64_t minute = 60 * second;
constexpr std::int64_t hour = 60 * minute;
constexpr std::int64_t day = 24 * hour;

/// `tenths` of a unit as `3.5`, in integers so that every compiler prints the same.
std::string with_tenth(std::int64_t span_us, std::int64_t unit_us, const char* unit) {
  const std::int64_t tenths = span_us * 10 / unit_us;
  return fmt::format("{}.{} {}", tenths / 10, tenths % 10, unit);
}

}  // namespace

std::string moment_text(std::int64_t time_us) {
  const std::int64_t t = time_us < 0 ? -time_us : time_us;
  return fmt::format("{}d{} {:02}:{:02}:{:02}", time_us < 0 ? "-" : "", t / day, t % day / hour,
                     t % hour / minute, t % minute / second);
}

std::string span_text(std::int64_t span_us) {
  if (span_us < 0) {
    return fmt::format("-{}", span_text(-span_us));
  }
  if (span_us < 2 * minute) {
    return fmt::format("{} s", span_us / second);
  }
  if (span_us < 2 * hour) {
    return fmt::format("{} min", span_us / minute);
  }
  return span_us < 2 * day ? with_tenth(span_us, hour, "h") : with_tenth(span_us, day, "d");
}

std::string version_text(Version version) {
  const auto packed = static_cast<std::uint32_t>(version);
  return fmt::format("{}.{}.{}", packed >> 16U, packed >> 8U & 0xffU, packed & 0xffU);
}

}  // namespace cartstorm::report
