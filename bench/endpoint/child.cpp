#include "bench/endpoint/child.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <ctime>
#include <fstream>
#include <sstream>
#include <thread>

namespace cartstorm::endpoint_bench {
namespace {

constexpr int patience_of_end = 300;  ///< in steps of 10 ms

double clock_s(clockid_t clock) {
  timespec time{};
  if (clock_gettime(clock, &time) != 0) return 0;
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> all;
  for (std::string& word : words) all.push_back(word.data());
  all.push_back(nullptr);
  return all;
}

}  // namespace

std::string Child::start(const std::vector<std::string>& words,
                         const std::vector<std::string>& environment,
                         const std::filesystem::path& log) {
  end();
  std::vector<std::string> arguments = words;
  std::vector<std::string> all = environment;
  for (char** each = environ; *each != nullptr; ++each) all.emplace_back(*each);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_adddup2(&actions, 1, 2);
  const int problem = posix_spawnp(&pid_, words.front().c_str(), &actions, nullptr,
                                   pointers(arguments).data(), pointers(all).data());
  posix_spawn_file_actions_destroy(&actions);
  if (problem == 0) return {};
  pid_ = -1;
  return fmt::format("{}: {}", words.front(), std::strerror(problem));
}

bool Child::is_running() {
  if (pid_ < 0) return false;
  if (waitpid(pid_, nullptr, WNOHANG) == 0) return true;
  pid_ = -1;
  return false;
}

void Child::end() {
  if (pid_ < 0) return;
  kill(pid_, SIGTERM);
  for (int i = 0; i < patience_of_end && is_running(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  if (pid_ < 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

/// What /proc/PID/stat has in ticks of 10 ms, in nanoseconds.
double Child::cpu_s() const {
  clockid_t clock{};
  return clock_getcpuclockid(pid_, &clock) == 0 ? clock_s(clock) : 0;
}

double Child::resident_kib() const {
  std::ifstream in{fmt::format("/proc/{}/status", pid_)};
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("VmRSS:")) return std::stod(line.substr(6));
  }
  return 0;
}

OneProcessor::OneProcessor() {
  sched_getaffinity(0, sizeof before_, &before_);
  cpu_set_t here{};
  const int processor = sched_getcpu();
  if (processor < 0) return;
  CPU_SET(static_cast<std::size_t>(processor), &here);
  sched_setaffinity(0, sizeof here, &here);
}

OneProcessor::~OneProcessor() { sched_setaffinity(0, sizeof before_, &before_); }

double own_cpu_s() { return clock_s(CLOCK_PROCESS_CPUTIME_ID); }

double listen_overflows() {
  std::ifstream in{"/proc/net/netstat"};
  // Lines come in pairs: names, then values.
  for (std::string names, values; std::getline(in, names) && std::getline(in, values);) {
    std::istringstream name_of{names};
    std::istringstream value_of{values};
    std::string name;
    for (std::string value; name_of >> name && value_of >> value;) {
      if (name == "ListenOverflows") return std::stod(value);
    }
  }
  return 0;
}

}  // namespace cartstorm::endpoint_bench
