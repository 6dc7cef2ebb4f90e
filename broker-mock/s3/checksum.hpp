#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace cartstorm::broker::s3 {

enum class Algorithm : std::uint8_t { crc32, crc32c, crc64nvme, sha1, sha256 };
inline constexpr std::array all_algorithms = {
    Algorithm::crc32, Algorithm::crc32c, Algorithm::crc64nvme, Algorithm::sha1, Algorithm::sha256};

/// How S3 spells one: `CRC32`, `x-amz-checksum-crc32`, `ChecksumCRC32`.
struct AlgorithmNames {
  std::string_view word, header, element;
};
const AlgorithmNames& names_of(Algorithm algorithm);
std::optional<Algorithm> algorithm_of_word(std::string_view word);
std::optional<Algorithm> algorithm_of_header(std::string_view header);

/// A checksum as clients send it and get it back.
struct Checksum {
  Algorithm algorithm = Algorithm::crc32;
  std::string value;  ///< base64; composite ones end in `-<number of parts>`
  bool is_composite = false;
  bool operator==(const Checksum&) const = default;
};

/// Raw bytes, most significant first: 4, 4, 8, 20 or 32 of them.
std::string checksum_bytes(Algorithm algorithm, std::span<const std::byte> content);
std::string checksum_text(Algorithm algorithm, std::span<const std::byte> content);
/// True if `text` is the base64 of as many bytes as the algorithm has.
bool is_checksum(Algorithm algorithm, std::string_view text);

}  // namespace cartstorm::broker::s3
