#include <algorithm>

#include "reports/check/fleet.hpp"

namespace cartstorm::report {

std::uint32_t Fleet::number_of(std::uint32_t stage) const {
  return rollouts_ > 1 ? (rollouts_ - 1) * stages_per_rollout + stage : stage;
}

StageFacts& Fleet::stage(const Stage& row) {
  const std::uint32_t number = number_of(row.stage);
  const auto known = std::find_if(stages_.begin(), stages_.end(),
                                  [&](const StageFacts& stage) { return stage.number == number; });
  if (known != stages_.end()) {
    return *known;
  }
  StageFacts added;
  added.name = texts_.text(row.stage_name);
  added.number = number;
  return stages_.emplace_back(std::move(added));
}

void Fleet::see(const Record& at, const Stage& row) {
  if (row.event == StageEvent::requested) {
    ++rollouts_;
    return;  // names the rollout, not a stage
  }
  if (row.event == StageEvent::refused) {
    refusals_.emplace_back(texts_.text(row.reason));
    return;
  }
  if (row.event == StageEvent::end) {
    ended_us_ = at.time_us;
    end_pause(at);
    return;
  }
  StageFacts& facts = stage(row);
  if (row.event == StageEvent::start) {
    facts.start_us = at.time_us;
    facts.carts = row.carts;
    holding_rules_.clear();
  } else if (row.event == StageEvent::hold) {
    hold(at, row, facts);
  } else if (row.event == StageEvent::release) {
    facts.release_us = at.time_us;
    facts.released_by = texts_.text(row.actor);
    facts.release_reason = texts_.text(row.reason);
    holding_rules_.clear();
  } else if (row.event == StageEvent::pause || row.event == StageEvent::resume) {
    pause(at, row, facts);
  } else if (row.event == StageEvent::complete || row.event == StageEvent::abort) {
    facts.end_us = at.time_us;
    if (row.event == StageEvent::abort) {
      facts.aborted_by = texts_.text(row.actor);
      facts.abort_reason = texts_.text(row.reason);
      end_pause(at);
    }
  }
}

void Fleet::pause(const Record& at, const Stage& row, StageFacts& facts) {
  if (row.event == StageEvent::pause) {
    facts.paused_by = texts_.text(row.actor);
    facts.pause_reason = texts_.text(row.reason);
    facts.pause_began_us = at.time_us;
  } else {
    end_pause(at);
  }
}

void Fleet::end_pause(const Record& at) {
  for (StageFacts& stage : stages_) {
    if (stage.pause_began_us) {
      stage.paused_us += at.time_us - *stage.pause_began_us;
      stage.pause_began_us.reset();
    }
  }
}

void Fleet::hold(const Record& at, const Stage& row, StageFacts& facts) {
  facts.hold_us = at.time_us;
  facts.held_by = texts_.text(row.reason);
  const std::int64_t started_us = facts.start_us < 0 ? 0 : facts.start_us;
  holds_.push_back(
      {facts.name, facts.held_by, at.time_us, at.time_us - started_us, holding_rules_});
}

void Fleet::see(const Record&, const HaltEval& row) {
  const std::string rule{texts_.text(row.rule)};
  const bool is_known =
      std::find(holding_rules_.begin(), holding_rules_.end(), rule) != holding_rules_.end();
  if (row.verdict == Verdict::hold && !is_known) {
    holding_rules_.push_back(rule);
  }
}

}  // namespace cartstorm::report
