#include "broker-mock/net/board.hpp"

#include <algorithm>

namespace cartstorm::broker::net {
namespace {

bool ends_a_hold(fact::StageEvent event) {
  return event == fact::StageEvent::release || event == fact::StageEvent::abort ||
         event == fact::StageEvent::end;
}

}  // namespace

std::string_view state_after(fact::StageEvent event) {
  switch (event) {
    case fact::StageEvent::requested:
      return "requested";
    case fact::StageEvent::refused:
      return "refused";
    case fact::StageEvent::start:
    case fact::StageEvent::resume:
      return "running";
    case fact::StageEvent::complete:
    case fact::StageEvent::end:
      return "complete";
    case fact::StageEvent::hold:
      return "held";
    case fact::StageEvent::release:
      return "released";
    case fact::StageEvent::abort:
      return "aborted";
    case fact::StageEvent::pause:
      return "paused";
  }
  return {};
}

void Board::on(const fact::ExecutionChanged& fact) {
  if (!fact.accepted) return;
  ByStatus& counts = jobs_[std::string{fact.job}];
  const auto [known, is_new] =
      executions_.try_emplace({std::string{fact.job}, fact.thing}, fact.status);
  if (!is_new) --counts[static_cast<std::size_t>(known->second)];
  known->second = fact.status;
  ++counts[static_cast<std::size_t>(fact.status)];
}

void Board::on(const fact::MetricReceived& fact) {
  if (fact.counted && fact.metric == fact::Metric::rollback) {
    Rollbacks& rollbacks = rollbacks_[fact.version];
    ++rollbacks.occurrences;
    rollbacks.things.insert(fact.thing);
  } else if (fact.counted && fact.metric == fact::Metric::error) {
    ++errors_[fact.version];
  } else if (fact.metric == fact::Metric::heartbeat) {
    const auto at = static_cast<std::size_t>(fact.thing);
    if (reported_.size() <= at) reported_.resize(at + 1);
    if (reported_[at] != Version{}) --versions_[reported_[at]];
    reported_[at] = fact.version;
    ++versions_[fact.version];
  }
}

RolloutLine& Board::rollout(std::string_view name) {
  const auto found = std::find_if(rollouts_.begin(), rollouts_.end(),
                                  [&](const RolloutLine& line) { return line.name == name; });
  if (found != rollouts_.end()) return *found;
  rollouts_.emplace_back().name = name;
  return rollouts_.back();
}

void Board::on(const fact::StageChanged& fact) {
  RolloutLine& line = rollout(fact.rollout);
  line.last = fact.event;
  line.actor = fact.actor;
  line.reason = fact.reason;
  line.since = now_;
  if (fact.event == fact::StageEvent::hold) line.open_hold = fact.hold_id;
  if (ends_a_hold(fact.event)) line.open_hold = 0;
  if (fact.event == fact::StageEvent::start) line.rules.clear();
  if (fact.event == fact::StageEvent::requested || fact.stage_name.empty()) return;
  if (line.stages.size() <= fact.stage) line.stages.resize(fact.stage + 1);
  StageLine& stage = line.stages[fact.stage];
  stage.name = fact.stage_name;
  if (fact.carts > 0) stage.carts = fact.carts;
  stage.last = fact.event;
  stage.actor = fact.actor;
  stage.reason = fact.reason;
  stage.since = now_;
}

void Board::on(const fact::HaltEvaluated& fact) {
  rollout(fact.rollout).rules[std::string{fact.rule}] = {fact.verdict, fact.x,     fact.y,
                                                         fact.e_new,   fact.e_old, now_};
}

}  // namespace cartstorm::broker::net
