#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "broker-mock/http/refusal.hpp"
#include "broker-mock/s3/error.hpp"

/// The refusals of S3, each with its status, code, message and elements (reference section 3.4).
namespace cartstorm::broker::s3 {

/// What is wrong with a signature.
Error to_error(const http::Refusal& refusal);

Error no_such_bucket(std::string_view bucket);
Error no_such_key(std::string_view key);
Error no_such_upload(std::string_view upload_id);
/// `condition` is the name of the header.
Error precondition_failed(std::string_view condition);
Error invalid_range(std::string_view requested, std::uint64_t size);
Error method_not_allowed(std::string_view method);
Error not_implemented(std::string_view what);
Error invalid_argument(std::string_view message, std::string_view name, std::string_view value);
Error invalid_request(std::string_view message);
Error malformed_xml();
/// Trailers that are not those announced.
Error malformed_trailer();
Error too_large(std::uint64_t size, std::uint64_t limit);
Error slow_down();
/// The durable store could not keep it; nothing has changed.
Error internal_error();

}  // namespace cartstorm::broker::s3
