#include <fmt/format.h>

#include "sim/cli/catalogue.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/exit_code.hpp"
#include "sim/cli/home.hpp"
#include "sim/cli/terminal.hpp"
#include "sim/odds/odds.hpp"

namespace cartstorm::cli {
namespace {

std::string diagnostics_json(const std::vector<sim::Diagnostic>& diagnostics) {
  std::string all;
  for (const sim::Diagnostic& d : diagnostics) {
    all += fmt::format(
        R"({}  {{"file": {}, "line": {}, "column": {}, "message": {}, "suggestion": {}}})",
        all.empty() ? "\n" : ",\n", json_text(d.where.file), d.where.line, d.where.column,
        json_text(d.message), json_text(d.suggestion));
  }
  return "[" + all + (all.empty() ? "]\n" : "\n]\n");
}

std::string counted(std::size_t count, const char* noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

/// `13 scenarios, 9 explorations`; of the second only if there are any.
std::string counts(const Catalogue& catalogue) {
  const std::size_t explorations = catalogue.explorations.size();
  if (explorations == 0) return counted(catalogue.entries.size(), "scenario");
  const std::string found = counted(explorations, "exploration");
  if (catalogue.entries.empty()) return found;
  return counted(catalogue.entries.size(), "scenario") + ", " + found;
}

/// A plan whose rules see nothing is no error: a person may want exactly that, and should know.
std::size_t say_warnings(const Catalogue& catalogue) {
  std::size_t count = 0;
  for (const Entry& entry : catalogue.entries) {
    for (const std::string& warning : sim::odds::warnings_of(entry.scenario)) {
      fmt::print(stderr, "{}:{}:{}: warning: {}\n", entry.file, entry.scenario.where.line,
                 entry.scenario.where.column, warning);
      ++count;
    }
  }
  return count;
}

}  // namespace

int lint_command(const LintArguments& arguments, const Style& style) {
  const Catalogue catalogue = read_catalogue(
      arguments.paths.empty() ? std::vector<std::string>{shipped_scenarios()} : arguments.paths,
      sim::Wanted::both);
  const bool is_good = catalogue.diagnostics.empty();
  if (style.json) {
    print(diagnostics_json(catalogue.diagnostics));
  } else if (!is_good) {
    say_diagnostics(catalogue.diagnostics, use_color(Output::progress, style.color));
  } else {
    const std::size_t warnings = say_warnings(catalogue);
    if (!style.quiet) {
      print(counts(catalogue) + ", no errors" +
            (warnings > 0 ? ", " + counted(warnings, "warning") : "") + "\n");
    }
  }
  return is_good ? exit_pass : exit_usage;
}

}  // namespace cartstorm::cli
