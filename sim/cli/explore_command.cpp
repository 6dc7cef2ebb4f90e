#include <fmt/format.h>
#include <fmt/ranges.h>

#include <exception>
#include <filesystem>

#include "sim/cli/commands.hpp"
#include "sim/cli/exit_code.hpp"
#include "sim/cli/explore_line.hpp"
#include "sim/cli/explore_plan.hpp"
#include "sim/cli/explore_verdict.hpp"
#include "sim/cli/files.hpp"
#include "sim/cli/home.hpp"
#include "sim/cli/run_folder.hpp"
#include "sim/cli/stop.hpp"
#include "sim/cli/terminal.hpp"

namespace cartstorm::cli {
namespace {

namespace fs = std::filesystem;
using sim::explore::Ending;

/// Paths that wait, kept when an exploration is stopped.
fs::path frontier_of(const ExplorationEntry& entry, const fs::path& folder) {
  return folder / (entry.exploration.name + ".frontier");
}

bool is_unfinished(const Explored& explored) {
  return explored.result.ending == Ending::stopped ||
         explored.result.ending == Ending::out_of_memory;
}

/// Says the first thing that makes the plan unusable.
bool is_refused(const ExplorePlan& plan, const Style& style) {
  if (!plan.catalogue.diagnostics.empty()) {
    say_diagnostics(plan.catalogue.diagnostics, use_color(Output::progress, style.color));
    complain("nothing was explored");
    return true;
  }
  if (!plan.problem.empty()) complain(plan.problem);
  return !plan.problem.empty();
}

/// What `replay` needs to find the same exploration and the same code.
std::vector<std::string> replay_words(const ExploreArguments& arguments,
                                      const ExplorationEntry& entry) {
  std::vector<std::string> words;
  std::error_code ignored;
  const fs::path shipped =
      fs::path(shipped_scenarios()) / "explore" / (entry.exploration.name + ".yaml");
  if (!fs::equivalent(shipped, entry.file, ignored)) {
    words.insert(words.end(), {"--in", as_path(entry.file)});
  }
  if (!arguments.device_code.empty()) {
    words.insert(words.end(), {"--device-code", as_path(arguments.device_code)});
  }
  return words;
}

sim::explore::ExploreResult explore_guarded(const ExplorationEntry& entry,
                                            const sim::explore::ExploreOptions& options,
                                            ExploreLine& line) {
  try {
    return sim::explore::explore(
        entry.exploration, options,
        [&](const sim::explore::Progress& progress) { line.update(progress); });
  } catch (const std::exception& problem) {
    sim::explore::ExploreResult result;
    result.problem = std::string("the explorer failed: ") + problem.what();
    return result;
  }
}

/// The command that goes on from the saved frontier, or nothing if there is none.
std::string resume_command(const ExploreArguments& arguments, const ExploredAll& all,
                           const fs::path& folder) {
  if (all.done.empty() || !is_unfinished(all.done.back())) return "";
  const ExplorationEntry& stopped = *all.done.back().entry;
  std::error_code ignored;
  if (!fs::exists(frontier_of(stopped, folder), ignored)) return "";
  std::vector<std::string> words{"explore", as_path(stopped.file)};
  for (const ExplorationEntry* entry : all.not_started) words.push_back(as_path(entry->file));
  if (arguments.depth) words.insert(words.end(), {"--depth", std::to_string(*arguments.depth)});
  for (const std::string& story : arguments.stories) words.insert(words.end(), {"--story", story});
  if (!arguments.tears.empty()) {
    std::string list;
    for (const sim::Tear tear : arguments.tears) {
      list += (list.empty() ? "" : ",") + std::string(sim::name(tear));
    }
    words.insert(words.end(), {"--tears", list});
  }
  if (!arguments.prunes) words.emplace_back("--no-prune");
  if (arguments.stop_at_first) words.emplace_back("--stop-at-first");
  if (!arguments.device_code.empty()) {
    words.insert(words.end(), {"--device-code", as_path(arguments.device_code)});
  }
  // The same bound would be reached at once.
  if (all.done.back().result.ending == Ending::out_of_memory) {
    words.insert(words.end(),
                 {"--memory", fmt::format("{}MiB", (arguments.memory_bytes >> 20U) * 2)});
  }
  words.insert(words.end(), {"--out", as_path(folder.string()), "--resume"});
  return command_line(words);
}

ExploredAll explore_all(const ExplorePlan& plan, const ExploreArguments& arguments,
                        const fs::path& folder, const Style& style) {
  ExploredAll all;
  all.is_whole_folder = plan.is_whole_folder;
  ExploreLine line(is_terminal(Output::progress) && !style.quiet);
  bool goes_on = true;
  for (const ExplorationEntry& entry : plan.catalogue.explorations) {
    if (!goes_on || stop_flag()) {
      all.not_started.push_back(&entry);
      continue;
    }
    line.begin(entry.exploration.name, all.done.size() + 1, plan.catalogue.explorations.size());
    sim::explore::ExploreOptions options;
    options.device = &plan.device();
    options.memory_bytes = arguments.memory_bytes;
    options.stops_at_first = arguments.stop_at_first;
    options.prunes = arguments.prunes;
    options.frontier = frontier_of(entry, folder);
    options.stop = &stop_flag();
    Explored explored{&entry, explore_guarded(entry, options, line),
                      replay_words(arguments, entry)};
    line.erase();
    goes_on = explored.result.ending == Ending::complete;
    const bool is_good = verdict_of(explored) == report::ScenarioVerdict::pass;
    if (!style.json && !(style.quiet && is_good)) {
      print(to_text(explored, use_color(Output::results, style.color)) + "\n");
    }
    if (!is_unfinished(explored)) {
      std::error_code ignored;
      fs::remove(options.frontier, ignored);
    }
    all.done.push_back(std::move(explored));
  }
  all.resume = resume_command(arguments, all, folder);
  return all;
}

/// Says what the exit code alone leaves open.
void explain_code(const ExploredAll& all, int code) {
  if (!all.not_started.empty()) {
    complain(fmt::format("{} of {} explorations were not started", all.not_started.size(),
                         all.not_started.size() + all.done.size()));
  }
  if (!all.resume.empty()) {
    complain("the frontier was saved; to go on:\n  " + all.resume);
  } else if (!all.done.empty() && is_unfinished(all.done.back())) {
    complain("no frontier was saved: to go on means to begin again");
  }
  const std::vector<sim::explore::Promise> gaps = gaps_of(all);
  if (code != exit_inconclusive || gaps.empty()) return;
  std::vector<std::string> names;
  for (const sim::explore::Promise gap : gaps) names.emplace_back(sim::explore::name(gap));
  complain(fmt::format("inconclusive: nothing in the whole folder put these to the test: {}",
                       fmt::join(names, ", ")));
}

/// Writes the files, says where they are and what can be done next.
int conclude(const ExploredAll& all, const RunFolder& folder, const Style& style) {
  const int code = exit_code_of(all);
  const std::string json = to_json(all, code);
  std::string problem = write_file(folder.path() / "exploration.json", json);
  if (problem.empty()) problem = write_file(folder.path() / "junit.xml", to_junit(all));
  if (problem.empty()) problem = folder.publish();
  if (!problem.empty()) complain(problem);
  if (style.json) print(json);
  if (!style.json && !style.quiet) {
    print(fmt::format("Files: {}\n", (folder.path() / "").string()));
  }
  explain_code(all, code);
  const bool is_hidden = code == exit_pass || code == exit_inconclusive;
  return !problem.empty() && is_hidden ? exit_infrastructure : code;
}

/// Whether there is something to go on with. Otherwise a mistyped --out would explore everything
/// from the start.
bool can_resume(const ExplorePlan& plan, const fs::path& folder) {
  for (const ExplorationEntry& entry : plan.catalogue.explorations) {
    std::error_code ignored;
    if (fs::exists(frontier_of(entry, folder), ignored)) return true;
  }
  complain(fmt::format("{} holds no frontier of these explorations; explore without --resume",
                       folder.string()));
  return false;
}

}  // namespace

int explore_command(const ExploreArguments& arguments, const Style& style) {
  const ExplorePlan plan = plan_explorations(arguments);
  if (is_refused(plan, style)) return exit_usage;
  if (arguments.resume && !can_resume(plan, arguments.out)) return exit_usage;
  std::vector<std::string> names;
  for (const ExplorationEntry& entry : plan.catalogue.explorations) {
    names.push_back(frontier_of(entry, "").string());
  }
  RunFolder folder;
  const std::string problem = arguments.resume ? folder.claim_again(arguments.out, names)
                                               : folder.claim(arguments.out, names);
  if (!problem.empty()) {
    complain(problem);
    return exit_infrastructure;
  }
  watch_signals();
  return conclude(explore_all(plan, arguments, folder.path(), style), folder, style);
}

}  // namespace cartstorm::cli
