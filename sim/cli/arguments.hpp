#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sim/cli/cloud/cloud_arguments.hpp"
#include "sim/cli/make/make_arguments.hpp"
#include "sim/hardware/tear.hpp"

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
struct ExploreArguments {
  std::vector<std::string> paths;
  std::optional<std::uint32_t> depth;  ///< otherwise as the file says
  std::vector<std::string> stories;    ///< empty: all
  std::vector<sim::Tear> tears;        ///< empty: as the file says
  std::uint64_t memory_bytes = 4ULL << 30U;
  bool resume = false;
  bool stop_at_first = false;
  bool prunes = true;
  std::string device_code;  ///< a variant of the device model; empty: ours
  std::string out;          ///< empty: a new folder below out/
};
struct ReplayArguments {
  std::string token;
  std::string in;  ///< folder or file of the exploration; empty: the shipped ones
  std::string device_code;
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
  bool vocabulary = false;  ///< all words of a file, as Markdown
  std::string name;  ///< of whatever is to be explained, or of a kind of file; empty: all promises
};
struct OddsArguments {
  std::string path;  ///< scenario file or folder; empty: `carts` and `errors_per_hour` say it all
  std::optional<std::uint64_t> carts;
  std::optional<double> errors_per_hour;
  std::string plan;  ///< empty: the scenario's, or standard
  std::uint64_t repetitions = 1000;
  std::uint64_t seed = 1;
  std::string svg;  ///< file for a picture; empty: none
};
struct VersionArguments {};

struct Arguments {
  Style style;
  std::variant<RunArguments, ExploreArguments, ReplayArguments, LintArguments, ListArguments,
               ExplainArguments, OddsArguments, BrokerArguments, RolloutArguments, KeysArguments,
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
/// Reads a value of `--memory` such as 512MiB or 4GiB, likewise.
std::string read_memory(const std::string& text, std::uint64_t& bytes);

}  // namespace cartstorm::cli
