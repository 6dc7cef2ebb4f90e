#include <fmt/format.h>

#include <cstdlib>
#include <string_view>

#include "reports/render/summary.hpp"
#include "sim/cli/judge_input.hpp"
#include "sim/fleet/run_scenario.hpp"
#include "sim/scenario/load.hpp"

// Usage: planted_<bug> SCENARIO CHECK fail|pass
// Runs the scenario with the code that this program was linked with, and exits 0 if the check gave
// the expected verdict. `pass` needs a premise that was true: a check that saw nothing is vacuous.

namespace cartstorm {
namespace {

report::Summary run(const sim::Scenario& scenario, const char* file) {
  report::Stream stream;
  report::Judge judge{cli::judge_input(scenario, file, 1), stream};
  sim::RunOptions options;
  options.build = "planted";
  const sim::RunOutcome outcome = sim::run_virtual(scenario, options, stream);
  return judge.finish(outcome.was_interrupted, outcome.infrastructure_error, outcome.events);
}

int expect(const report::Summary& summary, std::string_view id, bool is_failure_expected) {
  if (summary.verdict == report::ScenarioVerdict::infra) {
    fmt::print("{}\n", summary.verdict_reason);
    return EXIT_FAILURE;
  }
  for (const auto& check : summary.checks) {
    if (check.id != id) {
      continue;
    }
    fmt::print("{}: {} ({} premises, {} broken) {}\n", id, report::name(check.verdict),
               check.premises, check.violations, check.first_message);
    const auto expected =
        is_failure_expected ? report::CheckVerdict::fail : report::CheckVerdict::pass;
    return check.verdict == expected ? EXIT_SUCCESS : EXIT_FAILURE;
  }
  fmt::print("there is no check {}\n", id);
  return EXIT_FAILURE;
}

}  // namespace
}  // namespace cartstorm

int main(int argc, char** argv) {
  if (argc != 4) {
    fmt::print("usage: {} SCENARIO CHECK fail|pass\n", argv[0]);
    return 2;
  }
  const auto loaded = cartstorm::sim::load_scenario(argv[1]);
  for (const auto& diagnostic : loaded.diagnostics) {
    fmt::print("{}\n", cartstorm::sim::to_text(diagnostic, false));
  }
  if (!loaded.diagnostics.empty()) {
    return 2;
  }
  return cartstorm::expect(cartstorm::run(loaded.scenario, argv[1]), argv[2],
                           std::string_view{argv[3]} == "fail");
}
