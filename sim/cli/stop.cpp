#include "sim/cli/stop.hpp"

#include <unistd.h>

#include <csignal>

#include "sim/cli/exit_code.hpp"

namespace cartstorm::cli {
namespace {
std::atomic<bool> stop_requested{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler must not take a lock");

void on_signal(int) {
  if (stop_requested.exchange(true)) _exit(exit_interrupted);
}
}  // namespace

void watch_signals() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  // Interrupted system calls go on: a write that is half done would be a broken file.
  action.sa_flags = SA_RESTART;
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) sigaction(number, &action, nullptr);
}

const std::atomic<bool>& stop_flag() { return stop_requested; }

}  // namespace cartstorm::cli
