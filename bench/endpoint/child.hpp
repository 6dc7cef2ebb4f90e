#pragma once
#include <sched.h>
#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace cartstorm::endpoint_bench {

/// A program that we started. Ends with the object.
class Child {
 public:
  Child() = default;
  ~Child() { end(); }
  Child(Child&& other) noexcept : pid_{other.pid_} { other.pid_ = -1; }
  Child& operator=(Child&&) = delete;

  /// What it prints goes to `log`. Empty, or why not.
  std::string start(const std::vector<std::string>& words,
                    const std::vector<std::string>& environment, const std::filesystem::path& log);
  bool is_running();
  /// SIGTERM, and SIGKILL if that does not help.
  void end();

  /// User and system time so far, of all its threads, seconds.
  double cpu_s() const;
  /// Resident memory, KiB.
  double resident_kib() const;

 private:
  pid_t pid_ = -1;
};

/// We, and all that we start meanwhile, share one processor. Where two are idle, the scheduler's
/// choice whom to put where, and the time that one takes to wake, are most of a short round trip.
class OneProcessor {
 public:
  OneProcessor();
  ~OneProcessor();
  OneProcessor(const OneProcessor&) = delete;
  OneProcessor& operator=(const OneProcessor&) = delete;

 private:
  cpu_set_t before_{};
};

/// User and system time of this process so far, seconds.
double own_cpu_s();
/// TCP connections that this machine's kernel turned away because a listen queue was full, so far.
double listen_overflows();

}  // namespace cartstorm::endpoint_bench
