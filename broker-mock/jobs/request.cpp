#include "broker-mock/jobs/request.hpp"

#include "broker-mock/base/json_scan.hpp"
#include "broker-mock/jobs/status_details.hpp"

namespace cartstorm::broker::jobs {
namespace {

/// The embedded C library writes `"expectedVersion":"1"`, the SDKs write `1`.
bool number_of(ObjectScan& scan, bool accepts_text, std::int64_t& number) {
  if (scan.value().kind == JsonKind::integer) {
    number = scan.value().integer;
    return true;
  }
  if (!accepts_text || scan.value().kind != JsonKind::string) return false;
  const std::string_view text = scan.text();
  if (text.empty() || text.size() > 15) return false;
  number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
    number = number * 10 + (c - '0');
  }
  return true;
}

/// A second mention of a member is refused, not resolved: the two sides might resolve differently.
template <class T>
void settle(Member<T>& member, bool is_valid) {
  using Is = typename Member<T>::Is;
  member.is = is_valid && member.is == Is::absent ? Is::given : Is::wrong;
}

void read_number(ObjectScan& scan, Member<std::int64_t>& member, bool accepts_text = false) {
  settle(member, number_of(scan, accepts_text, member.value));
}

void read_boolean(ObjectScan& scan, Member<bool>& member) {
  member.value = scan.value().boolean;
  settle(member, scan.value().kind == JsonKind::boolean);
}

void read_text(ObjectScan& scan, Member<std::string>& member) {
  const bool is_text = scan.value().kind == JsonKind::string;
  if (is_text) member.value = scan.text();
  settle(member, is_text);
}

void read_details(ObjectScan& scan, const Knobs& knobs, Request& request) {
  request.details_error = scan.value().kind == JsonKind::object
                              ? parse_status_details(scan.value().raw, knobs, request.details.value)
                              : "statusDetails is not an object";
  settle(request.details, request.details_error.empty());
  if (request.details.is_wrong() && request.details_error.empty()) {
    request.details_error = "statusDetails is given twice";
  }
}

}  // namespace

Route parse_topic(std::string_view suffix) {
  if (suffix == "get") return {Api::get_pending, {}};
  if (suffix == "start-next") return {Api::start_next, {}};
  if (suffix == "notify" || suffix == "notify-next" || suffix.ends_with("/accepted") ||
      suffix.ends_with("/rejected")) {
    return {Api::not_a_request, {}};
  }
  const std::size_t slash = suffix.find('/');
  if (slash == std::string_view::npos) return {};
  const std::string_view job_id = suffix.substr(0, slash), verb = suffix.substr(slash + 1);
  if (verb == "get" && (job_id == "$next" || is_job_id(job_id))) return {Api::describe, job_id};
  if (verb == "update" && is_job_id(job_id)) return {Api::update, job_id};
  return {};
}

bool parse_request(std::string_view payload, const Knobs& knobs, Request& request) {
  if (payload.empty()) return true;
  ObjectScan scan{payload};
  while (scan.next()) {
    const std::string_view key = scan.key();
    if (key == "clientToken") {
      read_text(scan, request.client_token);
    } else if (key == "status") {
      read_text(scan, request.status);
    } else if (key == "statusDetails") {
      read_details(scan, knobs, request);
    } else if (key == "executionNumber") {
      read_number(scan, request.execution_number);
    } else if (key == "expectedVersion") {
      read_number(scan, request.expected_version, true);
    } else if (key == "stepTimeoutInMinutes") {
      read_number(scan, request.step_timeout_min);
    } else if (key == "includeJobDocument") {
      read_boolean(scan, request.include_document);
    } else if (key == "includeJobExecutionState") {
      read_boolean(scan, request.include_state);
    }
  }
  return scan.is_valid();
}

}  // namespace cartstorm::broker::jobs
