#pragma once
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace cartstorm::variants {

struct Limits {
  unsigned cpu_s = 600;   ///< of the program and of each child of it
  unsigned wall_s = 900;  ///< one that sleeps uses no CPU
};

/// How a program ended.
struct Ended {
  int code = -1;      ///< exit code; -1: it was ended by a signal or never began
  int signal = 0;     ///< 0: none
  bool hung = false;  ///< it was ended because a limit was reached
  double seconds = 0;
  std::string out, err;  ///< the last 256 KiB of each

  bool is_ok() const { return code == 0; }
};

/// Runs a program in `folder` and waits for it. Its first argument is its path. `environment` is
/// added to that of this process, as NAME=value. What it starts ends with it.
Ended run(const std::vector<std::string>& command, const std::filesystem::path& folder,
          const Limits& limits = {}, const std::vector<std::string>& environment = {});

/// Safe in a signal handler: from now on nothing is started, and what runs is ended.
void end_all_processes();
bool is_ending();

}  // namespace cartstorm::variants
