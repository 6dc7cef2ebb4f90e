#include "source_tree.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "blank.hpp"

namespace cartstorm::lint {
namespace fs = std::filesystem;
namespace {

constexpr std::uintmax_t largest_text = 1'000'000;

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

bool is_result_folder(const fs::path& folder) {
  const std::string name = folder.filename().string();
  return name == "build" || name == "out" || name == ".git" || name == ".cache";
}

void read_into(Tree& tree, const fs::path& root, const fs::path& file) {
  const std::string path = fs::relative(file, root).generic_string();
  tree.paths.insert(path);
  if (fs::file_size(file) > largest_text) return;
  std::ifstream in(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  // A file with a zero byte is not text.
  if (text.find('\0') == std::string::npos) tree.files.push_back(make_file(path, text));
}

}  // namespace

bool File::is_cpp() const { return path.ends_with(".cpp") || is_header() || path.ends_with(".c"); }

bool File::is_header() const { return path.ends_with(".hpp") || path.ends_with(".h"); }

std::string File::folder() const {
  const std::size_t end = path.rfind('/');
  return end == std::string::npos ? "" : path.substr(0, end);
}

bool is_below(std::string_view path, std::string_view prefix) {
  if (!path.starts_with(prefix)) return false;
  return path.size() == prefix.size() || prefix.ends_with('/') || path[prefix.size()] == '/';
}

File make_file(std::string path, std::string_view text) {
  File file;
  file.path = std::move(path);
  file.lines = split(text);
  if (file.is_cpp()) file.code = split(blank(text));
  return file;
}

Tree read_tree(const fs::path& root) {
  Tree tree;
  fs::recursive_directory_iterator walk(root);
  for (const fs::directory_entry& entry : walk) {
    if (entry.is_directory() && is_result_folder(entry.path())) {
      walk.disable_recursion_pending();
    } else if (entry.is_regular_file() && !entry.is_symlink()) {
      read_into(tree, root, entry.path());
    }
  }
  std::sort(tree.files.begin(), tree.files.end(),
            [](const File& a, const File& b) { return a.path < b.path; });
  return tree;
}

}  // namespace cartstorm::lint
