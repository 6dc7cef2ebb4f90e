#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>

#include "sim/cli/catalogue.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/exit_code.hpp"
#include "sim/cli/home.hpp"
#include "sim/cli/portable_twin.hpp"
#include "sim/cli/replay_text.hpp"
#include "sim/cli/suggestion.hpp"
#include "sim/cli/terminal.hpp"

namespace cartstorm::cli {
namespace {

namespace fs = std::filesystem;
using sim::explore::Exploration;
using sim::explore::Replay;
using sim::explore::Token;

std::string folder_of(const ReplayArguments& arguments) {
  if (!arguments.in.empty()) return arguments.in;
  return (fs::path(shipped_scenarios()) / "explore").string();
}

/// The exploration that the token names, or nothing and it was said why.
std::optional<Exploration> find_exploration(const ReplayArguments& arguments, const Token& token,
                                            const Style& style) {
  const std::string folder = folder_of(arguments);
  Catalogue catalogue = read_catalogue({folder}, sim::Wanted::explorations);
  std::vector<std::string> known;
  for (ExplorationEntry& entry : catalogue.explorations) {
    if (entry.exploration.name == token.address.exploration && catalogue.diagnostics.empty()) {
      return std::move(entry.exploration);
    }
    known.push_back(entry.exploration.name);
  }
  if (!catalogue.diagnostics.empty()) {
    say_diagnostics(catalogue.diagnostics, use_color(Output::progress, style.color));
    return std::nullopt;
  }
  const std::string& name = token.address.exploration;
  complain(fmt::format("{} has no exploration \"{}\"{}; it has {}{}", folder, name,
                       did_you_mean(name, known), fmt::join(known, ", "),
                       arguments.in.empty() ? "; --in names another folder or file" : ""));
  return std::nullopt;
}

bool has_story(const Exploration& exploration, const std::string& name) {
  std::vector<std::string> known;
  for (const sim::explore::Story& story : exploration.stories) known.push_back(story.name);
  if (std::ranges::find(known, name) != known.end()) return true;
  complain(fmt::format("exploration {} has no story \"{}\"{}; it has {}", exploration.name, name,
                       did_you_mean(name, known), fmt::join(known, ", ")));
  return false;
}

/// A portable address that leads nowhere is a regression test that fails; an exact one was made
/// for something else, and asking for it here is a mistake.
int exit_code_of(const Replay& replay, const Token& token) {
  if (!replay.problem.empty()) return token.is_exact ? exit_usage : exit_failed;
  return sim::explore::is_good(replay.outcome) && !replay.violation ? exit_pass : exit_failed;
}

void explain_problem(const Replay& replay, const Token& token, const std::string& typed) {
  complain(replay.problem);
  if (!token.is_exact) return;
  const std::string twin = portable_twin(typed);
  if (twin.empty()) {
    complain("where it once led, its portable address says: explore printed it beside this one");
  } else {
    complain("where it once led, its portable address says:\n  " + command_line({"replay", twin}));
  }
}

int show(const Replay& replay, const Token& token, const std::string& typed, const Style& style) {
  const int code = exit_code_of(replay, token);
  if (style.json) {
    print(to_json(replay, code));
  } else if (code != exit_usage && !(style.quiet && code == exit_pass)) {
    // What an address of another build leads to here is nothing that anybody asked for.
    print(to_text(replay, use_color(Output::results, style.color)));
  }
  if (!replay.problem.empty()) explain_problem(replay, token, typed);
  return code;
}

}  // namespace

int replay_command(const ReplayArguments& arguments, const Style& style) {
  std::string problem;
  const auto token = sim::explore::parse_token(arguments.token, problem);
  if (!token) {
    complain(fmt::format("\"{}\" is no address, {}", arguments.token, problem));
    return exit_usage;
  }
  const auto exploration = find_exploration(arguments, *token, style);
  if (!exploration || !has_story(*exploration, token->address.story)) return exit_usage;
  std::unique_ptr<sim::explore::LoadedDeviceCode> variant;
  if (!arguments.device_code.empty()) {
    variant = sim::explore::LoadedDeviceCode::load(arguments.device_code, problem);
    if (!variant) {
      complain("--device-code: " + problem);
      return exit_usage;
    }
  }
  const auto& code = variant ? variant->code() : sim::explore::linked_device_code();
  return show(sim::explore::replay(*exploration, code, *token), *token, arguments.token, style);
}

}  // namespace cartstorm::cli
