#include <fmt/format.h>

#include "reports/render/junit.hpp"
#include "reports/render/summary.hpp"
#include "reports/trace/print.hpp"

namespace cartstorm::report {
namespace {

std::string scenario_outcome(const Summary& summary) {
  const std::string body = "repeat: " + summary.repeat_command;
  switch (summary.verdict) {
    case ScenarioVerdict::pass:
      return {};
    case ScenarioVerdict::fail:
      return junit::outcome("failure", summary.verdict_reason, body);
    case ScenarioVerdict::inconclusive:
    case ScenarioVerdict::infra:
      return junit::outcome(
          "error", fmt::format("{}: {}", name(summary.verdict), summary.verdict_reason), body);
    case ScenarioVerdict::skipped:
      return junit::outcome("skipped", summary.verdict_reason, "");
  }
  return {};
}

std::string check_outcome(const Summary& summary, const CheckResult& check) {
  const bool is_broken = check.verdict == CheckVerdict::fail;
  const bool is_unproven =
      check.verdict == CheckVerdict::vacuous || check.verdict == CheckVerdict::not_evaluable;
  const std::string body = "repeat: " + summary.repeat_command;
  if (check.is_declared && !is_broken) {
    return junit::outcome("failure", "was expected to be broken and is not", body);
  }
  if (is_broken && !check.is_declared) {
    return junit::outcome("failure",
                          fmt::format("{}, record {}: {}", moment_text(check.first_time_us),
                                      check.first_seq, check.first_message),
                          body);
  }
  if (is_unproven) {
    return junit::outcome(check.is_named ? "error" : "system-out", name(check.verdict), body);
  }
  return is_broken
             ? junit::outcome("system-out", "broken as expected: " + check.first_message, body)
             : std::string{};
}

junit::Suite suite_named(const std::string& scenario, std::uint64_t seed) {
  return {scenario, "seed", std::to_string(seed)};
}

std::string suite_of(const Summary& summary) {
  junit::Suite suite = suite_named(summary.scenario, summary.seed);
  suite.add("verdict", scenario_outcome(summary));
  for (const CheckResult& check : summary.checks) {
    suite.add(check.id, check_outcome(summary, check));
  }
  return suite.text();
}

std::string suite_of(const NotStarted& run) {
  junit::Suite suite = suite_named(run.scenario, run.seed);
  suite.add("verdict", junit::outcome("skipped", "not started: the night was interrupted", ""));
  return suite.text();
}

}  // namespace

std::string to_junit(const std::vector<Summary>& night,
                     const std::vector<NotStarted>& not_started) {
  std::string suites;
  for (const Summary& summary : night) {
    suites += suite_of(summary);
  }
  for (const NotStarted& run : not_started) {
    suites += suite_of(run);
  }
  return junit::document(suites);
}

}  // namespace cartstorm::report
