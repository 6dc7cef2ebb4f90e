#pragma once
#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace cartstorm::broker::http {

using Sha256 = std::array<std::byte, 32>;

Sha256 sha256(std::span<const std::byte> bytes);
Sha256 sha256(std::string_view text);
Sha256 hmac_sha256(std::span<const std::byte> key, std::string_view text);
/// Raw digests, 20 and 16 bytes: checksums that S3 clients send, no proof of anything.
std::string sha1(std::span<const std::byte> bytes);
std::string md5(std::span<const std::byte> bytes);
/// Standard alphabet with padding (RFC 4648 section 4).
std::string base64(std::span<const std::byte> bytes);
/// Empty if `text` is not exactly that, including zero bits in front of the padding.
std::optional<std::string> from_base64(std::string_view text);
/// MD5 in hex: S3 still names the content of an object by it.
std::string md5_hex(std::span<const std::byte> content);
std::string hex_of(const Sha256& digest);
/// Takes the same time wherever the texts differ.
bool equal_in_constant_time(std::string_view a, std::string_view b);

inline std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span{text.data(), text.size()});
}

}  // namespace cartstorm::broker::http
