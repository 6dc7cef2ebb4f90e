#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "broker-mock/base/hex.hpp"
#include "broker-mock/s3/calls.hpp"
#include "broker-mock/s3/intake.hpp"
#include "broker-mock/s3/open_upload.hpp"
#include "broker-mock/s3/select.hpp"
#include "broker-mock/s3/words.hpp"
#include "broker-mock/s3/xml.hpp"

namespace cartstorm::broker::s3 {
namespace {

/// A part as CompleteMultipartUpload names it.
struct Named {
  std::uint32_t number = 0;
  std::string etag;
  std::optional<Checksum> checksum;
};

std::optional<Named> read_named(const XmlElement& element) {
  const XmlElement* const number = element.only("PartNumber");
  const XmlElement* const etag = element.only("ETag");
  const auto value = number == nullptr ? std::nullopt : parse_number(number->text);
  if (!value || etag == nullptr || element.name != "Part") return std::nullopt;
  Named named{*value, etag->text, {}};
  for (const Algorithm algorithm : all_algorithms) {
    if (const auto* checksum = element.only(names_of(algorithm).element)) {
      named.checksum = Checksum{algorithm, checksum->text};
    }
  }
  return named;
}

/// The list of a CompleteMultipartUpload; empty if it is not one.
std::vector<Named> read_list(std::string_view body) {
  std::vector<Named> list;
  const auto root = read_xml(body);
  if (!root || root->name != "CompleteMultipartUpload" || root->children.size() > max_part_number) {
    return {};
  }
  for (const XmlElement& child : root->children) {
    auto named = read_named(child);
    if (!named) return {};
    list.push_back(*std::move(named));
  }
  return list;
}

Error invalid_part(const Upload& upload, const Named& named) {
  return {400,
          "InvalidPart",
          "One or more of the specified parts could not be found.  The part may not have been "
          "uploaded, or the specified entity tag may not match the part's entity tag.",
          {{"UploadId", upload.id},
           {"PartNumber", std::to_string(named.number)},
           {"ETag", named.etag}}};
}

Error too_small(const Part& part, const Named& named, std::uint64_t least) {
  return {400,
          "EntityTooSmall",
          "Your proposed upload is smaller than the minimum allowed size",
          {{"ProposedSize", std::to_string(part.content.size())},
           {"MinSizeAllowed", std::to_string(least)},
           {"PartNumber", std::to_string(named.number)},
           {"ETag", named.etag}}};
}

/// The parts that a list names, in its order.
std::variant<std::vector<const Part*>, Error> find_parts(const Desk& desk, const OpenUpload& open,
                                                         const std::vector<Named>& list) {
  std::vector<const Part*> parts;
  std::uint64_t size = 0;
  const bool is_ascending =
      std::ranges::adjacent_find(list, std::ranges::greater_equal{}, &Named::number) == list.end();
  if (!is_ascending) {
    return Error{400, "InvalidPartOrder",
                 "The list of parts was not in ascending order. The parts list must be specified "
                 "in order by part number."};
  }
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Named& named = list[i];
    const auto found = open.parts.find(named.number);
    if (found == open.parts.end()) return invalid_part(open.upload, named);
    const Part& part = found->second;
    const bool is_same = named.etag != "*" && names_etag(named.etag, part_etag(part));
    if (!is_same || (named.checksum && named.checksum != part.checksum)) {
      return invalid_part(open.upload, named);
    }
    if (i + 1 < list.size() && part.content.size() < desk.limits().part_bytes) {
      return too_small(part, named, desk.limits().part_bytes);
    }
    size += part.content.size();
    parts.push_back(&part);
  }
  if (size > desk.limits().object_bytes) return too_large(size, desk.limits().object_bytes);
  return parts;
}

/// Joins the parts; the ETag is the digest of their digests.
Object assemble(const Upload& upload, const std::vector<const Part*>& parts, ServerTime now) {
  Object object;
  object.modified = now;
  object.content_type = upload.content_type;
  object.headers = upload.headers;
  std::uint64_t size = 0;
  for (const Part* const part : parts) size += part->content.size();
  std::string bytes, digests, checksums;
  bytes.reserve(size);
  for (const Part* const part : parts) {
    const auto piece = part->content.bytes();
    bytes.append(reinterpret_cast<const char*>(piece.data()), piece.size());
    digests.append(part->md5);
    if (part->checksum) {
      checksums.append(http::from_base64(part->checksum->value).value_or(""));
    }
    object.part_ends.push_back(bytes.size());
  }
  object.content = Content::of(std::move(bytes));
  object.etag = fmt::format("\"{}-{}\"", http::md5_hex(http::bytes_of(digests)), parts.size());
  if (!upload.algorithm) return object;
  const Algorithm algorithm = *upload.algorithm;
  object.checksum = Checksum{algorithm, {}, upload.is_composite};
  object.checksum->value =
      upload.is_composite
          ? fmt::format("{}-{}", checksum_text(algorithm, http::bytes_of(checksums)), parts.size())
          : checksum_text(algorithm, object.content.bytes());
  return object;
}

/// Size and checksum of the whole, where the client says them once more.
std::optional<Error> check_whole(const Call& call, const Object& object) {
  const std::string_view size = call.header_or_empty("x-amz-mp-object-size");
  if (!size.empty() && size != std::to_string(object.content.size())) {
    return invalid_request(
        "The provided 'x-amz-mp-object-size' header does not match what was "
        "computed.");
  }
  for (const Algorithm algorithm : all_algorithms) {
    const std::string* const given = http::find(call.request.fields, names_of(algorithm).header);
    if (given == nullptr) continue;
    const bool is_right = object.checksum && object.checksum->algorithm == algorithm &&
                          object.checksum->value == *given;
    if (!is_right) {
      return Error{400, "BadDigest",
                   fmt::format("The {} you specified did not match the calculated checksum.",
                               names_of(algorithm).word)};
    }
  }
  return std::nullopt;
}

std::string completed_xml(const Call& call, const Object& object) {
  const std::string* const host = http::find(call.request.fields, "host");
  const std::string path{http::split_target(call.request.target).path};
  std::string xml{xml_declaration};
  xml.append("<CompleteMultipartUploadResult").append(s3_namespace).append(">");
  append_element(xml, "Location", fmt::format("http://{}{}", host == nullptr ? "" : *host, path));
  append_element(xml, "Bucket", call.place.bucket);
  append_element(xml, "Key", call.place.key);
  append_element(xml, "ETag", object.etag);
  if (object.checksum) {
    append_checksum_element(xml, *object.checksum);
    append_element(xml, "ChecksumType",
                   object.checksum->is_composite ? "COMPOSITE" : "FULL_OBJECT");
  }
  xml.append("</CompleteMultipartUploadResult>");
  return xml;
}

}  // namespace

std::optional<std::uint32_t> parse_number(std::string_view text) {
  std::uint32_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return number;
}

std::variant<const OpenUpload*, Error> find_upload(const Desk& desk, const Call& call) {
  const Place& place = call.place;
  if (desk.inventory().bucket(place.bucket) == nullptr) return no_such_bucket(place.bucket);
  const std::string_view id = call.query_or_empty("uploadId");
  const OpenUpload* const open = desk.inventory().upload(id);
  if (open == nullptr || open->upload.bucket != place.bucket || open->upload.key != place.key) {
    return no_such_upload(id);
  }
  return open;
}

std::string part_etag(const Part& part) {
  std::string text = "\"";
  append_hex(text, http::bytes_of(part.md5));
  return text + "\"";
}

Answer complete_upload(Desk& desk, Call& call) {
  const auto found = find_upload(desk, call);
  if (const auto* error = std::get_if<Error>(&found)) return *error;
  const OpenUpload& open = *std::get<const OpenUpload*>(found);
  const std::vector<Named> list = read_list(call.body());
  if (list.empty()) return malformed_xml();
  auto parts = find_parts(desk, open, list);
  if (auto* error = std::get_if<Error>(&parts)) return std::move(*error);
  if (auto error = write_condition(desk, call)) return *std::move(error);
  Object object = assemble(open.upload, std::get<std::vector<const Part*>>(parts), call.now);
  if (auto error = check_whole(call, object)) return *std::move(error);
  std::string xml = completed_xml(call, object);
  const Change changes[] = {ObjectPut{call.place.bucket, call.place.key, std::move(object)},
                            UploadGone{open.upload.id}};
  if (auto error = desk.commit(std::span<const Change>{changes})) return *std::move(error);
  return xml_answer(std::move(xml));
}

}  // namespace cartstorm::broker::s3
