#include <fmt/format.h>
#include <fmt/ranges.h>

#include "reports/check/check.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/exit_code.hpp"
#include "sim/cli/suggestion.hpp"
#include "sim/cli/terminal.hpp"
#include "sim/explore/exploration_file.hpp"
#include "sim/scenario/schema.hpp"
#include "sim/scenario/vocabulary.hpp"

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

/// A promise, or a word of a scenario file: the kind of a fault, an expectation, a plan, a key.
std::string meaning_of(const std::string& name) {
  for (const report::CheckEntry& entry : report::all_checks()) {
    if (entry.id == name) return std::string(entry.promise) + "\n";
  }
  return sim::explain_word(name);
}

int explain_one(const std::string& name, const Style& style) {
  const std::string meaning = meaning_of(name);
  if (meaning.empty()) {
    std::vector<std::string> known = sim::explainable_words();
    for (const report::CheckEntry& entry : report::all_checks()) known.emplace_back(entry.id);
    complain(fmt::format(
        "there is no promise, fault, expectation, plan or key \"{}\"{}; cartstorm explain lists "
        "the promises, scenarios/VOCABULARY.md has the rest",
        name, did_you_mean(name, known)));
    return exit_usage;
  }
  print(style.json ? fmt::format("{{\"name\": {}, \"meaning\": {}}}\n", json_text(name),
                                 json_text(meaning))
                   : meaning);
  return exit_pass;
}

}  // namespace

int explain_command(const ExplainArguments& arguments, const Style& style) {
  if (arguments.schema) return print_schema(arguments.name);
  if (arguments.vocabulary) {
    print(sim::vocabulary_markdown() + sim::explore::exploration_vocabulary());
    return exit_pass;
  }
  return arguments.name.empty() ? explain_all(style) : explain_one(arguments.name, style);
}

}  // namespace cartstorm::cli
