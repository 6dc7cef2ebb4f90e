#include "sim/cli/make/pem.hpp"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rand.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

#include "device-model/ports/host/openssl_objects.hpp"

namespace cartstorm::cli {
namespace {

using ota::host::Certificate;
using ota::host::FreeBy;
using ota::host::Key;
using ota::host::PrivateKey;
using Stream = std::unique_ptr<BIO, FreeBy<BIO_free>>;
using Number = std::unique_ptr<BIGNUM, FreeBy<BN_clear_free>>;

Stream stream_of(std::string_view text) {
  return Stream{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
}

std::string text_of(BIO* stream) {
  char* content = nullptr;
  const long size = BIO_get_mem_data(stream, &content);
  return {content, static_cast<std::size_t>(size)};
}

/// OpenSSL would ask at the terminal, in the middle of a script.
int no_passphrase(char*, int, int, void*) { return -1; }

bool is_p256(const EVP_PKEY* key) {
  char group[32] = {};
  std::size_t size = 0;
  return EVP_PKEY_is_a(key, "EC") == 1 &&
         EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group,
                                        &size) == 1 &&
         std::string_view(group) == SN_X9_62_prime256v1;
}

bool take_scalar(const EVP_PKEY* key, PrivateKey& out) {
  BIGNUM* found = nullptr;
  const bool is_there = EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &found) == 1;
  const Number scalar{found};
  return is_there && BN_bn2binpad(scalar.get(), reinterpret_cast<unsigned char*>(out.data()),
                                  static_cast<int>(out.size())) == static_cast<int>(out.size());
}

/// The key with this scalar and its point, as OpenSSL holds it.
Key key_of(const Secret& secret) {
  const Number scalar{BN_bin2bn(ota::host::raw(secret.key().data()), 32, nullptr)};
  const ota::PublicKey point = ota::host::public_key_of(secret.key());
  unsigned char encoded[65] = {POINT_CONVERSION_UNCOMPRESSED};
  std::copy_n(ota::host::raw(point.data()), point.size(), encoded + 1);
  const std::unique_ptr<OSSL_PARAM_BLD, FreeBy<OSSL_PARAM_BLD_free>> fields{OSSL_PARAM_BLD_new()};
  OSSL_PARAM_BLD_push_utf8_string(fields.get(), OSSL_PKEY_PARAM_GROUP_NAME, SN_X9_62_prime256v1, 0);
  OSSL_PARAM_BLD_push_octet_string(fields.get(), OSSL_PKEY_PARAM_PUB_KEY, encoded, sizeof encoded);
  OSSL_PARAM_BLD_push_BN(fields.get(), OSSL_PKEY_PARAM_PRIV_KEY, scalar.get());
  const std::unique_ptr<OSSL_PARAM, FreeBy<OSSL_PARAM_free>> list{
      OSSL_PARAM_BLD_to_param(fields.get())};
  const std::unique_ptr<EVP_PKEY_CTX, FreeBy<EVP_PKEY_CTX_free>> context{
      EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr)};
  EVP_PKEY* key = nullptr;
  EVP_PKEY_fromdata_init(context.get());
  EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEYPAIR, list.get());
  return Key{key};
}

Certificate take_der(ota::Bytes bytes) {
  const unsigned char* at = ota::host::raw(bytes.data());
  Certificate result{d2i_X509(nullptr, &at, static_cast<long>(bytes.size()))};
  ERR_clear_error();
  const bool is_whole = at == ota::host::raw(bytes.data()) + bytes.size();
  return is_whole ? std::move(result) : nullptr;
}

}  // namespace

Secret::Secret(Secret&& other) noexcept : key_(other.key_) {
  OPENSSL_cleanse(other.key_.data(), other.key_.size());
}

Secret::~Secret() { OPENSSL_cleanse(key_.data(), key_.size()); }

std::string pem_label(std::string_view text) {
  constexpr std::string_view begin = "-----BEGIN ", end = "-----";
  std::size_t at = text.find(begin);
  while (at != std::string_view::npos && at != 0 && text[at - 1] != '\n') {
    at = text.find(begin, at + 1);
  }
  if (at == std::string_view::npos) return "";
  const std::string_view label = text.substr(at + begin.size(), 64);
  const std::size_t size = label.find(end);
  return size == std::string_view::npos ? "" : std::string(label.substr(0, size));
}

bool is_der_certificate(ota::Bytes bytes) { return take_der(bytes) != nullptr; }

Outcome<Secret> new_secret() {
  const Key key{EVP_EC_gen("P-256")};
  PrivateKey scalar{};
  if (key == nullptr || !take_scalar(key.get(), scalar)) {
    return Problem{"the operating system gave no random bytes for a key", exit_infrastructure};
  }
  Secret secret{scalar};
  OPENSSL_cleanse(scalar.data(), scalar.size());
  return secret;
}

std::array<std::byte, 16> new_serial() {
  std::array<std::byte, 16> serial{};
  if (RAND_bytes(reinterpret_cast<unsigned char*>(serial.data()), serial.size()) != 1) {
    throw std::runtime_error{"the operating system gave no random bytes"};
  }
  return serial;
}

std::string secret_pem(const Secret& secret) {
  const Stream stream{BIO_new(BIO_s_secmem())};
  const Key key = key_of(secret);
  if (key == nullptr || PEM_write_bio_PKCS8PrivateKey(stream.get(), key.get(), nullptr, nullptr, 0,
                                                      nullptr, nullptr) != 1) {
    throw std::runtime_error{"OpenSSL cannot write a key"};
  }
  return text_of(stream.get());
}

std::string certificate_pem(ota::Bytes der) {
  const Stream stream{BIO_new(BIO_s_mem())};
  PEM_write_bio(stream.get(), PEM_STRING_X509, "", ota::host::raw(der.data()),
                static_cast<long>(der.size()));
  return text_of(stream.get());
}

Outcome<Secret> parse_secret(std::string_view text) {
  const std::string label = pem_label(text);
  if (label.empty()) return Problem{"is not PEM, expected a private key"};
  if (!label.ends_with("PRIVATE KEY")) {
    return Problem{"holds \"" + label + "\", expected a private key"};
  }
  const Key key{PEM_read_bio_PrivateKey(stream_of(text).get(), nullptr, no_passphrase, nullptr)};
  ERR_clear_error();
  if (key == nullptr && (label.starts_with("ENCRYPTED") ||
                         text.find("Proc-Type: 4,ENCRYPTED") != std::string_view::npos)) {
    return Problem{
        "is encrypted, expected a key without a passphrase (openssl pkey -in ... takes "
        "it off)"};
  }
  if (key == nullptr) return Problem{"is damaged, expected a private key in PEM"};
  PrivateKey scalar{};
  if (!is_p256(key.get()) || !take_scalar(key.get(), scalar)) {
    return Problem{"is a key of another kind, expected P-256 (prime256v1)"};
  }
  Secret secret{scalar};
  OPENSSL_cleanse(scalar.data(), scalar.size());
  return secret;
}

Outcome<ota::host::CertificateBytes> parse_certificate(ota::Bytes content) {
  if (is_der_certificate(content)) {
    return ota::host::CertificateBytes(content.begin(), content.end());
  }
  const std::string_view text{reinterpret_cast<const char*>(content.data()), content.size()};
  const std::string label = pem_label(text);
  if (label.empty()) return Problem{"is neither PEM nor DER, expected a certificate"};
  if (label != PEM_STRING_X509) return Problem{"holds \"" + label + "\", expected a certificate"};
  const Stream stream = stream_of(text);
  const Certificate certificate{PEM_read_bio_X509(stream.get(), nullptr, no_passphrase, nullptr)};
  const Certificate another{PEM_read_bio_X509(stream.get(), nullptr, no_passphrase, nullptr)};
  ERR_clear_error();
  if (certificate == nullptr) return Problem{"is damaged, expected a certificate in PEM"};
  if (another != nullptr) return Problem{"holds several certificates, expected one"};
  unsigned char* der = nullptr;
  const int size = i2d_X509(certificate.get(), &der);
  const auto bytes = std::as_bytes(std::span{der, static_cast<std::size_t>(std::max(size, 0))});
  ota::host::CertificateBytes result(bytes.begin(), bytes.end());
  OPENSSL_free(der);
  return result;
}

}  // namespace cartstorm::cli
