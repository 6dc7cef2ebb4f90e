#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "reports/render/layout.hpp"
#include "reports/render/summary.hpp"
#include "reports/trace/print.hpp"

namespace cartstorm::report {
namespace {

std::size_t count(const std::vector<Summary>& night, ScenarioVerdict verdict) {
  return static_cast<std::size_t>(
      std::count_if(night.begin(), night.end(),
                    [verdict](const Summary& summary) { return summary.verdict == verdict; }));
}

bool has_seen(const Summary& summary, std::string_view id) {
  return std::any_of(summary.checks.begin(), summary.checks.end(), [id](const CheckResult& check) {
    return check.id == id &&
           (check.verdict == CheckVerdict::pass || check.verdict == CheckVerdict::fail);
  });
}

std::string night_line(const Summary& summary, bool with_color) {
  const std::string share = fmt::format("{}/{}", summary.on_new, summary.carts);
  std::string text =
      "  " + painted(left(name(summary.verdict), 14), paint_of(summary.verdict), with_color) +
      left(summary.scenario, 36) + right(std::to_string(summary.seed), 21) + right(share, 14) +
      right(short_moment(summary.ends_us), 11) + "\n";
  if (summary.verdict != ScenarioVerdict::pass) {
    text += wrapped(summary.verdict_reason, 6);
    text += wrapped("repeat: " + summary.repeat_command, 6);
  }
  return text;
}

}  // namespace

std::vector<std::string> vacuous_everywhere(const std::vector<Summary>& night) {
  std::vector<std::string> ids;
  for (const CheckEntry& entry : all_checks()) {
    if (std::none_of(night.begin(), night.end(),
                     [&entry](const Summary& summary) { return has_seen(summary, entry.id); })) {
      ids.emplace_back(entry.id);
    }
  }
  return ids;
}

std::string night_text(const std::vector<Summary>& night, bool with_color) {
  std::string text = "  " + left("verdict", 14) + left("scenario", 36) + right("seed", 21) +
                     right("on new", 14) + right("until", 11) + "\n";
  for (const Summary& summary : night) {
    text += night_line(summary, with_color);
  }
  std::string totals;
  constexpr std::array verdicts{ScenarioVerdict::pass, ScenarioVerdict::fail,
                                ScenarioVerdict::inconclusive, ScenarioVerdict::infra,
                                ScenarioVerdict::skipped};
  for (const ScenarioVerdict verdict : verdicts) {
    if (const std::size_t runs = count(night, verdict); runs > 0) {
      totals += fmt::format("{}{} {}", totals.empty() ? "" : ", ", runs, name(verdict));
    }
  }
  text += wrapped(fmt::format("{} runs: {}", night.size(), totals), 2);
  if (const auto unseen = vacuous_everywhere(night); !unseen.empty()) {
    text += wrapped(fmt::format("never put to the test: {}", fmt::join(unseen, ", ")), 2);
  }
  text.pop_back();  // the caller ends the last line
  return text;
}

int exit_code(const std::vector<Summary>& night, bool is_whole_folder) {
  if (std::any_of(night.begin(), night.end(),
                  [](const Summary& summary) { return summary.was_interrupted; })) {
    return 130;
  }
  if (count(night, ScenarioVerdict::fail) > 0) {
    return 1;
  }
  if (count(night, ScenarioVerdict::infra) > 0) {
    return 3;
  }
  const bool is_unproven = count(night, ScenarioVerdict::inconclusive) > 0 ||
                           count(night, ScenarioVerdict::skipped) == night.size() ||
                           (is_whole_folder && !vacuous_everywhere(night).empty());
  return is_unproven ? 4 : 0;
}

}  // namespace cartstorm::report
