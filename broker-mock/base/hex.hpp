#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace cartstorm::broker {

/// Lower-case hex, two digits per byte.
void append_hex(std::string& out, std::span<const std::byte> bytes);
/// 16 lower-case hex digits, most significant first.
void append_hex(std::string& out, std::uint64_t number);
std::string hex(std::uint64_t number);

/// Exactly 16 lower-case hex digits, else empty: ids have one spelling only.
std::optional<std::uint64_t> parse_hex_id(std::string_view text);

/// True if all of `text` are lower-case hex digits.
bool is_lower_hex(std::string_view text);

}  // namespace cartstorm::broker
