#include <array>
#include <set>

#include "rules.hpp"

namespace cartstorm::lint {
namespace {

constexpr std::array expected = {"device-model", "broker-mock", "reports", "sim", "tests"};

/// Folders that a README above explains: the two halves of a library, and tests, which mirror the
/// tree that they test.
std::string explained_by(const std::string& folder) {
  for (const std::string_view part : {"/include", "/src"}) {
    const std::size_t at = (folder + "/").find(std::string(part) + "/");
    if (at != std::string::npos) return folder.substr(0, at);
  }
  return is_below(folder, "tests/unit") ? "tests" : folder;
}

}  // namespace

void check_readmes(const Tree& tree, Findings& findings) {
  std::set<std::string> folders;
  for (const File& file : tree.files) {
    if (file.is_cpp()) folders.insert(explained_by(file.folder()));
  }
  for (const std::string& folder : folders) {
    const std::string readme = folder.empty() ? "README.md" : folder + "/README.md";
    if (!tree.paths.contains(readme)) {
      findings.push_back({readme, 0, "readme", "a folder with code explains itself"});
    }
  }
}

void check_presence(const Tree& tree, Findings& findings) {
  std::set<std::string> seen;
  for (const File& file : tree.files) {
    if (file.is_cpp()) seen.insert(file.path.substr(0, file.path.find('/')));
  }
  for (const char* room : expected) {
    if (!seen.contains(room)) {
      findings.push_back({room, 0, "presence", "no sources were seen; is this the right folder?"});
    }
  }
}

Findings check_everything(const Tree& tree) {
  Findings findings;
  for (const auto check : {check_presence, check_includes, check_sizes, check_host_clock,
                           check_decisions, check_texts, check_header_guards, check_readmes}) {
    check(tree, findings);
  }
  return findings;
}

}  // namespace cartstorm::lint
