#include <algorithm>
#include <array>

#include "broker-mock/base/time_text.hpp"
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

Handled Engine::accept(const Call& call, const Answer& answer) {
  call.caller.accepted(answer);
  return Handled::accepted;
}

Handled Engine::reject(const Call& call, const Rejection& rejection) {
  call.caller.rejected(rejection);
  return rejection.code == RejectionCode::invalid_request ? Handled::malformed : Handled::rejected;
}

/// Calls of one operation within one second of server time.
bool Engine::is_throttled(Api api, ServerTime now) {
  const bool is_read = api == Api::get_pending || api == Api::describe;
  const std::uint32_t limit = is_read ? quotas_.reads_per_s : quotas_.writes_per_s;
  if (limit == 0) return false;
  Tally& tally = tallies_[static_cast<std::size_t>(api)];
  const std::int64_t second = floor_div(now.unix_ms, 1000);
  if (tally.second != second) tally = {second, 0};
  return ++tally.calls > limit;
}

/// An update that came to nothing is told like any other that was refused: whoever counts the calls
/// of an account counts those that it was not granted, too.
Handled Engine::throttle(const Call& call, Api api, std::string_view job_id) {
  const Rejection rejection{RejectionCode::request_throttled, "Too many requests; slow down"};
  const std::uint32_t id = api == Api::update ? resolve(call, job_id) : no_execution;
  return id == no_execution ? reject(call, rejection) : refuse_update(call, id, rejection);
}

Handled Engine::call(ThingId thing, Api api, std::string_view job_id, const Request& request,
                     Caller& caller, ServerTime now) {
  const Call call{thing, request, caller, now};
  if (auto error = common_error(request); !error.empty()) {
    return reject(call, {RejectionCode::invalid_request, std::move(error)});
  }
  if (api != Api::unknown && api != Api::not_a_request && is_throttled(api, now)) {
    return throttle(call, api, job_id);
  }
  switch (api) {
    case Api::get_pending:
      return get_pending(call);
    case Api::start_next:
      return start_next(call);
    case Api::describe:
      return describe(call, job_id);
    case Api::update:
      return update_execution(call, job_id);
    case Api::unknown:
    case Api::not_a_request:
      break;
  }
  return Handled::unroutable;
}

Handled Engine::get_pending(const Call& call) {
  Ids pending = pending_of(call.thing);
  if (pending.size() > knobs_.list_limit) pending.resize(knobs_.list_limit);
  return accept(call, {Api::get_pending, pending});
}

Handled Engine::start_next(const Call& call) {
  if (call.request.details.is_wrong()) {
    return reject(call, {RejectionCode::invalid_request, call.request.details_error});
  }
  if (auto error = step_timeout_error(call.request.step_timeout_min, false); !error.empty()) {
    return reject(call, {RejectionCode::invalid_request, std::move(error)});
  }
  const Ids before = pending_of(call.thing);
  if (before.empty()) return accept(call, {Api::start_next});
  const std::uint32_t id = before.front();
  Execution& execution = executions_[id];
  if (execution.status == JobStatus::queued) {
    if (call.request.details.is_given()) execution.details = call.request.details.value;
    transit(id, JobStatus::in_progress, call.now);
  }
  set_timers(id, call.request.step_timeout_min, call.now);
  accept(call, {Api::start_next, {}, &execution, true});
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
  if (job_id == "$next") {
    const Ids pending = pending_of(call.thing);
    if (pending.empty()) return accept(call, {Api::describe});
    id = pending.front();
    const auto& number = call.request.execution_number;
    if (number.is_given() && number.value != executions_[id].number) id = no_execution;
  } else {
    id = resolve(call, job_id);
  }
  if (id == no_execution) {
    return reject(call, {RejectionCode::resource_not_found, "No such job execution"});
  }
  const Execution& execution = executions_[id];
  if (!is_pending(execution.status)) {
    return reject(
        call, {RejectionCode::terminal_state_reached, "The job execution is in a terminal state"});
  }
  const auto& include = call.request.include_document;
  return accept(call, {Api::describe, {}, &execution, !include.is_given() || include.value});
}

Handled Engine::update_execution(const Call& call, std::string_view job_id) {
  const std::uint32_t id = resolve(call, job_id);
  if (id == no_execution) {
    return reject(call, {RejectionCode::resource_not_found, "No such job execution"});
  }
  if (const Handled checked = check_update(call, id); checked != Handled::accepted) return checked;

  const Request& request = call.request;
  const Ids before = pending_of(call.thing);
  if (request.details.is_given()) executions_[id].details = request.details.value;
  transit(id, *requested_status(request.status.value), call.now);
  set_timers(id, request.step_timeout_min, call.now);
  accept(call, {Api::update,
                {},
                &executions_[id],
                request.include_document.is_given() && request.include_document.value,
                request.include_state.is_given() && request.include_state.value});
  follow_up(id, before, call.now);
  return Handled::accepted;
}

/// The order of these checks is visible to devices, so it is part of the contract.
Handled Engine::check_update(const Call& call, std::uint32_t id) {
  const Execution& execution = executions_[id];
  const Request& request = call.request;
  const auto invalid = [&](std::string message) {
    return refuse_update(call, id, {RejectionCode::invalid_request, std::move(message)});
  };
  if (request.expected_version.is_wrong()) return invalid("expectedVersion is not a number");
  if (request.expected_version.is_given() &&
      request.expected_version.value != execution.version_no) {
    return refuse_update(call, id,
                         {RejectionCode::version_mismatch,
                          "Expected version " + std::to_string(request.expected_version.value) +
                              " but found version " + std::to_string(execution.version_no),
                          &execution});
  }
  if (!is_pending(execution.status)) {
    const auto code = knobs_.terminal_update_is_terminal_state_reached
                          ? RejectionCode::terminal_state_reached
                          : RejectionCode::invalid_state_transition;
    return refuse_update(call, id, {code, "The job execution is in a terminal state", &execution});
  }
  if (!request.status.is_given()) return invalid("status is missing or not a string");
  const auto status = requested_status(request.status.value);
  const bool skips_start = status == JobStatus::succeeded || status == JobStatus::failed;
  if (request.status.value == "QUEUED" ||
      (execution.status == JobStatus::queued && skips_start && !knobs_.allow_queued_to_terminal)) {
    return refuse_update(
        call, id,
        {RejectionCode::invalid_state_transition, "The state does not allow this", &execution});
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
                call.request.details.value.reason, execution});
  return reject(call, rejection);
}

}  // namespace cartstorm::broker::jobs
