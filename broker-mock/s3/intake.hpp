#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "broker-mock/s3/desk.hpp"

/// What a request that stores something says about it, read and checked.
namespace cartstorm::broker::s3 {

/// Content-Type and the headers that are answered as they came. Refused: more than 2 KiB of
/// x-amz-meta-*, control characters.
std::optional<Error> read_description(const Call& call, std::string& content_type,
                                      http::Fields& headers);

/// Verifies Content-MD5 and x-amz-checksum-*, from headers or trailers, against `content`; gives
/// the checksum that the client sent, if any. BadDigest, InvalidDigest, InvalidRequest,
/// MalformedTrailerError.
std::variant<std::optional<Checksum>, Error> read_checksum(const Call& call,
                                                           std::span<const std::byte> content);

/// If-Match and If-None-Match of calls that write `key`.
std::optional<Error> write_condition(const Desk& desk, const Call& call);

/// An object, or one part of it, that a copy reads from.
struct Source {
  std::string bucket, key;
  const Object* object = nullptr;
};
/// x-amz-copy-source and its conditions.
std::variant<Source, Error> read_source(const Desk& desk, const Call& call);

/// Puts a checksum where a client looks for it.
void add_checksum_fields(http::Fields& fields, const Checksum& checksum);
void append_checksum_element(std::string& xml, const Checksum& checksum);

/// `2026-05-04T02:10:00.000Z`
std::string xml_time(ServerTime time);
constexpr std::int64_t seconds_of(ServerTime time) {
  return time.unix_ms / 1000 - (time.unix_ms % 1000 < 0 ? 1 : 0);
}

}  // namespace cartstorm::broker::s3
