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
  if (!is_done) throw std::runtime_error{"OpenSSL lacks SHA-256, SHA-1, HMAC or MD5"};
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

std::string digest_of(const EVP_MD* method, std::span<const std::byte> bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  require(EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, method, nullptr) == 1);
  return {reinterpret_cast<const char*>(digest.data()), size};
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

std::string sha1(std::span<const std::byte> bytes) {
  static const EVP_MD* const method = digest_named("SHA1");
  return digest_of(method, bytes);
}

std::string md5(std::span<const std::byte> bytes) {
  static const EVP_MD* const method = digest_named("MD5");
  return digest_of(method, bytes);
}

std::string md5_hex(std::span<const std::byte> content) {
  std::string text;
  append_hex(text, bytes_of(md5(content)));
  return text;
}

std::string base64(std::span<const std::byte> bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // OpenSSL ends it with a zero
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), in(bytes),
                  static_cast<int>(bytes.size()));
  text.pop_back();
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0 || text.size() > 1U << 20) return std::nullopt;
  std::string plain(text.size() / 4 * 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(plain.data()),
                                   in(bytes_of(text)), static_cast<int>(text.size()));
  const int padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  if (size < padding) return std::nullopt;
  plain.resize(static_cast<std::size_t>(size - padding));
  // OpenSSL forgives spaces and stray bits; one text per value is easier to reason about.
  if (base64(bytes_of(plain)) != text) return std::nullopt;
  return plain;
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
