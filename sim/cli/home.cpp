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

std::string repeat_command(const std::string& file, std::uint64_t seed) {
  // A file whose name starts with a dash would be read as an option.
  const std::string named = file.starts_with('-') ? "./" + file : file;
  return quoted_for_shell(front_door()) + " run " + quoted_for_shell(named) + " --seed " +
         std::to_string(seed);
}

}  // namespace cartstorm::cli
