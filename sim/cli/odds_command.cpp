#include <fmt/format.h>

#include <chrono>
#include <span>

#include "sim/cli/catalogue.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/exit_code.hpp"
#include "sim/cli/make/made_files.hpp"
#include "sim/cli/stop.hpp"
#include "sim/cli/terminal.hpp"
#include "sim/odds/odds.hpp"
#include "sim/scenario/plans.hpp"

namespace cartstorm::cli {
namespace {

/// One line on stderr that says how far the simulations are; nothing in a pipe.
class OddsLine {
 public:
  OddsLine(bool is_shown, std::string name) : is_shown_{is_shown}, name_{std::move(name)} {}
  ~OddsLine() {
    if (is_drawn_) std::fputs("\r\x1b[K", stderr);
  }
  OddsLine(const OddsLine&) = delete;
  OddsLine& operator=(const OddsLine&) = delete;

  void update(double done) {
    const auto now = std::chrono::steady_clock::now();
    if (!is_shown_ || (is_drawn_ && now - drawn_ < std::chrono::milliseconds(200))) return;
    drawn_ = now;
    is_drawn_ = true;
    std::fputs(fmt::format("\r\x1b[Kodds of {}: {:.0f}% simulated", name_, done * 100).c_str(),
               stderr);
    std::fflush(stderr);
  }

 private:
  bool is_shown_, is_drawn_ = false;
  std::string name_;
  std::chrono::steady_clock::time_point drawn_;
};

/// A fleet of which only its size is known: one configuration, always on.
sim::Scenario bare_scenario() {
  sim::Scenario scenario;
  scenario.name = "a fleet";
  sim::Profile profile;
  profile.name = "any";
  profile.share = 1;
  scenario.fleet.profiles = {profile};
  scenario.images["old"] = {};
  scenario.images["new"] = {};
  scenario.rollout = sim::known_plans().front().rollout;
  return scenario;
}

void apply(const OddsArguments& arguments, sim::Scenario& scenario) {
  if (arguments.carts) scenario.fleet.carts = static_cast<std::uint32_t>(*arguments.carts);
  if (arguments.errors_per_hour) {
    scenario.images.at("old").errors_per_hour = *arguments.errors_per_hour;
  }
  for (const sim::NamedPlan& plan : sim::known_plans()) {
    if (plan.name == arguments.plan) scenario.rollout = plan.rollout;
  }
}

ResultFile picture_of(const OddsArguments& arguments) {
  return {arguments.svg, FileKind::picture, {arguments.path}};
}

/// The scenarios to speak of, with the wishes of the command line in them, or why there are none.
int gather(const OddsArguments& arguments, const Style& style, std::vector<sim::Scenario>& wanted) {
  if (arguments.path.empty()) {
    if (!arguments.carts || !arguments.errors_per_hour) {
      complain("odds: expected a scenario, or --carts and --errors-per-hour");
      return exit_usage;
    }
    wanted.push_back(bare_scenario());
  } else {
    Catalogue catalogue = read_catalogue({arguments.path});
    if (!catalogue.diagnostics.empty()) {
      say_diagnostics(catalogue.diagnostics, use_color(Output::progress, style.color));
      return exit_usage;
    }
    for (Entry& entry : catalogue.entries) wanted.push_back(std::move(entry.scenario));
  }
  if (!arguments.svg.empty() && wanted.size() != 1) {
    complain(
        fmt::format("odds: --svg draws one scenario, {} has {}", arguments.path, wanted.size()));
    return exit_usage;
  }
  // Told now, not after minutes of simulation.
  const std::string kept = arguments.svg.empty() ? "" : why_not_written(picture_of(arguments));
  if (!kept.empty()) {
    complain(fmt::format("odds: {}", kept));
    return exit_usage;
  }
  for (sim::Scenario& scenario : wanted) {
    apply(arguments, scenario);
    const std::string problem = sim::odds::why_impossible(scenario);
    if (problem.empty()) continue;
    complain(fmt::format("odds: {}: {}{}", scenario.name, problem,
                         arguments.path.empty() ? " (a larger --carts would do)" : ""));
    return exit_usage;
  }
  return exit_pass;
}

sim::odds::Answer ask(const sim::Scenario& scenario, const OddsArguments& arguments,
                      const Style& style) {
  OddsLine line{is_terminal(Output::progress) && !style.quiet, scenario.name};
  sim::odds::Wish wish;
  wish.seed = scenario.seed.value_or(arguments.seed);
  wish.repetitions = arguments.repetitions;
  wish.on_progress = [&line](double done) {
    line.update(done);
    return !stop_flag().load();
  };
  return sim::odds::odds_of(scenario, wish);
}

/// Nothing is drawn of half an answer: a picture does not say what is missing in it.
int draw(const sim::Scenario& scenario, const sim::odds::Answer& answer,
         const OddsArguments& arguments, const Style& style) {
  if (arguments.svg.empty()) return exit_pass;
  if (answer.was_stopped) {
    complain(fmt::format("odds: stopped, so {} was not written", arguments.svg));
    return exit_pass;
  }
  const std::string svg = report::to_svg(answer.odds, scenario.name);
  const auto written = write_result(picture_of(arguments), std::as_bytes(std::span{svg}));
  if (!written) {
    complain(fmt::format("odds: {}", written.problem().text));
    return written.problem().exit_code;
  }
  if (!style.json && !style.quiet) print(fmt::format("Plot: {}\n", arguments.svg));
  return exit_pass;
}

}  // namespace

int odds_command(const OddsArguments& arguments, const Style& style) {
  std::vector<sim::Scenario> wanted;
  if (const int code = gather(arguments, style, wanted); code != exit_pass) return code;
  watch_signals();
  const bool with_color = use_color(Output::results, style.color);
  std::string json;
  bool was_stopped = false;
  int code = exit_pass;
  for (const sim::Scenario& scenario : wanted) {
    const sim::odds::Answer answer = ask(scenario, arguments, style);
    was_stopped = answer.was_stopped;
    if (style.json) {
      json += fmt::format(R"({}{{"scenario": {}, "is_complete": {}, "odds": {}}})",
                          json.empty() ? "" : ",\n", json_text(scenario.name), !was_stopped,
                          report::to_json(answer.odds));
    } else {
      print(fmt::format("{}{}\n{}", &scenario == wanted.data() ? "" : "\n", scenario.name,
                        report::to_text(answer.odds, with_color)));
    }
    code = draw(scenario, answer, arguments, style);
    if (was_stopped) break;
  }
  if (style.json) print("[" + json + "]\n");
  return was_stopped ? exit_interrupted : code;
}

}  // namespace cartstorm::cli
