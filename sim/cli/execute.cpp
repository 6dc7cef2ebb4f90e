#include "sim/cli/execute.hpp"

#include <exception>
#include <utility>

#include "reports/trace/store.hpp"
#include "reports/trace/stream.hpp"
#include "sim/cli/build.hpp"
#include "sim/cli/files.hpp"
#include "sim/cli/home.hpp"
#include "sim/cli/judge_input.hpp"
#include "sim/odds/odds.hpp"

namespace cartstorm::cli {
namespace fs = std::filesystem;
namespace {

constexpr const char* plot_name = "odds.svg";

report::StoreSelection selection(const PlannedRun& run, const RunArguments& arguments) {
  report::StoreSelection chosen;
  chosen.all = arguments.trace_all;
  chosen.seed = run.seed;
  for (const std::uint32_t cart : arguments.trace_carts) {
    chosen.carts.push_back(static_cast<report::CartId>(cart));
  }
  return chosen;
}

sim::RunOutcome run_guarded(const PlannedRun& run, const sim::RunOptions& options,
                            report::Stream& stream) {
  try {
    return sim::run_virtual(run.entry->scenario, options, stream);
  } catch (const std::exception& problem) {
    sim::RunOutcome outcome;
    outcome.infrastructure_error = std::string("the simulator failed: ") + problem.what();
    return outcome;
  }
}

/// For every night: few repetitions, because the odds of a plan hardly change from one night to the
/// next; `cartstorm odds` takes its time.
report::Odds odds_of_run(const PlannedRun& run) {
  sim::odds::Wish wish;
  wish.seed = run.seed;
  wish.repetitions = 200;
  wish.shows_other_rules = false;
  return sim::odds::odds_of(run.entry->scenario, wish).odds;
}

/// A line of a summary has room for three factors; the picture beside it has all.
report::Odds shortened(report::Odds odds) {
  for (report::StageOdds& stage : odds.stages) {
    for (report::RuleOdds& rule : stage.rules) {
      std::erase_if(rule.catches, [](const report::Catch& found) {
        return found.factor != 1.5 && found.factor != 2 && found.factor != 3;
      });
    }
  }
  return odds;
}

/// What the plan's rules could see, into the summary and into a picture. Returns why there is none.
std::string tell_odds(const PlannedRun& run, const fs::path& folder, report::Summary& summary) {
  report::Odds odds = odds_of_run(run);
  std::string problem =
      write_file(folder / plot_name, report::to_svg(odds, run.entry->scenario.name));
  if (problem.empty()) summary.odds_plot = plot_name;
  summary.odds = shortened(std::move(odds));
  return problem;
}

/// Evidence that could not be stored makes a good result unusable; a failure stays a failure.
void blame_storage(Execution& done) {
  report::Summary& summary = done.summary;
  if (done.storage_problem.empty() || summary.verdict == report::ScenarioVerdict::fail) return;
  summary.verdict = report::ScenarioVerdict::infra;
  summary.verdict_reason = done.storage_problem;
}

}  // namespace

Execution execute(const PlannedRun& run, const RunArguments& arguments, const fs::path& night,
                  const std::atomic<bool>& stop,
                  const std::function<void(const sim::Progress&)>& on_progress) {
  const fs::path folder = night / run.folder;
  Execution done;
  done.storage_problem = make_folders(folder);
  report::Stream stream;
  report::Store store(folder / "trace.db", selection(run, arguments), stream.texts());
  stream.attach(store);
  report::Judge judge(judge_input(run.entry->scenario, run.entry->file, run.seed), stream);

  sim::RunOptions options;
  options.seed = run.seed;
  options.build = behaviour_version();
  options.stop = &stop;
  options.on_progress = on_progress;
  const sim::RunOutcome outcome = run_guarded(run, options, stream);

  done.summary =
      judge.finish(outcome.was_interrupted, outcome.infrastructure_error, outcome.events);
  done.summary.repeat_command = repeat_command(run.entry->file, run.seed);
  std::string undrawn;
  if (!outcome.was_interrupted) undrawn = tell_odds(run, folder, done.summary);
  report::store_verdicts(done.summary, store);
  store.close();
  if (done.storage_problem.empty()) done.storage_problem = store.error();
  if (done.storage_problem.empty()) done.storage_problem = undrawn;
  blame_storage(done);
  const std::string problem =
      write_file(folder / "summary.json", report::to_json(done.summary) + "\n");
  if (done.storage_problem.empty()) done.storage_problem = problem;
  blame_storage(done);
  return done;
}

}  // namespace cartstorm::cli
