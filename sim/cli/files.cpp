#include "sim/cli/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

namespace cartstorm::cli {
namespace fs = std::filesystem;
namespace {

/// 0, or the errno of the first write that failed.
int write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

fs::path beside(const fs::path& path) {
  return path.parent_path() / fmt::format(".{}.{}", path.filename().string(), getpid());
}

}  // namespace

std::string system_problem(std::string_view what, const fs::path& path, int error_number) {
  return fmt::format("cannot {} {}: {}", what, path.string(),
                     std::generic_category().message(error_number));
}

std::string write_file(const fs::path& path, std::string_view text) {
  const fs::path draft = beside(path);
  const int file = open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return system_problem("create", path, errno);
  int problem = write_all(file, text);
  // Some file systems report a full disk only here.
  if (close(file) != 0 && problem == 0) problem = errno;
  if (problem == 0 && std::rename(draft.c_str(), path.c_str()) != 0) problem = errno;
  if (problem == 0) return "";
  unlink(draft.c_str());
  return system_problem("write", path, problem);
}

std::string write_new_file(const fs::path& path, std::string_view text, unsigned mode) {
  const fs::path draft = beside(path);
  const int file = open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
  if (file < 0) return system_problem("create", path, errno);
  int problem = write_all(file, text);
  if (fsync(file) != 0 && problem == 0) problem = errno;
  if (close(file) != 0 && problem == 0) problem = errno;
  // A second name, not a new one: rename() would replace a file that somebody made meanwhile.
  if (problem == 0 && link(draft.c_str(), path.c_str()) != 0) problem = errno;
  unlink(draft.c_str());
  return problem == 0 ? "" : system_problem("create", path, problem);
}

std::string make_folders(const fs::path& folder) {
  std::error_code problem;
  fs::create_directories(folder, problem);
  if (problem) return system_problem("create the folder", folder, problem.value());
  if (!fs::is_directory(folder, problem)) {
    return system_problem("create the folder", folder, ENOTDIR);
  }
  return "";
}

std::string point_link(const fs::path& link, const fs::path& target) {
  std::error_code problem;
  const fs::file_status now = fs::symlink_status(link, problem);
  if (fs::exists(now) && !fs::is_symlink(now)) {
    return fmt::format("{} is not a link of ours and was left as it is", link.string());
  }
  const fs::path draft = beside(link);
  unlink(draft.c_str());
  if (symlink(target.c_str(), draft.c_str()) != 0 ||
      std::rename(draft.c_str(), link.c_str()) != 0) {
    const int reason = errno;
    unlink(draft.c_str());
    return system_problem("create the link", link, reason);
  }
  return "";
}

}  // namespace cartstorm::cli
