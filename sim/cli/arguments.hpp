#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sim/cli/make/make_arguments.hpp"

namespace cartstorm::cli {

enum class ColorWish : std::uint8_t { automatic, always, never };

/// Options that every command takes.
struct Style {
  bool json = false;   ///< stdout carries one JSON value and nothing else
  bool quiet = false;  ///< no progress; results only where something is not as it should be
  ColorWish color = ColorWish::automatic;
};

struct RunArguments {
  std::vector<std::string> paths;
  std::uint64_t seed = 1;   ///< the first one
  std::uint32_t seeds = 1;  ///< how many, counted up from `seed`
  std::uint32_t jobs = 0;   ///< runs at the same time; 0: one per processor
  std::vector<std::string> tags;
  std::string out;  ///< empty: a new folder below out/
  bool trace_all = false;
  std::vector<std::uint32_t> trace_carts;
};
struct LintArguments {
  std::vector<std::string> paths;
};
struct ListArguments {
  std::vector<std::string> paths;
  std::vector<std::string> tags;
};
struct ExplainArguments {
  bool schema = false;
  std::string name;  ///< of a promise; empty: all of them
};
struct VersionArguments {};

struct Arguments {
  Style style;
  std::variant<RunArguments, LintArguments, ListArguments, ExplainArguments, KeysArguments,
               ImageArguments, VersionArguments>
      command;
};

/// What the command line asks for, or the exit code of a program that has already said all there
/// is to say: help on stdout, or what is wrong on stderr.
struct Parsed {
  std::optional<Arguments> arguments;
  int exit_code = 0;
};
Parsed parse_arguments(int argc, const char* const* argv);

/// Reads one value of `--trace`: `all`, `cart:42` or `cart:cart-00042`. An empty text means that it
/// was understood; otherwise it says what was expected.
std::string read_trace_wish(const std::string& text, RunArguments&);

}  // namespace cartstorm::cli
