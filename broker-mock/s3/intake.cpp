#include "broker-mock/s3/intake.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "broker-mock/base/time_text.hpp"
#include "broker-mock/s3/select.hpp"
#include "broker-mock/s3/words.hpp"
#include "broker-mock/s3/xml.hpp"

namespace cartstorm::broker::s3 {
namespace {

constexpr std::size_t max_metadata_bytes = 2048;
constexpr std::array<std::string_view, 5> kept_headers = {
    "Cache-Control", "Content-Disposition", "Content-Encoding", "Content-Language", "Expires"};
constexpr std::string_view meta = "x-amz-meta-";

/// Values go back into a header some day; one that could end it must not be stored.
bool is_clean(std::string_view value) {
  return std::ranges::none_of(value, [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
  });
}

Error unclean(std::string_view name) {
  return invalid_argument("Header value cannot contain control characters.", name, "");
}

/// Without `aws-chunked`, which says how the body travelled and not what it is.
std::string content_encoding(std::string_view value) {
  std::string kept;
  while (!value.empty()) {
    const std::size_t comma = value.find(',');
    std::string_view one = value.substr(0, comma);
    value = comma == std::string_view::npos ? "" : value.substr(comma + 1);
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    if (one.empty() || http::is_same_name(one, "aws-chunked")) continue;
    if (!kept.empty()) kept.append(",");
    kept.append(one);
  }
  return kept;
}

/// x-amz-meta-* from headers, and from the query where a presigner has put them.
std::optional<Error> read_metadata(const Call& call, http::Fields& headers) {
  std::size_t bytes = 0;
  std::optional<Error> error;
  const auto take = [&](std::string_view given, std::string_view value) {
    std::string name;
    for (const char c : given) name.push_back(http::lowered(c));
    if (!name.starts_with(meta) || http::find(headers, name) != nullptr) return;
    bytes += name.size() - meta.size() + value.size();
    if (!is_clean(value) || !is_clean(name)) error = unclean(meta);
    headers.push_back({std::move(name), std::string{value}});
  };
  for (const auto& field : call.request.fields) take(field.name, field.value);
  if (call.authentic.caller.is_presigned) {
    for (const auto& [name, value] : call.authentic.query) take(name, value);
  }
  if (error || bytes <= max_metadata_bytes) return error;
  return Error{
      400,
      "MetadataTooLarge",
      "Your metadata headers exceed the maximum allowed metadata size",
      {{"Size", std::to_string(bytes)}, {"MaxSizeAllowed", std::to_string(max_metadata_bytes)}}};
}

std::optional<Error> check_md5(const Call& call, std::span<const std::byte> content) {
  const std::string* const given = http::find(call.request.fields, "content-md5");
  if (given == nullptr) return std::nullopt;
  const auto digest = http::from_base64(*given);
  if (!digest || digest->size() != 16) {
    return Error{400, "InvalidDigest", "The Content-MD5 you specified was invalid."};
  }
  const std::string right = http::md5(content);
  if (*digest == right) return std::nullopt;
  return Error{
      400,
      "BadDigest",
      "The Content-MD5 you specified did not match what we received.",
      {{"ExpectedDigest", *given}, {"CalculatedDigest", http::base64(http::bytes_of(right))}}};
}

/// What x-amz-trailer announces must come, and nothing else.
bool are_trailers_announced(const Call& call) {
  const std::string* const announced = http::find(call.request.fields, "x-amz-trailer");
  const http::Fields& came = call.authentic.trailers;
  if (announced == nullptr) return came.empty();
  return came.size() == 1 && http::is_same_name(*announced, came.front().name);
}

/// The one checksum that came; empty: none. More than one is an error.
std::variant<std::optional<Checksum>, Error> given_checksum(const Call& call) {
  std::optional<Checksum> found;
  for (const Algorithm algorithm : all_algorithms) {
    const std::string_view name = names_of(algorithm).header;
    const std::string* value = call.header(name);
    if (const auto* trailing = http::find(call.authentic.trailers, name)) value = trailing;
    if (value == nullptr) continue;
    if (found) {
      return invalid_request(
          "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
    }
    found = Checksum{algorithm, *value};
  }
  return found;
}

}  // namespace

std::optional<Error> read_description(const Call& call, std::string& content_type,
                                      http::Fields& headers) {
  if (const auto* type = http::find(call.request.fields, "content-type")) {
    if (!is_clean(*type)) return unclean("content-type");
    if (!type->empty()) content_type = *type;
  }
  for (const std::string_view name : kept_headers) {
    const std::string* const value = http::find(call.request.fields, name);
    if (value == nullptr) continue;
    if (!is_clean(*value)) return unclean(name);
    std::string kept = name == "Content-Encoding" ? content_encoding(*value) : *value;
    if (!kept.empty()) headers.push_back({std::string{name}, std::move(kept)});
  }
  return read_metadata(call, headers);
}

std::variant<std::optional<Checksum>, Error> read_checksum(const Call& call,
                                                           std::span<const std::byte> content) {
  if (auto error = check_md5(call, content)) return *std::move(error);
  if (!are_trailers_announced(call)) return malformed_trailer();
  auto given = given_checksum(call);
  if (std::holds_alternative<Error>(given)) return given;
  const auto& checksum = std::get<std::optional<Checksum>>(given);
  const std::string_view word = call.header_or_empty("x-amz-sdk-checksum-algorithm");
  if (!checksum) {
    if (word.empty()) return given;
    return invalid_request(
        "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or "
        "x-amz-trailer headers were found.");
  }
  const AlgorithmNames& names = names_of(checksum->algorithm);
  if (!word.empty() && word != names.word) {
    return invalid_request("Value for x-amz-sdk-checksum-algorithm header is invalid.");
  }
  if (!is_checksum(checksum->algorithm, checksum->value)) {
    return invalid_request(fmt::format("Value for {} header is invalid.", names.header));
  }
  if (checksum_text(checksum->algorithm, content) != checksum->value) {
    return Error{
        400, "BadDigest",
        fmt::format("The {} you specified did not match the calculated checksum.", names.word)};
  }
  return given;
}

std::optional<Error> write_condition(const Desk& desk, const Call& call) {
  const std::string* const match = http::find(call.request.fields, "if-match");
  const std::string* const none_match = http::find(call.request.fields, "if-none-match");
  const Object* const object = desk.inventory().object(call.place.bucket, call.place.key);
  if (none_match != nullptr && *none_match != "*") return not_implemented("If-None-Match");
  if (none_match != nullptr && object != nullptr) return precondition_failed("If-None-Match");
  if (match == nullptr) return std::nullopt;
  if (object == nullptr) return no_such_key(call.place.key);
  if (!names_etag(*match, object->etag)) return precondition_failed("If-Match");
  return std::nullopt;
}

std::variant<Source, Error> read_source(const Desk& desk, const Call& call) {
  const std::string& given = *call.header("x-amz-copy-source");
  const http::Target parts = http::split_target(given);
  const auto path = http::decoded(parts.path);
  const std::string_view whole = path ? *path : std::string_view{};
  const std::string_view plain = whole.substr(whole.starts_with('/') ? 1 : 0);
  const std::size_t slash = plain.find('/');
  if (slash == 0 || slash == std::string_view::npos || slash + 1 == plain.size()) {
    return invalid_argument(
        "Copy Source must mention the source bucket and key: sourcebucket/sourcekey",
        "x-amz-copy-source", given);
  }
  if (!parts.query.empty() && parts.query != "versionId=null") {
    return invalid_argument("Invalid version id specified", "x-amz-copy-source", given);
  }
  Source source{std::string{plain.substr(0, slash)}, std::string{plain.substr(slash + 1)}};
  if (desk.inventory().bucket(source.bucket) == nullptr) return no_such_bucket(source.bucket);
  source.object = desk.inventory().object(source.bucket, source.key);
  if (source.object == nullptr) return no_such_key(source.key);
  const Conditions conditions{call.header_or_empty("x-amz-copy-source-if-match"),
                              call.header_or_empty("x-amz-copy-source-if-none-match"),
                              call.header_or_empty("x-amz-copy-source-if-modified-since"),
                              call.header_or_empty("x-amz-copy-source-if-unmodified-since")};
  switch (judge(conditions, source.object->etag, seconds_of(source.object->modified))) {
    case Verdict::holds:
      return source;
    case Verdict::not_modified:
      return precondition_failed(conditions.if_none_match.empty()
                                     ? "x-amz-copy-source-If-Modified-Since"
                                     : "x-amz-copy-source-If-None-Match");
    case Verdict::match_failed:
      return precondition_failed("x-amz-copy-source-If-Match");
    case Verdict::unmodified_failed:
      break;
  }
  return precondition_failed("x-amz-copy-source-If-Unmodified-Since");
}

void add_checksum_fields(http::Fields& fields, const Checksum& checksum) {
  fields.push_back({std::string{names_of(checksum.algorithm).header}, checksum.value});
  fields.push_back({"x-amz-checksum-type", checksum.is_composite ? "COMPOSITE" : "FULL_OBJECT"});
}

void append_checksum_element(std::string& xml, const Checksum& checksum) {
  append_element(xml, names_of(checksum.algorithm).element, checksum.value);
}

std::string xml_time(ServerTime time) {
  std::string text = extended_time(seconds_of(time));
  text.pop_back();
  return text + fmt::format(".{:03}Z", time.unix_ms - seconds_of(time) * 1000);
}

}  // namespace cartstorm::broker::s3
