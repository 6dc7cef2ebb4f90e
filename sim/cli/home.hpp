#pragma once
#include <cstdint>
#include <string>

namespace cartstorm::cli {

/// How the user called the front door, `./cartstorm` if the program was started without it. The
/// front door says so in CARTSTORM_FRONT_DOOR; no result of a run depends on it.
std::string front_door();

/// The shipped scenarios, as seen from the current folder.
std::string shipped_scenarios();

/// A line that a shell reads back as exactly this run.
std::string repeat_command(const std::string& file, std::uint64_t seed);

}  // namespace cartstorm::cli
