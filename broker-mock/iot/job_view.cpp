#include "broker-mock/iot/job_view.hpp"

#include <fmt/format.h>

#include "broker-mock/base/json_append.hpp"
#include "broker-mock/base/time_text.hpp"
#include "broker-mock/iot/events.hpp"

namespace cartstorm::broker::iot {
namespace {

using std::string_view;

void append_flag(std::string& out, string_view key, bool is_set) {
  append_key(out, key);
  out.append(is_set ? "true" : "false");
}

void append_text(std::string& out, string_view key, const std::string& text) {
  if (!text.empty()) append_member(out, key, string_view{text});
}

void append_number(std::string& out, string_view key, std::uint32_t number) {
  append_member(out, key, std::int64_t{number});
}

/// 525 hundredths are `5.25`, 500 are `5`.
void append_decimal(std::string& out, string_view key, std::uint32_t scaled, std::uint32_t scale) {
  append_key(out, key);
  out.append(fmt::format("{}", static_cast<double>(scaled) / scale));
}

void append_texts(std::string& out, string_view key, const std::vector<std::string>& texts) {
  append_key(out, key);
  out.push_back('[');
  for (const std::string& text : texts) {
    if (out.back() != '[') out.push_back(',');
    append_json_string(out, text);
  }
  out.push_back(']');
}

void append_rate(std::string& out, const jobs::RolloutRate& rate) {
  append_key(out, "jobExecutionsRolloutConfig");
  out.push_back('{');
  append_number(out, "maximumPerMinute", rate.maximum_per_minute);
  if (rate.exponential) {
    append_key(out, "exponentialRate");
    out.push_back('{');
    append_number(out, "baseRatePerMinute", rate.exponential->base_per_minute);
    append_decimal(out, "incrementFactor", rate.exponential->factor_tenths, 10);
    append_key(out, "rateIncreaseCriteria");
    out.push_back('{');
    if (const auto things = rate.exponential->notified_things; things != 0) {
      append_number(out, "numberOfNotifiedThings", things);
    }
    if (const auto things = rate.exponential->succeeded_things; things != 0) {
      append_number(out, "numberOfSucceededThings", things);
    }
    out.append("}}");
  }
  out.push_back('}');
}

constexpr string_view word(jobs::AbortFailure failure) {
  constexpr string_view words[] = {"FAILED", "REJECTED", "TIMED_OUT", "ALL"};
  return words[static_cast<std::size_t>(failure)];
}
constexpr string_view word(jobs::FailureType failure) {
  constexpr string_view words[] = {"FAILED", "TIMED_OUT", "ALL"};
  return words[static_cast<std::size_t>(failure)];
}
constexpr string_view word(jobs::EndBehavior behavior) {
  constexpr string_view words[] = {"STOP_ROLLOUT", "CANCEL", "FORCE_CANCEL"};
  return words[static_cast<std::size_t>(behavior)];
}

/// `,"key":{"criteriaList":[...]}`, or nothing without criteria.
template <class Criteria, class Append>
void append_criteria(std::string& out, string_view key, const Criteria& criteria, Append append) {
  if (criteria.empty()) return;
  append_key(out, key);
  out.append("{\"criteriaList\":[");
  for (const auto& criterion : criteria) {
    if (out.back() != '[') out.push_back(',');
    out.push_back('{');
    append(criterion);
    out.push_back('}');
  }
  out.append("]}");
}

void append_url_config(std::string& out, const jobs::JobSpec& spec) {
  const jobs::JobSettings& settings = *spec.settings;
  if (settings.role_arn.empty() && !settings.has_url_expiry) return;
  append_key(out, "presignedUrlConfig");
  out.push_back('{');
  append_text(out, "roleArn", settings.role_arn);
  if (settings.has_url_expiry) append_number(out, "expiresInSec", spec.url_expires_s);
  out.push_back('}');
}

void append_schedule(std::string& out, const jobs::Schedule& schedule) {
  append_key(out, "schedulingConfig");
  out.push_back('{');
  append_text(out, "startTime", schedule.start_text);
  append_text(out, "endTime", schedule.end_text);
  if (schedule.has_behavior) append_member(out, "endBehavior", word(schedule.behavior));
  out.push_back('}');
}

void append_settings(std::string& out, const jobs::JobSpec& spec) {
  if (spec.settings != nullptr) append_url_config(out, spec);
  if (spec.settings != nullptr && spec.settings->rate) append_rate(out, *spec.settings->rate);
  if (spec.settings != nullptr) {
    append_criteria(
        out, "abortConfig", spec.settings->aborts, [&](const jobs::AbortCriterion& criterion) {
          append_member(out, "failureType", word(criterion.failure));
          append_member(out, "action", string_view{"CANCEL"});
          append_decimal(out, "thresholdPercentage", criterion.threshold_hundredths, 100);
          append_number(out, "minNumberOfExecutedThings", criterion.min_executed);
        });
  }
  if (spec.in_progress_timeout_min != 0) {
    append_key(out, "timeoutConfig");
    out.push_back('{');
    append_number(out, "inProgressTimeoutInMinutes", spec.in_progress_timeout_min);
    out.push_back('}');
  }
  append_criteria(out, "jobExecutionsRetryConfig", spec.retries,
                  [&](const jobs::RetryCriterion& criterion) {
                    append_member(out, "failureType", word(criterion.failure_type));
                    append_number(out, "numberOfRetries", criterion.retries);
                  });
  if (spec.settings != nullptr && spec.settings->schedule) {
    append_schedule(out, *spec.settings->schedule);
  }
}

std::string job_arn(const jobs::Job& job, const Account& account) {
  return arn_of(account, {ResourceKind::job, job.spec.id});
}

void append_job_times(std::string& out, const jobs::Job& job) {
  append_time(out, "createdAt", job.created_at);
  append_time(out, "lastUpdatedAt", job.updated_at);
  if (job.completed_at != never) append_time(out, "completedAt", job.completed_at);
}

void append_times(std::string& out, const jobs::Execution& execution) {
  append_time(out, "queuedAt", execution.queued_at);
  if (execution.started_at != never) append_time(out, "startedAt", execution.started_at);
  append_time(out, "lastUpdatedAt", execution.updated_at);
  append_number(out, "executionNumber", execution.number);
}

}  // namespace

void append_time(std::string& out, string_view key, ServerTime time) {
  append_member(out, key, floor_div(time.unix_ms, 1000));
  const std::int64_t ms = time.unix_ms - floor_div(time.unix_ms, 1000) * 1000;
  if (ms != 0) out.append(fmt::format(".{:03}", ms));
}

bool is_continuous(const jobs::Job& job) {
  return job.spec.settings != nullptr &&
         job.spec.settings->selection == jobs::TargetSelection::continuous;
}

bool is_concurrent(const jobs::Job& job) {
  return job.campaign != nullptr && job.campaign->is_waiting() &&
         job.state == jobs::JobState::in_progress;
}

std::vector<std::string> target_arns(const jobs::Job& job, const Things& things,
                                     const Account& account) {
  if (!job.spec.group.empty()) {
    return {arn_of(account, {ResourceKind::thing_group, job.spec.group})};
  }
  if (job.spec.settings != nullptr && !job.spec.settings->target_arns.empty()) {
    return job.spec.settings->target_arns;
  }
  std::vector<std::string> arns;
  for (const ThingId thing : job.spec.targets) {
    arns.push_back(arn_of(account, {ResourceKind::thing, things.name(thing)}));
  }
  return arns;
}

void append_job(std::string& out, const jobs::Job& job, const Things& things,
                const Account& account) {
  out.push_back('{');
  append_member(out, "jobArn", string_view{job_arn(job, account)});
  append_member(out, "jobId", string_view{job.spec.id});
  append_member(out, "targetSelection",
                string_view{is_continuous(job) ? "CONTINUOUS" : "SNAPSHOT"});
  append_member(out, "status", jobs::wire_name(job.state));
  if (job.is_force_canceled) append_flag(out, "forceCanceled", true);
  append_text(out, "reasonCode", job.reason_code);
  append_text(out, "comment", job.comment);
  const std::vector<std::string> targets = target_arns(job, things, account);
  append_texts(out, "targets", targets);
  if (job.spec.settings != nullptr) append_text(out, "description", job.spec.settings->description);
  append_settings(out, job.spec);
  append_job_times(out, job);
  append_flag(out, "isConcurrent", is_concurrent(job));
  append_key(out, "jobProcessDetails");
  out.push_back('{');
  if (is_concurrent(job)) append_texts(out, "processingTargets", targets);
  append_process_counts(out, job);
  out.append("}}");
}

void append_job_summary(std::string& out, const jobs::Job& job, const Account& account) {
  out.push_back('{');
  append_member(out, "jobArn", string_view{job_arn(job, account)});
  append_member(out, "jobId", string_view{job.spec.id});
  append_member(out, "targetSelection",
                string_view{is_continuous(job) ? "CONTINUOUS" : "SNAPSHOT"});
  append_member(out, "status", jobs::wire_name(job.state));
  append_job_times(out, job);
  append_flag(out, "isConcurrent", is_concurrent(job));
  out.push_back('}');
}

std::string job_answer(const jobs::Job& job, const Account& account) {
  std::string out = "{";
  append_member(out, "jobArn", string_view{job_arn(job, account)});
  append_member(out, "jobId", string_view{job.spec.id});
  if (job.spec.settings != nullptr) append_text(out, "description", job.spec.settings->description);
  out.push_back('}');
  return out;
}

void append_execution(std::string& out, const jobs::ExecutionView& view, const Account& account,
                      ServerTime now) {
  const jobs::Execution& execution = view.execution;
  out.push_back('{');
  append_member(out, "jobId", view.job_id);
  append_member(out, "status", jobs::wire_name(execution.status));
  if (execution.is_force_canceled) append_flag(out, "forceCanceled", true);
  if (!execution.details.json.empty()) {
    append_key(out, "statusDetails");
    out.append("{\"detailsMap\":").append(execution.details.json).push_back('}');
  }
  append_member(out, "thingArn",
                string_view{arn_of(account, {ResourceKind::thing, view.thing_name})});
  append_times(out, execution);
  append_member(out, "versionNumber", std::int64_t{execution.version_no});
  const ServerTime timeout = jobs::timeout_of(execution);
  if (timeout != never && jobs::is_pending(execution.status)) {
    append_member(out, "approximateSecondsBeforeTimedOut",
                  std::max<std::int64_t>(0, (timeout.unix_ms - now.unix_ms) / 1000));
  }
  out.push_back('}');
}

void append_execution_summary(std::string& out, const jobs::Execution& execution) {
  out.push_back('{');
  append_member(out, "status", jobs::wire_name(execution.status));
  append_times(out, execution);
  append_number(out, "retryAttempt", execution.retry_attempt);
  out.push_back('}');
}

}  // namespace cartstorm::broker::iot
