#include <fmt/format.h>
#include <fmt/ranges.h>

#include "reports/check/check.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/exit_code.hpp"
#include "sim/cli/suggestion.hpp"
#include "sim/cli/terminal.hpp"
#include "sim/explore/exploration_file.hpp"
#include "sim/scenario/schema.hpp"

namespace cartstorm::cli {
namespace {

std::string promise_json(const report::CheckEntry& entry) {
  return fmt::format(R"({{"id": {}, "promise": {}}})", json_text(entry.id),
                     json_text(entry.promise));
}

int explain_all(const Style& style) {
  std::string all;
  for (const report::CheckEntry& entry : report::all_checks()) {
    all += style.json ? (all.empty() ? "\n  " : ",\n  ") + promise_json(entry)
                      : fmt::format("{}\n    {}\n", entry.id, entry.promise);
  }
  print(style.json ? "[" + all + "\n]\n" : all);
  return exit_pass;
}

/// Of scenarios, unless another kind of file is named.
int print_schema(const std::string& name) {
  static const std::vector<std::string> known{"scenario", "exploration", "profiles"};
  std::string schema;
  if (name.empty() || name == "scenario") schema = sim::scenario_schema();
  if (name == "exploration") schema = sim::explore::exploration_schema();
  if (name == "profiles") schema = sim::profiles_schema();
  if (schema.empty()) {
    complain(fmt::format("there is no schema \"{}\"{}; there are {}", name,
                         did_you_mean(name, known), fmt::join(known, ", ")));
    return exit_usage;
  }
  print(schema);
  return exit_pass;
}

}  // namespace

int explain_command(const ExplainArguments& arguments, const Style& style) {
  if (arguments.schema) return print_schema(arguments.name);
  if (arguments.name.empty()) return explain_all(style);
  std::vector<std::string> known;
  for (const report::CheckEntry& entry : report::all_checks()) {
    if (entry.id == arguments.name) {
      print(style.json ? promise_json(entry) + "\n" : std::string(entry.promise) + "\n");
      return exit_pass;
    }
    known.emplace_back(entry.id);
  }
  complain(
      fmt::format("there is no promise \"{}\"{}; cartstorm explain lists them "
                  "all, scenarios/VOCABULARY.md has the faults, keys and expectations",
                  arguments.name, did_you_mean(arguments.name, known)));
  return exit_usage;
}

}  // namespace cartstorm::cli
