#include "broker-mock/iot/data_plane.hpp"

#include <charconv>
#include <optional>
#include <string>
#include <utility>

#include "broker-mock/base/json_append.hpp"
#include "broker-mock/http/uri.hpp"
#include "broker-mock/iot/failure.hpp"
#include "broker-mock/iot/names.hpp"
#include "broker-mock/jobs/replies.hpp"

namespace cartstorm::broker::iot {
namespace {

using jobs::Api;
using jobs::RejectionCode;

constexpr std::size_t max_body_bytes = 128 * 1024;
constexpr ThingId no_thing{0xffffffffU};

http::Response refuse_data(Failure failure, std::string_view message, std::string_view more = {}) {
  return refuse(Plane::data, failure, message, more);
}

/// What a method and a path mean; empty names and `unknown` for nothing that is served.
struct Addressed {
  Api api = Api::unknown;
  std::string thing, job;
};

/// Segments are decoded after they were told apart: `$next` comes as it is or as `%24next`.
std::optional<Addressed> parse_route(const http::Request& request, std::string_view path) {
  const auto segments = http::segments_of(path);
  if (segments.size() < 3 || segments.size() > 4 || segments[0] != "things" ||
      segments[2] != "jobs") {
    return Addressed{};
  }
  auto thing = http::decoded(segments[1]);
  auto job = segments.size() == 4 ? http::decoded(segments[3]) : std::string{};
  if (!thing || !job) return std::nullopt;
  Addressed route{Api::unknown, std::move(*thing), std::move(*job)};
  if (segments.size() == 3) {
    if (request.method == "GET") route.api = Api::get_pending;
  } else if (request.method == "GET") {
    route.api = Api::describe;
  } else if (request.method == "PUT" && route.job == "$next") {
    route.api = Api::start_next;
  } else if (request.method == "POST") {
    route.api = Api::update;
  }
  return route;
}

Failure failure_of(RejectionCode code) {
  switch (code) {
    case RejectionCode::invalid_topic:
    case RejectionCode::invalid_json:
    case RejectionCode::invalid_request:
      return Failure::invalid_request;
    case RejectionCode::resource_not_found:
      return Failure::not_found;
    // The model has no exception for a version of its own (reference section 2.1).
    case RejectionCode::version_mismatch:
    case RejectionCode::invalid_state_transition:
      return Failure::state;
    case RejectionCode::request_throttled:
      return Failure::throttled;
    case RejectionCode::terminal_state_reached:
      return Failure::terminal;
  }
  return Failure::invalid_request;
}

/// Renders answers as REST has them.
class RestCaller final : public jobs::Caller {
 public:
  RestCaller(jobs::Engine& engine, ServerTime now) : engine_{engine}, now_{now} {}

  void accepted(const jobs::Answer& is) override {
    std::string out = "{";
    if (is.api == Api::get_pending) {
      append_list(out, "inProgressJobs", is, JobStatus::in_progress);
      append_list(out, "queuedJobs", is, JobStatus::queued);
    } else if (is.api == Api::update) {
      if (is.has_state) {
        append_key(out, "executionState");
        jobs::append_state(out, *is.execution);
      }
      append_document(out, is);
    } else if (is.execution != nullptr) {
      append_key(out, "execution");
      jobs::append_execution(out, engine_.view(*is.execution), now_);
      append_document(out, is);
      out.push_back('}');
    }
    out.push_back('}');
    response = answer(std::move(out));
  }
  void rejected(const jobs::Rejection& rejection) override {
    std::string more;
    if (rejection.state != nullptr) {
      more.append(",\"executionState\":");
      jobs::append_state(more, *rejection.state);
    }
    response = refuse_data(failure_of(rejection.code), rejection.message, more);
  }

  http::Response response;

 private:
  void append_document(std::string& out, const jobs::Answer& is) {
    if (!is.has_document) return;
    std::string document;
    engine_.append_document(document, *is.execution, now_);
    append_member(out, "jobDocument", std::string_view{document});
  }
  void append_list(std::string& out, std::string_view key, const jobs::Answer& is,
                   JobStatus status) {
    append_key(out, key);
    out.push_back('[');
    for (const std::uint32_t id : is.pending) {
      if (engine_.execution(id).status != status) continue;
      if (out.back() != '[') out.push_back(',');
      jobs::append_summary(out, engine_.view(engine_.execution(id)));
    }
    out.push_back(']');
  }

  jobs::Engine& engine_;
  ServerTime now_;
};

/// DescribeJobExecution has its members in the query. The document is left out unless asked for:
/// the opposite of MQTT.
void read_query(const http::QueryPairs& query, jobs::Request& request) {
  using Flag = jobs::Member<bool>::Is;
  using Number = jobs::Member<std::int64_t>::Is;
  request.include_document = {Flag::given, false};
  for (const auto& [name, value] : query) {
    if (name == "includeJobDocument") {
      const bool is_boolean = value == "true" || value == "false";
      request.include_document = {is_boolean ? Flag::given : Flag::wrong, value == "true"};
    } else if (name == "executionNumber") {
      auto& number = request.execution_number;
      const char* const end = value.data() + value.size();
      const auto read = std::from_chars(value.data(), end, number.value);
      const bool is_number = !value.empty() && read.ec == std::errc{} && read.ptr == end;
      number.is = is_number ? Number::given : Number::wrong;
    }
  }
}

}  // namespace

http::Response DataPlane::handle(const http::Request& request, ServerTime now) {
  const http::Target target = http::split_target(request.target);
  const auto route = parse_route(request, target.path);
  const auto query = http::parse_query(target.query);
  if (!route || !query) {
    return refuse_data(Failure::invalid_request, "The path or the query holds a broken escape");
  }
  if (route->api == Api::unknown) {
    return refuse_data(Failure::unknown_operation, "No operation has this path");
  }
  if (!is_registry_name(route->thing)) {
    return refuse_data(Failure::invalid_request, "thingName is not [a-zA-Z0-9:_-]{1,128}");
  }
  const bool is_next = route->job == "$next" && route->api == Api::describe;
  if ((route->api == Api::describe || route->api == Api::update) && !is_next &&
      !jobs::is_job_id(route->job)) {
    return refuse_data(Failure::invalid_request, "jobId is not [a-zA-Z0-9_-]{1,64}");
  }
  jobs::Request asked;
  const bool has_body = route->api == Api::start_next || route->api == Api::update;
  if (has_body && (request.body.size() > max_body_bytes ||
                   !jobs::parse_request(request.body, engine_.knobs(), asked))) {
    return refuse_data(Failure::invalid_request, "The body is not a JSON object");
  }
  if (route->api == Api::describe) read_query(*query, asked);
  RestCaller caller{engine_, now};
  const auto thing = things_.find(route->thing);
  // A name that nobody ever had is answered like a thing that has no executions.
  engine_.call(thing.value_or(no_thing), route->api, route->job, asked, caller, now);
  return std::move(caller.response);
}

}  // namespace cartstorm::broker::iot
