#include <fmt/format.h>

#include "broker-mock/base/json_append.hpp"
#include "broker-mock/iot/operations.hpp"

/// Endpoints, and tags of jobs and thing groups.
namespace cartstorm::broker::iot {
namespace {

/// The refusal if the ARN names nothing that can carry tags.
std::optional<http::Response> check_resource(const Surroundings& around, std::string_view arn) {
  const auto resource = parse_arn(around.settings.account, arn);
  if (!resource || resource->kind == ResourceKind::thing) {
    return bad_request("resourceArn must be that of a job or a thing group of this account");
  }
  const bool is_there = resource->kind == ResourceKind::job
                            ? around.engine.job(resource->name) != nullptr
                            : around.registry.find_group(resource->name).has_value();
  if (!is_there) return not_found(fmt::format("no resource {}", arn));
  return std::nullopt;
}

}  // namespace

http::Response describe_endpoint(const Surroundings& around, Call& call) {
  const std::string type = call.query_text("endpointType");
  std::string_view address;
  if (type.empty() || type == "iot:Data" || type == "iot:Data-ATS") {
    address = around.settings.data_endpoint;
  } else if (type == "iot:Jobs") {
    address = around.settings.jobs_endpoint;
  } else if (type == "iot:CredentialProvider") {
    address = around.settings.credential_endpoint;
  } else {
    return bad_request(
        "endpointType must be one of iot:Data, iot:Data-ATS, iot:Jobs, iot:CredentialProvider");
  }
  std::string out = "{";
  append_member(out, "endpointAddress", address);
  out.push_back('}');
  return answer(std::move(out));
}

http::Response tag_resource(const Surroundings& around, Call& call) {
  Reader body = call.body();
  body.require("resourceArn");
  body.require("tags");
  const std::string arn = body.raw("resourceArn", 2048).value_or("");
  const std::vector<Tag> tags = body.tags("tags");
  if (!call.error().empty()) return bad_request(call.error());
  if (auto refusal = check_resource(around, arn)) return std::move(*refusal);
  if (!around.tags.add(arn, tags)) {
    return refuse(Plane::control, Failure::limit, "a resource has at most 50 tags");
  }
  return done();
}

http::Response untag_resource(const Surroundings& around, Call& call) {
  Reader body = call.body();
  body.require("resourceArn");
  body.require("tagKeys");
  const std::string arn = body.raw("resourceArn", 2048).value_or("");
  const std::vector<std::string> keys = body.texts("tagKeys", 0, Tags::max_of_resource);
  if (!call.error().empty()) return bad_request(call.error());
  if (auto refusal = check_resource(around, arn)) return std::move(*refusal);
  around.tags.remove(arn, keys);
  return done();
}

/// All of a resource's tags fit one page.
http::Response list_tags_for_resource(const Surroundings& around, Call& call) {
  const std::string arn = call.query_text("resourceArn");
  if (call.query("nextToken") != nullptr) {
    return bad_request("nextToken is not one that this list gave");
  }
  if (auto refusal = check_resource(around, arn)) return std::move(*refusal);
  std::string out = "{\"tags\":[";
  for (const auto& [key, value] : around.tags.of(arn)) {
    if (out.back() != '[') out.push_back(',');
    out.push_back('{');
    append_member(out, "Key", std::string_view{key});
    append_member(out, "Value", std::string_view{value});
    out.push_back('}');
  }
  out.append("]}");
  return answer(std::move(out));
}

}  // namespace cartstorm::broker::iot
