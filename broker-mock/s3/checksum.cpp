#include "broker-mock/s3/checksum.hpp"

#include <algorithm>
#include <boost/crc.hpp>

#include "broker-mock/http/crypto.hpp"

namespace cartstorm::broker::s3 {
namespace {

using Crc32c = boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true>;
using Crc64Nvme =
    boost::crc_optimal<64, 0xAD93D23594C93659, 0xFFFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFF, true, true>;

constexpr std::array<AlgorithmNames, all_algorithms.size()> names = {{
    {"CRC32", "x-amz-checksum-crc32", "ChecksumCRC32"},
    {"CRC32C", "x-amz-checksum-crc32c", "ChecksumCRC32C"},
    {"CRC64NVME", "x-amz-checksum-crc64nvme", "ChecksumCRC64NVME"},
    {"SHA1", "x-amz-checksum-sha1", "ChecksumSHA1"},
    {"SHA256", "x-amz-checksum-sha256", "ChecksumSHA256"},
}};
constexpr std::array<std::size_t, all_algorithms.size()> sizes = {4, 4, 8, 20, 32};

template <class Crc>
std::string crc_bytes(std::span<const std::byte> content) {
  Crc crc;
  crc.process_bytes(content.data(), content.size());
  const auto value = crc.checksum();
  std::string bytes;
  for (std::size_t shift = sizeof value * 8; shift > 0; shift -= 8) {
    bytes.push_back(static_cast<char>((value >> (shift - 8)) & 0xff));
  }
  return bytes;
}

std::optional<Algorithm> algorithm_by(std::string_view AlgorithmNames::*spelling,
                                      std::string_view text) {
  const auto found = std::ranges::find(names, text, spelling);
  if (found == names.end()) return std::nullopt;
  return static_cast<Algorithm>(found - names.begin());
}

}  // namespace

const AlgorithmNames& names_of(Algorithm algorithm) {
  return names[static_cast<std::size_t>(algorithm)];
}

std::optional<Algorithm> algorithm_of_word(std::string_view word) {
  return algorithm_by(&AlgorithmNames::word, word);
}

std::optional<Algorithm> algorithm_of_header(std::string_view header) {
  return algorithm_by(&AlgorithmNames::header, header);
}

std::string checksum_bytes(Algorithm algorithm, std::span<const std::byte> content) {
  switch (algorithm) {
    case Algorithm::crc32:
      return crc_bytes<boost::crc_32_type>(content).substr(0, 4);
    case Algorithm::crc32c:
      return crc_bytes<Crc32c>(content).substr(0, 4);
    case Algorithm::crc64nvme:
      return crc_bytes<Crc64Nvme>(content);
    case Algorithm::sha1:
      return http::sha1(content);
    case Algorithm::sha256:
      break;
  }
  const http::Sha256 digest = http::sha256(content);
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::string checksum_text(Algorithm algorithm, std::span<const std::byte> content) {
  return http::base64(http::bytes_of(checksum_bytes(algorithm, content)));
}

bool is_checksum(Algorithm algorithm, std::string_view text) {
  const auto bytes = http::from_base64(text);
  return bytes && bytes->size() == sizes[static_cast<std::size_t>(algorithm)];
}

}  // namespace cartstorm::broker::s3
