#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "reports/render/summary.hpp"

/// Lines for a terminal of 100 columns.
namespace cartstorm::report {

inline constexpr std::size_t most_columns = 100;

/// Breaks `words` at spaces into lines of at most 100 columns, each indented by `indent` spaces and
/// ended by a line feed; a word longer than a line is cut. Nothing for an empty text.
std::string wrapped(std::string_view words, std::size_t indent);
/// Exactly `width` columns: filled with spaces, or cut with a final `~`.
std::string left(std::string_view words, std::size_t width);
std::string right(std::string_view words, std::size_t width);
/// Virtual time to the minute, `d3 04:12`, or `-` if it did not happen.
std::string short_moment(std::int64_t time_us);

enum class Paint : std::uint8_t { plain, bold, good, bad, doubtful };
std::string painted(std::string_view words, Paint, bool with_color);
Paint paint_of(ScenarioVerdict);

}  // namespace cartstorm::report
