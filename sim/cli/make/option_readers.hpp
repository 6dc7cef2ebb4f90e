#pragma once
#include <optional>

#include "sim/cli/make/command_spec.hpp"
#include "sim/cli/make/values.hpp"

/// Shorthands for OptionSpec::read. Each refers to `out`.
namespace cartstorm::cli {

template <class T>
auto reads(std::string (*reader)(const std::string&, T&), T& out) {
  return [reader, &out](const std::string& typed) { return reader(typed, out); };
}

inline auto reads_number(std::uint64_t least, std::uint64_t most, std::uint64_t& out) {
  return [=, &out](const std::string& typed) { return read_number(typed, least, most, out); };
}

inline auto reads_number(std::uint64_t least, std::uint64_t most,
                         std::optional<std::uint64_t>& out) {
  return [=, &out](const std::string& typed) {
    std::uint64_t value = 0;
    std::string problem = read_number(typed, least, most, value);
    if (problem.empty()) out = value;
    return problem;
  };
}

inline auto sets(bool& out) {
  return [&out](const std::string&) {
    out = true;
    return std::string{};
  };
}

inline constexpr std::uint64_t longest_days = 36'500;

inline OptionSpec days_option(const char* what, std::uint64_t& out) {
  return {"--days", "N", what, false, reads_number(1, longest_days, out)};
}
inline OptionSpec valid_from_option(TimeWish& out) {
  return {"--valid-from", "TIME", "first moment: 2026-06-01, -2h, ... (default: now)", false,
          reads(read_time, out)};
}

}  // namespace cartstorm::cli
