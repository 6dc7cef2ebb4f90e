#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "broker-mock/iot/names.hpp"
#include "broker-mock/jobs/engine.hpp"

/// Jobs and executions as the control plane shows them.
namespace cartstorm::broker::iot {

/// `,"key":1710072000.25`: epoch seconds, with a fraction if there is one.
void append_time(std::string& out, std::string_view key, ServerTime time);

/// ARNs of a job's targets, as given or as the service made them.
std::vector<std::string> target_arns(const jobs::Job& job, const Things& things,
                                     const Account& account);

/// The `job` object of DescribeJob.
void append_job(std::string& out, const jobs::Job& job, const Things& things,
                const Account& account);
/// An element of ListJobs.
void append_job_summary(std::string& out, const jobs::Job& job, const Account& account);

/// `{jobArn, jobId, description?}`: what most calls on a job answer.
std::string job_answer(const jobs::Job& job, const Account& account);

/// The `execution` object of DescribeJobExecution.
void append_execution(std::string& out, const jobs::ExecutionView& view, const Account& account,
                      ServerTime now);
/// `jobExecutionSummary`.
void append_execution_summary(std::string& out, const jobs::Execution& execution);

bool is_continuous(const jobs::Job& job);
/// New executions are still to come or old ones still to be cancelled.
bool is_concurrent(const jobs::Job& job);

}  // namespace cartstorm::broker::iot
