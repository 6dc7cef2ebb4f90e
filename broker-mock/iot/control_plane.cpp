#include "broker-mock/iot/control_plane.hpp"

#include <algorithm>
#include <array>

#include "broker-mock/base/time_text.hpp"
#include "broker-mock/iot/operations.hpp"

namespace cartstorm::broker::iot {
namespace {

/// A variable segment of a path.
constexpr std::string_view any = "*";

struct Route {
  std::string_view method;
  std::array<std::string_view, 6> path;  ///< unused ones are empty
  Operation operation;
};

constexpr Route routes[] = {
    {"PUT", {"jobs", any}, create_job},
    {"GET", {"jobs", any}, describe_job},
    {"PATCH", {"jobs", any}, update_job},
    {"PUT", {"jobs", any, "cancel"}, cancel_job},
    {"DELETE", {"jobs", any}, delete_job},
    {"GET", {"jobs"}, list_jobs},
    {"GET", {"jobs", any, "job-document"}, get_job_document},
    {"POST", {"jobs", any, "targets"}, associate_targets_with_job},
    {"GET", {"things", any, "jobs", any}, describe_job_execution},
    {"PUT", {"things", any, "jobs", any, "cancel"}, cancel_job_execution},
    {"DELETE", {"things", any, "jobs", any, "executionNumber", any}, delete_job_execution},
    {"GET", {"jobs", any, "things"}, list_job_executions_for_job},
    {"GET", {"things", any, "jobs"}, list_job_executions_for_thing},
    {"POST", {"things", any}, create_thing},
    {"GET", {"things", any}, describe_thing},
    {"PATCH", {"things", any}, update_thing},
    {"DELETE", {"things", any}, delete_thing},
    {"GET", {"things"}, list_things},
    {"PUT", {"thing-groups", "addThingToThingGroup"}, add_thing_to_thing_group},
    {"PUT", {"thing-groups", "removeThingFromThingGroup"}, remove_thing_from_thing_group},
    {"POST", {"thing-groups", any}, create_thing_group},
    {"GET", {"thing-groups", any}, describe_thing_group},
    {"PATCH", {"thing-groups", any}, update_thing_group},
    {"DELETE", {"thing-groups", any}, delete_thing_group},
    {"GET", {"thing-groups"}, list_thing_groups},
    {"GET", {"thing-groups", any, "things"}, list_things_in_thing_group},
    {"GET", {"things", any, "thing-groups"}, list_thing_groups_for_thing},
    {"GET", {"endpoint"}, describe_endpoint},
    {"POST", {"tags"}, tag_resource},
    {"POST", {"untag"}, untag_resource},
    {"GET", {"tags"}, list_tags_for_resource},
};

bool matches(const Route& route, std::string_view method,
             const std::vector<std::string_view>& segments) {
  if (route.method != method || segments.size() > route.path.size()) return false;
  for (std::size_t i = 0; i < route.path.size(); ++i) {
    if (i >= segments.size()) return route.path[i].empty();
    const bool fits = route.path[i] == any ? !segments[i].empty() : route.path[i] == segments[i];
    if (route.path[i].empty() || !fits) return false;
  }
  return true;
}

/// Empty if an escape is broken.
std::optional<std::vector<std::string>> names_of(const Route& route,
                                                 const std::vector<std::string_view>& segments) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    if (route.path[i] != any) continue;
    auto name = http::decoded(segments[i]);
    if (!name) return std::nullopt;
    names.push_back(std::move(*name));
  }
  return names;
}

}  // namespace

/// Calls of one operation within one second of server time.
bool ControlPlane::is_throttled(std::size_t operation, ServerTime now) {
  if (settings_.calls_per_s == 0) return false;
  Tally& tally = tallies_[operation];
  const std::int64_t second = floor_div(now.unix_ms, 1000);
  if (tally.second != second) tally = {second, 0};
  return ++tally.calls > settings_.calls_per_s;
}

http::Response ControlPlane::handle(const http::Request& request, ServerTime now) {
  const http::Target target = http::split_target(request.target);
  const std::vector<std::string_view> segments = http::segments_of(target.path);
  const auto* const route = std::find_if(
      std::begin(routes), std::end(routes),
      [&](const Route& candidate) { return matches(candidate, request.method, segments); });
  if (route == std::end(routes)) {
    return refuse(Plane::control, Failure::unknown_operation, "No operation has this path");
  }
  auto names = names_of(*route, segments);
  auto query = http::parse_query(target.query);
  if (!names || !query) return bad_request("The path or the query holds a broken escape");
  auto body = parse_body(request.body);
  if (!body) return bad_request("The body is not a JSON object");
  const auto operation = static_cast<std::size_t>(route - std::begin(routes));
  if (is_throttled(operation, now)) {
    return refuse(Plane::control, Failure::throttled, "Rate exceeded");
  }
  Call call{std::move(*names), std::move(*query), std::move(*body), now};
  return route->operation(around_, call);
}

}  // namespace cartstorm::broker::iot
