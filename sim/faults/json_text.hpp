#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace cartstorm::sim {

/// The text of member `name` of a flat JSON text as written by the Jobs service (no white space):
/// digits of a number, or the characters between the quotes of a string. For quirks, which rewrite
/// messages on their way; the product parses JSON properly.
std::optional<std::string_view> json_member(std::string_view json, std::string_view name);

/// `json` with the value of every member `name` replaced by `value` (without quotes).
std::string with_json_member(std::string_view json, std::string_view name, std::string_view value);

}  // namespace cartstorm::sim
