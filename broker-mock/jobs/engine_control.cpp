#include <algorithm>
#include <utility>

#include "broker-mock/jobs/engine.hpp"

namespace cartstorm::broker::jobs {
namespace {

constexpr std::uint32_t max_timeout_min = 10'080;
constexpr std::uint32_t max_retries = 10;

std::string spec_error(const JobSpec& spec, const Things& things) {
  if (!is_job_id(spec.id)) return "job id \"" + spec.id + "\" is not [a-zA-Z0-9_-]{1,64}";
  if (spec.targets.empty()) return "job " + spec.id + " has no target";
  if (!std::all_of(spec.targets.begin(), spec.targets.end(),
                   [&](ThingId thing) { return things.has(thing); })) {
    return "job " + spec.id + " targets a thing that is not registered";
  }
  if (spec.in_progress_timeout_min > max_timeout_min) {
    return "inProgressTimeoutInMinutes must be within 1..10080";
  }
  if (spec.url_expires_s < 60 || spec.url_expires_s > 3600) {
    return "expiresInSec must be within 60..3600";
  }
  std::uint32_t retries = 0;
  for (const RetryCriterion& criterion : spec.retries) retries += criterion.retries;
  if (spec.retries.size() > 2 || retries > max_retries) {
    return "at most 2 retry criteria with at most 10 retries together";
  }
  return {};
}

bool covers(FailureType type, JobStatus status) {
  return (status == JobStatus::failed && type != FailureType::timed_out) ||
         (status == JobStatus::timed_out && type != FailureType::failed);
}

ServerTime after_minutes(ServerTime now, std::int64_t minutes) { return now + minutes * 60'000; }

}  // namespace

std::string Engine::create(const JobSpec& spec, ServerTime now, JobNumber& number) {
  if (auto error = spec_error(spec, things_); !error.empty()) return error;
  if (by_id_.contains(spec.id)) return "job " + spec.id + " exists already; choose another id";
  Job job;
  job.spec = spec;
  if (auto error = job.document.parse(spec.document); !error.empty()) return error;
  number = JobNumber{static_cast<std::uint32_t>(jobs_.size())};
  by_id_.emplace(spec.id, number);
  jobs_.push_back(std::move(job));
  executions_.reserve(executions_.size() + spec.targets.size());
  for (const ThingId thing : spec.targets) {
    if (find_execution(number, thing) != no_execution) continue;
    const Ids before = pending_of(thing);
    queue_execution(number, thing, 1, now);
    announce(thing, before, now);
  }
  return {};
}

std::uint32_t Engine::queue_execution(JobNumber job, ThingId thing, std::uint32_t number,
                                      ServerTime now) {
  const auto id = static_cast<std::uint32_t>(executions_.size());
  Execution execution;
  execution.job = job;
  execution.thing = thing;
  execution.number = number;
  execution.queued_at = execution.updated_at = now;
  executions_.push_back(std::move(execution));
  per_thing(thing).executions.push_back(id);
  Job& owner = jobs_[static_cast<std::uint32_t>(job)];
  owner.executions.push_back(id);
  ++owner.pending;
  report(executions_[id]);
  return id;
}

void Engine::transit(std::uint32_t id, JobStatus status, ServerTime now) {
  Execution& execution = executions_[id];
  Job& job = job_of(execution);
  if (execution.status == JobStatus::queued && status == JobStatus::in_progress) {
    execution.started_at = now;
    if (const std::uint32_t minutes = job.spec.in_progress_timeout_min; minutes > 0) {
      execution.in_progress_deadline = after_minutes(now, minutes);
      timers_.set(id, timeout_of(execution));
    }
  }
  execution.status = status;
  execution.updated_at = now;
  ++execution.version_no;
  if (!is_pending(status)) {
    execution.in_progress_deadline = execution.step_deadline = never;
    timers_.clear(id);
    --job.pending;
    close_if_done(job);
  }
  report(execution);
}

void Engine::close_if_done(Job& job) {
  if (job.state == JobState::in_progress && job.pending == 0) job.state = JobState::completed;
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

void Engine::retry_if_allowed(std::uint32_t id, ServerTime now) {
  const Execution failed = executions_[id];
  Job& job = job_of(failed);
  if (job.state == JobState::canceled) return;
  for (const RetryCriterion& criterion : job.spec.retries) {
    if (!covers(criterion.failure_type, failed.status)) continue;
    std::uint32_t used = 0;
    for (const std::uint32_t other : per_thing(failed.thing).executions) {
      const Execution& past = executions_[other];
      if (past.job == failed.job && covers(criterion.failure_type, past.status)) ++used;
    }
    if (used > criterion.retries) continue;
    job.state = JobState::in_progress;
    queue_execution(failed.job, failed.thing, failed.number + 1, now);
    return;
  }
}

void Engine::advance(ServerTime now) {
  while (const auto id = timers_.pop_due(now)) {
    const ThingId thing = executions_[*id].thing;
    const Ids before = pending_of(thing);
    transit(*id, JobStatus::timed_out, now);
    retry_if_allowed(*id, now);
    announce(thing, before, now);
  }
}

std::string Engine::cancel(std::string_view job_id, bool force, ServerTime now) {
  const auto found = by_id_.find(job_id);
  if (found == by_id_.end()) return "no job " + std::string{job_id};
  Job& job = jobs_[static_cast<std::uint32_t>(found->second)];
  if (job.state != JobState::in_progress) return "job " + job.spec.id + " does not run any more";
  job.state = JobState::canceled;
  const Ids ids = job.executions;
  for (const std::uint32_t id : ids) {
    const Execution& execution = executions_[id];
    const bool is_cancelable = execution.status == JobStatus::queued ||
                               (force && execution.status == JobStatus::in_progress);
    if (!is_cancelable) continue;
    const ThingId thing = execution.thing;
    const Ids before = pending_of(thing);
    transit(id, JobStatus::canceled, now);
    announce(thing, before, now);
  }
  return {};
}

std::string Engine::cancel_execution(std::string_view job_id, ThingId thing, bool force,
                                     ServerTime now) {
  const auto found = by_id_.find(job_id);
  const std::uint32_t id =
      found == by_id_.end() ? no_execution : find_execution(found->second, thing);
  if (id == no_execution) return "no such job execution";
  const JobStatus status = executions_[id].status;
  if (!is_pending(status)) return "the job execution is in a terminal state";
  if (status == JobStatus::in_progress && !force) {
    return "the job execution is in progress; cancel it with force";
  }
  const Ids before = pending_of(thing);
  transit(id, JobStatus::canceled, now);
  announce(thing, before, now);
  return {};
}

/// Takes an execution out of every list. Its slot stays, so that ids remain dense and unique.
void Engine::vanish(std::uint32_t id) {
  Execution& execution = executions_[id];
  std::erase(per_thing(execution.thing).executions, id);
  Job& job = job_of(execution);
  std::erase(job.executions, id);
  if (is_pending(execution.status)) --job.pending;
  timers_.clear(id);
}

std::string Engine::remove(std::string_view job_id, bool force, ServerTime now) {
  const auto found = by_id_.find(job_id);
  if (found == by_id_.end()) return "no job " + std::string{job_id};
  Job& job = jobs_[static_cast<std::uint32_t>(found->second)];
  if (job.state == JobState::in_progress && !force) {
    return "job " + job.spec.id + " still runs; cancel it first or delete it with force";
  }
  const Ids ids = std::exchange(job.executions, {});
  for (const std::uint32_t id : ids) {
    const ThingId thing = executions_[id].thing;
    const Ids before = pending_of(thing);
    vanish(id);
    announce(thing, before, now);
  }
  job.state = JobState::deleted;
  by_id_.erase(found);
  return {};
}

std::string Engine::remove_execution(std::string_view job_id, ThingId thing,
                                     std::uint32_t execution, bool force, ServerTime now) {
  const auto found = by_id_.find(job_id);
  const std::uint32_t id =
      found == by_id_.end() ? no_execution : find_execution(found->second, thing);
  if (id == no_execution || executions_[id].number != execution) return "no such job execution";
  if (executions_[id].status == JobStatus::in_progress && !force) {
    return "the job execution is in progress; delete it with force";
  }
  const Ids before = pending_of(thing);
  vanish(id);
  close_if_done(job_of(executions_[id]));
  announce(thing, before, now);
  return {};
}

}  // namespace cartstorm::broker::jobs
