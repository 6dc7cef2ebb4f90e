#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "reports/trace/stream.hpp"
#include "sim/scenario/scenario.hpp"

/// The seam between "somebody wants a scenario run" (cli, tests, bench) and the ways of running
/// carts. A driver emits the trace; it judges nothing.
namespace cartstorm::sim {

/// What a terminal shows while a run goes on.
struct Progress {
  std::int64_t time_us = 0;
  std::int64_t ends_us = 0;
  std::string stage;       ///< name, with " (held)" while held
  double on_new = 0;       ///< share of all carts
  double rolled_back = 0;  ///< share of all carts
  std::uint64_t events = 0;
};

struct RunOptions {
  std::uint64_t seed = 1;
  std::string build;                        ///< goes into the trace's run record
  bool remembers_digests = true;            ///< off: every digest and signature is computed
  const std::atomic<bool>* stop = nullptr;  ///< set by Ctrl-C; the run ends at the next event
  std::function<void(const Progress&)> on_progress;  ///< called some times per second of CPU
};

struct RunOutcome {
  bool was_interrupted = false;
  std::uint64_t events = 0;          ///< kernel events executed
  std::string infrastructure_error;  ///< the driver itself failed; empty: it did not
};

/// Runs carts in virtual time and emits the whole trace into `stream`.
RunOutcome run_virtual(const Scenario&, const RunOptions&, report::Stream& stream);

}  // namespace cartstorm::sim
