#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>

#include "sim/cli/commands.hpp"
#include "sim/cli/exit_code.hpp"
#include "sim/cli/files.hpp"
#include "sim/cli/night.hpp"
#include "sim/cli/night_record.hpp"
#include "sim/cli/run_folder.hpp"
#include "sim/cli/stop.hpp"
#include "sim/cli/terminal.hpp"

namespace cartstorm::cli {
namespace {

using Results = std::vector<std::optional<Execution>>;

/// What became of a night: the finished runs, and those that nobody began.
struct Finished {
  std::vector<NightRow> rows;
  std::vector<report::Summary> summaries;
  std::vector<report::NotStarted> not_started;
  bool is_whole_folder = false;
  bool lacks_evidence = false;  ///< some file could not be written
};

Finished collect(const Plan& plan, const Results& results) {
  Finished night;
  night.is_whole_folder = plan.is_whole_folder;
  for (std::size_t n = 0; n < results.size(); ++n) {
    const PlannedRun& run = plan.runs[n];
    if (!results[n]) {
      night.not_started.push_back({run.entry->scenario.name, run.seed});
      continue;
    }
    night.rows.push_back({run.folder, results[n]->summary});
    night.summaries.push_back(results[n]->summary);
    night.lacks_evidence |= !results[n]->storage_problem.empty();
  }
  return night;
}

int decide_exit_code(const Finished& night) {
  if (!night.not_started.empty()) return exit_interrupted;
  const int code = report::exit_code(night.summaries, night.is_whole_folder);
  const bool is_hidden = code == exit_pass || code == exit_inconclusive;
  return night.lacks_evidence && is_hidden ? exit_infrastructure : code;
}

void show_result(const Execution& done, const Style& style) {
  if (!done.storage_problem.empty()) complain(done.storage_problem);
  const bool is_good = done.summary.verdict == report::ScenarioVerdict::pass;
  if (style.json || (style.quiet && is_good)) return;
  print(report::to_text(done.summary, use_color(Output::results, style.color)) + "\n\n");
}

/// Both files describe the whole night, so they are written once, at its end.
std::string write_night(const Finished& night, const std::filesystem::path& folder, int code) {
  const std::string junit =
      write_file(folder / "junit.xml", report::to_junit(night.summaries, night.not_started));
  const std::string record =
      write_file(folder / "night.json", night_json(night.rows, night.not_started.size(), code));
  return junit.empty() ? record : junit;
}

void show_night(const Finished& night, const RunFolder& folder, const Style& style) {
  if (style.json) {
    std::string all;
    for (const report::Summary& summary : night.summaries) {
      all += (all.empty() ? "[\n" : ",\n") + report::to_json(summary);
    }
    print((all.empty() ? "[" : all + "\n") + "]\n");
    return;
  }
  if (style.quiet) return;
  if (night.summaries.size() > 1) {
    print(report::night_text(night.summaries, use_color(Output::results, style.color)) + "\n\n");
  }
  print(fmt::format("Files: {}\n", (folder.path() / "").string()));
}

/// Says what the exit code alone leaves open.
void explain_code(const Finished& night, int code) {
  if (!night.not_started.empty()) {
    complain(fmt::format("stopped: {} of {} runs were not started", night.not_started.size(),
                         night.not_started.size() + night.rows.size()));
  }
  const bool has_reason = report::exit_code(night.summaries) != exit_pass;
  if (code != exit_inconclusive || has_reason) return;
  complain(fmt::format("inconclusive: no run of the whole folder put these to the test: {}",
                       fmt::join(report::vacuous_everywhere(night.summaries), ", ")));
}

/// The first thing that makes the plan unusable, said; or nothing.
bool is_refused(const Plan& plan, const Style& style) {
  if (!plan.catalogue.diagnostics.empty()) {
    say_diagnostics(plan.catalogue.diagnostics, use_color(Output::progress, style.color));
    complain("nothing was run");
    return true;
  }
  if (!plan.problem.empty()) complain(plan.problem);
  return !plan.problem.empty();
}

/// Writes what belongs to the night and returns the final exit code.
int close_night(const Finished& night, const RunFolder& folder, const Style& style) {
  int code = decide_exit_code(night);
  const std::string unwritten = write_night(night, folder.path(), code);
  const std::string unlinked = folder.publish();
  if (!unwritten.empty()) complain(unwritten);
  if (!unlinked.empty()) complain(unlinked);
  show_night(night, folder, style);
  explain_code(night, code);
  const bool is_hidden = code == exit_pass || code == exit_inconclusive;
  if (!unwritten.empty() && is_hidden) code = exit_infrastructure;
  return code;
}

}  // namespace

int run_command(const RunArguments& arguments, const Style& style) {
  const Plan plan = make_plan(arguments);
  if (is_refused(plan, style)) return exit_usage;
  std::vector<std::string> names;
  for (const PlannedRun& run : plan.runs) names.push_back(run.folder);
  RunFolder folder;
  const std::string problem = folder.claim(arguments.out, names);
  if (!problem.empty()) {
    complain(problem);
    return exit_infrastructure;
  }
  watch_signals();
  LiveLine line(is_terminal(Output::progress) && !style.quiet, plan.runs.size());
  const Results results =
      execute_all(plan, arguments, folder.path(), line,
                  [&](const PlannedRun&, const Execution& done) { show_result(done, style); });
  line.erase();
  return close_night(collect(plan, results), folder, style);
}

}  // namespace cartstorm::cli
