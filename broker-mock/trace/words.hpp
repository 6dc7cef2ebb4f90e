#pragma once
#include "broker-mock/cloud/facts.hpp"
#include "reports/trace/words.hpp"

/// The cloud's facts in the words of the trace, for whoever writes them down: the world in virtual
/// time, the endpoint for its stream of events.
namespace cartstorm::broker::trace {

// Both sides list the same words in the same order; this fails to compile when they part.
static_assert(static_cast<int>(report::JobStatus::queued) == static_cast<int>(JobStatus::queued));
static_assert(static_cast<int>(report::JobStatus::in_progress) ==
              static_cast<int>(JobStatus::in_progress));
static_assert(static_cast<int>(report::JobStatus::succeeded) ==
              static_cast<int>(JobStatus::succeeded));
static_assert(static_cast<int>(report::JobStatus::failed) == static_cast<int>(JobStatus::failed));
static_assert(static_cast<int>(report::JobStatus::rejected) ==
              static_cast<int>(JobStatus::rejected));
static_assert(static_cast<int>(report::JobStatus::timed_out) ==
              static_cast<int>(JobStatus::timed_out));
static_assert(static_cast<int>(report::JobStatus::canceled) ==
              static_cast<int>(JobStatus::canceled));
static_assert(static_cast<int>(report::JobStatus::removed) == static_cast<int>(JobStatus::removed));
static_assert(static_cast<int>(report::StageEvent::requested) ==
              static_cast<int>(fact::StageEvent::requested));
static_assert(static_cast<int>(report::StageEvent::refused) ==
              static_cast<int>(fact::StageEvent::refused));
static_assert(static_cast<int>(report::StageEvent::start) ==
              static_cast<int>(fact::StageEvent::start));
static_assert(static_cast<int>(report::StageEvent::complete) ==
              static_cast<int>(fact::StageEvent::complete));
static_assert(static_cast<int>(report::StageEvent::hold) ==
              static_cast<int>(fact::StageEvent::hold));
static_assert(static_cast<int>(report::StageEvent::release) ==
              static_cast<int>(fact::StageEvent::release));
static_assert(static_cast<int>(report::StageEvent::abort) ==
              static_cast<int>(fact::StageEvent::abort));
static_assert(static_cast<int>(report::StageEvent::pause) ==
              static_cast<int>(fact::StageEvent::pause));
static_assert(static_cast<int>(report::StageEvent::end) == static_cast<int>(fact::StageEvent::end));
static_assert(static_cast<int>(report::StageEvent::resume) ==
              static_cast<int>(fact::StageEvent::resume));
static_assert(static_cast<int>(report::TargetEvent::eligible) ==
              static_cast<int>(fact::TargetEvent::eligible));
static_assert(static_cast<int>(report::TargetEvent::queued) ==
              static_cast<int>(fact::TargetEvent::queued));
static_assert(static_cast<int>(report::TargetEvent::excluded) ==
              static_cast<int>(fact::TargetEvent::excluded));
static_assert(static_cast<int>(report::Verdict::go) == static_cast<int>(fact::Verdict::go));
static_assert(static_cast<int>(report::Verdict::hold) == static_cast<int>(fact::Verdict::hold));
static_assert(static_cast<int>(report::Verdict::undecided) ==
              static_cast<int>(fact::Verdict::undecided));
static_assert(static_cast<int>(report::MetricName::rollback) ==
              static_cast<int>(fact::Metric::rollback));
static_assert(static_cast<int>(report::MetricName::error) == static_cast<int>(fact::Metric::error));
static_assert(static_cast<int>(report::MetricName::heartbeat) ==
              static_cast<int>(fact::Metric::heartbeat));

constexpr report::JobStatus word(JobStatus from) { return static_cast<report::JobStatus>(from); }
constexpr report::StageEvent word(fact::StageEvent from) {
  return static_cast<report::StageEvent>(from);
}
constexpr report::TargetEvent word(fact::TargetEvent from) {
  return static_cast<report::TargetEvent>(from);
}
constexpr report::Verdict word(fact::Verdict from) { return static_cast<report::Verdict>(from); }
constexpr report::MetricName word(fact::Metric from) {
  return static_cast<report::MetricName>(from);
}
constexpr report::AnchorEvent word(fact::AnchorEvent from) {
  switch (from) {
    case fact::AnchorEvent::sent:
      return report::AnchorEvent::sent;
    case fact::AnchorEvent::acknowledged:
      return report::AnchorEvent::ack;
    case fact::AnchorEvent::removed:
      return report::AnchorEvent::removed;
  }
  return report::AnchorEvent::removed;
}

}  // namespace cartstorm::broker::trace
