#include <algorithm>
#include <utility>

#include "broker-mock/jobs/engine.hpp"

namespace cartstorm::broker::jobs {
namespace {

constexpr std::uint32_t max_timeout_min = 10'080;
constexpr std::uint32_t max_retries = 10;
constexpr std::ptrdiff_t max_deletions = 10;
/// Above this many targets the room for executions is made at once.
constexpr std::size_t many_targets = 64;

std::string terms_error(std::uint32_t timeout_min, std::uint32_t url_expires_s,
                        const std::vector<RetryCriterion>& criteria) {
  if (timeout_min > max_timeout_min) return "inProgressTimeoutInMinutes must be within 1..10080";
  if (url_expires_s < 60 || url_expires_s > 3600) return "expiresInSec must be within 60..3600";
  std::uint32_t retries = 0;
  for (const RetryCriterion& criterion : criteria) retries += criterion.retries;
  if (criteria.size() > 2 || retries > max_retries) {
    return "at most 2 retry criteria with at most 10 retries together";
  }
  return {};
}

std::string spec_error(const JobSpec& spec, const Things& things) {
  if (!is_job_id(spec.id)) return "job id \"" + spec.id + "\" is not [a-zA-Z0-9_-]{1,64}";
  if (spec.targets.empty() && (spec.settings == nullptr || spec.settings->groups.empty())) {
    return "job " + spec.id + " has no target";
  }
  if (!std::all_of(spec.targets.begin(), spec.targets.end(),
                   [&](ThingId thing) { return things.has(thing); })) {
    return "job " + spec.id + " targets a thing that is not registered";
  }
  return terms_error(spec.in_progress_timeout_min, spec.url_expires_s, spec.retries);
}

Refusal no_such_job(std::string_view job_id) {
  return {Refused::not_found, "no job " + std::string{job_id}};
}

}  // namespace

Refusal Engine::create(const JobSpec& spec, ServerTime now, JobNumber& number) {
  if (auto error = spec_error(spec, things_); !error.empty()) {
    return {Refused::invalid, std::move(error)};
  }
  if (by_id_.contains(spec.id)) {
    return {Refused::exists, "job " + spec.id + " exists already; choose another id"};
  }
  Job job;
  job.spec = spec;
  job.created_at = job.updated_at = now;
  if (auto error = job.document.parse(spec.document); !error.empty()) {
    return {Refused::invalid, std::move(error)};
  }
  if (spec.settings != nullptr) job.campaign = std::make_unique<Campaign>();
  number = JobNumber{static_cast<std::uint32_t>(jobs_.size())};
  by_id_.emplace(spec.id, number);
  jobs_.push_back(std::move(job));
  listener_.job_changed(at(number), JobEvent::created, now);
  if (spec.settings != nullptr) {
    begin(number, now);
    return {};
  }
  if (spec.targets.size() > many_targets) {
    executions_.reserve(executions_.size() + spec.targets.size());
  }
  for (const ThingId thing : spec.targets) offer(number, thing, 1, now);
  return {};
}

/// Queues and notifies, unless the thing has one already or is gone.
void Engine::offer(JobNumber job, ThingId thing, std::uint32_t number, ServerTime now) {
  if (number == 1 && find_execution(job, thing) != no_execution) return;
  if (!things_.is_registered(thing)) return;
  const Ids before = pending_of(thing);
  queue_execution(job, thing, number, now);
  announce(thing, before, now);
}

Refusal Engine::update(std::string_view job_id, const JobUpdate& update, ServerTime now) {
  Job* const job = find_job(job_id);
  if (job == nullptr) return no_such_job(job_id);
  if (job->state != JobState::in_progress && job->state != JobState::scheduled) {
    return {Refused::invalid, "job " + job->spec.id + " does not run any more"};
  }
  JobSpec& spec = job->spec;
  const std::uint32_t timeout =
      update.in_progress_timeout_min.value_or(spec.in_progress_timeout_min);
  const std::uint32_t expires = update.url_expires_s.value_or(spec.url_expires_s);
  if (auto error = terms_error(timeout, expires, update.retries.value_or(spec.retries));
      !error.empty()) {
    return {Refused::invalid, std::move(error)};
  }
  spec.in_progress_timeout_min = timeout;
  spec.url_expires_s = expires;
  if (update.retries) spec.retries = *update.retries;
  auto settings = spec.settings == nullptr ? std::make_shared<JobSettings>()
                                           : std::make_shared<JobSettings>(*spec.settings);
  if (update.description) settings->description = *update.description;
  if (update.role_arn) settings->role_arn = *update.role_arn;
  if (update.url_expires_s) settings->has_url_expiry = true;
  if (update.aborts) settings->aborts = *update.aborts;
  if (update.rate) settings->rate = *update.rate;
  spec.settings = std::move(settings);
  if (job->campaign == nullptr) job->campaign = std::make_unique<Campaign>();
  if (update.rate) job->campaign->pace = {};
  job->updated_at = now;
  return {};
}

Refusal Engine::cancel(std::string_view job_id, bool force, ServerTime now,
                       const CancelNote& note) {
  Job* const job = find_job(job_id);
  if (job == nullptr) return no_such_job(job_id);
  if (job->state != JobState::in_progress && job->state != JobState::scheduled) {
    return {job->state == JobState::deleting ? Refused::state : Refused::invalid,
            "job " + job->spec.id + " does not run any more"};
  }
  job->reason_code = note.reason_code;
  job->comment = note.comment;
  job->is_force_canceled = force;
  job->updated_at = now;
  listener_.job_changed(*job, JobEvent::cancellation_in_progress, now);
  job->state = JobState::canceled;
  stop_rollout(*job);
  cancel_open(*job, force, now);
  job->completed_at = now;
  set_job_timer(by_id_.find(job_id)->second);
  listener_.job_changed(*job, JobEvent::canceled, now);
  return {};
}

void Engine::cancel_open(Job& job, bool force, ServerTime now) {
  const Ids ids = job.executions;
  for (const std::uint32_t id : ids) {
    const Execution& execution = executions_[id];
    const bool is_cancelable = execution.status == JobStatus::queued ||
                               (force && execution.status == JobStatus::in_progress);
    if (is_cancelable) cancel_one(id, force, now);
  }
}

void Engine::cancel_one(std::uint32_t id, bool force, ServerTime now) {
  const ThingId thing = executions_[id].thing;
  const Ids before = pending_of(thing);
  executions_[id].is_force_canceled = force;
  transit(id, JobStatus::canceled, now);
  announce(thing, before, now);
}

Refusal Engine::cancel_execution(std::string_view job_id, ThingId thing, const CancelExecution& how,
                                 ServerTime now) {
  const auto found = by_id_.find(job_id);
  const std::uint32_t id =
      found == by_id_.end() ? no_execution : find_execution(found->second, thing);
  if (id == no_execution) return {Refused::not_found, "no such job execution"};
  Execution& execution = executions_[id];
  if (how.expected_version && *how.expected_version != execution.version_no) {
    return {Refused::version, "Expected version " + std::to_string(*how.expected_version) +
                                  " but found version " + std::to_string(execution.version_no)};
  }
  if (!is_pending(execution.status)) {
    return {Refused::state, "the job execution is in a terminal state"};
  }
  if (execution.status == JobStatus::in_progress && !how.force) {
    return {Refused::state, "the job execution is in progress; cancel it with force"};
  }
  if (how.details) execution.details = *how.details;
  cancel_one(id, how.force, now);
  close_if_done(owner(executions_[id]), now);
  return {};
}

/// Takes an execution out of every list. Its slot stays, so that ids remain dense and unique.
void Engine::vanish(std::uint32_t id, ServerTime now) {
  Execution& execution = executions_[id];
  Job& job = owner(execution);
  listener_.execution_deleted(execution, job, now);
  Ids& of_thing = per_thing(execution.thing).executions;
  std::erase(of_thing, id);
  std::erase(job.executions, id);
  if (is_pending(execution.status)) --job.pending;
  --job.counts[index(execution.status)];
  if (execution.is_superseded) {
    --job.superseded[index(execution.status)];
  } else if (const std::uint32_t last = find_execution(execution.job, execution.thing);
             last != no_execution) {
    executions_[last].is_superseded = false;
    --job.superseded[index(executions_[last].status)];
  }
  execution.details = {};
  timers_.clear(id);
}

Refusal Engine::remove(std::string_view job_id, bool force, ServerTime now) {
  const auto found = by_id_.find(job_id);
  if (found == by_id_.end()) return no_such_job(job_id);
  const JobNumber number = found->second;
  Job& job = at(number);
  if (job.state == JobState::deleting) {
    return {Refused::state, "job " + job.spec.id + " is being deleted"};
  }
  if ((job.state == JobState::in_progress || job.state == JobState::scheduled) && !force) {
    return {Refused::state,
            "job " + job.spec.id + " still runs; cancel it first or delete it with force"};
  }
  const auto deletions = std::count_if(jobs_.begin(), jobs_.end(), [](const Job& other) {
    return other.state == JobState::deleting;
  });
  if (deletions >= max_deletions) {
    return {Refused::limit, "10 jobs are being deleted; wait for one of them"};
  }
  job.state = JobState::deleting;
  job.updated_at = now;
  listener_.job_changed(job, JobEvent::deletion_in_progress, now);
  stop_rollout(job);
  const Ids ids = std::exchange(job.executions, {});
  for (const std::uint32_t id : ids) {
    const ThingId thing = executions_[id].thing;
    const Ids before = pending_of(thing);
    vanish(id, now);
    announce(thing, before, now);
  }
  job.deleted_at = now + knobs_.deletion_takes_ms;
  set_job_timer(number);
  if (knobs_.deletion_takes_ms <= 0) finish_deletion(number, now);
  return {};
}

/// The slot stays, so that numbers remain dense; what it held is given back.
void Engine::finish_deletion(JobNumber number, ServerTime now) {
  Job& job = at(number);
  listener_.job_changed(job, JobEvent::deleted, now);
  by_id_.erase(job.spec.id);
  job_timers_.clear(static_cast<std::uint32_t>(number));
  job = {};
  job.state = JobState::deleted;
}

Refusal Engine::remove_execution(std::string_view job_id, ThingId thing, std::uint32_t execution,
                                 bool force, ServerTime now) {
  const auto found = by_id_.find(job_id);
  std::uint32_t id = no_execution;
  if (found != by_id_.end()) {
    for (const std::uint32_t other : executions_of(thing)) {
      const Execution& candidate = executions_[other];
      if (candidate.job == found->second && candidate.number == execution) id = other;
    }
  }
  if (id == no_execution) return {Refused::not_found, "no such job execution"};
  if (executions_[id].status == JobStatus::in_progress && !force) {
    return {Refused::state, "the job execution is in progress; delete it with force"};
  }
  const Ids before = pending_of(thing);
  vanish(id, now);
  close_if_done(owner(executions_[id]), now);
  announce(thing, before, now);
  return {};
}

}  // namespace cartstorm::broker::jobs
