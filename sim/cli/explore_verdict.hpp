#pragma once
#include <string>
#include <vector>

#include "reports/render/summary.hpp"
#include "sim/cli/explore_plan.hpp"

/// What a call of `explore` found, judged and told.
namespace cartstorm::cli {

/// fail before infra before inconclusive: what was found is found, however the search ended.
report::ScenarioVerdict verdict_of(const Explored&);
/// One sentence: why it is no pass, or how much was explored.
std::string verdict_reason(const Explored&);
/// 0, 1, 3, 4 or 130, see exit_code.hpp.
int exit_code_of(const ExploredAll&);

/// Promises that nothing put to the test in a whole folder, in their order. Empty for less than a
/// folder: a single exploration is there for a few of them.
std::vector<sim::explore::Promise> gaps_of(const ExploredAll&);

/// `promise/outcome`, as in ExploreResult::kinds: the kind of a finding.
std::string kind_of(const sim::explore::Finding&);
/// The words of a finding: what broke, with its value.
std::string what_of(const sim::explore::Finding&);
/// A line for a shell that replays this address.
std::string replay_command(const Explored&, const std::string& token);

/// For a terminal, at most 100 columns but for addresses, which stay in one piece.
std::string to_text(const Explored&, bool with_color);
/// One JSON value for machines.
std::string to_json(const ExploredAll&, int exit_code);
/// A suite per exploration and story, a case per promise.
std::string to_junit(const ExploredAll&);

}  // namespace cartstorm::cli
