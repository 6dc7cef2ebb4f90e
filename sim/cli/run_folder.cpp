#include "sim/cli/run_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>
#include <fstream>

#include "sim/cli/files.hpp"

namespace cartstorm::cli {
namespace fs = std::filesystem;
namespace {

constexpr const char* all_runs = "out";
constexpr const char* marker_name = ".cartstorm-run";
constexpr int most_runs_per_second = 1000;

/// The host's date names a folder and nothing else; no result depends on it.
std::string date_and_time() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  char text[32];
  std::strftime(text, sizeof text, "%Y%m%d-%H%M%S", &local);
  return text;
}

/// A line of the marker must never lead out of the folder.
bool is_plain_name(const std::string& name) {
  return !name.empty() && name != "." && name != ".." && name.find('/') == std::string::npos;
}

}  // namespace

RunFolder::~RunFolder() {
  if (marker_ >= 0) close(marker_);
}

std::string RunFolder::claim(const fs::path& wished, const std::vector<std::string>& names) {
  std::string problem = wished.empty() ? create_new() : take(wished);
  if (problem.empty()) problem = lock_marker();
  if (!problem.empty()) return problem;
  remove_earlier_run();
  return write_marker(names);
}

std::string RunFolder::claim_again(const fs::path& wished, const std::vector<std::string>& names) {
  std::string problem = take(wished);
  if (problem.empty()) problem = lock_marker();
  return problem.empty() ? write_marker(names) : problem;
}

std::string RunFolder::write_marker(const std::vector<std::string>& names) const {
  std::string list;
  for (const std::string& name : names) list += name + "\n";
  if (ftruncate(marker_, 0) != 0 ||
      pwrite(marker_, list.data(), list.size(), 0) != static_cast<ssize_t>(list.size())) {
    return system_problem("write", path_ / marker_name, errno == 0 ? ENOSPC : errno);
  }
  return "";
}

std::string RunFolder::create_new() {
  std::string problem = make_folders(all_runs);
  if (!problem.empty()) return problem;
  const std::string now = date_and_time();
  is_numbered_ = true;
  for (int n = 1; n <= most_runs_per_second; ++n) {
    path_ = fs::path(all_runs) / (n == 1 ? now : fmt::format("{}-{}", now, n));
    if (mkdir(path_.c_str(), 0755) == 0) return "";
    if (errno != EEXIST) return system_problem("create the folder", path_, errno);
  }
  return fmt::format("more than {} runs began in this second", most_runs_per_second);
}

std::string RunFolder::take(const fs::path& wished) {
  path_ = wished;
  std::string problem = make_folders(path_);
  if (!problem.empty()) return problem;
  std::error_code error;
  const bool is_empty = fs::is_empty(path_, error);
  if (error) return system_problem("read the folder", path_, error.value());
  if (is_empty || fs::is_regular_file(fs::symlink_status(path_ / marker_name, error))) return "";
  return fmt::format(
      "{} is not empty and was not written by cartstorm, so nothing was written into it; name "
      "another folder or an empty one",
      path_.string());
}

std::string RunFolder::lock_marker() {
  const fs::path file = path_ / marker_name;
  marker_ = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (marker_ < 0) return system_problem("create", file, errno);
  if (flock(marker_, LOCK_EX | LOCK_NB) == 0) return "";
  if (errno == EWOULDBLOCK) {
    return fmt::format("another cartstorm is writing into {} right now", path_.string());
  }
  return system_problem("lock", file, errno);
}

void RunFolder::remove_earlier_run() const {
  std::ifstream list(path_ / marker_name);
  std::error_code ignored;
  for (std::string name; std::getline(list, name);) {
    if (!is_plain_name(name)) continue;
    const fs::path folder = path_ / name;
    for (const char* file : {"trace.db", "trace.db-journal", "summary.json", "odds.svg"}) {
      fs::remove(folder / file, ignored);
    }
    // Fails, as it should, when somebody keeps notes in there.
    fs::remove(folder, ignored);
  }
  for (const char* file : {"junit.xml", "night.json", "exploration.json"})
    fs::remove(path_ / file, ignored);
}

std::string RunFolder::publish() const {
  return is_numbered_ ? point_link(fs::path(all_runs) / "latest", path_.filename()) : "";
}

}  // namespace cartstorm::cli
