#include "broker-mock/net/web.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "broker-mock/base/utf8.hpp"
#include "broker-mock/http/json_refusal.hpp"
#include "broker-mock/http/uri.hpp"
#include "broker-mock/iot/failure.hpp"
#include "broker-mock/jobs/document.hpp"
#include "broker-mock/mqtt/topic.hpp"

namespace cartstorm::broker::net {
namespace {

/// Of a job (reference section 2.2).
constexpr std::size_t max_document_bytes = 32'768;
constexpr std::string_view data_service = "iot-jobs-data";

bool is_iot(std::string_view service) {
  return service == "iot" || service == "execute-api" || service == data_service ||
         service == "iotdata";
}

http::Response refusal(std::uint16_t status, std::string_view type, std::string_view message) {
  http::Response response;
  response.status = status;
  response.fields = {{"Content-Type", "application/json"}, {"x-amzn-ErrorType", std::string{type}}};
  response.body = fmt::format("{{\"message\":\"{}\"}}", message);
  return response;
}

/// The calls that a device may make with its certificate instead of a signature.
std::string_view thing_of_device_call(std::string_view target) {
  const auto segments = http::segments_of(http::split_target(target).path);
  const bool is_jobs_call =
      segments.size() >= 3 && segments[0] == "things" && segments[2] == "jobs";
  return is_jobs_call ? segments[1] : std::string_view{};
}

/// What MQTT allows in a topic (MQTT 5, 1.5.4).
bool is_utf8_text(std::string_view text) {
  while (!text.empty()) {
    const auto code_point = take_code_point(text);
    if (!code_point || *code_point == 0) return false;
  }
  return true;
}

bool is_changing(std::string_view method) { return method != "GET" && method != "HEAD"; }

}  // namespace

Web::Web(http::Authenticator& authenticator, s3::Service& objects, const s3::Inventory& inventory,
         CloudService& cloud, CloudBridge& bridge, mqtt::Broker& broker, const Clock& clock,
         const Chaos& chaos, std::uint64_t seed)
    : authenticator_{authenticator},
      objects_{objects},
      inventory_{inventory},
      cloud_{cloud},
      bridge_{bridge},
      broker_{broker},
      clock_{clock},
      chaos_{chaos},
      dice_{seed, hash_of("api chaos")} {}

HttpAnswer Web::handle(http::Request request, const HttpPeer& peer) {
  ++requests_;
  const ServerTime now = clock_.now();
  const std::string service = http::claimed_service(request);
  if (is_iot(service)) return {iot(request, now), {}};
  if (service.empty() && !peer.identity.empty() && !thing_of_device_call(request.target).empty()) {
    return {device(request, peer, now), {}};
  }
  return {objects_.handle(std::move(request), now), {}};
}

http::Response Web::device(const http::Request& request, const HttpPeer& peer, ServerTime now) {
  const auto thing = http::decoded(thing_of_device_call(request.target));
  if (!thing || *thing != peer.identity) {
    return refusal(403, "ForbiddenException", "the certificate belongs to another thing");
  }
  if (auto unlucky = misfortune(data_service)) return *std::move(unlucky);
  return call_cloud(data_service, request, now);
}

std::optional<http::Response> Web::misfortune(std::string_view service) {
  using iot::Failure;
  const bool is_control = service != data_service && service != "iotdata";
  const ApiChaos& chaos = is_control ? chaos_.control : chaos_.data;
  const iot::Plane plane = is_control ? iot::Plane::control : iot::Plane::data;
  if (dice_.strikes(chaos.throttled)) return refuse(plane, Failure::throttled, "Rate exceeded");
  if (dice_.strikes(chaos.internal_error)) {
    return refuse(plane, Failure::internal, "An internal error has occurred");
  }
  if (dice_.strikes(chaos.unavailable)) {
    return refuse(plane, Failure::unavailable, "The service is temporarily unavailable");
  }
  return std::nullopt;
}

http::Response Web::iot(const http::Request& request, ServerTime now) {
  const auto verdict = authenticator_.authenticate(request, now);
  if (const auto* refused = std::get_if<http::Refusal>(&verdict)) {
    ++refused_;
    return http::json_refusal(*refused);
  }
  const std::string& service = std::get<http::Authentic>(verdict).caller.service;
  if (auto unlucky = misfortune(service)) return *std::move(unlucky);
  return service == "iotdata" ? publish(request, now) : call_cloud(service, request, now);
}

/// A job may take its document from an object (`documentSource`); the cloud has no store of its
/// own, and what it reads must be in the journal.
void Web::provide_document(const http::Request& request, ServerTime now) {
  if (request.method != "PUT" || !request.target.starts_with("/jobs/")) return;
  boost::system::error_code error;
  const auto body = boost::json::parse(request.body, error);
  const auto* const members = error ? nullptr : body.if_object();
  const auto* const source = members == nullptr ? nullptr : members->if_contains("documentSource");
  if (source == nullptr || !source->is_string()) return;
  const auto place = jobs::parse_s3_address(std::string_view{source->get_string()});
  if (!place) return;
  const s3::Object* const object = inventory_.object(place->bucket, place->key);
  if (object == nullptr) return;
  // The call refuses what is longer; one byte more tells it.
  const auto bytes = object->content.bytes();
  const std::string_view content{reinterpret_cast<const char*>(bytes.data()),
                                 std::min(bytes.size(), max_document_bytes + 1)};
  cloud_.document(place->bucket, place->key, content, now);
}

http::Response Web::call_cloud(std::string_view service, const http::Request& request,
                               ServerTime now) {
  provide_document(request, now);
  http::Response response = cloud_.iot(service, request, is_changing(request.method), now);
  // Who was connected before somebody registered it is known from now on.
  const auto segments = http::segments_of(http::split_target(request.target).path);
  if (request.method == "POST" && segments.size() == 2 && segments[0] == "things") {
    if (const auto thing = http::decoded(segments[1])) bridge_.meet(*thing, now);
  }
  bridge_.pump({}, now);
  return response;
}

/// `POST /topics/{topic}?qos=1`, and retained with `retain=true` (AWS IoT data plane, Publish).
http::Response Web::publish(const http::Request& request, ServerTime now) {
  constexpr std::string_view front = "/topics/";
  const auto [path, query] = http::split_target(request.target);
  const auto topic =
      path.starts_with(front) ? http::decoded(path.substr(front.size())) : std::nullopt;
  const auto pairs = http::parse_query(query);
  const mqtt::Limits limits = mqtt::limits_of(mqtt::Profile::aws);  // a call of that service
  const bool is_topic = topic && mqtt::is_topic_name(*topic) && mqtt::is_within(limits, *topic) &&
                        is_utf8_text(*topic) && !topic->starts_with('$');
  if (request.method != "POST" || !is_topic || !pairs) {
    return refusal(400, "InvalidRequestException", "expected POST /topics/{topic}");
  }
  if (request.body.size() > limits.max_payload_bytes) {
    return refusal(413, "RequestEntityTooLargeException", "the payload is larger than 128 KiB");
  }
  mqtt::Publication message;
  message.topic = *topic;
  message.payload = request.body;
  for (const auto& [name, value] : *pairs) {
    if (name == "qos" && value == "1") message.qos = 1;
    if (name == "retain" && value == "true") message.is_retained = true;
  }
  broker_.publish(message, now);
  http::Response response;
  response.fields = {{"Content-Type", "application/json"}};
  response.body = R"({"message":"OK"})";
  return response;
}

}  // namespace cartstorm::broker::net
