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

/// Why a device's call is refused; MQTT spells it as `code`, REST as an exception.
enum class RejectionCode : std::uint8_t {
  invalid_topic,
  invalid_json,
  invalid_request,
  invalid_state_transition,
  resource_not_found,
  version_mismatch,
  request_throttled,
  terminal_state_reached,
};
/// `InvalidTopic` and the like.
std::string_view wire_name(RejectionCode code);

/// A refusal. `state` adds executionState.
struct Rejection {
  RejectionCode code{};
  std::string message;
  const Execution* state = nullptr;
};

/// What a device's call gets, before it becomes bytes.
struct Answer {
  Api api{};
  std::span<const std::uint32_t> pending{};  ///< of get_pending, in order, at most the limit
  const Execution* execution = nullptr;      ///< null: nothing is pending
  bool has_document = false;
  bool has_state = false;
};

/// Who asked: gets the answer before the notifications that follow from it go out.
class Caller {
 public:
  virtual ~Caller() = default;
  virtual void accepted(const Answer& answer) = 0;
  virtual void rejected(const Rejection& rejection) = 0;
};

std::string rejected_payload(const Rejection& rejection, const Request& request, ServerTime now);

/// When the running timer of an execution ends; `never` without one.
ServerTime timeout_of(const Execution& execution);

}  // namespace cartstorm::broker::jobs
