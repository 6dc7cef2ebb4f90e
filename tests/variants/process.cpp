#include "process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>

namespace cartstorm::variants {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t kept_bytes = std::size_t{256} * 1024;

// A signal handler walks over them, so they are a plain array.
constexpr std::size_t most_processes = 64;
std::array<std::atomic<pid_t>, most_processes> running{};
std::atomic<bool> ending{false};

/// A process and all that it starts, as long as somebody waits for it.
class Group {
 public:
  explicit Group(pid_t leader) : leader_(leader) {
    for (auto& place : running) {
      pid_t none = 0;
      if (place.compare_exchange_strong(none, leader)) {
        place_ = &place;
        break;
      }
    }
    if (is_ending()) end();
  }
  ~Group() {
    if (place_ != nullptr) place_->store(0);
    end();  // what it left behind
  }
  Group(const Group&) = delete;
  Group& operator=(const Group&) = delete;

  void end() const { kill(-leader_, SIGKILL); }

 private:
  pid_t leader_;
  std::atomic<pid_t>* place_ = nullptr;
};

struct Pipe {
  int read_end = -1, write_end = -1;
  Pipe() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) == 0) {
      read_end = ends[0];
      write_end = ends[1];
    }
  }
  ~Pipe() {
    close_write();
    if (read_end >= 0) close(read_end);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  void close_write() {
    if (write_end >= 0) close(write_end);
    write_end = -1;
  }
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> found;
  for (std::string& text : texts) found.push_back(text.data());
  found.push_back(nullptr);
  return found;
}

/// In the child, between fork and exec: nothing here may allocate.
[[noreturn]] void become(char* const* argv, char* const* environment, const char* folder,
                         unsigned cpu_s, int out, int err) {
  setpgid(0, 0);
  const rlimit cpu{cpu_s, cpu_s + 5};
  setrlimit(RLIMIT_CPU, &cpu);
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (chdir(folder) == 0 && dup2(nothing, 0) >= 0 && dup2(out, 1) >= 0 && dup2(err, 2) >= 0) {
    execve(argv[0], argv, environment);
  }
  _exit(127);
}

void keep(std::string& text, const char* more, std::size_t size) {
  text.append(more, size);
  if (text.size() > 2 * kept_bytes) text.erase(0, text.size() - kept_bytes);
}

/// Reads both pipes until they are closed or the time is over; false if it is.
bool read_all(const Pipe& out, const Pipe& err, Clock::time_point until, Ended& ended) {
  std::array<pollfd, 2> waiting{pollfd{out.read_end, POLLIN, 0}, pollfd{err.read_end, POLLIN, 0}};
  std::array<std::string*, 2> texts{&ended.out, &ended.err};
  std::array<char, 16384> piece;
  while (waiting[0].fd >= 0 || waiting[1].fd >= 0) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now());
    if (left.count() <= 0) return false;
    if (poll(waiting.data(), waiting.size(), static_cast<int>(left.count())) < 0) continue;
    for (std::size_t i = 0; i < waiting.size(); ++i) {
      if (waiting[i].revents == 0) continue;
      const ssize_t size = read(waiting[i].fd, piece.data(), piece.size());
      if (size > 0) keep(*texts[i], piece.data(), static_cast<std::size_t>(size));
      if (size == 0 || (size < 0 && errno != EINTR)) waiting[i].fd = -1;
    }
  }
  return true;
}

std::vector<std::string> environment_with(const std::vector<std::string>& added) {
  std::vector<std::string> all = added;
  for (char** entry = environ; *entry != nullptr; ++entry) all.emplace_back(*entry);
  return all;
}

}  // namespace

Ended run(const std::vector<std::string>& command, const std::filesystem::path& folder,
          const Limits& limits, const std::vector<std::string>& environment) {
  std::vector<std::string> words = command, settings = environment_with(environment);
  const std::vector<char*> argv = pointers(words), envp = pointers(settings);
  const Clock::time_point begin = Clock::now();
  Ended ended;
  Pipe out, err;
  const pid_t child = is_ending() ? -1 : fork();
  if (child == 0) {
    become(argv.data(), envp.data(), folder.c_str(), limits.cpu_s, out.write_end, err.write_end);
  }
  if (child < 0) return ended;
  setpgid(child, child);
  const Group group{child};
  out.close_write();
  err.close_write();
  if (!read_all(out, err, begin + std::chrono::seconds{limits.wall_s}, ended)) {
    ended.hung = true;
    group.end();
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  ended.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  ended.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  ended.hung |= ended.signal == SIGXCPU;
  ended.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  return ended;
}

void end_all_processes() {
  ending.store(true);
  for (const auto& place : running) {
    const pid_t leader = place.load();
    if (leader > 0) kill(-leader, SIGKILL);
  }
}

bool is_ending() { return ending.load(); }

}  // namespace cartstorm::variants
