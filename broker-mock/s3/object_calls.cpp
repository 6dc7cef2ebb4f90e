#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "broker-mock/base/time_text.hpp"
#include "broker-mock/s3/calls.hpp"
#include "broker-mock/s3/intake.hpp"
#include "broker-mock/s3/select.hpp"
#include "broker-mock/s3/words.hpp"
#include "broker-mock/s3/xml.hpp"

namespace cartstorm::broker::s3 {
namespace {

/// Signed queries may replace what a GET says about the content.
struct Override {
  std::string_view parameter, header;
};
constexpr std::array<Override, 6> overrides = {{
    {"response-content-type", "Content-Type"},
    {"response-content-language", "Content-Language"},
    {"response-expires", "Expires"},
    {"response-cache-control", "Cache-Control"},
    {"response-content-disposition", "Content-Disposition"},
    {"response-content-encoding", "Content-Encoding"},
}};

void set(http::Fields& fields, std::string_view name, std::string_view value) {
  const auto found = std::ranges::find_if(
      fields, [&](const http::Field& field) { return http::is_same_name(field.name, name); });
  if (found != fields.end()) {
    found->value = value;
  } else {
    fields.push_back({std::string{name}, std::string{value}});
  }
}

std::optional<Error> add_overrides(const Call& call, http::Fields& fields) {
  for (const auto& [parameter, header] : overrides) {
    const std::string* const value = call.query(parameter);
    if (value == nullptr) continue;
    if (std::ranges::any_of(*value, [](char c) { return static_cast<unsigned char>(c) < 0x20; })) {
      return invalid_argument("Header value cannot contain control characters.", parameter, "");
    }
    set(fields, header, *value);
  }
  return std::nullopt;
}

/// As if somebody had put other bytes under the same key: the same every time.
Object changed(const Object& object) {
  Object other = object;
  std::string bytes;
  for (const std::byte byte : object.content.bytes()) {
    bytes.push_back(static_cast<char>(~byte));
  }
  other.content = Content::of(std::move(bytes));
  other.etag = etag_of(other.content.bytes());
  other.checksum.reset();
  return other;
}

/// The part that `?partNumber=` names; an object in one piece has one part.
std::variant<Selection, Error> select_part(const Object& object, std::string_view text) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stop != end || number == 0 || number > 10'000) {
    return invalid_argument("Part number must be an integer between 1 and 10000, inclusive",
                            "partNumber", text);
  }
  const std::uint64_t size = object.content.size();
  const std::vector<std::uint64_t> ends =
      object.part_ends.empty() ? std::vector{size} : object.part_ends;
  if (number > ends.size()) {
    return Error{416,
                 "InvalidPartNumber",
                 "The requested partnumber is not satisfiable",
                 {{"ActualPartCount", std::to_string(ends.size())},
                  {"PartNumberRequested", std::string{text}}}};
  }
  const std::uint64_t first = number == 1 ? 0 : ends[number - 2];
  const bool is_all = size == 0;
  return Selection{is_all ? Selection::Is::whole : Selection::Is::part, first,
                   ends[number - 1] - first};
}

std::variant<Selection, Error> selection_of(const Call& call, const Object& object) {
  const std::string* const part = call.query("partNumber");
  const std::string* const header = http::find(call.request.fields, "range");
  if (part != nullptr) {
    if (header == nullptr) return select_part(object, *part);
    return invalid_request("Cannot specify both Range header and partNumber query parameter");
  }
  const std::uint64_t size = object.content.size();
  const Selection whole{Selection::Is::whole, 0, size};
  const std::string* const if_range = http::find(call.request.fields, "if-range");
  const auto range = header == nullptr ? std::nullopt : parse_range(*header);
  if (!range || call.is_range_ignored) return whole;
  if (if_range != nullptr && !is_unchanged(*if_range, object.etag, seconds_of(object.modified))) {
    return whole;
  }
  const Selection selected = select(*range, size);
  if (selected.is == Selection::Is::unsatisfiable) return invalid_range(*header, size);
  return selected;
}

std::variant<Verdict, Error> condition_of(const Call& call, const Object& object) {
  const auto value = [&](std::string_view name) -> std::string_view {
    const std::string* const found = http::find(call.request.fields, name);
    return found == nullptr ? std::string_view{} : *found;
  };
  const Conditions conditions{value("if-match"), value("if-none-match"), value("if-modified-since"),
                              value("if-unmodified-since")};
  const Verdict verdict = judge(conditions, object.etag, seconds_of(object.modified));
  if (verdict == Verdict::match_failed) return precondition_failed("If-Match");
  if (verdict == Verdict::unmodified_failed) return precondition_failed("If-Unmodified-Since");
  return verdict;
}

void add_body(http::Response& response, const Call& call, const Object& object,
              const Selection& selected) {
  if (call.request.method == "HEAD") {
    response.announced_size = selected.length;
  } else if (object.content.shared()) {
    response.content = object.content.shared();
    response.first = selected.first;
    response.size = selected.length;
  } else {
    const auto piece = object.content.bytes().subspan(selected.first, selected.length);
    response.body.assign(reinterpret_cast<const char*>(piece.data()), piece.size());
  }
}

Answer serve(const Call& call, const Object& object) {
  const auto verdict = condition_of(call, object);
  if (const auto* error = std::get_if<Error>(&verdict)) return *error;
  http::Response response;
  response.fields = {{"ETag", object.etag},
                     {"Last-Modified", http_time(seconds_of(object.modified))}};
  if (std::get<Verdict>(verdict) == Verdict::not_modified) {
    response.status = 304;
    return response;
  }
  const auto selection = selection_of(call, object);
  if (const auto* error = std::get_if<Error>(&selection)) return *error;
  const auto& selected = std::get<Selection>(selection);
  response.fields.push_back({"Accept-Ranges", "bytes"});
  response.fields.push_back({"Content-Type", object.content_type});
  for (const auto& field : object.headers) response.fields.push_back(field);
  if (auto error = add_overrides(call, response.fields)) return *std::move(error);
  if (call.query("partNumber") != nullptr && !object.part_ends.empty()) {
    response.fields.push_back({"x-amz-mp-parts-count", std::to_string(object.part_ends.size())});
  }
  // A client would compare the checksum of the whole with the bytes of the part.
  if (selected.is == Selection::Is::whole && object.checksum &&
      call.header_or_empty("x-amz-checksum-mode") == "ENABLED") {
    add_checksum_fields(response.fields, *object.checksum);
  }
  if (selected.is == Selection::Is::part) {
    response.status = 206;
    response.fields.push_back({"Content-Range", fmt::format("bytes {}-{}/{}", selected.first,
                                                            selected.first + selected.length - 1,
                                                            object.content.size())});
  }
  add_body(response, call, object, selected);
  return response;
}

bool is_onto_itself(const Call& call, const Source& source) {
  return source.bucket == call.place.bucket && source.key == call.place.key;
}

/// The copy as it will be: in one piece, with its own description or the source's.
std::variant<Object, Error> describe_copy(const Call& call, const Source& source,
                                          bool is_replaced) {
  Object object = *source.object;
  object.modified = call.now;
  object.part_ends.clear();
  object.etag = etag_of(object.content.bytes());
  if (is_replaced) {
    object.content_type = default_content_type;
    object.headers.clear();
    if (auto error = read_description(call, object.content_type, object.headers)) {
      return *std::move(error);
    }
  }
  const std::string_view word = call.header_or_empty("x-amz-checksum-algorithm");
  const auto wanted = word.empty() ? std::nullopt : algorithm_of_word(word);
  if (!word.empty() && !wanted) {
    return invalid_request("Checksum algorithm provided is unsupported.");
  }
  if (wanted || object.checksum) {
    const Algorithm algorithm = wanted ? *wanted : object.checksum->algorithm;
    object.checksum = Checksum{algorithm, checksum_text(algorithm, object.content.bytes()), false};
  }
  return object;
}

}  // namespace

Answer get_object(Desk& desk, Call& call) {
  if (desk.inventory().bucket(call.place.bucket) == nullptr) {
    return no_such_bucket(call.place.bucket);
  }
  const Object* const object = desk.inventory().object(call.place.bucket, call.place.key);
  if (object == nullptr) return no_such_key(call.place.key);
  return call.is_object_changed ? serve(call, changed(*object)) : serve(call, *object);
}

Answer put_object(Desk& desk, Call& call) {
  const Place& place = call.place;
  if (desk.inventory().bucket(place.bucket) == nullptr) return no_such_bucket(place.bucket);
  if (auto error = write_condition(desk, call)) return *std::move(error);
  if (auto error = desk.room_for(call.body().size())) return *std::move(error);
  Object object;
  object.modified = call.now;
  if (auto error = read_description(call, object.content_type, object.headers)) {
    return *std::move(error);
  }
  object.content = Content::of(call.take_body());
  auto checksum = read_checksum(call, object.content.bytes());
  if (auto* error = std::get_if<Error>(&checksum)) return std::move(*error);
  object.checksum = std::get<std::optional<Checksum>>(std::move(checksum));
  object.etag = etag_of(object.content.bytes());
  http::Response response;
  response.fields = {{"ETag", object.etag}};
  if (object.checksum) add_checksum_fields(response.fields, *object.checksum);
  if (auto error = desk.commit(ObjectPut{place.bucket, place.key, std::move(object)})) {
    return *std::move(error);
  }
  return response;
}

Answer copy_object(Desk& desk, Call& call) {
  const Place& place = call.place;
  if (desk.inventory().bucket(place.bucket) == nullptr) return no_such_bucket(place.bucket);
  if (auto error = write_condition(desk, call)) return *std::move(error);
  auto read = read_source(desk, call);
  if (auto* error = std::get_if<Error>(&read)) return std::move(*error);
  const Source& source = std::get<Source>(read);
  const std::string_view directive = call.header_or_empty("x-amz-metadata-directive");
  if (!directive.empty() && directive != "COPY" && directive != "REPLACE") {
    return invalid_argument("Unknown metadata directive.", "x-amz-metadata-directive", directive);
  }
  if (directive != "REPLACE" && is_onto_itself(call, source)) {
    return invalid_request(
        "This copy request is illegal because it is trying to copy an object to itself without "
        "changing the object's metadata, storage class, website redirect location or encryption "
        "attributes.");
  }
  if (auto error = desk.room_for(source.object->content.size())) return *std::move(error);
  auto described = describe_copy(call, source, directive == "REPLACE");
  if (auto* error = std::get_if<Error>(&described)) return std::move(*error);
  Object& object = std::get<Object>(described);
  std::string xml{xml_declaration};
  xml.append("<CopyObjectResult").append(s3_namespace).append(">");
  append_element(xml, "LastModified", xml_time(object.modified));
  append_element(xml, "ETag", object.etag);
  if (object.checksum) append_checksum_element(xml, *object.checksum);
  xml.append("</CopyObjectResult>");
  if (auto error = desk.commit(ObjectPut{place.bucket, place.key, std::move(object)})) {
    return *std::move(error);
  }
  return xml_answer(std::move(xml));
}

Answer delete_object(Desk& desk, Call& call) {
  const Place& place = call.place;
  if (desk.inventory().bucket(place.bucket) == nullptr) return no_such_bucket(place.bucket);
  http::Response response;
  response.status = 204;
  if (desk.inventory().object(place.bucket, place.key) == nullptr) return response;
  if (auto error = write_condition(desk, call)) return *std::move(error);
  if (auto error = desk.commit(ObjectGone{place.bucket, place.key})) return *std::move(error);
  return response;
}

}  // namespace cartstorm::broker::s3
