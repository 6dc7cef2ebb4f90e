#include "broker-mock/jobs/replies.hpp"

#include <algorithm>

#include "broker-mock/base/json_append.hpp"
#include "broker-mock/base/time_text.hpp"

namespace cartstorm::broker::jobs {
namespace {

void append_times(std::string& out, const Execution& execution) {
  append_member(out, "queuedAt", seconds_of(execution.queued_at));
  if (execution.started_at != never) {
    append_member(out, "startedAt", seconds_of(execution.started_at));
  }
  append_member(out, "lastUpdatedAt", seconds_of(execution.updated_at));
  append_member(out, "versionNumber", std::int64_t{execution.version_no});
}

void append_details(std::string& out, const Execution& execution) {
  if (execution.details.json.empty()) return;
  append_key(out, "statusDetails");
  out.append(execution.details.json);
}

}  // namespace

std::string_view wire_name(RejectionCode code) {
  switch (code) {
    case RejectionCode::invalid_topic:
      return "InvalidTopic";
    case RejectionCode::invalid_json:
      return "InvalidJson";
    case RejectionCode::invalid_request:
      return "InvalidRequest";
    case RejectionCode::invalid_state_transition:
      return "InvalidStateTransition";
    case RejectionCode::resource_not_found:
      return "ResourceNotFound";
    case RejectionCode::version_mismatch:
      return "VersionMismatch";
    case RejectionCode::request_throttled:
      return "RequestThrottled";
    case RejectionCode::terminal_state_reached:
      return "TerminalStateReached";
  }
  return "";
}

std::int64_t seconds_of(ServerTime time) { return floor_div(time.unix_ms, 1000); }

ServerTime timeout_of(const Execution& execution) {
  return std::min(execution.in_progress_deadline, execution.step_deadline);
}

std::string open_reply(const Request& request, ServerTime now) {
  std::string out = "{";
  if (request.client_token.is_given()) {
    append_member(out, "clientToken", std::string_view{request.client_token.value});
  }
  append_member(out, "timestamp", seconds_of(now));
  return out;
}

void append_execution(std::string& out, const ExecutionView& view, ServerTime now) {
  const Execution& execution = view.execution;
  out.push_back('{');
  append_member(out, "jobId", view.job_id);
  append_member(out, "thingName", view.thing_name);
  append_member(out, "status", wire_name(execution.status));
  append_details(out, execution);
  append_times(out, execution);
  append_member(out, "executionNumber", std::int64_t{execution.number});
  const ServerTime timeout = timeout_of(execution);
  if (timeout != never && is_pending(execution.status)) {
    append_member(out, "approximateSecondsBeforeTimedOut",
                  std::max<std::int64_t>(0, (timeout.unix_ms - now.unix_ms) / 1000));
  }
}

void append_summary(std::string& out, const ExecutionView& view) {
  out.push_back('{');
  append_member(out, "jobId", view.job_id);
  append_times(out, view.execution);
  append_member(out, "executionNumber", std::int64_t{view.execution.number});
  out.push_back('}');
}

void append_state(std::string& out, const Execution& execution) {
  out.push_back('{');
  append_member(out, "status", wire_name(execution.status));
  append_details(out, execution);
  append_member(out, "versionNumber", std::int64_t{execution.version_no});
  out.push_back('}');
}

std::string rejected_payload(const Rejection& rejection, const Request& request, ServerTime now) {
  std::string out = "{";
  append_member(out, "code", wire_name(rejection.code));
  append_member(out, "message", std::string_view{rejection.message});
  append_member(out, "timestamp", seconds_of(now));
  if (request.client_token.is_given()) {
    append_member(out, "clientToken", std::string_view{request.client_token.value});
  }
  if (rejection.state != nullptr) {
    append_key(out, "executionState");
    append_state(out, *rejection.state);
  }
  out.push_back('}');
  return out;
}

}  // namespace cartstorm::broker::jobs
