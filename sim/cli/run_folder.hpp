#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace cartstorm::cli {

/// The folder of one call of `run` or `explore`. It belongs to this process from claim() on: a
/// marker file says whose it is, lists what was written, and is locked.
class RunFolder {
 public:
  RunFolder() = default;
  RunFolder(const RunFolder&) = delete;
  RunFolder& operator=(const RunFolder&) = delete;
  ~RunFolder();

  /// Claims `wished`, or a new folder `out/<date>-<time>` if it is empty, for runs that will write
  /// into the sub-folders or files `names`. A non-empty folder is taken only if it is an earlier
  /// run of ours, and then only what that run wrote is removed. Returns an empty text or why it is
  /// impossible.
  std::string claim(const std::filesystem::path& wished, const std::vector<std::string>& names);
  /// The same for a call that goes on with what an earlier one left in `wished`: nothing is
  /// removed.
  std::string claim_again(const std::filesystem::path& wished,
                          const std::vector<std::string>& names);

  const std::filesystem::path& path() const { return path_; }
  /// Lets `out/latest` name this folder; does nothing for a wished folder.
  std::string publish() const;

 private:
  std::string create_new();
  std::string write_marker(const std::vector<std::string>& names) const;
  std::string take(const std::filesystem::path& wished);
  std::string lock_marker();
  void remove_earlier_run() const;

  std::filesystem::path path_;
  bool is_numbered_ = false;
  int marker_ = -1;
};

}  // namespace cartstorm::cli
