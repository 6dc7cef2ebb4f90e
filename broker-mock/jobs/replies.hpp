#pragma once
#include <span>
#include <string>
#include <string_view>

#include "broker-mock/jobs/job.hpp"
#include "broker-mock/jobs/request.hpp"

namespace cartstorm::broker::jobs {

/// Whole seconds: every time on MQTT is one.
std::int64_t seconds_of(ServerTime time);

/// An execution with the names around it.
struct ExecutionView {
  const Execution& execution;
  std::string_view job_id;
  std::string_view thing_name;
};

/// `{"clientToken":...,"timestamp":...` : every reply begins so and the caller closes the brace.
std::string open_reply(const Request& request, ServerTime now);

/// Members of a JobExecution object up to its job document; the caller adds that and closes.
void append_execution(std::string& out, const ExecutionView& view, ServerTime now);

/// `{jobId, queuedAt, startedAt?, lastUpdatedAt, versionNumber, executionNumber}`.
void append_summary(std::string& out, const ExecutionView& view);

/// `{status, statusDetails?, versionNumber}`.
void append_state(std::string& out, const Execution& execution);

/// A refusal. `state` adds executionState.
struct Rejection {
  std::string_view code;
  std::string message;
  const Execution* state = nullptr;
};
std::string rejected_payload(const Rejection& rejection, const Request& request, ServerTime now);

/// When the running timer of an execution ends; `never` without one.
ServerTime timeout_of(const Execution& execution);

}  // namespace cartstorm::broker::jobs
