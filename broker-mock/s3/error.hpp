#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "broker-mock/http/message.hpp"

namespace cartstorm::broker::s3 {

/// A refusal as S3 words it; devices tell an expired URL from a wrong signature by this body only.
struct Error {
  std::uint16_t status = 0;
  std::string_view code;
  std::string message;
  std::vector<std::pair<std::string_view, std::string>> details = {};
  http::Fields fields = {};  ///< of the answer, where a status demands one
};

/// The XML body. `request_id` is 16 hex digits.
std::string to_xml(const Error& error, std::string_view request_id);

}  // namespace cartstorm::broker::s3
