#include "broker-mock/jobs/engine.hpp"

#include <algorithm>
#include <tuple>

#include "broker-mock/base/json_append.hpp"

namespace cartstorm::broker::jobs {
namespace {

bool contains(const std::vector<std::uint32_t>& ids, std::uint32_t id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

}  // namespace

Engine::Engine(const Things& things, Outbox& outbox, UrlMinter& minter, Listener& listener,
               const Knobs& knobs)
    : things_{things}, outbox_{outbox}, minter_{minter}, listener_{listener}, knobs_{knobs} {}

Engine::PerThing& Engine::per_thing(ThingId thing) {
  if (index(thing) >= per_thing_.size()) per_thing_.resize(things_.count());
  return per_thing_[index(thing)];
}

ExecutionView Engine::view(const Execution& execution) const {
  return {execution, job_of(execution).spec.id, things_.name(execution.thing)};
}

Job* Engine::find_job(std::string_view job_id) {
  const auto found = by_id_.find(job_id);
  return found == by_id_.end() ? nullptr : &at(found->second);
}

std::span<const std::uint32_t> Engine::executions_of(ThingId thing) const {
  if (index(thing) >= per_thing_.size()) return {};
  return per_thing_[index(thing)].executions;
}

const Job* Engine::job(std::string_view job_id) const {
  const auto found = by_id_.find(job_id);
  return found == by_id_.end() ? nullptr : &jobs_[static_cast<std::uint32_t>(found->second)];
}

std::uint32_t Engine::find_execution(JobNumber job, ThingId thing) const {
  if (index(thing) >= per_thing_.size()) return no_execution;
  const Ids& ids = per_thing_[index(thing)].executions;
  const auto found = std::find_if(ids.rbegin(), ids.rend(),
                                  [&](std::uint32_t id) { return executions_[id].job == job; });
  return found == ids.rend() ? no_execution : *found;
}

const Execution* Engine::execution(std::string_view job_id, ThingId thing) const {
  const auto found = by_id_.find(job_id);
  if (found == by_id_.end()) return nullptr;
  const std::uint32_t id = find_execution(found->second, thing);
  return id == no_execution ? nullptr : &executions_[id];
}

/// In progress first, then queued; within each the oldest first.
Engine::Ids Engine::pending_of(ThingId thing) const {
  Ids ids;
  if (index(thing) >= per_thing_.size()) return ids;
  for (const std::uint32_t id : per_thing_[index(thing)].executions) {
    if (is_pending(executions_[id].status)) ids.push_back(id);
  }
  const auto rank = [this](std::uint32_t id) {
    const Execution& execution = executions_[id];
    return std::tuple{execution.status == JobStatus::queued, execution.queued_at, id};
  };
  std::sort(ids.begin(), ids.end(),
            [&](std::uint32_t a, std::uint32_t b) { return rank(a) < rank(b); });
  return ids;
}

void Engine::subscribe(ThingId thing, bool notify, bool notify_next) {
  per_thing(thing).wants_notify = notify;
  per_thing(thing).wants_notify_next = notify_next;
}

void Engine::report(const Execution& execution) {
  listener_.on({execution.thing, execution.job, job_of(execution).spec.id, execution.number,
                execution.status, execution.version_no, true,
                execution.status == JobStatus::failed || execution.status == JobStatus::rejected
                    ? std::string_view{execution.details.reason}
                    : std::string_view{},
                execution});
}

/// Membership decides notify, the identity of the front decides notify-next.
void Engine::announce(ThingId thing, const Ids& before, ServerTime now) {
  const PerThing& wishes = per_thing(thing);
  if (!outbox_.reaches(thing) || (!wishes.wants_notify && !wishes.wants_notify_next)) return;
  const Ids after = pending_of(thing);
  const bool is_same_set = before.size() == after.size() &&
                           std::all_of(before.begin(), before.end(),
                                       [&](std::uint32_t id) { return contains(after, id); });
  if (!is_same_set && wishes.wants_notify) publish_notify(thing, after, now);
  const std::uint32_t front_before = before.empty() ? no_execution : before.front();
  const std::uint32_t front_after = after.empty() ? no_execution : after.front();
  if (front_before != front_after && wishes.wants_notify_next) {
    publish_notify_next(thing, after, now);
  }
}

void Engine::append_summaries(std::string& out, std::span<const std::uint32_t> pending,
                              JobStatus status) {
  std::size_t listed = 0;
  for (const std::uint32_t id : pending) {
    if (executions_[id].status != status) continue;
    if (listed++ > 0) out.push_back(',');
    append_summary(out, view(executions_[id]));
  }
}

void Engine::publish_notify(ThingId thing, const Ids& pending, ServerTime now) {
  Ids listed = pending;
  if (listed.size() > knobs_.list_limit) listed.resize(knobs_.list_limit);
  std::string payload = open_reply({}, now);
  append_key(payload, "jobs");
  payload.push_back('{');
  for (const JobStatus status : {JobStatus::in_progress, JobStatus::queued}) {
    if (std::none_of(listed.begin(), listed.end(),
                     [&](std::uint32_t id) { return executions_[id].status == status; })) {
      continue;
    }
    append_key(payload, wire_name(status));
    payload.push_back('[');
    append_summaries(payload, listed, status);
    payload.push_back(']');
  }
  payload.append("}}");
  outbox_.publish(thing, thing_topic_prefix, "/jobs/notify", payload);
}

void Engine::publish_notify_next(ThingId thing, const Ids& pending, ServerTime now) {
  std::string payload = open_reply({}, now);
  if (!pending.empty()) {
    append_key(payload, "execution");
    append_with_document(payload, executions_[pending.front()], true, now);
  }
  payload.push_back('}');
  outbox_.publish(thing, thing_topic_prefix, "/jobs/notify-next", payload);
}

void Engine::append_with_document(std::string& out, const Execution& execution, bool with_document,
                                  ServerTime now) {
  append_execution(out, view(execution), now);
  if (with_document) {
    append_key(out, "jobDocument");
    append_document(out, execution, now);
  }
  out.push_back('}');
}

void Engine::append_document(std::string& out, const Execution& execution, ServerTime now) {
  const Job& job = job_of(execution);
  job.document.append(out, minter_, job.spec.url_expires_s, now);
}

}  // namespace cartstorm::broker::jobs
