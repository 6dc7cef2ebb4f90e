#include "broker-mock/s3/route.hpp"

#include <algorithm>
#include <array>

#include "broker-mock/s3/calls.hpp"
#include "broker-mock/s3/words.hpp"

namespace cartstorm::broker::s3 {
namespace {

enum class Level : std::uint8_t { service, bucket, object };

struct Route {
  Level level;
  std::string_view method;
  std::string_view marker;  ///< must be in the query; empty: nothing must
  CallFunction call;
};

/// From top to bottom; the first that fits is taken. `x-id` and other parameters decide nothing.
constexpr std::array routes = {
    Route{Level::service, "GET", "", list_buckets},
    Route{Level::bucket, "GET", "location", get_bucket_location},
    Route{Level::bucket, "GET", "uploads", list_uploads},
    Route{Level::bucket, "GET", "list-type", list_objects_v2},
    Route{Level::bucket, "GET", "", list_objects},
    Route{Level::bucket, "HEAD", "", head_bucket},
    Route{Level::bucket, "PUT", "", create_bucket},
    Route{Level::bucket, "DELETE", "", delete_bucket},
    Route{Level::bucket, "POST", "delete", delete_objects},
    Route{Level::object, "GET", "uploadId", list_parts},
    Route{Level::object, "GET", "", get_object},
    Route{Level::object, "HEAD", "", get_object},
    Route{Level::object, "PUT", "uploadId", upload_part},
    Route{Level::object, "PUT", "", put_object},
    Route{Level::object, "DELETE", "uploadId", abort_upload},
    Route{Level::object, "DELETE", "", delete_object},
    Route{Level::object, "POST", "uploads", create_upload},
    Route{Level::object, "POST", "uploadId", complete_upload},
};

/// Sub-resources of S3 that are not here. Answering them as if they were plain objects and buckets
/// would store a policy as an object, or list a bucket as its own encryption.
constexpr std::array<std::string_view, 37> other_subresources = {"accelerate",
                                                                 "acl",
                                                                 "analytics",
                                                                 "attributes",
                                                                 "cors",
                                                                 "encryption",
                                                                 "intelligent-tiering",
                                                                 "inventory",
                                                                 "legal-hold",
                                                                 "lifecycle",
                                                                 "logging",
                                                                 "metadataConfiguration",
                                                                 "metadataTable",
                                                                 "metrics",
                                                                 "notification",
                                                                 "object-lock",
                                                                 "ownershipControls",
                                                                 "policy",
                                                                 "policyStatus",
                                                                 "publicAccessBlock",
                                                                 "replication",
                                                                 "requestPayment",
                                                                 "restore",
                                                                 "retention",
                                                                 "select",
                                                                 "session",
                                                                 "tagging",
                                                                 "torrent",
                                                                 "versioning",
                                                                 "versions",
                                                                 "website",
                                                                 "renameObject",
                                                                 "append",
                                                                 "metadataInventoryTable",
                                                                 "metadataJournalTable",
                                                                 "encryptionConfiguration",
                                                                 "abac"};

/// Headers that would change what is stored or who may read it.
constexpr std::array<std::string_view, 6> other_headers = {"x-amz-server-side-encryption-customer-",
                                                           "x-amz-object-lock-",
                                                           "x-amz-tagging",
                                                           "x-amz-grant-",
                                                           "x-amz-website-redirect-location",
                                                           "x-amz-write-offset-bytes"};

std::optional<Error> unknown_to_us(const Call& call) {
  for (const auto& [name, value] : call.authentic.query) {
    if (std::ranges::find(other_subresources, name) != other_subresources.end()) {
      return not_implemented(name);
    }
    if (name == "versionId" && value != "null") {
      return invalid_argument("Invalid version id specified", "versionId", value);
    }
  }
  for (const auto& field : call.request.fields) {
    std::string name;
    for (const char c : field.name) name.push_back(http::lowered(c));
    for (const std::string_view front : other_headers) {
      if (name.starts_with(front)) return not_implemented(name);
    }
  }
  return std::nullopt;
}

std::string allowed_methods(Level level) {
  std::string methods;
  for (const Route& route : routes) {
    if (route.level != level || methods.find(route.method) != std::string::npos) continue;
    if (!methods.empty()) methods.append(", ");
    methods.append(route.method);
  }
  return methods;
}

}  // namespace

std::variant<CallFunction, Error> route(const Call& call) {
  if (auto error = unknown_to_us(call)) return *std::move(error);
  const Level level = call.place.bucket.empty() ? Level::service
                      : call.place.key.empty()  ? Level::bucket
                                                : Level::object;
  for (const Route& route : routes) {
    if (route.level != level || route.method != call.request.method) continue;
    if (!route.marker.empty() && call.query(route.marker) == nullptr) continue;
    const bool is_copy = call.header("x-amz-copy-source") != nullptr;
    if (is_copy && route.call == put_object) return copy_object;
    if (is_copy && route.call == upload_part) return upload_part_copy;
    return route.call;
  }
  if (level != Level::service && call.request.method == "POST") {
    return not_implemented("POST");  // forms, and operations that are not here
  }
  Error error = method_not_allowed(call.request.method);
  error.details.emplace_back("ResourceType", level == Level::service  ? "SERVICE"
                                             : level == Level::bucket ? "BUCKET"
                                                                      : "OBJECT");
  error.fields = {{"Allow", allowed_methods(level)}};
  return error;
}

}  // namespace cartstorm::broker::s3
