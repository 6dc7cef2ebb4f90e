#include <fmt/format.h>

#include <algorithm>

#include "broker-mock/s3/calls.hpp"
#include "broker-mock/s3/intake.hpp"
#include "broker-mock/s3/open_upload.hpp"
#include "broker-mock/s3/select.hpp"
#include "broker-mock/s3/words.hpp"
#include "broker-mock/s3/xml.hpp"

namespace cartstorm::broker::s3 {
namespace {

std::variant<std::uint32_t, Error> part_number(const Call& call) {
  const std::string_view text = call.query_or_empty("partNumber");
  const auto number = parse_number(text);
  if (number && *number >= 1 && *number <= max_part_number) return *number;
  return invalid_argument("Part number must be an integer between 1 and 10000, inclusive",
                          "partNumber", text);
}

/// Which checksum the object will have, from x-amz-checksum-algorithm and -type.
std::optional<Error> read_algorithm(const Call& call, Upload& upload) {
  const std::string_view word = call.header_or_empty("x-amz-checksum-algorithm");
  const std::string_view type = call.header_or_empty("x-amz-checksum-type");
  if (word.empty()) {
    if (type.empty()) return std::nullopt;
    return invalid_request(
        "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm "
        "header.");
  }
  upload.algorithm = algorithm_of_word(word);
  if (!upload.algorithm) return invalid_request("Checksum algorithm provided is unsupported.");
  const Algorithm algorithm = *upload.algorithm;
  const bool is_sha = algorithm == Algorithm::sha1 || algorithm == Algorithm::sha256;
  upload.is_composite = type.empty() ? algorithm != Algorithm::crc64nvme : type == "COMPOSITE";
  const bool is_possible = upload.is_composite ? algorithm != Algorithm::crc64nvme : !is_sha;
  if (type.empty() || ((type == "COMPOSITE" || type == "FULL_OBJECT") && is_possible)) {
    return std::nullopt;
  }
  return invalid_request(fmt::format(
      "The {} checksum type cannot be used with the {} checksum algorithm.", type, word));
}

/// Makes a part of `content`: its digest, and the checksum that the upload wants of it.
std::optional<Error> describe_part(const Upload& upload, std::optional<Checksum> given,
                                   Part& part) {
  const auto content = part.content.bytes();
  part.md5 = http::md5(content);
  if (given && upload.algorithm && given->algorithm != *upload.algorithm) {
    return invalid_request(
        fmt::format("Checksum Type mismatch occurred, expected checksum Type: {}, actual checksum "
                    "Type: {}",
                    names_of(*upload.algorithm).word, names_of(given->algorithm).word));
  }
  part.checksum = std::move(given);
  if (!part.checksum && upload.algorithm) {
    part.checksum = Checksum{*upload.algorithm, checksum_text(*upload.algorithm, content)};
  }
  return std::nullopt;
}

/// x-amz-copy-source-range: exactly `bytes=first-last`, inside the source.
std::variant<Selection, Error> copied_range(const Call& call, const Object& source) {
  const std::uint64_t size = source.content.size();
  const std::string* const text = call.header("x-amz-copy-source-range");
  if (text == nullptr) return Selection{Selection::Is::whole, 0, size};
  const auto range = parse_range(*text);
  if (!range || !range->first || !range->last || *range->last < *range->first) {
    return invalid_argument(
        "The x-amz-copy-source-range value must be of the form bytes=first-last where first and "
        "last are the zero-based offsets of the first and last bytes to copy",
        "x-amz-copy-source-range", *text);
  }
  if (*range->last < size) return select(*range, size);
  return invalid_argument(
      fmt::format("Range specified is not valid for source object of size: {}", size),
      "x-amz-copy-source-range", *text);
}

}  // namespace

Answer create_upload(Desk& desk, Call& call) {
  const Place& place = call.place;
  if (desk.inventory().bucket(place.bucket) == nullptr) return no_such_bucket(place.bucket);
  if (desk.inventory().uploads().size() >= desk.limits().uploads) return slow_down();
  Upload upload;
  upload.id = desk.new_upload_id(call.now);
  upload.bucket = place.bucket;
  upload.key = place.key;
  upload.started = call.now;
  if (auto error = read_description(call, upload.content_type, upload.headers)) {
    return *std::move(error);
  }
  if (auto error = read_algorithm(call, upload)) return *std::move(error);
  std::string xml{xml_declaration};
  xml.append("<InitiateMultipartUploadResult").append(s3_namespace).append(">");
  append_element(xml, "Bucket", place.bucket);
  append_element(xml, "Key", place.key);
  append_element(xml, "UploadId", upload.id);
  xml.append("</InitiateMultipartUploadResult>");
  http::Response response = xml_answer(std::move(xml));
  if (upload.algorithm) {
    response.fields.push_back(
        {"x-amz-checksum-algorithm", std::string{names_of(*upload.algorithm).word}});
    response.fields.push_back(
        {"x-amz-checksum-type", upload.is_composite ? "COMPOSITE" : "FULL_OBJECT"});
  }
  if (auto error = desk.commit(UploadPut{std::move(upload)})) return *std::move(error);
  return response;
}

Answer upload_part(Desk& desk, Call& call) {
  const auto found = find_upload(desk, call);
  if (const auto* error = std::get_if<Error>(&found)) return *error;
  const Upload& upload = std::get<const OpenUpload*>(found)->upload;
  const auto number = part_number(call);
  if (const auto* error = std::get_if<Error>(&number)) return *error;
  if (auto error = desk.room_for(call.body().size())) return *std::move(error);
  Part part;
  part.modified = call.now;
  part.content = Content::of(call.take_body());
  auto given = read_checksum(call, part.content.bytes());
  if (auto* error = std::get_if<Error>(&given)) return std::move(*error);
  if (auto error =
          describe_part(upload, std::get<std::optional<Checksum>>(std::move(given)), part)) {
    return *std::move(error);
  }
  http::Response response;
  response.fields = {{"ETag", part_etag(part)}};
  if (part.checksum) {
    response.fields.push_back(
        {std::string{names_of(part.checksum->algorithm).header}, part.checksum->value});
  }
  if (auto error =
          desk.commit(PartPut{upload.id, std::get<std::uint32_t>(number), std::move(part)})) {
    return *std::move(error);
  }
  return response;
}

Answer upload_part_copy(Desk& desk, Call& call) {
  const auto found = find_upload(desk, call);
  if (const auto* error = std::get_if<Error>(&found)) return *error;
  const Upload& upload = std::get<const OpenUpload*>(found)->upload;
  const auto number = part_number(call);
  if (const auto* error = std::get_if<Error>(&number)) return *error;
  auto read = read_source(desk, call);
  if (auto* error = std::get_if<Error>(&read)) return std::move(*error);
  const Object& source = *std::get<Source>(read).object;
  const auto range = copied_range(call, source);
  if (const auto* error = std::get_if<Error>(&range)) return *error;
  const auto& selected = std::get<Selection>(range);
  if (auto error = desk.room_for(selected.length)) return *std::move(error);
  const auto piece = source.content.bytes().subspan(selected.first, selected.length);
  Part part;
  part.modified = call.now;
  part.content =
      Content::of(std::string{reinterpret_cast<const char*>(piece.data()), piece.size()});
  if (auto error = describe_part(upload, std::nullopt, part)) return *std::move(error);
  std::string xml{xml_declaration};
  xml.append("<CopyPartResult").append(s3_namespace).append(">");
  append_element(xml, "LastModified", xml_time(part.modified));
  append_element(xml, "ETag", part_etag(part));
  if (part.checksum) append_checksum_element(xml, *part.checksum);
  xml.append("</CopyPartResult>");
  if (auto error =
          desk.commit(PartPut{upload.id, std::get<std::uint32_t>(number), std::move(part)})) {
    return *std::move(error);
  }
  return xml_answer(std::move(xml));
}

Answer list_parts(Desk& desk, Call& call) {
  const auto found = find_upload(desk, call);
  if (const auto* error = std::get_if<Error>(&found)) return *error;
  const OpenUpload& open = *std::get<const OpenUpload*>(found);
  const auto asked = parse_number(call.query_or_empty("max-parts"));
  const std::uint64_t limit =
      asked ? std::min<std::uint64_t>(*asked, desk.limits().page) : desk.limits().page;
  const auto marker = parse_number(call.query_or_empty("part-number-marker"));
  std::string parts;
  std::uint64_t count = 0;
  std::uint32_t last = marker.value_or(0);
  auto at = open.parts.upper_bound(last);
  for (; at != open.parts.end() && count < limit; ++at, ++count) {
    const auto& [number, part] = *at;
    parts.append("<Part>");
    append_element(parts, "PartNumber", number);
    append_element(parts, "LastModified", xml_time(part.modified));
    append_element(parts, "ETag", part_etag(part));
    append_element(parts, "Size", part.content.size());
    if (part.checksum) append_checksum_element(parts, *part.checksum);
    parts.append("</Part>");
    last = number;
  }
  const bool is_truncated = limit > 0 && at != open.parts.end();
  std::string xml{xml_declaration};
  xml.append("<ListPartsResult").append(s3_namespace).append(">");
  append_element(xml, "Bucket", call.place.bucket);
  append_element(xml, "Key", call.place.key);
  append_element(xml, "UploadId", open.upload.id);
  append_element(xml, "PartNumberMarker", marker.value_or(0));
  if (is_truncated) append_element(xml, "NextPartNumberMarker", last);
  append_element(xml, "MaxParts", limit);
  append_element(xml, "IsTruncated", is_truncated ? "true" : "false");
  append_element(xml, "StorageClass", "STANDARD");
  if (open.upload.algorithm) {
    append_element(xml, "ChecksumAlgorithm", names_of(*open.upload.algorithm).word);
  }
  xml.append(parts).append("</ListPartsResult>");
  return xml_answer(std::move(xml));
}

Answer abort_upload(Desk& desk, Call& call) {
  const auto found = find_upload(desk, call);
  if (const auto* error = std::get_if<Error>(&found)) return *error;
  if (auto error = desk.commit(UploadGone{std::get<const OpenUpload*>(found)->upload.id})) {
    return *std::move(error);
  }
  http::Response response;
  response.status = 204;
  return response;
}

}  // namespace cartstorm::broker::s3
