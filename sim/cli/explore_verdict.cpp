#include "sim/cli/explore_verdict.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/cli/exit_code.hpp"
#include "sim/cli/explore_line.hpp"
#include "sim/cli/home.hpp"

namespace cartstorm::cli {
namespace {

using report::ScenarioVerdict;
using sim::explore::Ending;
using sim::explore::ExploreResult;
using sim::explore::Finding;
using sim::explore::Promise;
using sim::explore::StoryResult;

/// A story of which nothing was booted proves nothing.
const StoryResult* unexplored_story(const ExploreResult& result) {
  const auto found = std::ranges::find_if(
      result.stories, [](const StoryResult& story) { return story.executed == 0; });
  return found == result.stories.end() ? nullptr : &*found;
}

std::uint64_t considered(const ExploreResult& result) {
  std::uint64_t sum = 0;
  for (const StoryResult& story : result.stories) sum += story.considered;
  return sum;
}

bool is_bad(const ExploreResult& result) {
  return result.violating_points > 0 || !result.findings.empty();
}

std::string inconclusive_reason(const ExploreResult& result) {
  if (result.ending == Ending::stopped) return "stopped before its end";
  if (result.stories.empty()) return "no story was explored";
  const StoryResult* story = unexplored_story(result);
  return story == nullptr ? "" : fmt::format("nothing of story {} was cut", story->story);
}

}  // namespace

ScenarioVerdict verdict_of(const Explored& explored) {
  const ExploreResult& result = explored.result;
  if (is_bad(result)) return ScenarioVerdict::fail;
  if (!result.problem.empty() || result.ending == Ending::out_of_memory) {
    return ScenarioVerdict::infra;
  }
  return inconclusive_reason(result).empty() ? ScenarioVerdict::pass
                                             : ScenarioVerdict::inconclusive;
}

std::string verdict_reason(const Explored& explored) {
  const ExploreResult& result = explored.result;
  const std::string points = grouped(considered(result));
  switch (verdict_of(explored)) {
    case ScenarioVerdict::pass:
      return fmt::format("{} points, no promise broken", points);
    case ScenarioVerdict::fail:
      return fmt::format("{} of {} points break a promise or end badly{}",
                         grouped(result.violating_points), points,
                         result.ending == Ending::complete ? "" : "; not explored to the end");
    case ScenarioVerdict::infra:
      return result.problem.empty() ? "the bound of memory was reached after " + points + " points"
                                    : result.problem;
    case ScenarioVerdict::inconclusive:
    case ScenarioVerdict::skipped:
      break;
  }
  return inconclusive_reason(result);
}

int exit_code_of(const ExploredAll& all) {
  const auto has = [&](ScenarioVerdict verdict) {
    return std::ranges::any_of(
        all.done, [&](const Explored& explored) { return verdict_of(explored) == verdict; });
  };
  const bool is_stopped = std::ranges::any_of(
      all.done, [](const Explored& explored) { return explored.result.ending == Ending::stopped; });
  const bool is_cut_short = std::ranges::any_of(all.done, [](const Explored& explored) {
    return explored.result.ending == Ending::found_first ||
           explored.result.ending == Ending::out_of_memory;
  });
  if (is_stopped || (!all.not_started.empty() && !is_cut_short)) return exit_interrupted;
  if (has(ScenarioVerdict::fail)) return exit_failed;
  if (has(ScenarioVerdict::infra)) return exit_infrastructure;
  const bool is_unproven =
      all.done.empty() || has(ScenarioVerdict::inconclusive) || !gaps_of(all).empty();
  return is_unproven ? exit_inconclusive : exit_pass;
}

std::vector<Promise> gaps_of(const ExploredAll& all) {
  std::vector<Promise> gaps;
  if (!all.is_whole_folder) return gaps;
  for (std::size_t n = 0; n < sim::explore::promise_count; ++n) {
    const auto promise = static_cast<Promise>(n);
    const bool is_tested = std::ranges::any_of(all.done, [&](const Explored& explored) {
      return explored.result.premises.of(promise) > 0;
    });
    // What an image writes is its application's; no application is explored.
    if (!is_tested && promise != Promise::data_compatible) gaps.push_back(promise);
  }
  return gaps;
}

std::string kind_of(const Finding& finding) {
  const char* promise =
      finding.violation ? sim::explore::name(finding.violation.promise) : "outcome";
  return fmt::format("{}/{}", promise, sim::explore::name(finding.outcome));
}

std::string what_of(const Finding& finding) {
  if (!finding.violation) return fmt::format("ends as {}", sim::explore::name(finding.outcome));
  std::string what = finding.violation.what;
  if (finding.violation.value != 0) what += fmt::format(" ({})", finding.violation.value);
  return what;
}

std::string replay_command(const Explored& explored, const std::string& token) {
  std::vector<std::string> words{"replay", token};
  words.insert(words.end(), explored.replay_words.begin(), explored.replay_words.end());
  return command_line(words);
}

}  // namespace cartstorm::cli
