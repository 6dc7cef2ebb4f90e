#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "broker-mock/cloud/facts.hpp"
#include "broker-mock/jobs/document.hpp"

namespace cartstorm::broker::jobs {

/// Dense number of a job, given by Engine::create in order.
enum class JobNumber : std::uint32_t {};
inline constexpr JobNumber no_job{0xffffffffU};

/// Which terminal states a retry budget covers.
enum class FailureType : std::uint8_t { failed, timed_out, all };
struct RetryCriterion {
  FailureType failure_type = FailureType::all;
  std::uint32_t retries = 0;
};

/// A snapshot job: its targets are fixed when it is created.
struct JobSpec {
  std::string id;        ///< `[a-zA-Z0-9_-]{1,64}`
  std::string document;  ///< a JSON object of at most 32,768 bytes, placeholders and all
  std::vector<ThingId> targets;
  std::uint32_t in_progress_timeout_min = 0;  ///< 1..10080; 0: no timer
  std::vector<RetryCriterion> retries;        ///< at most 2, at most 10 retries together
  std::uint32_t url_expires_s = 3600;         ///< 60..3600
};

/// Points that no source settles (reference section 8), with our defaults.
struct Knobs {
  bool terminal_update_is_terminal_state_reached = false;
  bool allow_queued_to_terminal = true;
  bool notify_on_in_progress = false;
  std::uint32_t list_limit = 10;
  std::uint32_t status_details_value_max = 1024;
};

/// A validated statusDetails map.
struct StatusDetails {
  std::string json;    ///< `{"key":"value",...}` in the order given; empty when there are none
  std::string reason;  ///< value of `reason`, else empty
};

/// One thing's copy of a job.
struct Execution {
  JobNumber job = no_job;
  ThingId thing{};
  std::uint32_t number = 1;
  std::uint32_t version_no = 1;
  JobStatus status = JobStatus::queued;
  ServerTime queued_at, updated_at;
  ServerTime started_at = never;
  ServerTime in_progress_deadline = never, step_deadline = never;
  StatusDetails details;
};

enum class JobState : std::uint8_t { in_progress, completed, canceled, deleted };

struct Job {
  JobSpec spec;
  DocumentTemplate document;
  JobState state = JobState::in_progress;
  std::vector<std::uint32_t> executions;
  std::uint32_t pending = 0;
};

constexpr bool is_pending(JobStatus status) {
  return status == JobStatus::queued || status == JobStatus::in_progress;
}

/// `IN_PROGRESS` and the like, as on the wire.
std::string_view wire_name(JobStatus status);

/// `[a-zA-Z0-9_-]{1,64}`.
bool is_job_id(std::string_view text);

}  // namespace cartstorm::broker::jobs
