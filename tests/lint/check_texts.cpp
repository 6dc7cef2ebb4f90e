#include <array>
#include <cctype>

#include "rules.hpp"

namespace cartstorm::lint {
namespace {

// Written in two parts, so that this file does not contain what it looks for.
const std::array<std::string, 2> machine_paths = {std::string("/wor") + "k/",
                                                  std::string("/roo") + "t/"};
const std::string to_do = std::string("TO") + "DO";
const std::string key_begins = std::string("-----BEG") + "IN ";
const std::string key_kind = std::string("PRIV") + "ATE KEY";

bool is_path_start(std::string_view line, std::size_t at) {
  if (at == 0) return true;
  const char before = line[at - 1];
  return std::isalnum(static_cast<unsigned char>(before)) == 0 && before != '/' && before != '}' &&
         before != '.' && before != '-' && before != '_';
}

bool names_machine_path(std::string_view line) {
  for (const std::string& path : machine_paths) {
    const std::size_t at = line.find(path);
    if (at != std::string_view::npos && is_path_start(line, at)) return true;
  }
  return false;
}

/// A to-do that names its issue reads `(#12)` right after the word.
bool has_bare_to_do(std::string_view line) {
  const std::size_t at = line.find(to_do);
  if (at == std::string_view::npos) return false;
  const std::string_view after = line.substr(at + to_do.size());
  return !(after.starts_with("(#") && after.size() > 2 &&
           std::isdigit(static_cast<unsigned char>(after[2])) != 0);
}

bool shows_private_key(std::string_view line) {
  const std::size_t at = line.find(key_begins);
  return at != std::string_view::npos && line.find(key_kind, at) != std::string_view::npos;
}

}  // namespace

void check_texts(const Tree& tree, Findings& findings) {
  for (const File& file : tree.files) {
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      const std::string& line = file.lines[i];
      if (names_machine_path(line)) {
        findings.push_back({file.path, i + 1, "machine_path", "a path of somebody's machine"});
      }
      if (has_bare_to_do(line)) {
        findings.push_back({file.path, i + 1, "to_do", "names no issue, as in (#12)"});
      }
      if (shows_private_key(line)) {
        findings.push_back({file.path, i + 1, "secret", "a private key"});
      }
    }
  }
}

void check_header_guards(const Tree& tree, Findings& findings) {
  for (const File& file : tree.files) {
    if (!file.is_header()) continue;
    if (file.lines.empty() || file.lines.front() != "#pragma once") {
      findings.push_back({file.path, 1, "header_guard", "the first line must be #pragma once"});
    }
  }
}

}  // namespace cartstorm::lint
