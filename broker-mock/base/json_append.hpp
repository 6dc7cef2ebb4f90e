#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace cartstorm::broker {

/// `"text"` with the escapes that JSON demands.
void append_json_string(std::string& out, std::string_view text);
/// `,"key":` or `"key":` if `out` ends with an opening brace.
void append_key(std::string& out, std::string_view key);
void append_member(std::string& out, std::string_view key, std::string_view text);
void append_member(std::string& out, std::string_view key, std::int64_t number);

}  // namespace cartstorm::broker
