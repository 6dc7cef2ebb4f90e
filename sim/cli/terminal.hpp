#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "sim/cli/arguments.hpp"

namespace cartstorm::cli {

/// The two places where a person may look.
enum class Output : std::uint8_t { results, progress };  ///< stdout, stderr

bool is_terminal(Output);
/// `automatic` colours only a terminal, and never one that says it cannot (NO_COLOR, TERM=dumb).
bool use_color(Output, ColorWish);
/// Columns of the terminal on stderr; 80 if it does not tell.
std::size_t columns();

/// Writes to stdout. A reader that went away (`| head`) is no error: files are still written.
void print(std::string_view text);
/// Writes `cartstorm: <text>` as one line to stderr.
void complain(std::string_view text);
/// False if results could not be delivered (stdout on a full disk). To be asked once, at the end.
bool results_arrived();

/// A quoted JSON text.
std::string json_text(std::string_view);

}  // namespace cartstorm::cli
