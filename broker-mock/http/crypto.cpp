#include "broker-mock/http/crypto.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <stdexcept>

#include "broker-mock/base/hex.hpp"

namespace cartstorm::broker::http {
namespace {

unsigned char* out(std::byte* bytes) { return reinterpret_cast<unsigned char*>(bytes); }
const unsigned char* in(std::span<const std::byte> bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

/// Only a broken installation of OpenSSL gets here; no input of ours can.
void require(bool is_done) {
  if (!is_done) throw std::runtime_error{"OpenSSL lacks SHA-256, HMAC or MD5"};
}

/// Looked up once: an implicit fetch per digest costs more than the digest of a short text.
const EVP_MD* digest_named(const char* name) {
  const EVP_MD* const digest = EVP_MD_fetch(nullptr, name, nullptr);
  require(digest != nullptr);
  return digest;
}
const EVP_MD* sha256_method() {
  static const EVP_MD* const method = digest_named("SHA256");
  return method;
}

}  // namespace

Sha256 sha256(std::string_view text) { return sha256(bytes_of(text)); }

Sha256 sha256(std::span<const std::byte> bytes) {
  Sha256 digest{};
  require(EVP_Digest(bytes.data(), bytes.size(), out(digest.data()), nullptr, sha256_method(),
                     nullptr) == 1);
  return digest;
}

Sha256 hmac_sha256(std::span<const std::byte> key, std::string_view text) {
  Sha256 code{};
  unsigned length = 0;
  require(HMAC(sha256_method(), key.data(), static_cast<int>(key.size()), in(bytes_of(text)),
               text.size(), out(code.data()), &length) != nullptr);
  return code;
}

std::string md5_hex(std::span<const std::byte> content) {
  static const EVP_MD* const method = digest_named("MD5");
  std::array<std::byte, 16> digest{};
  require(EVP_Digest(content.data(), content.size(), out(digest.data()), nullptr, method,
                     nullptr) == 1);
  std::string text;
  append_hex(text, digest);
  return text;
}

std::string hex_of(const Sha256& digest) {
  std::string text;
  append_hex(text, digest);
  return text;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace cartstorm::broker::http
