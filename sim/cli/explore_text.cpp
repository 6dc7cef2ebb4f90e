#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>

#include "reports/render/layout.hpp"
#include "sim/cli/explore_line.hpp"
#include "sim/cli/explore_verdict.hpp"
#include "sim/scenario/units.hpp"

namespace cartstorm::cli {
namespace {

using report::left;
using report::Paint;
using report::painted;
using report::right;
using report::wrapped;
using sim::explore::Exploration;
using sim::explore::ExploreResult;
using sim::explore::Finding;
using sim::explore::Outcome;
using sim::explore::Promise;
using sim::explore::StoryResult;

constexpr std::size_t story_width = 30, number_width = 14;

std::string part_line(const Exploration& exploration) {
  const sim::explore::Part& part = exploration.part;
  return wrapped(
      fmt::format("slots of {}, sectors of {}, pages of {}; depth {}, {} tears{}",
                  sim::size_text(part.geometry.slot_size),
                  sim::size_text(part.geometry.sector_size), sim::size_text(part.page),
                  exploration.search.depth, exploration.search.tears.size(),
                  exploration.search.faults.empty() && exploration.search.bad_sectors.empty()
                      ? ""
                      : fmt::format(", {} faults, {} kinds of bad sectors",
                                    exploration.search.faults.size(),
                                    exploration.search.bad_sectors.size())),
      2);
}

std::string outcomes(const StoryResult& story, bool with_color) {
  std::string text;
  for (std::size_t n = 0; n < sim::explore::outcome_count; ++n) {
    if (story.points[n] == 0) continue;
    const auto outcome = static_cast<Outcome>(n);
    const std::string words =
        fmt::format("{} {}", sim::explore::name(outcome), grouped(story.points[n]));
    const Paint paint = sim::explore::is_good(outcome) ? Paint::plain : Paint::bad;
    text += (text.empty() ? "    " : ", ") + painted(words, paint, with_color);
  }
  return text.empty() ? text : text + "\n";
}

std::string row(const StoryResult& story, bool with_color) {
  std::string text = "  " + left(story.story, story_width);
  for (const std::uint64_t number :
       {std::uint64_t{story.operations}, story.considered, story.executed, story.states}) {
    text += right(grouped(number), number_width);
  }
  return text + "\n" + outcomes(story, with_color);
}

std::string stories(const ExploreResult& result, bool with_color) {
  if (result.stories.empty()) return "";
  std::string head = "  " + left("story", story_width);
  for (const char* column : {"operations", "points", "executed", "states"}) {
    head += right(column, number_width);
  }
  std::string text = painted(head, Paint::bold, with_color) + "\n";
  for (const StoryResult& story : result.stories) text += row(story, with_color);
  return text;
}

/// How often each promise had something to judge. A pruned path was judged when it was walked
/// first, so these are counts of visited states and no counts of points.
std::string premises(const ExploreResult& result) {
  std::vector<std::string> tested, untested;
  for (std::size_t n = 0; n < sim::explore::promise_count; ++n) {
    const auto promise = static_cast<Promise>(n);
    const std::uint64_t count = result.premises.of(promise);
    const char* word = sim::explore::name(promise);
    if (count == 0) {
      untested.emplace_back(word);
    } else {
      tested.push_back(fmt::format("{} {}", word, grouped(count)));
    }
  }
  std::string text;
  if (!tested.empty()) {
    text +=
        wrapped(fmt::format("promises judged on visited states: {}", fmt::join(tested, ", ")), 2);
  }
  if (!untested.empty() && !result.stories.empty()) {
    text += wrapped(fmt::format("never put to the test: {}", fmt::join(untested, ", ")), 2);
  }
  return text;
}

std::string finding_text(const Explored& explored, const Finding& finding, bool with_color) {
  const std::string portable = sim::explore::portable_text(finding.address);
  const std::string exact = sim::explore::exact_text(finding.address, explored.result.fingerprint);
  std::string head = fmt::format("ends as {}", sim::explore::name(finding.outcome));
  if (finding.violation) {
    head = fmt::format("{} ({}) broken", sim::explore::name(finding.violation.promise),
                       sim::explore::number(finding.violation.promise));
    if (finding.outcome != Outcome::unknown) {
      head += fmt::format(", ends as {}", sim::explore::name(finding.outcome));
    }
  }
  std::string text = "\n  " + painted(head, Paint::bad, with_color) + "\n";
  if (finding.violation) text += wrapped(what_of(finding), 4);
  // Addresses and commands are copied, so they are never broken.
  text += fmt::format("    found after {} points\n", grouped(finding.found_after));
  text += fmt::format("    portable  {}\n", portable);
  text += fmt::format("    exact     {}\n", exact);
  text += fmt::format("    replay    {}\n", replay_command(explored, exact));
  return text;
}

/// Neighbouring points often break the same promise; three of a kind say as much as twenty.
constexpr std::size_t most_of_a_kind = 3;

std::string findings(const Explored& explored, bool with_color) {
  const ExploreResult& result = explored.result;
  std::string text;
  std::map<std::string, std::size_t> shown_of;
  std::uint64_t shown = 0;
  for (const Finding& finding : result.findings) {
    if (++shown_of[kind_of(finding)] > most_of_a_kind) continue;
    text += finding_text(explored, finding, with_color);
    ++shown;
  }
  if (result.violating_points > shown) {
    text += fmt::format("\n  and {} more points; all kinds of what was found:\n",
                        grouped(result.violating_points - shown));
    text += wrapped(fmt::format("{}", fmt::join(result.kinds, ", ")), 4);
  }
  return text;
}

}  // namespace

std::string to_text(const Explored& explored, bool with_color) {
  const report::ScenarioVerdict verdict = verdict_of(explored);
  const Exploration& exploration = explored.entry->exploration;
  std::string text = painted(report::name(verdict), report::paint_of(verdict), with_color) +
                     fmt::format("  {}\n", left(exploration.name, 60));
  while (text.size() > 1 && text[text.size() - 2] == ' ') text.erase(text.size() - 2, 1);
  text += wrapped(verdict_reason(explored), 2);
  text += part_line(exploration);
  text += stories(explored.result, with_color);
  text += premises(explored.result);
  return text + findings(explored, with_color);
}

}  // namespace cartstorm::cli
