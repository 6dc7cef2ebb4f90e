#include <algorithm>
#include <utility>

#include "broker-mock/base/time_text.hpp"
#include "broker-mock/jobs/engine.hpp"

/// Jobs that are rolled out over time: schedules, rates, aborts.
namespace cartstorm::broker::jobs {
namespace {}  // namespace

/// Things named as such, then members of groups; a thing may come twice.
std::vector<ThingId> Engine::targets_of(const JobSpec& spec) const {
  std::vector<ThingId> targets = spec.targets;
  if (groups_ != nullptr) {
    for (const GroupNumber group : spec.settings->groups) groups_->append_members(targets, group);
  }
  return targets;
}

/// A snapshot is taken now, whenever the schedule starts; a continuous job looks again then.
void Engine::begin(JobNumber number, ServerTime now) {
  Job& job = at(number);
  const JobSettings& settings = *job.spec.settings;
  Campaign& campaign = *job.campaign;
  campaign.waiting = targets_of(job.spec);
  const bool waits =
      settings.schedule && settings.schedule->start != never && settings.schedule->start > now;
  if (waits) {
    job.state = JobState::scheduled;
    set_job_timer(number);
    return;
  }
  release(number, now);
  set_job_timer(number);
}

/// One minute's worth of executions; without a rate, all of them.
void Engine::release(JobNumber number, ServerTime now) {
  Campaign& campaign = *at(number).campaign;
  const std::optional<RolloutRate> rate = at(number).spec.settings->rate;
  std::uint64_t budget = UINT64_MAX;
  if (rate) {
    const std::uint32_t succeeded = at(number).counts[index(JobStatus::succeeded)];
    budget = campaign.pace.next(*rate, campaign.notified, succeeded);
  } else if (campaign.waiting.size() > campaign.released) {
    executions_.reserve(executions_.size() + campaign.waiting.size() - campaign.released);
  }
  while (budget > 0 && campaign.is_waiting()) {
    const ThingId thing = campaign.waiting[campaign.released++];
    if (find_execution(number, thing) != no_execution || !things_.is_registered(thing)) continue;
    offer(number, thing, 1, now);
    ++campaign.notified;
    --budget;
  }
  if (!campaign.is_waiting()) {
    campaign.waiting = {};
    campaign.released = 0;
  }
  campaign.next_release = campaign.is_waiting() ? now + minute_ms : never;
  close_if_done(at(number), now);
}

void Engine::stop_rollout(Job& job) {
  if (job.campaign == nullptr) return;
  job.campaign->waiting = {};
  job.campaign->released = 0;
  job.campaign->next_release = never;
}

void Engine::reach_end(JobNumber number, ServerTime now) {
  Job& job = at(number);
  job.campaign->has_ended = true;
  stop_rollout(job);
  const EndBehavior behavior = job.spec.settings->schedule->behavior;
  if (behavior != EndBehavior::stop_rollout) {
    cancel_open(job, behavior == EndBehavior::force_cancel, now);
  }
  close_if_done(job, now);
}

bool Engine::should_abort(const Job& job) const {
  if (job.spec.settings == nullptr || job.state != JobState::in_progress) return false;
  const StatusCounts& counts = job.counts;
  Ended ended;
  ended.failed = counts[index(JobStatus::failed)];
  ended.rejected = counts[index(JobStatus::rejected)];
  ended.timed_out = counts[index(JobStatus::timed_out)];
  ended.all = ended.failed + ended.rejected + ended.timed_out +
              counts[index(JobStatus::succeeded)] + counts[index(JobStatus::canceled)] +
              counts[index(JobStatus::removed)];
  const auto& criteria = job.spec.settings->aborts;
  return std::any_of(criteria.begin(), criteria.end(),
                     [&](const AbortCriterion& criterion) { return is_met(criterion, ended); });
}

/// When something is due for a job next, by its state.
void Engine::set_job_timer(JobNumber number) {
  const Job& job = at(number);
  ServerTime due = never;
  if (job.state == JobState::deleting) {
    due = job.deleted_at;
  } else if (job.state == JobState::scheduled) {
    due = job.spec.settings->schedule->start;
  } else if (job.state == JobState::in_progress && job.campaign != nullptr) {
    due = job.campaign->next_release;
    const auto& schedule = job.spec.settings->schedule;
    if (schedule && !job.campaign->has_ended) due = std::min(due, schedule->end);
  }
  job_timers_.set(static_cast<std::uint32_t>(number), due);
}

void Engine::job_due(JobNumber number, ServerTime due) {
  Job& job = at(number);
  if (job.state == JobState::deleting) return finish_deletion(number, due);
  if (job.state == JobState::scheduled) {
    job.state = JobState::in_progress;
    job.updated_at = due;
    if (job.spec.settings->selection == TargetSelection::continuous) {
      job.campaign->waiting = targets_of(job.spec);
    }
    release(number, due);
  } else if (job.campaign != nullptr && job.state == JobState::in_progress) {
    const auto& schedule = job.spec.settings->schedule;
    if (schedule && schedule->end <= due) {
      reach_end(number, due);
    } else {
      release(number, due);
    }
  }
  set_job_timer(number);
}

}  // namespace cartstorm::broker::jobs
