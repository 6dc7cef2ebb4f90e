#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <span>

#include "broker-mock/base/json_append.hpp"
#include "broker-mock/iot/job_view.hpp"
#include "broker-mock/iot/operations.hpp"
#include "broker-mock/jobs/status_details.hpp"

/// Job executions, seen and changed from the cloud's side.
namespace cartstorm::broker::iot {
namespace {

http::Response no_execution_of(const Call& call) {
  return not_found(fmt::format("no execution of job {} for thing {}", call.name(1), call.name(0)));
}

/// Also of a thing that was deleted: its executions are history.
std::optional<ThingId> thing_of(const Surroundings& around, const std::string& name) {
  return around.things.find(name);
}

/// The status that a list is narrowed to; empty for all.
std::optional<JobStatus> wanted_status(Call& call) {
  const std::string text = call.query_text("status");
  if (text.empty()) return std::nullopt;
  const auto status = jobs::parse_job_status(text);
  if (!status) call.fail("status is no job execution status");
  return status;
}

std::uint32_t number_of(std::string_view text) {
  std::uint32_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// A page of executions, in the order in which they were queued.
template <class Takes, class Append>
http::Response list(const Surroundings& around, const Page& page, std::string_view name,
                    std::span<const std::uint32_t> ids, Takes takes, Append append) {
  std::string out = "{\"executionSummaries\":[";
  std::size_t listed = 0;
  std::uint32_t last = 0;
  const auto begin = page.after.empty()
                         ? ids.begin()
                         : std::upper_bound(ids.begin(), ids.end(), number_of(page.after));
  for (auto id = begin; id != ids.end(); ++id) {
    const jobs::Execution& execution = around.engine.execution(*id);
    if (!takes(execution)) continue;
    if (listed == page.size) {
      out.push_back(']');
      append_member(out, "nextToken", std::string_view{page_token(name, std::to_string(last))});
      out.push_back('}');
      return answer(std::move(out));
    }
    if (listed++ > 0) out.push_back(',');
    last = *id;
    append(out, execution);
  }
  out.append("]}");
  return answer(std::move(out));
}

}  // namespace

http::Response describe_job_execution(const Surroundings& around, Call& call) {
  const auto number = call.query_whole("executionNumber", 0, any_number);
  if (!call.error().empty()) return bad_request(call.error());
  const auto thing = thing_of(around, call.name(0));
  if (!thing) return no_execution_of(call);
  const jobs::Execution* found = nullptr;
  for (const std::uint32_t id : around.engine.executions_of(*thing)) {
    const jobs::Execution& execution = around.engine.execution(id);
    if (around.engine.job_of(execution).spec.id != call.name(1)) continue;
    if (!number || *number == execution.number) found = &execution;
  }
  if (found == nullptr) return no_execution_of(call);
  std::string out = "{";
  append_key(out, "execution");
  append_execution(out, around.engine.view(*found), around.settings.account, call.now());
  out.push_back('}');
  return answer(std::move(out));
}

http::Response cancel_job_execution(const Surroundings& around, Call& call) {
  jobs::CancelExecution how;
  how.force = call.query_flag("force");
  Reader body = call.body();
  how.expected_version = body.whole("expectedVersion", 0, any_number);
  if (const auto details = body.map("statusDetails")) {
    std::string object = "{";
    // Keys are held to their alphabet by the same reader that reads those of devices.
    for (const auto& [key, value] : *details) {
      if (object.size() > 1) object.push_back(',');
      append_json_string(object, key);
      object.push_back(':');
      append_json_string(object, value);
    }
    object.push_back('}');
    jobs::StatusDetails parsed;
    if (auto what = jobs::parse_status_details(object, around.engine.knobs(), parsed);
        !what.empty()) {
      call.fail(std::move(what));
    }
    how.details = std::move(parsed);
  }
  if (!call.error().empty()) return bad_request(call.error());
  const auto thing = thing_of(around, call.name(0));
  if (!thing) return no_execution_of(call);
  if (const auto refused = around.engine.cancel_execution(call.name(1), *thing, how, call.now())) {
    return refuse(refused);
  }
  return done();
}

http::Response delete_job_execution(const Surroundings& around, Call& call) {
  const bool force = call.query_flag("force");
  if (!call.error().empty()) return bad_request(call.error());
  const auto thing = thing_of(around, call.name(0));
  std::uint32_t number = 0;
  const std::string& text = call.name(2);
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc{} || read.ptr != end) {
    return bad_request("executionNumber is not a whole number");
  }
  if (!thing) return no_execution_of(call);
  if (const auto refused =
          around.engine.remove_execution(call.name(1), *thing, number, force, call.now())) {
    return refuse(refused);
  }
  return done();
}

http::Response list_job_executions_for_job(const Surroundings& around, Call& call) {
  const std::string list_name = "executions of job " + call.name(0);
  const Page page = call.page(list_name);
  const auto status = wanted_status(call);
  if (!call.error().empty()) return bad_request(call.error());
  const jobs::Job* const job = around.engine.job(call.name(0));
  if (job == nullptr) return not_found(fmt::format("no job {}", call.name(0)));
  return list(
      around, page, list_name, job->executions,
      [&](const jobs::Execution& execution) { return !status || execution.status == *status; },
      [&](std::string& out, const jobs::Execution& execution) {
        const std::string arn = arn_of(around.settings.account,
                                       {ResourceKind::thing, around.things.name(execution.thing)});
        out.push_back('{');
        append_member(out, "thingArn", std::string_view{arn});
        append_key(out, "jobExecutionSummary");
        append_execution_summary(out, execution);
        out.push_back('}');
      });
}

http::Response list_job_executions_for_thing(const Surroundings& around, Call& call) {
  const std::string list_name = "executions of thing " + call.name(0);
  const Page page = call.page(list_name);
  const auto status = wanted_status(call);
  const std::string job_id = call.query_text("jobId");
  if (!call.error().empty()) return bad_request(call.error());
  const auto thing = thing_of(around, call.name(0));
  if (!thing ||
      (!around.things.is_registered(*thing) && around.engine.executions_of(*thing).empty())) {
    return not_found(fmt::format("no thing {}", call.name(0)));
  }
  return list(
      around, page, list_name, around.engine.executions_of(*thing),
      [&](const jobs::Execution& execution) {
        return (!status || execution.status == *status) &&
               (job_id.empty() || around.engine.job_of(execution).spec.id == job_id);
      },
      [&](std::string& out, const jobs::Execution& execution) {
        out.push_back('{');
        append_member(out, "jobId", std::string_view{around.engine.job_of(execution).spec.id});
        append_key(out, "jobExecutionSummary");
        append_execution_summary(out, execution);
        out.push_back('}');
      });
}

}  // namespace cartstorm::broker::iot
