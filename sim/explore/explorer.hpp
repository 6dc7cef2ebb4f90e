#pragma once
#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "sim/explore/address.hpp"
#include "sim/explore/device_code.hpp"
#include "sim/explore/exploration.hpp"
#include "sim/explore/outcome.hpp"
#include "sim/explore/promise.hpp"

namespace cartstorm::sim::explore {

struct ExploreOptions {
  const DeviceCode* device = nullptr;  ///< nullptr: what is linked in
  std::uint64_t memory_bytes = 4ULL << 30;
  bool stops_at_first = false;
  /// What makes it fast, each to be switched off to see what it saves and that nothing depends on
  /// it: states seen before are left, sectors that nobody reads do not count, digests are kept.
  bool prunes = true, knows_dead_sectors = true, remembers_digests = true;
  /// Likewise for steps that equal paths took before: at most so much memory, 0 to make each.
  std::uint64_t step_memo_bytes = 512ULL << 20;
  std::uint32_t most_findings = 20;  ///< kept with address; all are counted
  /// Where an exploration that is stopped says how far it came; if it is there, the exploration
  /// goes on from it. Empty: neither.
  std::filesystem::path frontier;
  const std::atomic<bool>* stop = nullptr;  ///< set by Ctrl-C
};

/// How far an exploration is. Points are (operation, tear) pairs.
struct Progress {
  std::string story;
  std::uint32_t stories_done = 0, stories = 0;
  std::uint64_t considered = 0;  ///< pruned ones included
  std::uint64_t executed = 0;    ///< booted
  std::uint64_t states = 0;      ///< known
  std::uint64_t new_states = 0;  ///< since the last report
  std::uint64_t frontier = 0;    ///< paths that wait
  double share = 0;              ///< of the first cuts of this story that are done, 0..1
};

/// One way to break a promise or to end badly.
struct Finding {
  Address address;
  Violation violation;  ///< may be empty: then the outcome is what is wrong
  Outcome outcome = Outcome::unknown;
  std::uint64_t found_after = 0;  ///< points executed until then
};

struct StoryResult {
  std::string story;
  std::array<std::uint64_t, outcome_count> points{};  ///< considered, by how their path ended
  std::uint64_t considered = 0, executed = 0, states = 0;
  std::uint32_t operations = 0;      ///< of the story when nothing is cut
  std::uint32_t most_erases = 0;     ///< of one sector on one path
  bool claimed_dead_sectors = true;  ///< false: the claim was refuted, and the story run without it
  Outcome clean = Outcome::unknown;  ///< of the story when nothing is cut
};

enum class Ending : std::uint8_t { complete, stopped, out_of_memory, found_first };

struct ExploreResult {
  Ending ending = Ending::complete;
  std::vector<StoryResult> stories;
  std::vector<Finding> findings;
  std::uint64_t violating_points = 0;
  Premises premises;  ///< on visited states
  /// Distinct (promise, outcome) pairs, as `promise/outcome` texts, sorted.
  std::vector<std::string> kinds;
  std::string fingerprint;
  std::string problem;  ///< not empty: nothing was explored, or the frontier not saved, and why
  std::deque<std::string> texts;  ///< that findings of an earlier call refer to
};

using ReportProgress = std::function<void(const Progress&)>;

/// Cuts every story of the exploration everywhere. `report` is called now and then.
ExploreResult explore(const Exploration&, const ExploreOptions&, const ReportProgress& report);

/// Eight hexadecimal digits that exact addresses carry: four of the exploration (its geometry,
/// images and stories), four of the device code.
std::string fingerprint_of(const Exploration&, const DeviceCode&);

}  // namespace cartstorm::sim::explore
