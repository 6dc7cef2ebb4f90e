#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "broker-mock/base/json_append.hpp"
#include "broker-mock/iot/job_body.hpp"
#include "broker-mock/iot/job_view.hpp"
#include "broker-mock/iot/operations.hpp"

/// Jobs: made and looked at.
namespace cartstorm::broker::iot {
namespace {

constexpr std::size_t max_document_bytes = 32'768;
constexpr std::string_view placeholder = "${aws:iot:s3-presigned-url";

http::Response no_job(std::string_view id) { return not_found(fmt::format("no job {}", id)); }

/// Exactly one of `document` and `documentSource`; the source is read now and never again.
std::optional<http::Response> read_document(const Surroundings& around, Reader& body,
                                            jobs::JobSpec& spec, jobs::JobSettings& settings) {
  const auto document = body.raw("document", max_document_bytes);
  const auto source = body.text("documentSource", 1, 1350);
  if (body.has("document") == body.has("documentSource")) {
    return bad_request("exactly one of document and documentSource must be given");
  }
  if (document) spec.document = *document;
  if (!source) return std::nullopt;
  const auto place = jobs::parse_s3_address(*source);
  if (!place) {
    return bad_request(
        "documentSource is not an S3 address like "
        "https://s3.us-east-1.amazonaws.com/bucket/key");
  }
  auto content = around.objects.read(*place, max_document_bytes + 1);
  if (!content) return bad_request("there is no object at documentSource");
  spec.document = std::move(*content);
  settings.document_source = *source;
  return std::nullopt;
}

/// Everything of the body but targets and document.
void read_settings(const Surroundings& around, Call& call, Reader& body, jobs::JobSpec& spec,
                   jobs::JobSettings& settings) {
  settings.description = body.text("description", 0, 2028).value_or("");
  const UrlConfig url = read_url_config(body);
  settings.role_arn = url.role_arn.value_or("");
  settings.has_url_expiry = url.expires_s.has_value();
  spec.url_expires_s = url.expires_s.value_or(spec.url_expires_s);
  settings.selection =
      body.choice<jobs::TargetSelection>("targetSelection", {"SNAPSHOT", "CONTINUOUS"})
          .value_or(jobs::TargetSelection::snapshot);
  settings.rate = read_rate(body);
  settings.aborts = read_aborts(body).value_or(settings.aborts);
  spec.in_progress_timeout_min = read_timeout(body).value_or(0);
  spec.retries = read_retries(body).value_or(spec.retries);
  settings.schedule = read_schedule(body, around.settings, call.now());
  if (body.has("jobTemplateArn"))
    body.fail("jobTemplateArn", "is not served: there are no templates");
}

http::Response exists_already(const Surroundings& around, const std::string& id) {
  const std::string arn = arn_of(around.settings.account, {ResourceKind::job, id});
  std::string more = ",";
  more.append("\"resourceId\":");
  append_json_string(more, id);
  append_member(more, "resourceArn", std::string_view{arn});
  return refuse(Plane::control, Failure::already_exists,
                fmt::format("job {} exists already; choose another id", id), more);
}

std::uint64_t job_number_of(std::string_view text) {
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// What ListJobs is asked for.
struct JobFilter {
  std::string status, selection, group;
  bool takes(const Surroundings& around, const jobs::Job& job) const {
    if (job.state == jobs::JobState::deleted) return false;
    if (!status.empty() && jobs::wire_name(job.state) != status) return false;
    if (!selection.empty() && (selection == "CONTINUOUS") != is_continuous(job)) return false;
    if (group.empty()) return true;
    const auto arns = target_arns(job, around.things, around.settings.account);
    const std::string arn = arn_of(around.settings.account, {ResourceKind::thing_group, group});
    return std::find(arns.begin(), arns.end(), arn) != arns.end();
  }
};

JobFilter read_filter(const Surroundings& around, Call& call) {
  JobFilter filter;
  filter.status = call.query_text("status");
  filter.selection = call.query_text("targetSelection");
  filter.group = call.query_text("thingGroupName");
  constexpr std::string_view statuses[] = {"",          "SCHEDULED", "IN_PROGRESS",
                                           "COMPLETED", "CANCELED",  "DELETION_IN_PROGRESS"};
  if (std::find(std::begin(statuses), std::end(statuses), filter.status) == std::end(statuses)) {
    call.fail("status is no job status");
  }
  if (!filter.selection.empty() && filter.selection != "SNAPSHOT" &&
      filter.selection != "CONTINUOUS") {
    call.fail("targetSelection must be one of SNAPSHOT, CONTINUOUS");
  }
  if (const std::string id = call.query_text("thingGroupId"); !id.empty()) {
    for (const auto& [name, number] : around.registry.groups()) {
      if (around.registry.group(number).id == id) filter.group = name;
    }
    if (filter.group.empty()) call.fail("thingGroupId names no thing group");
  }
  return filter;
}

}  // namespace

http::Response create_job(const Surroundings& around, Call& call) {
  jobs::JobSpec spec;
  auto settings = std::make_shared<jobs::JobSettings>();
  spec.id = call.name(0);
  if (!jobs::is_job_id(spec.id)) return bad_request("jobId is not [a-zA-Z0-9_-]{1,64}");
  Reader body = call.body();
  Targets targets;
  read_settings(around, call, body, spec, *settings);
  const std::vector<Tag> tags = body.tags("tags");
  auto refusal = read_targets(around, body, targets);
  if (!call.error().empty()) return bad_request(call.error());
  if (refusal) return *refusal;
  if (around.engine.job(spec.id) != nullptr) return exists_already(around, spec.id);
  if (refusal = read_document(around, body, spec, *settings); refusal) return *refusal;
  if (!call.error().empty()) return bad_request(call.error());
  if (spec.document.find(placeholder) != std::string::npos && settings->role_arn.empty()) {
    return bad_request(
        "a document with a presigned-URL placeholder needs presignedUrlConfig.roleArn");
  }
  spec.targets = std::move(targets.things);
  settings->groups = std::move(targets.groups);
  settings->target_arns = std::move(targets.arns);
  spec.settings = std::move(settings);
  jobs::JobNumber number{};
  const std::string id = spec.id;
  if (const auto refused = around.engine.create(spec, call.now(), number)) return refuse(refused);
  around.tags.add(arn_of(around.settings.account, {ResourceKind::job, id}), tags);
  return answer(job_answer(*around.engine.job(id), around.settings.account));
}

http::Response describe_job(const Surroundings& around, Call& call) {
  call.query_flag("beforeSubstitution");
  if (!call.error().empty()) return bad_request(call.error());
  const jobs::Job* const job = around.engine.job(call.name(0));
  if (job == nullptr) return no_job(call.name(0));
  std::string out = "{";
  if (job->spec.settings != nullptr && !job->spec.settings->document_source.empty()) {
    append_member(out, "documentSource", std::string_view{job->spec.settings->document_source});
  }
  append_key(out, "job");
  append_job(out, *job, around.things, around.settings.account);
  out.push_back('}');
  return answer(std::move(out));
}

http::Response get_job_document(const Surroundings& around, Call& call) {
  const jobs::Job* const job = around.engine.job(call.name(0));
  if (job == nullptr) return no_job(call.name(0));
  std::string out = "{";
  append_member(out, "document", std::string_view{job->spec.document});
  out.push_back('}');
  return answer(std::move(out));
}

http::Response list_jobs(const Surroundings& around, Call& call) {
  const Page page = call.page("jobs");
  const JobFilter filter = read_filter(around, call);
  if (!call.error().empty()) return bad_request(call.error());
  if (!filter.group.empty() && !around.registry.find_group(filter.group)) {
    return not_found(fmt::format("no thing group {}", filter.group));
  }
  const auto& jobs = around.engine.jobs();
  std::string out = "{\"jobs\":[";
  std::size_t listed = 0;
  std::string token;
  for (std::uint64_t i = page.after.empty() ? 0 : job_number_of(page.after) + 1; i < jobs.size();
       ++i) {
    if (!filter.takes(around, jobs[i])) continue;
    if (listed == page.size) {
      out.append("]");
      append_member(out, "nextToken", std::string_view{token});
      out.push_back('}');
      return answer(std::move(out));
    }
    if (listed++ > 0) out.push_back(',');
    append_job_summary(out, jobs[i], around.settings.account);
    if (listed == page.size) token = page_token("jobs", std::to_string(i));
  }
  out.append("]}");
  return answer(std::move(out));
}

}  // namespace cartstorm::broker::iot
