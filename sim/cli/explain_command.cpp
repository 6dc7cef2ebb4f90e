#include <fmt/format.h>

#include "reports/check/check.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/exit_code.hpp"
#include "sim/cli/suggestion.hpp"
#include "sim/cli/terminal.hpp"
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

}  // namespace

int explain_command(const ExplainArguments& arguments, const Style& style) {
  if (arguments.schema) {
    std::string schema = sim::scenario_schema();
    if (schema.empty() || schema.back() != '\n') schema += '\n';
    print(schema);
    return exit_pass;
  }
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
