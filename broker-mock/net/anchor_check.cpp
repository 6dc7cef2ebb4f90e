#include "broker-mock/net/anchor_check.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>
#include <memory>
#include <span>

#include "broker-mock/http/crypto.hpp"

namespace cartstorm::broker::net {
namespace {

constexpr std::size_t most_bytes = 768;
/// An uncompressed point of P-256: a mark, X and Y.
constexpr std::size_t point_bytes = 65;

struct FreeCertificate {
  void operator()(X509* certificate) const { X509_free(certificate); }
};

/// The first 8 bytes of SHA-256 over X and Y; nothing for a key of another kind.
bool id_of(X509* certificate, std::string& id) {
  EVP_PKEY* const key = X509_get0_pubkey(certificate);
  std::array<char, 32> curve{};
  if (key == nullptr || EVP_PKEY_get_base_id(key) != EVP_PKEY_EC ||
      EVP_PKEY_get_group_name(key, curve.data(), curve.size(), nullptr) != 1 ||
      std::string_view{curve.data()} != "prime256v1") {
    return false;
  }
  const ASN1_BIT_STRING* const bits = X509_get0_pubkey_bitstr(certificate);
  const std::span point{ASN1_STRING_get0_data(bits),
                        static_cast<std::size_t>(ASN1_STRING_length(bits))};
  if (point.size() != point_bytes || point[0] != 4) return false;
  id = http::hex_of(http::sha256(std::as_bytes(point.subspan(1)))).substr(0, 16);
  return true;
}

}  // namespace

std::string anchor_problem(std::uint64_t id, std::string_view certificate_base64) {
  const auto der = http::from_base64(certificate_base64);
  if (!der) return "certificate: expected base64 with padding and without line breaks";
  if (der->size() > most_bytes) {
    return fmt::format("certificate: has {} bytes, carts take at most {}", der->size(), most_bytes);
  }
  const auto* at = reinterpret_cast<const unsigned char*>(der->data());
  const auto* const end = at + der->size();
  const std::unique_ptr<X509, FreeCertificate> certificate{
      d2i_X509(nullptr, &at, static_cast<long>(der->size()))};
  ERR_clear_error();
  if (!certificate || at != end) return "certificate: is no X.509 certificate in DER";
  std::string own_id;
  if (!id_of(certificate.get(), own_id)) return "certificate: its key is not on the curve P-256";
  constexpr std::uint32_t ca_only = 1;  // as X509_check_ca tells version 3 with basic constraints
  if (X509_check_ca(certificate.get()) != ca_only) return "certificate: is not that of a CA";
  if (X509_verify(certificate.get(), X509_get0_pubkey(certificate.get())) != 1) {
    ERR_clear_error();
    return "certificate: is not signed by itself";
  }
  if (own_id == fmt::format("{:016x}", id)) return {};
  return fmt::format("anchor: the id of this certificate's key is {}", own_id);
}

}  // namespace cartstorm::broker::net
