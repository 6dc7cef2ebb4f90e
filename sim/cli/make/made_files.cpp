#include "sim/cli/make/made_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "sim/cli/files.hpp"

namespace cartstorm::cli {
namespace fs = std::filesystem;
namespace {

class OpenFile {
 public:
  // Without O_NONBLOCK a named pipe would wait for its writer before it can be refused.
  explicit OpenFile(const fs::path& path)
      : number_(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() {
    if (number_ >= 0) close(number_);
  }
  int number() const { return number_; }

 private:
  int number_;
};

/// Reads to the end, but never more than one byte beyond the limit. 0, or an errno.
int read_all(int file, std::size_t limit, std::vector<std::byte>& out) {
  std::byte piece[1 << 16];
  while (out.size() <= limit) {
    const ssize_t size = read(file, piece, std::min(sizeof piece, limit + 1 - out.size()));
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return errno;
    if (size == 0) return 0;
    out.insert(out.end(), piece, piece + size);
  }
  return 0;
}

bool is_same_file(const fs::path& a, const fs::path& b) {
  std::error_code problem;
  return fs::equivalent(a, b, problem) && !problem;
}

std::string make_folder_of(const fs::path& file) {
  const fs::path folder = file.parent_path();
  return folder.empty() ? "" : make_folders(folder);
}

fs::path with_ending(const fs::path& name, const char* ending) {
  fs::path result = name;
  result += ending;
  return result;
}

/// What stands there and is not empty, against what would stand there instead.
std::string why_not_replaced(const std::string& name, FileKind found, FileKind made) {
  if (is_credential(found)) {
    return fmt::format("{} is {} and is never overwritten; choose another name", name,
                       describe(found));
  }
  if (found == made) return "";
  return fmt::format("{} is {}, and {} does not replace it; choose another name or remove it first",
                     name, describe(found), describe_made(made));
}

}  // namespace

Outcome<std::vector<std::byte>> read_bytes(const fs::path& path, std::size_t limit,
                                           std::string_view what) {
  const OpenFile file{path};
  struct stat facts {};
  if (file.number() < 0 || fstat(file.number(), &facts) != 0) {
    return Problem{system_problem("read", path, errno)};
  }
  const char* kind = S_ISDIR(facts.st_mode) ? "a folder" : "no regular file";
  if (!S_ISREG(facts.st_mode)) {
    return Problem{fmt::format("{} is {}, expected {}", path.string(), kind, what)};
  }
  std::vector<std::byte> bytes;
  const int problem = read_all(file.number(), limit, bytes);
  if (problem != 0) return Problem{system_problem("read", path, problem), exit_infrastructure};
  if (bytes.empty()) return Problem{fmt::format("{} is empty, expected {}", path.string(), what)};
  if (bytes.size() > limit) {
    return Problem{fmt::format("{} is too large: expected {} of at most {} bytes", path.string(),
                               what, limit)};
  }
  return bytes;
}

std::string why_not_written(const ResultFile& result) {
  const std::string name = result.path.string();
  std::error_code problem;
  const fs::file_status now = fs::symlink_status(result.path, problem);
  if (!fs::exists(now)) return "";
  if (!fs::is_regular_file(now)) {
    const char* what = fs::is_symlink(now) ? "a link" : "no regular file";
    return fmt::format("{} is {} and is not replaced; choose another name", name, what);
  }
  for (const fs::path& input : result.inputs) {
    if (is_same_file(result.path, input)) {
      return fmt::format("{} is read by this command and is not replaced; choose another name",
                         name);
    }
  }
  const OpenFile file{result.path};
  std::vector<std::byte> head;
  const int unread =
      file.number() < 0 ? errno : read_all(file.number(), certificate_file_limit, head);
  if (unread != 0) return system_problem("tell what would be replaced in", result.path, unread);
  return head.empty() ? "" : why_not_replaced(name, recognise(head), result.kind);
}

Outcome<std::size_t> write_result(const ResultFile& result, ota::Bytes bytes) {
  if (const std::string problem = why_not_written(result); !problem.empty()) {
    return Problem{problem};
  }
  std::string problem = make_folder_of(result.path);
  if (problem.empty()) {
    problem = write_file(result.path, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }
  if (!problem.empty()) return Problem{problem, exit_infrastructure};
  return bytes.size();
}

Outcome<fs::path> write_pair(const fs::path& out, std::string_view key,
                             std::string_view certificate) {
  for (const fs::path& path : {key_path(out), certificate_path(out)}) {
    std::error_code ignored;
    if (fs::exists(fs::symlink_status(path, ignored))) {
      return Problem{
          fmt::format("{} exists and is never overwritten; choose another name", path.string())};
    }
  }
  constexpr unsigned owner_only = 0600, readable_by_all = 0644;
  std::string problem = make_folder_of(out);
  if (problem.empty()) problem = write_new_file(key_path(out), key, owner_only);
  if (!problem.empty()) return Problem{problem, exit_infrastructure};
  problem = write_new_file(certificate_path(out), certificate, readable_by_all);
  if (problem.empty()) return certificate_path(out);
  unlink(key_path(out).c_str());  // a key without its certificate is of no use to anybody
  return Problem{problem, exit_infrastructure};
}

fs::path key_path(const fs::path& name) { return with_ending(name, ".key.pem"); }
fs::path certificate_path(const fs::path& name) { return with_ending(name, ".cert.pem"); }

}  // namespace cartstorm::cli
