#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "broker-mock/s3/object.hpp"

/// What a durable store writes beside the content of objects and parts: everything else about them,
/// as bytes that survive a new build. Format 1: a byte 1, then the members in their order; numbers
/// are 8 bytes, little-endian; texts and lists have their length in front.
namespace cartstorm::broker::s3 {

std::string to_record(const Object& object);
std::string to_record(const Part& part);
std::string to_record(const Upload& upload);

/// Empty if the bytes are not a whole record of that kind.
std::optional<Object> parse_object(std::string_view record, Content content);
std::optional<Part> parse_part(std::string_view record, Content content);
std::optional<Upload> parse_upload(std::string_view record);

}  // namespace cartstorm::broker::s3
