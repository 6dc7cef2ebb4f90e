#include <algorithm>

#include "broker-mock/jobs/engine.hpp"

/// Targets that come and go: continuous jobs follow their groups, and a thing that is deleted
/// leaves every job.
namespace cartstorm::broker::jobs {
namespace {

constexpr std::size_t max_targets = 100;

template <class T>
bool contains(const T& list, typename T::value_type value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

bool names_any(const Job& job, std::span<const GroupNumber> groups) {
  const auto& own = job.spec.settings->groups;
  return std::any_of(groups.begin(), groups.end(),
                     [&](GroupNumber group) { return contains(own, group); });
}

bool follows_groups(const Job& job) {
  return job.state == JobState::in_progress && job.campaign != nullptr &&
         !job.campaign->has_ended && job.spec.settings->selection == TargetSelection::continuous;
}

}  // namespace

/// Whether the thing is a target for another reason than the groups `except`.
bool Engine::is_target(const Job& job, ThingId thing, std::span<const GroupNumber> except) const {
  if (contains(job.spec.targets, thing)) return true;
  const auto& own = job.spec.settings->groups;
  return groups_ != nullptr && std::any_of(own.begin(), own.end(), [&](GroupNumber group) {
           return std::find(except.begin(), except.end(), group) == except.end() &&
                  groups_->contains(group, thing);
         });
}

/// Late joiners are not slowed down by the rollout rate.
void Engine::joined(std::span<const GroupNumber> groups, ThingId thing, ServerTime now) {
  for (std::uint32_t i = 0; i < jobs_.size(); ++i) {
    const Job& job = jobs_[i];
    if (!follows_groups(job) || !names_any(job, groups) || is_target(job, thing, groups)) continue;
    const std::uint32_t last = find_execution(JobNumber{i}, thing);
    if (last != no_execution && is_pending(executions_[last].status)) continue;
    offer(JobNumber{i}, thing, last == no_execution ? 1 : executions_[last].number + 1, now);
  }
}

void Engine::left(std::span<const GroupNumber> groups, ThingId thing, ServerTime now) {
  for (std::uint32_t i = 0; i < jobs_.size(); ++i) {
    Job& job = jobs_[i];
    if (!follows_groups(job) || !names_any(job, groups) || is_target(job, thing, groups)) continue;
    auto& waiting = job.campaign->waiting;
    waiting.erase(std::remove(waiting.begin() + static_cast<std::ptrdiff_t>(job.campaign->released),
                              waiting.end(), thing),
                  waiting.end());
    const std::uint32_t id = find_execution(JobNumber{i}, thing);
    if (id == no_execution || !is_pending(executions_[id].status)) continue;
    const Ids before = pending_of(thing);
    transit(id, JobStatus::removed, now);
    announce(thing, before, now);
  }
}

void Engine::unregistered(ThingId thing, ServerTime now) {
  if (!knobs_.removes_of_deleted_thing) return;
  const Ids pending = pending_of(thing);
  if (pending.empty()) return;
  for (const std::uint32_t id : pending) {
    transit(id, JobStatus::removed, now);
    close_if_done(owner(executions_[id]), now);
  }
  announce(thing, pending, now);
}

Refusal Engine::associate(std::string_view job_id, const MoreTargets& more, ServerTime now) {
  Job* const job = find_job(job_id);
  if (job == nullptr) return {Refused::not_found, "no job " + std::string{job_id}};
  if (job->campaign == nullptr || job->spec.settings->selection != TargetSelection::continuous) {
    return {Refused::invalid, "job " + job->spec.id + " is a snapshot: its targets are fixed"};
  }
  if (job->state != JobState::in_progress || job->campaign->has_ended) {
    return {Refused::invalid, "job " + job->spec.id + " is not in progress"};
  }
  auto settings = std::make_shared<JobSettings>(*job->spec.settings);
  for (const std::string& arn : more.arns) {
    if (!contains(settings->target_arns, arn)) settings->target_arns.push_back(arn);
  }
  if (settings->target_arns.size() > max_targets) {
    return {Refused::limit, "a job has at most 100 targets"};
  }
  for (const GroupNumber group : more.groups) {
    if (!contains(settings->groups, group)) settings->groups.push_back(group);
  }
  for (const ThingId thing : more.things) {
    if (!contains(job->spec.targets, thing)) job->spec.targets.push_back(thing);
  }
  job->spec.settings = std::move(settings);
  if (!more.comment.empty()) job->comment = more.comment;
  job->updated_at = now;
  const JobNumber number = by_id_.find(job_id)->second;
  Campaign& campaign = *job->campaign;
  const bool is_rolling_out = campaign.is_waiting();
  campaign.waiting.insert(campaign.waiting.end(), more.things.begin(), more.things.end());
  if (groups_ != nullptr) {
    for (const GroupNumber group : more.groups) groups_->append_members(campaign.waiting, group);
  }
  // The running minute has had its share; a rollout that had come to its end starts another one.
  if (!is_rolling_out) release(number, now);
  set_job_timer(number);
  return {};
}

}  // namespace cartstorm::broker::jobs
