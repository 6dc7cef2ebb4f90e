#pragma once
#include <functional>
#include <string>
#include <vector>

/// Commands as data, so that the library that reads command lines stays in one file.
namespace cartstorm::cli {

struct OptionSpec {
  std::string names;  ///< `--out,-o`; without dashes a positional argument
  std::string type;   ///< what stands for the value in the help; empty: a flag
  std::string what;
  bool is_required = false;
  /// Takes the typed value (of a flag: an empty text) and returns what is wrong with it.
  std::function<std::string(const std::string&)> read;
};
struct CommandSpec {
  std::string name;
  std::string what;
  std::vector<OptionSpec> options;
  std::string footer;
};
struct GroupSpec {
  std::string name;
  std::string what;
  std::string footer;
  std::vector<CommandSpec> commands;
};

}  // namespace cartstorm::cli
