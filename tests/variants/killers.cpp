#include "killers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <csignal>

namespace cartstorm::variants {
namespace fs = std::filesystem;
namespace json = boost::json;
namespace {

/// Suites that take more than a second; most of what is wrong shows without them.
constexpr const char* slow_tests =
    "Invariants.*:*EveryDeviceOperation*:BothSlotsConfirmed.*:*APatchCutAnywhere*:*EveryRow*:"
    "ChainToTheFactoryCa.*";

/// Exit code of a program that stopped because it was asked to, as the limit of CPU does first.
constexpr int told_to_stop = 130;

std::string text_in(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::uint64_t number_in(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_number()) return 0;
  boost::system::error_code wrong;
  const auto number = value->to_number<std::uint64_t>(wrong);
  return wrong ? 0 : number;
}

/// Why an exploration came to no verdict, in its own words.
std::string reason_in(const json::object& report) {
  const json::value* all = report.if_contains("explorations");
  if (all == nullptr || !all->is_array()) return {};
  for (const json::value& one : all->get_array()) {
    if (one.is_object()) return text_in(one.get_object(), "reason");
  }
  return {};
}

std::string last_line(std::string_view text) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  const std::size_t begin = text.rfind('\n');
  return std::string(begin == std::string_view::npos ? text : text.substr(begin + 1));
}

std::string signal_text(int signal) {
  const char* name = sigabbrev_np(signal);
  return name == nullptr ? fmt::format("signal {}", signal) : fmt::format("SIG{}", name);
}

/// What an end by a limit or a signal means; kind `nothing` if it was neither.
Finding end_of(const Ended& ended, const std::string& exploration) {
  Finding finding;
  finding.exploration = exploration;
  if (is_ending()) {
    finding.kind = Finding::Kind::failure;
    finding.problem = "interrupted";
  } else if (ended.hung || ended.code == told_to_stop) {
    finding.kind = Finding::Kind::hang;
    finding.by = "hangs";
  } else if (ended.signal != 0) {
    finding.kind = Finding::Kind::crash;
    finding.by = signal_text(ended.signal);
  } else if (ended.code < 0 || ended.code == 127) {
    finding.kind = Finding::Kind::failure;
    finding.problem = "the program did not start";
  }
  return finding;
}

std::string first_failed_test(std::string_view output) {
  constexpr std::string_view mark = "[  FAILED  ] ";
  const std::size_t at = output.find(mark);
  if (at == std::string_view::npos) return {};
  const std::string_view name = output.substr(at + mark.size());
  return std::string(name.substr(0, name.find_first_of(", \n")));
}

}  // namespace

std::vector<std::string> Explorer::names() const {
  std::vector<std::string> found;
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(cases, missing)) {
    if (entry.path().extension() == ".yaml") found.push_back(entry.path().stem().string());
  }
  std::ranges::sort(found);
  return found;
}

Finding finding_of(const Ended& ended, std::string exploration) {
  Finding finding = end_of(ended, exploration);
  if (finding.kind != Finding::Kind::nothing) return finding;
  boost::system::error_code wrong;
  const json::value value = json::parse(ended.out, wrong);
  const json::object empty;
  const json::object& report = !wrong && value.is_object() ? value.get_object() : empty;
  finding.points = number_in(report, "points");
  if (ended.code == 0) return finding;
  const json::value* violations = report.if_contains("violations");
  if (ended.code != 1 || violations == nullptr || !violations->is_array() ||
      violations->get_array().empty() || !violations->get_array()[0].is_object()) {
    finding.kind = Finding::Kind::failure;
    const std::string reason = reason_in(report);
    finding.problem =
        fmt::format("exit code {}: {}", ended.code,
                    reason.empty() ? last_line(ended.err.empty() ? ended.out : ended.err) : reason);
    return finding;
  }
  const json::object& first = violations->get_array()[0].get_object();
  finding.kind = Finding::Kind::promise;
  finding.outcome = text_in(first, "outcome");
  finding.by = text_in(first, "promise");
  if (finding.by.empty()) finding.by = finding.outcome;  // a bad end that no promise speaks of
  const std::string file = text_in(first, "exploration"), story = text_in(first, "story");
  if (!file.empty()) finding.exploration = file + "/" + story;
  finding.token = text_in(first, "token");
  if (first.contains("points")) finding.points = number_in(first, "points");
  return finding;
}

Finding Explorer::run(const Variant& variant, const std::string& name, int depth) const {
  const std::size_t slash = std::min(name.find('/'), name.size());
  const fs::path file = cases / (name.substr(0, slash) + ".yaml");
  if (!fs::exists(file)) {
    Finding finding;
    finding.kind = Finding::Kind::failure;
    finding.exploration = name;
    finding.problem = "there is no case " + file.string();
    return finding;
  }
  const fs::path results = variant.folder() / "out";
  std::error_code ignored;
  fs::remove_all(results, ignored);  // of the case before
  std::vector<std::string> command = {
      program,           "explore", file.string(), "--device-code", variant.for_explorer().string(),
      "--stop-at-first", "--json",  "--out",       results.string()};
  if (slash < name.size()) command.insert(command.end(), {"--story", name.substr(slash + 1)});
  if (depth != 0) command.insert(command.end(), {"--depth", std::to_string(depth)});
  return finding_of(variants::run(command, variant.folder(), limits), name);
}

Finding UnitTests::run(const Variant& variant) const {
  Finding finding;
  for (const std::string& filter : {"-" + std::string(slow_tests), std::string(slow_tests)}) {
    // A seed of its own per run would make survivors come and go; and that it fails is enough.
    const Ended ended =
        variants::run({program, "--gtest_brief=1", "--gtest_fail_fast", "--gtest_filter=" + filter},
                      variant.folder(), limits,
                      {"LD_LIBRARY_PATH=" + variant.for_unit_tests().string(),
                       "RC_PARAMS=seed=1 noshrink=1", "TMPDIR=" + variant.folder().string()});
    finding = end_of(ended, "unit tests");
    if (finding.kind == Finding::Kind::nothing && !ended.is_ok()) {
      finding.kind = Finding::Kind::unit_test;
      finding.by = first_failed_test(ended.out);
    }
    if (finding.kind != Finding::Kind::nothing) break;
  }
  return finding;
}

}  // namespace cartstorm::variants
