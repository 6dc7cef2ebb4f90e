#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cartstorm::broker {

/// Takes one code point off the front of `text`; empty on malformed UTF-8 (overlong forms,
/// surrogates and numbers above 10FFFF are malformed). `text` must not be empty.
std::optional<std::uint32_t> take_code_point(std::string_view& text);

bool is_utf8(std::string_view text);

/// `code_point` must be a scalar value.
void append_utf8(std::string& out, std::uint32_t code_point);

/// Members of Unicode class C that text really carries: controls, format characters, private use
/// and non-characters. Unassigned code points would need Unicode's tables; they pass.
bool is_control(std::uint32_t code_point);

}  // namespace cartstorm::broker
