#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker-mock/cloud/facts.hpp"
#include "broker-mock/jobs/document.hpp"
#include "broker-mock/jobs/settings.hpp"

namespace cartstorm::broker::jobs {

/// Dense number of a job, given by Engine::create in order.
enum class JobNumber : std::uint32_t {};
inline constexpr JobNumber no_job{0xffffffffU};

/// What a job is made of. Its targets are fixed when it is created, unless it is continuous.
struct JobSpec {
  std::string id;        ///< `[a-zA-Z0-9_-]{1,64}`
  std::string document;  ///< a JSON object of at most 32,768 bytes, placeholders and all
  std::vector<ThingId> targets;
  std::uint32_t in_progress_timeout_min = 0;    ///< 1..10080; 0: no timer
  std::vector<RetryCriterion> retries;          ///< at most 2, at most 10 retries together
  std::uint32_t url_expires_s = 3600;           ///< 60..3600
  std::string group;                            ///< name of the thing group it is made on, if any
  std::shared_ptr<const JobSettings> settings;  ///< null: a plain snapshot job
};

/// Points that no source settles (reference section 8), with our defaults.
struct Knobs {
  bool terminal_update_is_terminal_state_reached = false;
  bool allow_queued_to_terminal = true;
  std::uint32_t list_limit = 10;
  std::uint32_t status_details_value_max = 1024;
  bool removes_of_deleted_thing = true;  ///< its open executions become REMOVED
  std::int64_t deletion_takes_ms = 0;    ///< how long a job is DELETION_IN_PROGRESS
};

/// Device calls a second, of each operation, that are answered; 0: all of them.
struct Quotas {
  std::uint32_t reads_per_s = 0;   ///< get, describe
  std::uint32_t writes_per_s = 0;  ///< start-next, update
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
  std::uint8_t retry_attempt = 0;
  bool is_superseded = false;  ///< a later execution of the same job and thing exists
  bool is_force_canceled = false;
  ServerTime queued_at, updated_at;
  ServerTime started_at = never;
  ServerTime in_progress_deadline = never, step_deadline = never;
  StatusDetails details;
};

enum class JobState : std::uint8_t {
  scheduled,
  in_progress,
  completed,
  canceled,
  deleting,
  deleted,
};

inline constexpr std::size_t job_statuses = 8;
using StatusCounts = std::array<std::uint32_t, job_statuses>;
constexpr std::size_t index(JobStatus status) { return static_cast<std::size_t>(status); }

/// How far a job with settings has come.
struct Campaign {
  std::vector<ThingId> waiting;  ///< targets that have no execution yet
  std::size_t released = 0;      ///< of them, from the front
  std::uint64_t notified = 0;
  PaceMaker pace;
  ServerTime next_release = never;
  bool has_ended = false;  ///< its endTime is over
  bool is_waiting() const { return released < waiting.size(); }
};

struct Job {
  JobSpec spec;
  DocumentTemplate document;
  JobState state = JobState::in_progress;
  bool is_force_canceled = false;
  std::vector<std::uint32_t> executions;  ///< ascending
  std::uint32_t pending = 0;
  StatusCounts counts{};      ///< of its executions by status
  StatusCounts superseded{};  ///< of those, whose thing has a later one
  ServerTime created_at, updated_at;
  ServerTime completed_at = never;
  ServerTime deleted_at = never;       ///< when DELETION_IN_PROGRESS is over
  std::unique_ptr<Campaign> campaign;  ///< null without settings
  std::string reason_code, comment;
};

constexpr bool is_pending(JobStatus status) {
  return status == JobStatus::queued || status == JobStatus::in_progress;
}

/// `IN_PROGRESS` and the like, as on the wire.
std::string_view wire_name(JobStatus status);
std::string_view wire_name(JobState state);
/// Empty for anything else.
std::optional<JobStatus> parse_job_status(std::string_view text);

/// `[a-zA-Z0-9_-]{1,64}`.
bool is_job_id(std::string_view text);

}  // namespace cartstorm::broker::jobs
