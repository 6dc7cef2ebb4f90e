#pragma once
#include <string>

#include "sim/explore/replay.hpp"

namespace cartstorm::cli {

/// A replay for a person: power cycles as blocks, flash operations near what matters, the cut
/// marked, torn sectors below it, and how it ended.
std::string to_text(const sim::explore::Replay&, bool with_color);
/// All of it as one JSON value.
std::string to_json(const sim::explore::Replay&, int exit_code);

}  // namespace cartstorm::cli
