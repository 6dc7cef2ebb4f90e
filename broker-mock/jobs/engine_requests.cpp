#include <algorithm>

#include "broker-mock/base/json_append.hpp"
#include "broker-mock/jobs/engine.hpp"

namespace cartstorm::broker::jobs {
namespace {

constexpr std::int64_t max_step_timeout_min = 10'080;

std::string step_timeout_error(const Member<std::int64_t>& minutes, bool may_drop) {
  if (minutes.is_wrong()) return "stepTimeoutInMinutes is not an integer";
  if (!minutes.is_given() || (minutes.value >= 1 && minutes.value <= max_step_timeout_min) ||
      (may_drop && minutes.value == -1)) {
    return {};
  }
  return "stepTimeoutInMinutes must be within 1..10080";
}

std::string common_error(const Request& request) {
  if (request.client_token.is_wrong()) return "clientToken is not a string";
  if (request.execution_number.is_wrong()) return "executionNumber is not an integer";
  if (request.include_document.is_wrong()) return "includeJobDocument is not a boolean";
  if (request.include_state.is_wrong()) return "includeJobExecutionState is not a boolean";
  return {};
}

/// What a device may ask for; empty for a status that only the service sets or that is unknown.
std::optional<JobStatus> requested_status(std::string_view text) {
  for (const JobStatus status :
       {JobStatus::in_progress, JobStatus::succeeded, JobStatus::failed, JobStatus::rejected}) {
    if (text == wire_name(status)) return status;
  }
  return std::nullopt;
}

}  // namespace

Handled Engine::handle(ThingId thing, std::string_view suffix, std::string_view payload,
                       ServerTime now) {
  const Route route = parse_topic(suffix);
  if (route.api == Api::not_a_request) return Handled::unroutable;
  Request request;
  const bool is_json = parse_request(payload, knobs_, request);
  if (!is_json) request = {};
  const Call call{thing, suffix, request, now};
  if (route.api == Api::unknown) {
    reject(call, {"InvalidTopic", "No API maps to this topic"});
    return Handled::unroutable;
  }
  if (!is_json) return reject(call, {"InvalidJson", "The payload is not a JSON object"});
  if (auto error = common_error(request); !error.empty()) {
    return reject(call, {"InvalidRequest", std::move(error)});
  }
  switch (route.api) {
    case Api::get_pending:
      return get_pending(call);
    case Api::start_next:
      return start_next(call);
    case Api::describe:
      return describe(call, route.job_id);
    case Api::update:
      return update(call, route.job_id);
    case Api::unknown:
    case Api::not_a_request:
      break;
  }
  return Handled::unroutable;
}

Handled Engine::get_pending(const Call& call) {
  Ids pending = pending_of(call.thing);
  if (pending.size() > knobs_.list_limit) pending.resize(knobs_.list_limit);
  std::string payload = open_reply(call.request, call.now);
  append_key(payload, "inProgressJobs");
  payload.push_back('[');
  append_summaries(payload, pending, JobStatus::in_progress);
  payload.push_back(']');
  append_key(payload, "queuedJobs");
  payload.push_back('[');
  append_summaries(payload, pending, JobStatus::queued);
  payload.push_back(']');
  accept(call, payload);
  return Handled::accepted;
}

Handled Engine::start_next(const Call& call) {
  if (call.request.details.is_wrong()) {
    return reject(call, {"InvalidRequest", call.request.details_error});
  }
  if (auto error = step_timeout_error(call.request.step_timeout_min, false); !error.empty()) {
    return reject(call, {"InvalidRequest", std::move(error)});
  }
  const Ids before = pending_of(call.thing);
  std::string payload = open_reply(call.request, call.now);
  if (!before.empty()) {
    const std::uint32_t id = before.front();
    Execution& execution = executions_[id];
    if (execution.status == JobStatus::queued) {
      if (call.request.details.is_given()) execution.details = call.request.details.value;
      transit(id, JobStatus::in_progress, call.now);
    }
    set_timers(id, call.request.step_timeout_min, call.now);
    append_key(payload, "execution");
    append_with_document(payload, execution, true, call.now);
  }
  accept(call, payload);
  announce(call.thing, before, call.now);
  return Handled::accepted;
}

/// The execution that a request names, or no_execution.
std::uint32_t Engine::resolve(const Call& call, std::string_view job_id) const {
  const auto job = by_id_.find(job_id);
  if (job == by_id_.end()) return no_execution;
  const std::uint32_t id = find_execution(job->second, call.thing);
  const auto& number = call.request.execution_number;
  if (id != no_execution && number.is_given() && number.value != executions_[id].number) {
    return no_execution;
  }
  return id;
}

Handled Engine::describe(const Call& call, std::string_view job_id) {
  std::uint32_t id = no_execution;
  std::string payload = open_reply(call.request, call.now);
  if (job_id == "$next") {
    const Ids pending = pending_of(call.thing);
    if (pending.empty()) {
      accept(call, payload);
      return Handled::accepted;
    }
    id = pending.front();
    const auto& number = call.request.execution_number;
    if (number.is_given() && number.value != executions_[id].number) id = no_execution;
  } else {
    id = resolve(call, job_id);
  }
  if (id == no_execution) return reject(call, {"ResourceNotFound", "No such job execution"});
  const Execution& execution = executions_[id];
  if (!is_pending(execution.status)) {
    return reject(call, {"TerminalStateReached", "The job execution is in a terminal state"});
  }
  const auto& include = call.request.include_document;
  append_key(payload, "execution");
  append_with_document(payload, execution, !include.is_given() || include.value, call.now);
  accept(call, payload);
  return Handled::accepted;
}

Handled Engine::update(const Call& call, std::string_view job_id) {
  const std::uint32_t id = resolve(call, job_id);
  if (id == no_execution) return reject(call, {"ResourceNotFound", "No such job execution"});
  if (const Handled checked = check_update(call, id); checked != Handled::accepted) return checked;

  const Ids before = pending_of(call.thing);
  if (call.request.details.is_given()) executions_[id].details = call.request.details.value;
  transit(id, *requested_status(call.request.status.value), call.now);
  set_timers(id, call.request.step_timeout_min, call.now);
  reply_update(call, id);
  retry_if_allowed(id, call.now);
  announce(call.thing, before, call.now);
  return Handled::accepted;
}

/// The order of these checks is visible to devices, so it is part of the contract.
Handled Engine::check_update(const Call& call, std::uint32_t id) {
  const Execution& execution = executions_[id];
  const Request& request = call.request;
  const auto invalid = [&](std::string message) {
    return refuse_update(call, id, {"InvalidRequest", std::move(message)});
  };
  if (request.expected_version.is_wrong()) return invalid("expectedVersion is not a number");
  if (request.expected_version.is_given() &&
      request.expected_version.value != execution.version_no) {
    return refuse_update(call, id,
                         {"VersionMismatch",
                          "Expected version " + std::to_string(request.expected_version.value) +
                              " but found version " + std::to_string(execution.version_no),
                          &execution});
  }
  if (!is_pending(execution.status)) {
    const auto code = knobs_.terminal_update_is_terminal_state_reached ? "TerminalStateReached"
                                                                       : "InvalidStateTransition";
    return refuse_update(call, id, {code, "The job execution is in a terminal state", &execution});
  }
  if (!request.status.is_given()) return invalid("status is missing or not a string");
  const auto status = requested_status(request.status.value);
  const bool skips_start = status == JobStatus::succeeded || status == JobStatus::failed;
  if (request.status.value == "QUEUED" ||
      (execution.status == JobStatus::queued && skips_start && !knobs_.allow_queued_to_terminal)) {
    return refuse_update(call, id,
                         {"InvalidStateTransition", "The state does not allow this", &execution});
  }
  if (!status) return invalid("a device cannot set this status");
  if (request.details.is_wrong()) return invalid(request.details_error);
  if (auto error = step_timeout_error(request.step_timeout_min, true); !error.empty()) {
    return invalid(std::move(error));
  }
  return Handled::accepted;
}

Handled Engine::refuse_update(const Call& call, std::uint32_t id, const Rejection& rejection) {
  const Execution& execution = executions_[id];
  const auto status = requested_status(call.request.status.value);
  listener_.on({call.thing, execution.job, job_of(execution).spec.id, execution.number,
                status.value_or(execution.status), execution.version_no, false,
                call.request.details.value.reason});
  return reject(call, rejection);
}

Handled Engine::reply_update(const Call& call, std::uint32_t id) {
  const Execution& execution = executions_[id];
  std::string payload = open_reply(call.request, call.now);
  if (call.request.include_state.is_given() && call.request.include_state.value) {
    append_key(payload, "executionState");
    append_state(payload, execution);
  }
  if (call.request.include_document.is_given() && call.request.include_document.value) {
    append_key(payload, "jobDocument");
    const Job& job = job_of(execution);
    job.document.append(payload, minter_, job.spec.url_expires_s, call.now);
  }
  accept(call, payload);
  return Handled::accepted;
}

}  // namespace cartstorm::broker::jobs
