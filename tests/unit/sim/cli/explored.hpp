#pragma once
#include "sim/cli/explore_verdict.hpp"

namespace cartstorm::cli {

/// An exploration of one story in which nothing went wrong; tests break one part of it.
struct SampleExploration {
  SampleExploration() {
    entry.file = "scenarios/explore/update.yaml";
    entry.exploration.name = "update";
    entry.exploration.digest = "0011223344556677";
    entry.exploration.search.tears = sim::explore::common_tears();
    explored.entry = &entry;
    sim::explore::StoryResult story;
    story.story = "good";
    story.operations = 1107;
    story.considered = 6642;
    story.executed = 4000;
    story.states = 2500;
    story.clean = sim::explore::Outcome::updated;
    story.points[static_cast<std::size_t>(sim::explore::Outcome::updated)] = 6642;
    explored.result.stories = {story};
    explored.result.fingerprint = "1f3c9a2b";
    explored.result.premises.of(sim::explore::Promise::always_bootable) = 12345;
  }
  SampleExploration(const SampleExploration&) = delete;
  SampleExploration& operator=(const SampleExploration&) = delete;

  /// A torn write of the journal that bricks.
  void add_brick() {
    sim::explore::Finding finding;
    finding.address = {"update", "good", sim::explore::ExploredFlash::no_operation, {}, {}};
    sim::explore::Point point;
    point.operation = 1042;
    point.spot = {false, ota::State::downloading, ota::Region::journal,
                  sim::explore::FlashOp::program, 3};
    point.tear = sim::Tear::all_but_last;
    finding.address.points = {point};
    finding.violation = {sim::explore::Promise::always_bootable, "nothing boots", 7};
    finding.outcome = sim::explore::Outcome::brick;
    finding.found_after = 1234;
    explored.result.findings.push_back(finding);
    explored.result.kinds = {"always_bootable/brick"};
    ++explored.result.violating_points;
  }

  ExploredAll all() const {
    ExploredAll whole;
    whole.done = {explored};
    return whole;
  }

  ExplorationEntry entry;
  Explored explored;
};

}  // namespace cartstorm::cli
