#include "sim/cli/odds_options.hpp"

#include <fmt/format.h>

#include "sim/cli/make/option_readers.hpp"
#include "sim/cli/suggestion.hpp"
#include "sim/scenario/plans.hpp"
#include "sim/scenario/units.hpp"

namespace cartstorm::cli {
namespace {

constexpr std::uint64_t largest_fleet = 1'000'000;

std::string read_plan(const std::string& typed, std::string& plan) {
  std::vector<std::string> names;
  for (const sim::NamedPlan& known : sim::known_plans()) {
    names.emplace_back(known.name);
    if (known.name == typed) plan = typed;
  }
  if (plan == typed && !typed.empty()) return {};
  return fmt::format("expected one of {}, found \"{}\"{}", fmt::join(names, ", "), typed,
                     did_you_mean(typed, names));
}

std::string read_rate(const std::string& typed, std::optional<double>& rate) {
  const auto number = sim::parse_number(typed);
  if (!number || *number <= 0 || *number > 1e6) {
    return "expected a number above 0 and at most 1000000 such as 0.1, found \"" + typed + "\"";
  }
  rate = number;
  return {};
}

}  // namespace

CommandSpec odds_spec(OddsArguments& wish) {
  return {"odds",
          "say what a halt rule can and cannot see: false holds, missed regressions, blind spots",
          {{"path", "PATH", "scenario file or folder; without one, --carts and --errors-per-hour",
            false,
            [&wish](const std::string& typed) {
              if (typed.empty()) return std::string{"expected a file or a folder, found \"\""};
              wish.path = typed;
              return std::string{};
            }},
           {"--carts", "N", "size of the fleet", false, reads_number(1, largest_fleet, wish.carts)},
           {"--errors-per-hour", "RATE", "errors of the old version per hour that it is on", false,
            [&wish](const std::string& typed) { return read_rate(typed, wish.errors_per_hour); }},
           {"--plan", "NAME", "stages and rules to judge (default: the scenario's, or standard)",
            false, [&wish](const std::string& typed) { return read_plan(typed, wish.plan); }},
           {"--repetitions", "N", "stages to simulate where no closed form decides (default 1000)",
            false, reads_number(10, 1'000'000, wish.repetitions)},
           {"--seed", "N", "seed of cohorts and simulations (default 1)", false,
            reads_number(0, UINT64_MAX, wish.seed)},
           {"--svg", "FILE", "also draw the answer into this file; one scenario at a time", false,
            [&wish](const std::string& typed) {
              if (typed.empty()) return std::string{"expected a file, found \"\""};
              wish.svg = typed;
              return std::string{};
            }}},
          "\nExamples:\n"
          "  cartstorm odds scenarios/smoke/healthy.yaml\n"
          "  cartstorm odds scenarios/smoke/healthy.yaml --svg odds.svg\n"
          "  cartstorm odds --carts 2000 --errors-per-hour 0.1\n"
          "  cartstorm odds --carts 100000 --errors-per-hour 0.01 --plan literal --json"};
}

}  // namespace cartstorm::cli
