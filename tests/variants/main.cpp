#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <fstream>
#include <thread>

#include "builder.hpp"
#include "defect.hpp"
#include "mutants.hpp"
#include "process.hpp"
#include "prune_check.hpp"
#include "runner.hpp"
#include "table.hpp"

// Builds variants of the device model and says who finds what is wrong with them.

namespace cartstorm::variants {
namespace {

namespace fs = std::filesystem;
const fs::path root = CARTSTORM_SOURCE_DIR;
const fs::path build_folder = CARTSTORM_VARIANTS_BUILD;
const fs::path planted = root / "tests/variants/planted";

struct Options {
  std::string patches = planted.string(), only, id, file, output;
  std::string explorer, cases = (root / "scenarios/explore").string();
  std::vector<std::string> killers;
  std::string how_many;
  std::string small = (root / "tests/variants/prune/smallest.yaml").string();
  std::size_t sample = 40;
  std::uint64_t seed = 1;
  unsigned jobs = std::max(1u, std::thread::hardware_concurrency());
  unsigned cpu_s = 120;
  bool as_json = false;
  int (*run)(const Options&) = nullptr;  ///< of the subcommand
};

int fail(int code, const std::string& text) {
  fmt::print(stderr, "variants: {}\n", text);
  return code;
}

Builder make_builder() {
  return {read_how_to_build(build_folder / "how_to_build.txt"), root, build_folder / "scratch"};
}

std::vector<Killer> killers_of(const Options& options) {
  std::vector<Killer> killers;
  for (const std::string& word : options.killers) {
    killers.push_back(word == "explorer" ? Killer::explorer : Killer::unit_tests);
  }
  return killers;
}

std::vector<Task> planted_tasks(const Options& options) {
  std::vector<Task> tasks;
  for (Defect& defect : read_defects(options.patches)) {
    if (defect.name.find(options.only) == std::string::npos) continue;
    Task task;
    task.defect = std::move(defect);
    tasks.push_back(std::move(task));
  }
  return tasks;
}

std::vector<Task> mutant_tasks(const Options& options,
                               const std::map<std::string, Judgement>& judgements) {
  std::vector<Mutant> mutants = all_mutants(root);
  std::erase_if(mutants, [&](const Mutant& m) { return !m.id.starts_with(options.only); });
  if (options.how_many != "all") {
    mutants = sample(std::move(mutants), options.sample, options.seed);
  }
  std::vector<Task> tasks;
  for (Mutant& mutant : mutants) {
    Task task;
    task.defect.name = mutant.id;
    task.defect.sentence = mutant.change;
    task.defect.patch = std::move(mutant.patch);
    task.where = mutant.where;
    task.is_mutant = true;
    const auto judged = judgements.find(mutant.id);
    // A judgement of another change is none.
    if (judged != judgements.end() && judged->second.is_equivalent &&
        judged->second.mark == mutant.mark) {
      task.judgement = &judged->second;
    }
    tasks.push_back(std::move(task));
  }
  return tasks;
}

int run_table(const Options& options, const std::vector<Task>& tasks, bool are_mutants) {
  if (tasks.empty()) return fail(2, "there is nothing to look at");
  Builder builder = make_builder();
  const Limits limits{options.cpu_s, 3 * options.cpu_s};
  // Looked at from another folder.
  const fs::path explorer =
      fs::absolute(options.explorer.empty() ? builder.how().explorer : options.explorer);
  Runner runner{builder, Explorer{explorer.string(), fs::absolute(options.cases), limits},
                UnitTests{builder.how().unit_tests, limits}, killers_of(options)};
  const std::string problem = runner.check_baseline();
  if (!problem.empty() && !is_ending()) {
    return fail(3, "the device model as it is was to be found without fault; " + problem);
  }
  if (!options.as_json) fmt::print("{}", heading());
  const std::vector<Row> rows = runner.judge_all(tasks, options.jobs, [&](const Row& row) {
    if (!options.as_json) fmt::print("{}", to_text(row));
    std::fflush(stdout);
  });
  const Summary summary = summary_of(rows, tasks.size(), are_mutants);
  fmt::print("{}",
             options.as_json ? to_json(rows, summary, is_ending()) : to_text(summary, are_mutants));
  return is_ending() ? 130 : exit_code(summary, are_mutants);
}

int run_mutants(const Options& options) {
  const auto judgements = read_judgements(read_text(root / "tests/variants/survivors.md"));
  return run_table(options, mutant_tasks(options, judgements), true);
}

int run_planted(const Options& options) {
  if (!fs::is_directory(options.patches)) return fail(2, "there is no folder " + options.patches);
  return run_table(options, planted_tasks(options), false);
}

/// Whether pruning changes what is found, in the product and with every planted defect.
int check_pruning(const Options& options) {
  std::vector<Defect> defects = read_defects(options.patches);
  std::erase_if(defects, [&](const Defect& defect) {
    return defect.name.find(options.only) == std::string::npos;
  });
  if (options.how_many != "all") {
    defects = sample(std::move(defects), options.sample, options.seed);
  }
  Builder builder = make_builder();
  const fs::path explorer =
      fs::absolute(options.explorer.empty() ? builder.how().explorer : options.explorer);
  PruneCheck check{builder, explorer.string(), fs::absolute(options.small),
                   Limits{options.cpu_s, 3 * options.cpu_s}};
  std::vector<PruneRow> rows = {check.look_at_product()};
  fmt::print("{}", to_text(rows.front()));
  for (PruneRow& row : check.look_at_all(defects, options.jobs, [](const PruneRow& one) {
         fmt::print("{}", to_text(one));
         std::fflush(stdout);
       })) {
    rows.push_back(std::move(row));
  }
  const auto same = std::ranges::count(rows, PruneRow::Verdict::same, &PruneRow::verdict);
  const auto with_kinds =
      std::ranges::count_if(rows, [](const PruneRow& row) { return !row.kinds.empty(); });
  fmt::print("{} of {} found the same with pruning and without; {} have something to find\n", same,
             rows.size(), with_kinds);
  return exit_code(rows);
}

/// Whether every planted defect still applies: cheap, so that it is noticed at once.
int check_planted(const Options& options) {
  const Builder builder = make_builder();
  int code = 0;
  for (const Task& task : planted_tasks(options)) {
    Variant variant{build_folder / "scratch" / ("check-" + task.defect.name)};
    if (!builder.applies(task.defect.patch, variant)) {
      code = fail(1, task.defect.name + " does not apply: " + variant.problem);
    }
  }
  return code;
}

int list_mutants(const Options& options) {
  for (const Mutant& mutant : all_mutants(root)) {
    if (mutant.id.starts_with(options.only)) {
      fmt::print("{} {:06x} {} {}\n", mutant.id, mutant.mark, mutant.where, mutant.change);
    }
  }
  return 0;
}

int show_mutant(const Options& options) {
  const std::vector<Mutant> all = all_mutants(root);
  const auto found = std::ranges::find(all, options.id, &Mutant::id);
  if (found == all.end()) return fail(2, "there is no mutant " + options.id);
  const std::string patch = fmt::format("defect: {} ({:06x}) {}\n{}", found->id, found->mark,
                                        found->change, found->patch);
  if (options.output.empty()) {
    fmt::print("{}", patch);
  } else if (!(std::ofstream(options.output, std::ios::binary) << patch)) {
    return fail(3, "cannot write " + options.output);
  }
  return 0;
}

int build_one(const Options& options) {
  Builder builder = make_builder();
  Variant variant{builder.fresh_folder()};
  builder.build(options.file.empty() ? "" : read_text(options.file), false, variant);
  if (variant.verdict == BuildVerdict::same_code) {
    return fail(1, "the compiler makes the same of it as without the patch");
  }
  if (variant.verdict != BuildVerdict::built) {
    return fail(1, (variant.verdict == BuildVerdict::does_not_apply ? "does not apply: "
                                                                    : "does not compile: ") +
                       variant.problem);
  }
  std::error_code wrong;
  fs::copy_file(variant.for_explorer(), options.output, fs::copy_options::overwrite_existing,
                wrong);
  return wrong ? fail(3, "cannot write " + options.output + ": " + wrong.message()) : 0;
}

void add_looking(CLI::App& command, Options& options) {
  command.add_option("--only", options.only, "Only those whose name has, or begins with, this");
  command.add_option("--jobs", options.jobs, "How many at a time")->check(CLI::Range(1, 64));
  command.add_option("--killers", options.killers, "Who looks, in this order")
      ->delimiter(',')
      ->check(CLI::IsMember({"explorer", "unit"}));
  command
      .add_option("--explorer", options.explorer, "Another program than the cartstorm built here")
      ->check(CLI::ExistingFile);
  command.add_option("--cases", options.cases, "Folder of exploration files");
  command.add_option("--cpu-limit", options.cpu_s, "Seconds of CPU for one look")
      ->check(CLI::Range(1, 86400));
  command.add_flag("--json", options.as_json, "The table as JSON, at the end");
}

void end_everything(int) { end_all_processes(); }

CLI::App* add_tables(CLI::App& app, Options& options) {
  CLI::App* table = app.add_subcommand("planted", "Look for planted defects, or anybody's patches");
  table->add_option("--patches", options.patches, "Folder of *.patch and *.diff");
  add_looking(*table, options);
  table->callback([&options] { options.run = run_planted; });
  CLI::App* mutants = app.add_subcommand("mutants", "Look for mutants of device-model/src");
  mutants->add_option("how_many", options.how_many, "all, or a sample")
      ->check(CLI::IsMember({"all"}));
  mutants->add_option("--sample", options.sample, "How many are drawn");
  mutants->add_option("--seed", options.seed, "Which ones are drawn");
  add_looking(*mutants, options);
  mutants->callback([&options] { options.run = run_mutants; });
  return mutants;
}

void add_prune(CLI::App& app, Options& options) {
  CLI::App* prune =
      app.add_subcommand("prune", "Search with pruning and without: is the same found?");
  prune->add_option("how_many", options.how_many, "all, or a sample")
      ->check(CLI::IsMember({"all"}));
  prune->add_option("--patches", options.patches, "Folder of *.patch and *.diff");
  prune->add_option("--only", options.only, "Only those whose name has this");
  prune->add_option("--sample", options.sample, "How many are drawn");
  prune->add_option("--seed", options.seed, "Which ones are drawn");
  prune->add_option("--jobs", options.jobs, "How many at a time")->check(CLI::Range(1, 64));
  prune->add_option("--explorer", options.explorer, "Another program than the cartstorm built here")
      ->check(CLI::ExistingFile);
  prune->add_option("--case", options.small, "An exploration that can be searched whole")
      ->check(CLI::ExistingFile);
  prune->add_option("--cpu-limit", options.cpu_s, "Seconds of CPU for one search")
      ->check(CLI::Range(1, 86400));
  prune->callback([&options] { options.run = check_pruning; });
}

void add_small_ones(CLI::App& app, Options& options) {
  CLI::App* check = app.add_subcommand("check", "Whether the planted patches still apply");
  check->add_option("--patches", options.patches, "Folder of *.patch and *.diff");
  check->callback([&options] { options.run = check_planted; });
  CLI::App* list = app.add_subcommand("list", "All mutants: id, mark, place, change");
  list->add_option("prefix", options.only, "Only those whose id begins with this");
  list->callback([&options] { options.run = list_mutants; });
  CLI::App* show = app.add_subcommand("show", "One mutant as a patch");
  show->add_option("id", options.id, "As printed by list")->required();
  show->add_option("file", options.output, "Where to write it; on the screen without");
  show->callback([&options] { options.run = show_mutant; });
  CLI::App* build = app.add_subcommand("build", "One patch as a shared object for explore");
  build->add_option("output", options.output, "The shared object")->required();
  build->add_option("patch", options.file, "None: the device model as it is")
      ->check(CLI::ExistingFile);
  build->callback([&options] { options.run = build_one; });
}

int main_of(int argc, char** argv) {
  Options options;
  CLI::App app{"Variants of the device model, and who finds what is wrong with them"};
  app.require_subcommand(1);
  const CLI::App* mutants = add_tables(app, options);
  add_prune(app, options);
  add_small_ones(app, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (options.killers.empty()) {
    options.killers = {"explorer"};
    if (mutants->parsed()) options.killers.emplace_back("unit");
  }
  std::signal(SIGINT, end_everything);
  std::signal(SIGTERM, end_everything);
  return options.run(options);
}

}  // namespace
}  // namespace cartstorm::variants

int main(int argc, char** argv) { return cartstorm::variants::main_of(argc, argv); }
