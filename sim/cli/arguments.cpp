#include "sim/cli/arguments.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <functional>
#include <string_view>

// CLI11 costs five seconds of compile time, so this is the only file that includes it.
#include <CLI/CLI.hpp>

#include "sim/cli/cloud/cloud_options.hpp"
#include "sim/cli/exit_code.hpp"
#include "sim/cli/make/make_options.hpp"
#include "sim/cli/odds_options.hpp"
#include "sim/cli/suggestion.hpp"
#include "sim/explore/exploration_file.hpp"

namespace cartstorm::cli {
namespace {

constexpr const char* what_it_is =
    "cartstorm: breaks a simulated fleet of carts with bad firmware updates before the field does.";
constexpr const char* exit_codes =
    "\nExit codes: 0 pass, 1 a promise or expectation failed, 2 command line or scenario wrong,\n"
    "3 infrastructure fault, 4 inconclusive, 130 interrupted (files are valid).";

ColorWish read_color(const std::string& typed) {
  if (typed == "auto") return ColorWish::automatic;
  if (typed == "always") return ColorWish::always;
  if (typed == "never") return ColorWish::never;
  throw CLI::ValidationError("--color", "expected auto, always or never, found \"" + typed + "\"" +
                                            did_you_mean(typed, {"auto", "always", "never"}));
}

/// Reads decimal digits only: CLI11 itself would take -1 for the largest number there is.
template <class Number>
CLI::Option* add_number(CLI::App& app, const std::string& name, Number& value, Number least,
                        Number most, const std::string& what) {
  const std::string shown = name.substr(0, name.find(','));
  return app
      .add_option_function<std::string>(
          name,
          [&value, least, most, shown](const std::string& typed) {
            const char* end = typed.data() + typed.size();
            const auto [stop, problem] = std::from_chars(typed.data(), end, value);
            if (problem == std::errc{} && stop == end && value >= least && value <= most) return;
            throw CLI::ValidationError(
                shown, "expected a whole number from " + std::to_string(least) + " to " +
                           std::to_string(most) + ", found \"" + typed + "\"");
          },
          what)
      ->type_name("N");
}

void add_style(CLI::App& app, Style& style) {
  app.add_flag("--json", style.json, "print one JSON value on stdout and nothing else");
  app.add_flag("-q,--quiet", style.quiet, "print only what is not as it should be");
  app.add_option_function<std::string>(
         "--color", [&style](const std::string& typed) { style.color = read_color(typed); },
         "auto (only on a terminal), always or never")
      ->type_name("WHEN");
}

/// A path, which is not empty: the usual cause is a variable of a CI script that nobody set.
CLI::Option* add_path(CLI::App& app, const std::string& name, std::string& path,
                      const std::string& type, const std::string& what) {
  return app
      .add_option_function<std::string>(
          name,
          [&path, name, type](const std::string& typed) {
            if (typed.empty()) {
              throw CLI::ValidationError(name, std::string("expected a ") +
                                                   (type == "DIR" ? "folder" : "file") +
                                                   ", found \"\"");
            }
            path = typed;
          },
          what)
      ->type_name(type);
}

void add_run(CLI::App& top, Arguments& all, RunArguments& run) {
  CLI::App* app = top.add_subcommand("run", "run scenarios and judge them");
  app->add_option("path", run.paths, "scenario files, or folders of them")->required();
  add_number<std::uint64_t>(*app, "--seed", run.seed, 0, UINT64_MAX,
                            "seed of the first run (default 1); a scenario that pins one keeps it");
  add_number<std::uint32_t>(
      *app, "--seeds", run.seeds, 1, 1'000'000,
      "run every scenario with N seeds, counted up from --seed, unless it pins one");
  add_number<std::uint32_t>(*app, "--jobs,-j", run.jobs, 1, 256,
                            "runs at the same time (default: one per processor)");
  app->add_option("--tag", run.tags, "only scenarios with this tag; repeat for any of several")
      ->type_name("TAG")
      ->allow_extra_args(false);
  add_path(*app, "--out", run.out, "DIR", "write into this folder instead of a new one below out/");
  app->add_option_function<std::vector<std::string>>(
         "--trace",
         [&run](const std::vector<std::string>& wishes) {
           for (const std::string& wish : wishes) {
             const std::string problem = read_trace_wish(wish, run);
             if (!problem.empty()) throw CLI::ValidationError("--trace", problem);
           }
         },
         "store every record of a cart (cart:42), or of all; repeatable")
      ->type_name("cart:ID|all")
      ->allow_extra_args(false);
  add_style(*app, all.style);
  app->footer(
      "\nExamples:\n"
      "  cartstorm run scenarios/smoke\n"
      "  cartstorm run scenarios/smoke/healthy.yaml --seed 7 --trace cart:42\n"
      "  cartstorm run scenarios --tag clock --seeds 20 --jobs 2 --out night\n" +
      std::string(exit_codes));
}

/// An option whose value is read by us. `read` gives an empty text, or what it expected.
void add_read(CLI::App& app, const std::string& name, const std::string& type,
              std::function<std::string(const std::string&)> read, const std::string& what) {
  app.add_option_function<std::string>(
         name,
         [read = std::move(read), name](const std::string& typed) {
           const std::string problem = read(typed);
           if (!problem.empty()) throw CLI::ValidationError(name, problem);
         },
         what)
      ->type_name(type);
}

void add_bounds(CLI::App& app, ExploreArguments& explore) {
  add_read(
      app, "--depth", "N",
      [&explore](const std::string& typed) -> std::string {
        if (typed.size() != 1 || typed[0] < '1' || typed[0] > '3') {
          return "expected a whole number from 1 to 3, found \"" + typed + "\"";
        }
        explore.depth = static_cast<std::uint32_t>(typed[0] - '0');
        return "";
      },
      "cuts on one path (default: as the file says)");
  app.add_option("--story", explore.stories, "only this story; repeat for several")
      ->type_name("NAME")
      ->allow_extra_args(false);
  add_read(
      app, "--tears", "LIST",
      [&explore](const std::string& typed) {
        return sim::explore::read_tears(typed, explore.tears);
      },
      "every, common, or names with commas between them (default: as the file says)");
  add_read(
      app, "--memory", "SIZE",
      [&explore](const std::string& typed) { return read_memory(typed, explore.memory_bytes); },
      "stop with the frontier saved when this is reached (default 4GiB)");
  app.add_flag("--stop-at-first", explore.stop_at_first, "stop at the first violation");
}

void add_explore(CLI::App& top, Arguments& all, ExploreArguments& explore) {
  CLI::App* app = top.add_subcommand(
      "explore", "cut the power at every flash operation of an update, in every torn shape");
  app->add_option("path", explore.paths, "exploration files, or folders of them")->required();
  add_bounds(*app, explore);
  add_path(*app, "--device-code", explore.device_code, "FILE",
           "explore this variant of the device model, a shared object");
  app->add_flag_callback(
      "--no-prune", [&explore] { explore.prunes = false; },
      "follow states that were seen before, too: slow, for small parts");
  CLI::Option* out = add_path(*app, "--out", explore.out, "DIR",
                              "write into this folder instead of a new one below out/");
  app->add_flag("--resume", explore.resume, "go on with what was stopped and saved in --out")
      ->needs(out);
  add_style(*app, all.style);
  app->footer(
      "\nExamples:\n"
      "  cartstorm explore scenarios/explore/update.yaml\n"
      "  cartstorm explore scenarios/explore/small.yaml --depth 2 --story good --tears every\n"
      "  cartstorm explore scenarios/explore/update.yaml --depth 2 --out night --resume\n" +
      std::string(exit_codes));
}

void add_replay(CLI::App& top, Arguments& all, ReplayArguments& replay) {
  CLI::App* app = top.add_subcommand(
      "replay", "go to a state that an exploration found, and show how the cart came there");
  app->add_option("token", replay.token, "a portable or exact address, as explore printed it")
      ->required();
  add_path(*app, "--in", replay.in, "PATH",
           "file or folder of the exploration (default: scenarios/explore)");
  add_path(*app, "--device-code", replay.device_code, "FILE",
           "replay with this variant of the device model, a shared object");
  add_style(*app, all.style);
  app->footer(
      "\nExamples:\n"
      "  cartstorm replay 'update/good/downloading/journal#3:program:torn=all_but_last'\n"
      "  cartstorm replay update/good/op1042:torn=half+op7:cut=after@1f3c9a2b --json\n" +
      std::string(exit_codes));
}

void add_lint(CLI::App& top, Arguments& all, LintArguments& lint) {
  CLI::App* app = top.add_subcommand("lint", "check scenario files without running them");
  app->add_option("path", lint.paths, "scenario files or folders (default: scenarios)");
  add_style(*app, all.style);
  app->footer(
      "\nExamples:\n"
      "  cartstorm lint\n"
      "  cartstorm lint scenarios/smoke/healthy.yaml");
}

void add_list(CLI::App& top, Arguments& all, ListArguments& list) {
  CLI::App* app = top.add_subcommand("list", "list scenarios with their tags and their reason");
  app->add_option("path", list.paths, "scenario files or folders (default: scenarios)");
  app->add_option("--tag", list.tags, "only scenarios with this tag; repeat for any of several")
      ->type_name("TAG")
      ->allow_extra_args(false);
  add_style(*app, all.style);
  app->footer(
      "\nExamples:\n"
      "  cartstorm list\n"
      "  cartstorm list --tag clock --json");
}

void add_explain(CLI::App& top, Arguments& all, ExplainArguments& explain) {
  CLI::App* app = top.add_subcommand("explain", "say what a promise, a fault or a key means");
  app->add_option("name", explain.name,
                  "a promise, fault, expectation, plan or key (default: all promises); with "
                  "--schema: scenario (default), exploration or profiles");
  app->add_flag("--schema", explain.schema, "print the JSON Schema of a kind of file");
  app->add_flag("--vocabulary", explain.vocabulary,
                "print all words of a file: this is scenarios/VOCABULARY.md");
  add_style(*app, all.style);
  app->footer(
      "\nExamples:\n"
      "  cartstorm explain\n"
      "  cartstorm explain always_bootable\n"
      "  cartstorm explain power_cut\n"
      "  cartstorm explain --schema exploration > exploration.schema.json");
}

void add_version(CLI::App& top, Arguments& all) {
  CLI::App* app = top.add_subcommand("version", "print version, commit and compiler");
  add_style(*app, all.style);
  app->footer("\nExample:\n  cartstorm version --json");
}

void add_option(CLI::App& app, const OptionSpec& spec) {
  if (spec.type.empty()) {
    app.add_flag_callback(
        spec.names, [read = spec.read] { read(""); }, spec.what);
    return;
  }
  const std::string shown = spec.names.substr(0, spec.names.find(','));
  app.add_option_function<std::string>(
         spec.names,
         [read = spec.read, shown](const std::string& typed) {
           const std::string problem = read(typed);
           if (!problem.empty()) throw CLI::ValidationError(shown, problem);
         },
         spec.what)
      ->type_name(spec.type)
      ->required(spec.is_required);
}

void add_command(CLI::App& group, Arguments& all, const CommandSpec& spec) {
  CLI::App* app = group.add_subcommand(spec.name, spec.what);
  for (const OptionSpec& option : spec.options) add_option(*app, option);
  add_style(*app, all.style);
  app->footer(spec.footer);
}

void add_group(CLI::App& top, Arguments& all, const GroupSpec& spec) {
  CLI::App* group = top.add_subcommand(spec.name, spec.what);
  group->require_subcommand(1);
  group->footer(spec.footer);
  for (const CommandSpec& command : spec.commands) add_command(*group, all, command);
}

/// The command that was chosen, inside its group if it has one, and its whole name.
const CLI::App& chosen_command(const CLI::App& top, std::string& name) {
  const CLI::App* app = &top;
  while (!app->get_subcommands().empty()) {
    app = app->get_subcommands().front();
    name += " " + app->get_name();
  }
  return *app;
}

/// Every name of every option of the command, as typed.
std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

/// CLI11 knows what it did not expect; people also want to know what they probably meant.
int say_extra(const CLI::App& app, const std::string& name) {
  const std::vector<std::string> extra = app.remaining();
  const std::string typed = extra.empty() ? "" : extra.front().substr(0, extra.front().find('='));
  const bool is_option = typed.starts_with('-');
  std::fprintf(stderr, "cartstorm%s: unknown %s \"%s\"%s\nTry: cartstorm%s --help\n", name.c_str(),
               is_option ? "option" : "argument", typed.c_str(),
               is_option ? did_you_mean(typed, option_names(app)).c_str() : "", name.c_str());
  return exit_usage;
}

int say_problem(const CLI::App& top, const CLI::ParseError& error) {
  if (error.get_exit_code() == 0) return top.exit(error) == 0 ? exit_pass : exit_usage;
  constexpr int extras = static_cast<int>(CLI::ExitCodes::ExtrasError);
  constexpr int required = static_cast<int>(CLI::ExitCodes::RequiredError);
  std::string command;
  const CLI::App& app = chosen_command(top, command);
  // A mistyped option that is required is not missing, it is mistyped.
  const bool is_extra = error.get_exit_code() == extras ||
                        (error.get_exit_code() == required && !app.remaining().empty());
  if (!command.empty() && is_extra) return say_extra(app, command);
  std::string problem = error.what();
  const auto count = problem.find(": 1 required ");
  if (count != std::string::npos) problem.replace(count, std::string::npos, " needs a value");
  std::fprintf(stderr, "cartstorm%s: %s\nTry: cartstorm%s --help\n", command.c_str(),
               problem.c_str(), command.c_str());
  return exit_usage;
}

std::vector<std::string> command_names(const CLI::App& top) {
  std::vector<std::string> names;
  for (const CLI::App* app : top.get_subcommands(nullptr)) names.push_back(app->get_name());
  // The front door itself answers these two.
  names.insert(names.end(), {"test", "doctor"});
  return names;
}

/// A mistyped word behind a group is answered before CLI11 sees it, because CLI11 would blame the
/// group. Whoever types the group alone wants to know what is in it.
std::optional<int> answer_second_word(const CLI::App& top, int argc, const char* const* argv) {
  const CLI::App* group = top.get_subcommand(argv[1]);
  if (group->get_subcommands(nullptr).empty()) return std::nullopt;
  const std::string typed = argc < 3 ? "" : argv[2];
  if (typed.empty()) {
    std::fputs(group->help("cartstorm").c_str(), stderr);
    return exit_usage;
  }
  std::vector<std::string> names;
  for (const CLI::App* app : group->get_subcommands(nullptr)) names.push_back(app->get_name());
  if (typed == "-h" || typed == "--help" || std::ranges::find(names, typed) != names.end()) {
    return std::nullopt;
  }
  const bool is_option = typed.front() == '-';
  std::fprintf(stderr, "cartstorm %s: %s \"%s\"%s\nTry: cartstorm %s --help\n", argv[1],
               is_option ? "expected a command first, found" : "unknown command", typed.c_str(),
               is_option ? "" : did_you_mean(typed, names).c_str(), argv[1]);
  return exit_usage;
}

/// A mistyped first word is answered before CLI11 sees it, because CLI11 would blame its arguments.
std::optional<int> answer_first_word(const CLI::App& top, int argc, const char* const* argv) {
  const std::string typed = argc < 2 ? "" : argv[1];
  if (typed.empty() || typed == "help") {
    std::fputs(top.help().c_str(), typed.empty() ? stderr : stdout);
    return typed.empty() ? exit_usage : exit_pass;
  }
  for (const CLI::App* app : top.get_subcommands(nullptr)) {
    if (app->get_name() == typed) return answer_second_word(top, argc, argv);
  }
  if (typed == "-h" || typed == "--help" || typed == "--version") return std::nullopt;
  if (typed == "test" || typed == "doctor") {
    std::fprintf(stderr, "cartstorm: \"%s\" belongs to the script: ./cartstorm %s\n", typed.c_str(),
                 typed.c_str());
    return exit_usage;
  }
  const bool is_option = typed.front() == '-';
  std::fprintf(stderr, "cartstorm: %s \"%s\"%s\nTry: cartstorm --help\n",
               is_option ? "expected a command first, found" : "unknown command", typed.c_str(),
               is_option ? "" : did_you_mean(typed, command_names(top)).c_str());
  return exit_usage;
}

struct Commands {
  RunArguments run;
  ExploreArguments explore;
  ReplayArguments replay;
  LintArguments lint;
  ListArguments list;
  ExplainArguments explain;
  OddsArguments odds;
  BrokerArguments broker;
  RolloutArguments rollout;
  KeysWishes keys;
  ImageWishes image;
};

void choose(const CLI::App& top, Commands commands, Arguments& all) {
  const CLI::App& command = *top.get_subcommands().front();
  const std::string& name = command.get_name();
  if (name == "run") {
    all.command = std::move(commands.run);
  } else if (name == "explore") {
    all.command = std::move(commands.explore);
  } else if (name == "replay") {
    all.command = std::move(commands.replay);
  } else if (name == "lint") {
    all.command = std::move(commands.lint);
  } else if (name == "list") {
    all.command = std::move(commands.list);
  } else if (name == "explain") {
    all.command = std::move(commands.explain);
  } else if (name == "odds") {
    all.command = std::move(commands.odds);
  } else if (name == "broker") {
    all.command = std::move(commands.broker);
  } else if (name == "rollout") {
    commands.rollout.verb = command.get_subcommands().front()->get_name();
    all.command = std::move(commands.rollout);
  } else if (name == "keys") {
    all.command = chosen(commands.keys, command.get_subcommands().front()->get_name());
  } else if (name == "image") {
    all.command = chosen(commands.image, command.get_subcommands().front()->get_name());
  } else {
    all.command = VersionArguments{};
  }
}

}  // namespace

std::string read_trace_wish(const std::string& text, RunArguments& run) {
  if (text == "all") {
    run.trace_all = true;
    return "";
  }
  std::string_view number = text;
  const bool has_prefix = number.substr(0, 5) == "cart:";
  if (has_prefix) number.remove_prefix(5);
  if (number.substr(0, 5) == "cart-") number.remove_prefix(5);
  std::uint32_t cart = 0;
  const auto [end, problem] = std::from_chars(number.data(), number.data() + number.size(), cart);
  if (!has_prefix || problem != std::errc{} || end != number.data() + number.size()) {
    return "expected all, cart:42 or cart:cart-00042, found \"" + text + "\"";
  }
  run.trace_carts.push_back(cart);
  return "";
}

std::string read_memory(const std::string& text, std::uint64_t& bytes) {
  constexpr std::uint64_t least = 64ULL << 20U, most = 1ULL << 44U;
  const char* end = text.data() + text.size();
  std::uint64_t number = 0;
  const auto [stop, problem] = std::from_chars(text.data(), end, number);
  const std::string_view unit{stop, static_cast<std::size_t>(end - stop)};
  const unsigned shift = unit == "MiB" ? 20 : unit == "GiB" ? 30 : 0;
  const bool is_good =
      problem == std::errc{} && shift != 0 && number <= most >> shift && number << shift >= least;
  if (!is_good) return "expected a size from 64MiB such as 512MiB or 4GiB, found \"" + text + "\"";
  bytes = number << shift;
  return "";
}

Parsed parse_arguments(int argc, const char* const* argv) {
  CLI::App top{what_it_is, "cartstorm"};
  top.require_subcommand(1);
  top.footer("\nExample:\n  cartstorm run scenarios/smoke\n" + std::string(exit_codes));
  Arguments all;
  Commands commands;
  add_run(top, all, commands.run);
  add_explore(top, all, commands.explore);
  add_replay(top, all, commands.replay);
  add_lint(top, all, commands.lint);
  add_list(top, all, commands.list);
  add_explain(top, all, commands.explain);
  add_command(top, all, odds_spec(commands.odds));
  add_command(top, all, broker_spec(commands.broker));
  add_group(top, all, rollout_group(commands.rollout));
  add_group(top, all, keys_group(commands.keys));
  add_group(top, all, image_group(commands.image));
  add_version(top, all);
  if (const auto answered = answer_first_word(top, argc, argv)) return {{}, *answered};
  if (argc == 2 && std::string_view(argv[1]) == "--version") {
    all.command = VersionArguments{};
    return {std::move(all), exit_pass};
  }
  try {
    top.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return {{}, say_problem(top, error)};
  }
  choose(top, std::move(commands), all);
  return {std::move(all), exit_pass};
}

}  // namespace cartstorm::cli
