#include "broker-mock/s3/minter.hpp"

#include "broker-mock/base/draw.hpp"
#include "broker-mock/base/time_text.hpp"

namespace cartstorm::broker::s3 {
namespace {

constexpr std::uint64_t access_keys = hash_of("s3 access key");
constexpr std::uint64_t secrets = hash_of("s3 secret");
constexpr std::uint64_t tokens = hash_of("s3 session token");
constexpr std::size_t token_characters = 1000;

/// `count` characters of base64 (or its first 32 letters), ten of them per draw.
void append_drawn(std::string& out, std::uint64_t seed, std::uint64_t purpose, std::size_t count,
                  unsigned bits) {
  constexpr std::string_view base64 =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567abcdefghijklmnopqrstuvwxyz0189+/";
  const std::uint64_t mask = (1U << bits) - 1;
  const std::size_t begin = out.size();
  out.resize(begin + count);
  std::uint64_t bits_of_ten = 0;
  for (std::size_t i = 0; i < count; ++i) {
    bits_of_ten = i % 10 == 0 ? draw(seed, purpose, i / 10) : bits_of_ten >> 6;
    out[begin + i] = base64[bits_of_ten & mask];
  }
}

}  // namespace

http::Credentials role_credentials(std::uint64_t seed) {
  http::Credentials credentials{"ASIA", ""};
  append_drawn(credentials.access_key, seed, access_keys, 16, 5);
  append_drawn(credentials.secret, seed, secrets, 40, 6);
  return credentials;
}

void Minter::append_url(std::string& out, std::string_view bucket, std::string_view key,
                        std::uint32_t expires_s, ServerTime now) {
  std::string token = "IQoJb3JpZ2luX2VjE";
  append_drawn(token, seed_, mix(tokens ^ minted_++), token_characters, 6);
  const std::string path = "/" + std::string{bucket} + "/" + std::string{key};
  http::append_presigned_get(
      out, signer_, {host_, path, floor_div(now.unix_ms, 1000), expires_s, token, scheme_});
}

}  // namespace cartstorm::broker::s3
