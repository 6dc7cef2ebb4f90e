#pragma once

/// What the program's exit code means. Scripts and CI rely on these numbers.
namespace cartstorm::cli {

inline constexpr int exit_pass = 0;
inline constexpr int exit_failed = 1;          ///< a promise or an expectation failed
inline constexpr int exit_usage = 2;           ///< the command line or a scenario is wrong
inline constexpr int exit_infrastructure = 3;  ///< disk, folder, rig: says nothing about the fleet
inline constexpr int exit_inconclusive = 4;    ///< nothing was proven
inline constexpr int exit_interrupted = 130;   ///< stopped by a person; files are valid

}  // namespace cartstorm::cli
