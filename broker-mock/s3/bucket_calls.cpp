#include <fmt/format.h>

#include <algorithm>

#include "broker-mock/s3/calls.hpp"
#include "broker-mock/s3/intake.hpp"
#include "broker-mock/s3/select.hpp"
#include "broker-mock/s3/words.hpp"
#include "broker-mock/s3/xml.hpp"

namespace cartstorm::broker::s3 {
namespace {

constexpr std::size_t max_deleted = 1000;

/// 3 to 63 lower-case letters, digits, dots and hyphens; letters or digits at both ends.
bool is_bucket_name(std::string_view name) {
  const auto is_alphanumeric = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  };
  return name.size() >= 3 && name.size() <= 63 && is_alphanumeric(name.front()) &&
         is_alphanumeric(name.back()) && name.find("..") == std::string_view::npos &&
         std::ranges::all_of(name,
                             [&](char c) { return is_alphanumeric(c) || c == '-' || c == '.'; });
}

/// The body of CreateBucket: empty, or the region it is asked in. us-east-1 has no name there.
std::optional<Error> location_error(const Desk& desk, std::string_view body) {
  if (body.empty()) return std::nullopt;
  const auto root = read_xml(body);
  if (!root || root->name != "CreateBucketConfiguration") return malformed_xml();
  const XmlElement* const place = root->only("LocationConstraint");
  if (place == nullptr || place->text.empty()) return std::nullopt;
  if (place->text == desk.region() && desk.region() != "us-east-1") return std::nullopt;
  if (place->text == desk.region()) {
    return Error{400,
                 "InvalidLocationConstraint",
                 "The specified location-constraint is not valid",
                 {{"LocationConstraint", place->text}}};
  }
  return Error{400, "IllegalLocationConstraintException",
               fmt::format("The {} location constraint is incompatible for the region specific "
                           "endpoint this request was sent to.",
                           place->text)};
}

struct Doomed {
  std::string key, etag;
};

/// The body of DeleteObjects. False: not of the schema.
bool read_doomed(const XmlElement& root, std::vector<Doomed>& doomed, bool& is_quiet) {
  if (root.name != "Delete") return false;
  for (const XmlElement& child : root.children) {
    if (child.name == "Quiet") {
      is_quiet = child.text == "true";
    } else if (child.name == "Object") {
      const XmlElement* const key = child.only("Key");
      const XmlElement* const etag = child.only("ETag");
      const XmlElement* const version = child.only("VersionId");
      if (key == nullptr || key->text.empty() || doomed.size() == max_deleted) return false;
      if (version != nullptr && version->text != "null" && !version->text.empty()) return false;
      doomed.push_back({key->text, etag == nullptr ? "" : etag->text});
    } else {
      return false;
    }
  }
  return !doomed.empty();
}

void append_failure(std::string& xml, std::string_view key, std::string_view code,
                    std::string_view message) {
  xml.append("<Error>");
  append_element(xml, "Key", key);
  append_element(xml, "Code", code);
  append_element(xml, "Message", message);
  xml.append("</Error>");
}

/// S3 asks for proof that the list arrived whole: half a list deletes the wrong half.
bool has_integrity_header(const Call& call) {
  if (http::find(call.request.fields, "content-md5") != nullptr) return true;
  return std::ranges::any_of(all_algorithms, [&](Algorithm algorithm) {
    const std::string_view name = names_of(algorithm).header;
    return call.header(name) != nullptr || http::find(call.authentic.trailers, name) != nullptr;
  });
}

}  // namespace

Answer list_buckets(Desk& desk, Call& call) {
  const std::string_view prefix = call.query_or_empty("prefix");
  std::string xml{xml_declaration};
  xml.append("<ListAllMyBucketsResult").append(s3_namespace).append("><Owner>");
  append_element(xml, "ID", desk.config().owner_id);
  append_element(xml, "DisplayName", desk.config().owner_id);
  xml.append("</Owner><Buckets>");
  for (const auto& [name, bucket] : desk.inventory().buckets()) {
    if (!name.starts_with(prefix)) continue;
    xml.append("<Bucket>");
    append_element(xml, "Name", name);
    append_element(xml, "CreationDate", xml_time(bucket.created));
    append_element(xml, "BucketRegion", desk.region());
    xml.append("</Bucket>");
  }
  xml.append("</Buckets></ListAllMyBucketsResult>");
  return xml_answer(std::move(xml));
}

Answer create_bucket(Desk& desk, Call& call) {
  const std::string& name = call.place.bucket;
  if (!is_bucket_name(name)) {
    return Error{
        400, "InvalidBucketName", "The specified bucket is not valid.", {{"BucketName", name}}};
  }
  if (auto error = location_error(desk, call.body())) return *std::move(error);
  http::Response response;
  response.fields = {{"Location", "/" + name}};
  if (desk.inventory().bucket(name) != nullptr) {
    // The oldest region has kept its oldest behaviour.
    if (desk.region() == "us-east-1") return response;
    return Error{409,
                 "BucketAlreadyOwnedByYou",
                 "Your previous request to create the named bucket succeeded and you already own "
                 "it.",
                 {{"BucketName", name}}};
  }
  if (desk.inventory().buckets().size() >= desk.limits().buckets) {
    return Error{400, "TooManyBuckets", "You have attempted to create more buckets than allowed"};
  }
  if (auto error = desk.commit(BucketPut{name, call.now})) return *std::move(error);
  return response;
}

Answer head_bucket(Desk& desk, Call& call) {
  if (desk.inventory().bucket(call.place.bucket) == nullptr) {
    return no_such_bucket(call.place.bucket);
  }
  http::Response response;
  response.fields = {{"x-amz-bucket-region", desk.region()}, {"Content-Type", "application/xml"}};
  return response;
}

Answer delete_bucket(Desk& desk, Call& call) {
  const std::string& name = call.place.bucket;
  const Bucket* const bucket = desk.inventory().bucket(name);
  if (bucket == nullptr) return no_such_bucket(name);
  if (!bucket->objects.empty()) {
    return Error{409,
                 "BucketNotEmpty",
                 "The bucket you tried to delete is not empty",
                 {{"BucketName", name}}};
  }
  if (auto error = desk.commit(BucketGone{name})) return *std::move(error);
  http::Response response;
  response.status = 204;
  return response;
}

Answer get_bucket_location(Desk& desk, Call& call) {
  if (desk.inventory().bucket(call.place.bucket) == nullptr) {
    return no_such_bucket(call.place.bucket);
  }
  std::string xml{xml_declaration};
  xml.append("<LocationConstraint").append(s3_namespace).append(">");
  if (desk.region() != "us-east-1") append_escaped(xml, desk.region(), Controls::reference);
  xml.append("</LocationConstraint>");
  return xml_answer(std::move(xml));
}

Answer delete_objects(Desk& desk, Call& call) {
  const std::string& bucket = call.place.bucket;
  if (desk.inventory().bucket(bucket) == nullptr) return no_such_bucket(bucket);
  if (!has_integrity_header(call)) {
    return invalid_request("Missing required header for this request: Content-MD5");
  }
  auto checksum = read_checksum(call, http::bytes_of(call.body()));
  if (auto* error = std::get_if<Error>(&checksum)) return std::move(*error);
  const auto root = read_xml(call.body());
  std::vector<Doomed> doomed;
  bool is_quiet = false;
  if (!root || !read_doomed(*root, doomed, is_quiet)) return malformed_xml();
  std::vector<Change> changes;
  std::string xml{xml_declaration};
  xml.append("<DeleteResult").append(s3_namespace).append(">");
  for (const auto& [key, etag] : doomed) {
    const Object* const object = desk.inventory().object(bucket, key);
    if (key.size() > max_key_bytes) {
      append_failure(xml, key, "KeyTooLongError", "Your key is too long");
    } else if (!etag.empty() && object != nullptr && !names_etag(etag, object->etag)) {
      append_failure(xml, key, "PreconditionFailed",
                     "At least one of the pre-conditions you specified did not hold");
    } else {
      if (object != nullptr) changes.push_back(ObjectGone{bucket, key});
      if (is_quiet) continue;
      xml.append("<Deleted>");
      append_element(xml, "Key", key);
      xml.append("</Deleted>");
    }
  }
  xml.append("</DeleteResult>");
  if (!changes.empty()) {
    if (auto error = desk.commit(std::span<const Change>{changes})) return *std::move(error);
  }
  return xml_answer(std::move(xml));
}

}  // namespace cartstorm::broker::s3
