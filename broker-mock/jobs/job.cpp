#include "broker-mock/jobs/job.hpp"

#include <algorithm>

namespace cartstorm::broker::jobs {

std::string_view wire_name(JobStatus status) {
  switch (status) {
    case JobStatus::queued:
      return "QUEUED";
    case JobStatus::in_progress:
      return "IN_PROGRESS";
    case JobStatus::succeeded:
      return "SUCCEEDED";
    case JobStatus::failed:
      return "FAILED";
    case JobStatus::rejected:
      return "REJECTED";
    case JobStatus::timed_out:
      return "TIMED_OUT";
    case JobStatus::canceled:
      return "CANCELED";
    case JobStatus::removed:
      return "REMOVED";
  }
  return "";
}

std::string_view wire_name(JobState state) {
  switch (state) {
    case JobState::scheduled:
      return "SCHEDULED";
    case JobState::in_progress:
      return "IN_PROGRESS";
    case JobState::completed:
      return "COMPLETED";
    case JobState::canceled:
      return "CANCELED";
    case JobState::deleting:
    case JobState::deleted:
      return "DELETION_IN_PROGRESS";
  }
  return "";
}

std::optional<JobStatus> parse_job_status(std::string_view text) {
  for (std::size_t i = 0; i < job_statuses; ++i) {
    if (text == wire_name(static_cast<JobStatus>(i))) return static_cast<JobStatus>(i);
  }
  return std::nullopt;
}

bool is_job_id(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

}  // namespace cartstorm::broker::jobs
