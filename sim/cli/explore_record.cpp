#include <fmt/format.h>
#include <fmt/ranges.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <set>

#include "reports/render/junit.hpp"
#include "sim/cli/build.hpp"
#include "sim/cli/explore_verdict.hpp"
#include "sim/scenario/json_text.hpp"

namespace cartstorm::cli {
namespace {

using boost::json::array;
using boost::json::object;
using sim::explore::Ending;
using sim::explore::ExploreResult;
using sim::explore::Finding;
using sim::explore::Outcome;
using sim::explore::Promise;
using sim::explore::StoryResult;

const char* name(Ending ending) {
  switch (ending) {
    case Ending::complete:
      return "complete";
    case Ending::stopped:
      return "stopped";
    case Ending::out_of_memory:
      return "out_of_memory";
    case Ending::found_first:
      return "found_first";
  }
  return "";
}

object json_of(const Explored& explored, const Finding& finding) {
  const std::string exact = sim::explore::exact_text(finding.address, explored.result.fingerprint);
  sim::Json promise = nullptr, number = nullptr;
  if (finding.violation) {
    promise = sim::explore::name(finding.violation.promise);
    number = sim::explore::number(finding.violation.promise);
  }
  return {{"exploration", finding.address.exploration},
          {"story", finding.address.story},
          {"promise", promise},
          {"number", number},
          {"outcome", sim::explore::name(finding.outcome)},
          {"what", what_of(finding)},
          {"token", sim::explore::portable_text(finding.address)},
          {"exact", exact},
          {"points", finding.found_after},
          {"replay", replay_command(explored, exact)}};
}

object json_of(const Explored& explored, const StoryResult& story) {
  object outcomes;
  for (std::size_t n = 0; n < sim::explore::outcome_count; ++n) {
    if (story.points[n] == 0) continue;
    outcomes[sim::explore::name(static_cast<Outcome>(n))] = story.points[n];
  }
  return {{"exploration", explored.entry->exploration.name},
          {"story", story.story},
          {"clean", sim::explore::name(story.clean)},
          {"operations", story.operations},
          {"considered", story.considered},
          {"executed", story.executed},
          {"states", story.states},
          {"most_erases", story.most_erases},
          {"claimed_dead_sectors", story.claimed_dead_sectors},
          {"outcomes", std::move(outcomes)}};
}

object json_of(const Explored& explored) {
  object premises;
  for (std::size_t n = 0; n < sim::explore::promise_count; ++n) {
    const auto promise = static_cast<Promise>(n);
    premises[sim::explore::name(promise)] = explored.result.premises.of(promise);
  }
  const auto& exploration = explored.entry->exploration;
  return {{"exploration", exploration.name},
          {"file", explored.entry->file},
          {"verdict", report::name(verdict_of(explored))},
          {"reason", verdict_reason(explored)},
          {"ending", name(explored.result.ending)},
          {"depth", exploration.search.depth},
          {"digest", exploration.digest},
          {"fingerprint", explored.result.fingerprint},
          {"violating_points", explored.result.violating_points},
          {"visited_states", std::move(premises)}};
}

/// What became of one promise in one story.
std::string promise_outcome(const Explored& explored, const std::string& story, Promise promise) {
  for (const Finding& finding : explored.result.findings) {
    const bool is_it =
        finding.address.story == story && finding.violation && finding.violation.promise == promise;
    if (!is_it) continue;
    const std::string token = sim::explore::portable_text(finding.address);
    return report::junit::outcome("failure", token + ": " + what_of(finding),
                                  "repeat: " + replay_command(explored, token));
  }
  const bool is_tested = explored.result.premises.of(promise) > 0;
  return is_tested ? "" : report::junit::outcome("system-out", "vacuous", "");
}

/// Bad ends that no promise speaks of.
std::string end_outcome(const Explored& explored, const StoryResult& story) {
  for (const Finding& finding : explored.result.findings) {
    if (finding.address.story != story.story || finding.violation) continue;
    const std::string token = sim::explore::portable_text(finding.address);
    return report::junit::outcome("failure", token + ": " + what_of(finding),
                                  "repeat: " + replay_command(explored, token));
  }
  return story.executed > 0 ? "" : report::junit::outcome("error", "nothing was cut", "");
}

std::string story_suite(const Explored& explored, const StoryResult& story) {
  report::junit::Suite suite{explored.entry->exploration.name + "." + story.story, "fingerprint",
                             explored.result.fingerprint};
  suite.add("ends_well", end_outcome(explored, story));
  for (std::size_t n = 0; n < sim::explore::promise_count; ++n) {
    const auto promise = static_cast<Promise>(n);
    suite.add(sim::explore::name(promise), promise_outcome(explored, story.story, promise));
  }
  return suite.text();
}

/// The verdict on the whole file: kinds of violations beyond those that were kept, a bound that was
/// reached, stories that nobody began.
std::string file_suite(const Explored& explored) {
  report::junit::Suite suite{explored.entry->exploration.name, "fingerprint",
                             explored.result.fingerprint};
  const report::ScenarioVerdict verdict = verdict_of(explored);
  std::string inside;
  if (verdict == report::ScenarioVerdict::fail) {
    inside =
        report::junit::outcome("failure", verdict_reason(explored),
                               fmt::format("kinds: {}", fmt::join(explored.result.kinds, ", ")));
  } else if (verdict != report::ScenarioVerdict::pass) {
    inside = report::junit::outcome(
        "error", fmt::format("{}: {}", report::name(verdict), verdict_reason(explored)), "");
  }
  suite.add("verdict", inside);
  return suite.text();
}

}  // namespace

std::string to_json(const ExploredAll& all, int exit_code) {
  array violations, stories, explorations, not_started;
  std::set<std::string> kinds;
  std::uint64_t executed = 0, considered = 0, violating = 0;
  for (const Explored& explored : all.done) {
    const ExploreResult& result = explored.result;
    for (const Finding& finding : result.findings) violations.push_back(json_of(explored, finding));
    for (const StoryResult& story : result.stories) {
      stories.push_back(json_of(explored, story));
      executed += story.executed;
      considered += story.considered;
    }
    kinds.insert(result.kinds.begin(), result.kinds.end());
    violating += result.violating_points;
    explorations.push_back(json_of(explored));
  }
  for (const ExplorationEntry* entry : all.not_started) not_started.emplace_back(entry->file);
  array kind_list;
  for (const std::string& kind : kinds) kind_list.emplace_back(kind);
  return sim::json_text(object{{"build", build_name()},
                               {"exit_code", exit_code},
                               {"violations", std::move(violations)},
                               {"violating_points", violating},
                               {"points", executed},
                               {"considered", considered},
                               {"kinds", std::move(kind_list)},
                               {"stories", std::move(stories)},
                               {"explorations", std::move(explorations)},
                               {"not_started", std::move(not_started)},
                               {"resume", all.resume}});
}

std::string to_junit(const ExploredAll& all) {
  std::string suites;
  for (const Explored& explored : all.done) {
    suites += file_suite(explored);
    for (const StoryResult& story : explored.result.stories) {
      suites += story_suite(explored, story);
    }
  }
  for (const ExplorationEntry* entry : all.not_started) {
    report::junit::Suite suite{entry->exploration.name, "fingerprint", ""};
    suite.add("verdict", report::junit::outcome("skipped", "not started", ""));
    suites += suite.text();
  }
  return report::junit::document(suites);
}

}  // namespace cartstorm::cli
