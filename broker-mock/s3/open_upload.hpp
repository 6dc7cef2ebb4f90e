#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "broker-mock/s3/desk.hpp"

namespace cartstorm::broker::s3 {

inline constexpr std::uint32_t max_part_number = 10'000;

/// The open upload that a request names, in its own bucket and under its own key.
std::variant<const OpenUpload*, Error> find_upload(const Desk& desk, const Call& call);
/// Digits only, up to 32 bits.
std::optional<std::uint32_t> parse_number(std::string_view text);
/// With its quotes.
std::string part_etag(const Part& part);

}  // namespace cartstorm::broker::s3
