#pragma once
#include <atomic>

namespace cartstorm::cli {

/// From here on the first SIGINT, SIGTERM or SIGHUP sets the flag, so that runs end at their next
/// event and write valid files; the second one ends the program at once.
void watch_signals();

/// Set by the first signal.
const std::atomic<bool>& stop_flag();

}  // namespace cartstorm::cli
