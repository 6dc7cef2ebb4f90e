#include "broker-mock/net/board.hpp"

#include <algorithm>

#include "broker-mock/base/hex.hpp"
#include "broker-mock/base/json_append.hpp"
#include "broker-mock/base/version_text.hpp"

namespace cartstorm::broker::net {
namespace {

constexpr std::size_t kept_events = 20'000;

std::string_view word(fact::Metric metric) {
  switch (metric) {
    case fact::Metric::rollback:
      return "rollback";
    case fact::Metric::error:
      return "error";
    case fact::Metric::heartbeat:
      return "heartbeat";
  }
  return {};
}

std::string_view word(fact::TargetEvent event) {
  switch (event) {
    case fact::TargetEvent::eligible:
      return "eligible";
    case fact::TargetEvent::queued:
      return "queued";
    case fact::TargetEvent::excluded:
      return "excluded";
  }
  return {};
}

std::string_view word(fact::AnchorEvent event) {
  switch (event) {
    case fact::AnchorEvent::sent:
      return "sent";
    case fact::AnchorEvent::acknowledged:
      return "acknowledged";
    case fact::AnchorEvent::removed:
      return "removed";
  }
  return {};
}

void append_flag(std::string& out, std::string_view key, bool value) {
  append_key(out, key);
  out += value ? "true" : "false";
}

void append_count(std::string& out, std::string_view key, std::uint64_t value) {
  append_member(out, key, static_cast<std::int64_t>(value));
}

bool ends_a_hold(fact::StageEvent event) {
  return event == fact::StageEvent::release || event == fact::StageEvent::abort ||
         event == fact::StageEvent::end;
}

}  // namespace

std::string_view word(fact::StageEvent event) {
  switch (event) {
    case fact::StageEvent::requested:
      return "requested";
    case fact::StageEvent::refused:
      return "refused";
    case fact::StageEvent::start:
      return "start";
    case fact::StageEvent::complete:
      return "complete";
    case fact::StageEvent::hold:
      return "hold";
    case fact::StageEvent::release:
      return "release";
    case fact::StageEvent::abort:
      return "abort";
    case fact::StageEvent::pause:
      return "pause";
    case fact::StageEvent::end:
      return "end";
    case fact::StageEvent::resume:
      return "resume";
  }
  return {};
}

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

std::string_view word(fact::Verdict verdict) {
  switch (verdict) {
    case fact::Verdict::go:
      return "go";
    case fact::Verdict::hold:
      return "hold";
    case fact::Verdict::undecided:
      return "undecided";
  }
  return {};
}

std::string_view word(JobStatus status) {
  constexpr std::array<std::string_view, 8> words = {"queued",   "in_progress", "succeeded",
                                                     "failed",   "rejected",    "timed_out",
                                                     "canceled", "removed"};
  return words[static_cast<std::size_t>(status)];
}

std::string Board::begin(const char* kind) const {
  std::string out = "{";
  append_member(out, "event", kind);
  append_member(out, "at_ms", now_.unix_ms);
  return out;
}

void Board::emit(std::string json) {
  json += '}';
  events_.push_back({++last_event_, std::move(json)});
  if (events_.size() > kept_events) events_.pop_front();
  if (listener_) listener_(events_.back());
}

void Board::on(const fact::ExecutionChanged& fact) {
  if (fact.accepted) {
    ByStatus& counts = jobs_[std::string{fact.job}];
    const auto [known, is_new] =
        executions_.try_emplace({std::string{fact.job}, fact.thing}, fact.status);
    if (!is_new) --counts[static_cast<std::size_t>(known->second)];
    known->second = fact.status;
    ++counts[static_cast<std::size_t>(fact.status)];
  }
  std::string out = begin("execution");
  append_member(out, "thing", name(fact.thing));
  append_member(out, "job", fact.job);
  append_count(out, "execution", fact.execution);
  append_member(out, "status", net::word(fact.status));
  append_count(out, "version_number", fact.version_no);
  append_flag(out, "accepted", fact.accepted);
  if (!fact.reason.empty()) append_member(out, "reason", fact.reason);
  emit(std::move(out));
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
  std::string out = begin("metric");
  append_member(out, "thing", name(fact.thing));
  append_member(out, "metric", word(fact.metric));
  append_member(out, "version", to_text(fact.version));
  append_flag(out, "counted", fact.counted);
  emit(std::move(out));
}

void Board::on(const fact::ExposureMinute& fact) {
  std::string out = begin("exposure");
  append_member(out, "version", to_text(fact.version));
  append_member(out, "unix_minute", fact.unix_minute);
  append_count(out, "device_ms", fact.device_ms);
  append_count(out, "errors", fact.errors);
  emit(std::move(out));
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
  const bool is_of_a_stage = fact.event != fact::StageEvent::requested && !fact.stage_name.empty();
  if (is_of_a_stage) {
    if (line.stages.size() <= fact.stage) line.stages.resize(fact.stage + 1);
    StageLine& stage = line.stages[fact.stage];
    stage.name = fact.stage_name;
    if (fact.carts > 0) stage.carts = fact.carts;
    stage.last = fact.event;
    stage.actor = fact.actor;
    stage.reason = fact.reason;
    stage.since = now_;
    if (fact.event == fact::StageEvent::hold) stage.hold_id = fact.hold_id;
  }
  std::string out = begin("stage");
  append_member(out, "rollout", fact.rollout);
  append_member(out, "stage", fact.stage_name);
  append_member(out, "change", net::word(fact.event));
  append_member(out, "actor", fact.actor);
  append_member(out, "reason", fact.reason);
  append_count(out, "hold", fact.hold_id);
  append_count(out, "carts", fact.carts);
  emit(std::move(out));
}

void Board::on(const fact::TargetChanged& fact) {
  std::string out = begin("target");
  append_member(out, "rollout", fact.rollout);
  append_count(out, "stage", fact.stage);
  append_member(out, "thing", name(fact.thing));
  append_member(out, "change", word(fact.event));
  if (!fact.reason.empty()) append_member(out, "reason", fact.reason);
  emit(std::move(out));
}

void Board::on(const fact::HaltEvaluated& fact) {
  rollout(fact.rollout).rules[std::string{fact.rule}] = {fact.verdict, fact.x,     fact.y,
                                                         fact.e_new,   fact.e_old, now_};
  std::string out = begin("look");
  append_member(out, "rollout", fact.rollout);
  append_count(out, "stage", fact.stage);
  append_member(out, "rule", fact.rule);
  append_count(out, "x", fact.x);
  append_count(out, "y", fact.y);
  append_count(out, "e_new", fact.e_new);
  append_count(out, "e_old", fact.e_old);
  append_member(out, "verdict", net::word(fact.verdict));
  emit(std::move(out));
}

void Board::on(const fact::OperatorActed& fact) {
  std::string out = begin("operator");
  append_member(out, "actor", fact.actor);
  append_member(out, "action", fact.action);
  append_count(out, "hold", fact.hold_id);
  append_member(out, "reason", fact.reason);
  emit(std::move(out));
}

void Board::on(const fact::AnchorChanged& fact) {
  std::string out = begin("anchor");
  append_member(out, "thing", name(fact.thing));
  append_member(out, "anchor", hex(fact.anchor));
  append_member(out, "change", word(fact.event));
  emit(std::move(out));
}

std::uint64_t Board::error_episodes(Version version) const {
  const auto found = errors_.find(version);
  return found == errors_.end() ? 0 : found->second;
}

}  // namespace cartstorm::broker::net
