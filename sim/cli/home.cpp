#include "sim/cli/home.hpp"

#include <cstdlib>
#include <filesystem>

namespace cartstorm::cli {
namespace {

std::string quoted_for_shell(const std::string& word) {
  constexpr const char* harmless =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./+:@%,=";
  if (!word.empty() && word.find_first_not_of(harmless) == std::string::npos) return word;
  std::string quoted = "'";
  for (const char c : word) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

}  // namespace

std::string front_door() {
  const char* called = std::getenv("CARTSTORM_FRONT_DOOR");
  return called == nullptr || *called == '\0' ? "./cartstorm" : called;
}

std::string shipped_scenarios() {
  const std::filesystem::path door = front_door();
  return (door.parent_path() / "scenarios").lexically_normal().string();
}

std::string command_line(const std::vector<std::string>& words) {
  std::string line = quoted_for_shell(front_door());
  for (const std::string& word : words) line += " " + quoted_for_shell(word);
  return line;
}

std::string as_path(const std::string& file) { return file.starts_with('-') ? "./" + file : file; }

std::string repeat_command(const std::string& file, std::uint64_t seed) {
  return command_line({"run", as_path(file), "--seed", std::to_string(seed)});
}

}  // namespace cartstorm::cli
