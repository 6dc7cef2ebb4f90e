#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/scenario/scenario.hpp"

/// The typed scalars of a scenario file as text. Each parse function gives nothing for a text that
/// is not exactly of its form; parsing the text of a value gives that value again.
namespace cartstorm::sim {

/// Microseconds from `1h30m`, `-13h`, `250ms`: whole numbers, units d h m s ms us in falling order,
/// each at most once. At most 10,000 days.
std::optional<std::int64_t> parse_duration(std::string_view);
std::string duration_text(std::int64_t us);

/// Bytes from `512KiB`, `1MiB`, `100B`; less than 4 GiB.
std::optional<std::uint32_t> parse_size(std::string_view);
std::string size_text(std::uint32_t bytes);

/// Bytes per second from `256KiB/s`.
std::optional<std::uint64_t> parse_rate(std::string_view);
std::string rate_text(std::uint64_t bytes_per_s);

/// 0..1 from `10%`.
std::optional<double> parse_share(std::string_view);
std::string share_text(double share);

/// 0..100 from `10%`.
std::optional<double> parse_percent(std::string_view);
std::string percent_text(double percent);

std::optional<Version> parse_version(std::string_view);

/// Seconds since 1970 from `2026-06-01T00:00:00Z`, years 1970 to 2199.
std::optional<std::int64_t> parse_date(std::string_view);
std::string date_text(std::int64_t unix_s);

std::optional<std::uint64_t> parse_count(std::string_view);
/// Not negative, without exponent.
std::optional<double> parse_number(std::string_view);
std::string number_text(double);

/// `a` to `z`, digits and underscore, starting with a letter.
bool is_word(std::string_view);

}  // namespace cartstorm::sim
