#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace cartstorm::cli {

/// How the user called the front door, `./cartstorm` if the program was started without it. The
/// front door says so in CARTSTORM_FRONT_DOOR; no result of a run depends on it.
std::string front_door();

/// The shipped scenarios, as seen from the current folder.
std::string shipped_scenarios();

/// A line that a shell reads back as a call of the front door with exactly these words.
std::string command_line(const std::vector<std::string>& words);
/// A path as a word that no command takes for an option.
std::string as_path(const std::string& file);

/// A line that a shell reads back as exactly this run.
std::string repeat_command(const std::string& file, std::uint64_t seed);

}  // namespace cartstorm::cli
