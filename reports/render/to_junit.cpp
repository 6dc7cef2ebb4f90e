#include <fmt/format.h>

#include "reports/render/clean.hpp"
#include "reports/render/summary.hpp"
#include "reports/trace/print.hpp"

namespace cartstorm::report {
namespace {

std::string escaped(std::string_view words) {
  std::string text;
  for (const char c : clean(words)) {
    switch (c) {
      case '&':
        text += "&amp;";
        break;
      case '<':
        text += "&lt;";
        break;
      case '>':
        text += "&gt;";
        break;
      case '"':
        text += "&quot;";
        break;
      default:
        text += c;
    }
  }
  return text;
}

/// One outcome inside a test case: `tag` is failure, error, skipped or system-out.
std::string outcome(std::string_view tag, std::string_view message, std::string_view body) {
  if (tag == "system-out") {
    return fmt::format("      <system-out>{}</system-out>\n", escaped(message));
  }
  return fmt::format("      <{0} message=\"{1}\">{2}</{0}>\n", tag, escaped(message),
                     escaped(body));
}

std::string test_case(std::string_view scenario, std::string_view what, const std::string& inside) {
  const std::string head = fmt::format("    <testcase classname=\"cartstorm.{}\" name=\"{}\"",
                                       escaped(scenario), escaped(what));
  return inside.empty() ? head + "/>\n" : head + ">\n" + inside + "    </testcase>\n";
}

std::string scenario_outcome(const Summary& summary) {
  const std::string body = "repeat: " + summary.repeat_command;
  switch (summary.verdict) {
    case ScenarioVerdict::pass:
      return {};
    case ScenarioVerdict::fail:
      return outcome("failure", summary.verdict_reason, body);
    case ScenarioVerdict::inconclusive:
    case ScenarioVerdict::infra:
      return outcome("error", fmt::format("{}: {}", name(summary.verdict), summary.verdict_reason),
                     body);
    case ScenarioVerdict::skipped:
      return outcome("skipped", summary.verdict_reason, "");
  }
  return {};
}

std::string check_outcome(const Summary& summary, const CheckResult& check) {
  const bool is_broken = check.verdict == CheckVerdict::fail;
  const bool is_unproven =
      check.verdict == CheckVerdict::vacuous || check.verdict == CheckVerdict::not_evaluable;
  const std::string body = "repeat: " + summary.repeat_command;
  if (check.is_declared && !is_broken) {
    return outcome("failure", "was expected to be broken and is not", body);
  }
  if (is_broken && !check.is_declared) {
    return outcome("failure",
                   fmt::format("{}, record {}: {}", moment_text(check.first_time_us),
                               check.first_seq, check.first_message),
                   body);
  }
  if (is_unproven) {
    return outcome(check.is_named ? "error" : "system-out", name(check.verdict), body);
  }
  return is_broken ? outcome("system-out", "broken as expected: " + check.first_message, body)
                   : std::string{};
}

/// All cases of one run.
class Suite {
 public:
  Suite(std::string_view scenario, std::uint64_t seed) : scenario_(scenario), seed_(seed) {}

  void add(std::string_view what, const std::string& inside) {
    cases_ += test_case(scenario_, what, inside);
    ++tests_;
    failures_ += inside.find("<failure") != std::string::npos ? 1 : 0;
    errors_ += inside.find("<error") != std::string::npos ? 1 : 0;
    skipped_ += inside.find("<skipped") != std::string::npos ? 1 : 0;
  }

  std::string text() const {
    return fmt::format(
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\">\n"
        "    <properties><property name=\"seed\" value=\"{}\"/></properties>\n"
        "{}  </testsuite>\n",
        escaped(scenario_), tests_, failures_, errors_, skipped_, seed_, cases_);
  }

 private:
  std::string_view scenario_;
  std::uint64_t seed_;
  std::string cases_;
  int tests_ = 0, failures_ = 0, errors_ = 0, skipped_ = 0;
};

std::string suite_of(const Summary& summary) {
  Suite suite{summary.scenario, summary.seed};
  suite.add("verdict", scenario_outcome(summary));
  for (const CheckResult& check : summary.checks) {
    suite.add(check.id, check_outcome(summary, check));
  }
  return suite.text();
}

std::string suite_of(const NotStarted& run) {
  Suite suite{run.scenario, run.seed};
  suite.add("verdict", outcome("skipped", "not started: the night was interrupted", ""));
  return suite.text();
}

}  // namespace

std::string to_junit(const std::vector<Summary>& night,
                     const std::vector<NotStarted>& not_started) {
  std::string text =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"cartstorm\">\n";
  for (const Summary& summary : night) {
    text += suite_of(summary);
  }
  for (const NotStarted& run : not_started) {
    text += suite_of(run);
  }
  return text + "</testsuites>\n";
}

}  // namespace cartstorm::report
