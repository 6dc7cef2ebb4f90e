#include <algorithm>

#include "broker-mock/jobs/engine.hpp"

namespace cartstorm::broker::jobs {
namespace {

bool covers(FailureType type, JobStatus status) {
  return (status == JobStatus::failed && type != FailureType::timed_out) ||
         (status == JobStatus::timed_out && type != FailureType::failed);
}

ServerTime after_minutes(ServerTime now, std::int64_t minutes) { return now + minutes * 60'000; }

}  // namespace

std::uint32_t Engine::queue_execution(JobNumber job, ThingId thing, std::uint32_t number,
                                      ServerTime now) {
  const auto id = static_cast<std::uint32_t>(executions_.size());
  Execution execution;
  execution.job = job;
  execution.thing = thing;
  execution.number = number;
  execution.queued_at = execution.updated_at = now;
  Job& of_job = at(job);
  if (number > 1) {
    Execution& last = executions_[find_execution(job, thing)];
    last.is_superseded = true;
    ++of_job.superseded[index(last.status)];
  }
  executions_.push_back(std::move(execution));
  per_thing(thing).executions.push_back(id);
  of_job.executions.push_back(id);
  ++of_job.pending;
  ++of_job.counts[index(JobStatus::queued)];
  report(executions_[id]);
  return id;
}

void Engine::transit(std::uint32_t id, JobStatus status, ServerTime now) {
  Execution& execution = executions_[id];
  Job& job = owner(execution);
  if (execution.status == JobStatus::queued && status == JobStatus::in_progress) {
    execution.started_at = now;
    if (const std::uint32_t minutes = job.spec.in_progress_timeout_min; minutes > 0) {
      execution.in_progress_deadline = after_minutes(now, minutes);
      timers_.set(id, timeout_of(execution));
    }
  }
  --job.counts[index(execution.status)];
  ++job.counts[index(status)];
  execution.status = status;
  execution.updated_at = now;
  ++execution.version_no;
  if (!is_pending(status)) {
    execution.in_progress_deadline = execution.step_deadline = never;
    timers_.clear(id);
    --job.pending;
  }
  report(execution);
}

/// A snapshot job is done when nothing is pending and nobody waits; a continuous one not before the
/// end of its schedule.
void Engine::close_if_done(Job& job, ServerTime now) {
  if (job.state != JobState::in_progress || job.pending != 0) return;
  if (const Campaign* const campaign = job.campaign.get(); campaign != nullptr) {
    const bool is_snapshot = job.spec.settings->selection == TargetSelection::snapshot;
    if (campaign->is_waiting() || (!is_snapshot && !campaign->has_ended)) return;
  }
  job.state = JobState::completed;
  job.completed_at = job.updated_at = now;
  listener_.job_changed(job, JobEvent::completed, now);
}

/// A new value replaces the old one; the step timer never outlives the in-progress timer.
void Engine::set_timers(std::uint32_t id, const Member<std::int64_t>& step_timeout_min,
                        ServerTime now) {
  Execution& execution = executions_[id];
  if (!step_timeout_min.is_given() || !is_pending(execution.status)) return;
  execution.step_deadline =
      step_timeout_min.value == -1 ? never : after_minutes(now, step_timeout_min.value);
  timers_.set(id, timeout_of(execution));
}

/// Attempts are counted since the thing last became a target.
void Engine::retry_if_allowed(std::uint32_t id, ServerTime now) {
  const Execution& failed = executions_[id];
  const Job& job = job_of(failed);
  if (job.state != JobState::in_progress) return;
  const std::uint32_t first = failed.number - failed.retry_attempt;
  for (const RetryCriterion& criterion : job.spec.retries) {
    if (!covers(criterion.failure_type, failed.status)) continue;
    std::uint32_t used = 0;
    for (const std::uint32_t other : per_thing(failed.thing).executions) {
      const Execution& past = executions_[other];
      if (past.job == failed.job && past.number >= first &&
          covers(criterion.failure_type, past.status)) {
        ++used;
      }
    }
    if (used > criterion.retries) continue;
    const auto attempt = static_cast<std::uint8_t>(failed.retry_attempt + 1);
    const std::uint32_t next = queue_execution(failed.job, failed.thing, failed.number + 1, now);
    executions_[next].retry_attempt = attempt;
    return;
  }
}

/// An abort is stronger than a retry: what it would cancel at once is not offered.
void Engine::follow_up(std::uint32_t id, const Ids& before, ServerTime now) {
  const JobNumber number = executions_[id].job;
  const ThingId thing = executions_[id].thing;
  const bool has_ended = !is_pending(executions_[id].status);
  const bool aborts = has_ended && should_abort(at(number));
  if (has_ended && !aborts) {
    retry_if_allowed(id, now);
    close_if_done(at(number), now);
  }
  announce(thing, before, now);
  if (aborts) {
    const std::string job_id = at(number).spec.id;
    cancel(job_id, false, now,
           {"ABORT_CRITERIA_MET", "The service cancelled the job: an abort criterion is met"});
  }
}

void Engine::advance(ServerTime now) {
  while (deadline() <= now && deadline() != never) {
    if (job_timers_.next() <= timers_.next()) {
      const ServerTime due = job_timers_.next();
      if (const auto job = job_timers_.pop_due(now)) job_due(JobNumber{*job}, due);
    } else if (const auto id = timers_.pop_due(now)) {
      const Ids before = pending_of(executions_[*id].thing);
      transit(*id, JobStatus::timed_out, now);
      follow_up(*id, before, now);
    }
  }
}

}  // namespace cartstorm::broker::jobs
