#include "ota/host/certificates.hpp"

#include <openssl/ecdsa.h>
#include <openssl/x509v3.h>

#include <algorithm>

#include "openssl_objects.hpp"
#include "ota/bytes.hpp"
#include "ota/host/crypto.hpp"
#include "ota/trailer.hpp"

namespace ota::host {
namespace {

using SignaturePair = std::unique_ptr<ECDSA_SIG, FreeBy<ECDSA_SIG_free>>;

/// What an OpenSSL encoder made.
class Encoded {
 public:
  Encoded() = default;
  Encoded(const Encoded&) = delete;
  Encoded& operator=(const Encoded&) = delete;
  ~Encoded() { OPENSSL_free(bytes); }
  Bytes view() const {
    return std::as_bytes(std::span{bytes, static_cast<std::size_t>(std::max(size, 0))});
  }

  unsigned char* bytes = nullptr;
  int size = 0;
};

std::string hex(std::uint64_t value) {
  std::string text;
  for (int shift = 60; shift >= 0; shift -= 4) {
    text += "0123456789ABCDEF"[value >> shift & 15];
  }
  return text;
}

/// Key ids are anchor ids (8 bytes), so that a person can follow a chain with any X.509 tool.
std::string key_id(const PublicKey& key) { return hex(anchor_id_of(key).value); }
std::string issuer_key_id(const Issuer& issuer) {
  return "DER:300A8008" + key_id(public_key_of(issuer.key));
}

void set_name(X509_NAME* name, const std::string& common_name) {
  X509_NAME_add_entry_by_NID(name, NID_commonName, V_ASN1_UTF8STRING,
                             reinterpret_cast<const unsigned char*>(common_name.data()),
                             static_cast<int>(common_name.size()), -1, 0);
}

void set_serial(X509* certificate, std::array<std::byte, 16> serial) {
  serial[0] &= std::byte{0x7f};
  const std::unique_ptr<BIGNUM, FreeBy<BN_free>> number{
      BN_bin2bn(raw(serial.data()), static_cast<int>(serial.size()), nullptr)};
  BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate));
}

bool add_extensions(X509* certificate, const std::vector<Extension>& extensions) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  for (const Extension& extension : extensions) {
    const std::unique_ptr<X509_EXTENSION, FreeBy<X509_EXTENSION_free>> encoded{
        X509V3_EXT_nconf(nullptr, &context, extension.name.c_str(), extension.value.c_str())};
    if (encoded == nullptr || X509_add_ext(certificate, encoded.get(), -1) != 1) {
      return false;
    }
  }
  return true;
}

/// OpenSSL signs with nonces of its own choice, which would make every certificate new.
void sign(X509* certificate, const PrivateKey& key) {
  set_signature(certificate, {});  // the algorithm is part of what is signed
  Encoded content;
  content.size = i2d_re_X509_tbs(certificate, &content.bytes);
  const Signature signature = sign_p256(key, sha256(content.view()));
  const SignaturePair pair{ECDSA_SIG_new()};
  ECDSA_SIG_set0(pair.get(), BN_bin2bn(raw(signature.data()), 32, nullptr),
                 BN_bin2bn(raw(signature.data()) + 32, 32, nullptr));
  Encoded encoded;
  encoded.size = i2d_ECDSA_SIG(pair.get(), &encoded.bytes);
  set_signature(certificate, encoded.view());
}

}  // namespace

CertificateBytes issue(const CertificateFields& fields, const PublicKey& key, const Issuer& issuer,
                       const std::vector<Extension>& extensions) {
  const Certificate certificate{X509_new()};
  const Key subject = key_from(key);
  if (subject == nullptr || !X509_set_pubkey(certificate.get(), subject.get()) ||
      !add_extensions(certificate.get(), extensions)) {
    return {};
  }
  X509_set_version(certificate.get(), X509_VERSION_3);
  set_serial(certificate.get(), fields.serial);
  set_name(X509_get_issuer_name(certificate.get()), issuer.name);
  set_name(X509_get_subject_name(certificate.get()), fields.name);
  ASN1_TIME_set(X509_getm_notBefore(certificate.get()), fields.not_before.s);
  ASN1_TIME_set(X509_getm_notAfter(certificate.get()), fields.not_after.s);
  sign(certificate.get(), issuer.key);
  Encoded whole;
  whole.size = i2d_X509(certificate.get(), &whole.bytes);
  return {whole.view().begin(), whole.view().end()};
}

CertificateBytes make_ca(const CertificateFields& fields, const PrivateKey& key) {
  const PublicKey own = public_key_of(key);
  return issue(fields, own, {fields.name, key},
               {{"basicConstraints", "critical,CA:TRUE,pathlen:1"},
                {"keyUsage", "critical,keyCertSign"},
                {"subjectKeyIdentifier", key_id(own)}});
}

CertificateBytes issue_intermediate(const CertificateFields& fields, const PublicKey& key,
                                    const Issuer& issuer) {
  return issue(fields, key, issuer,
               {{"basicConstraints", "critical,CA:TRUE,pathlen:0"},
                {"keyUsage", "critical,keyCertSign"},
                {"subjectKeyIdentifier", key_id(key)},
                {"authorityKeyIdentifier", issuer_key_id(issuer)}});
}

CertificateBytes issue_signer(const CertificateFields& fields, const PublicKey& key,
                              const Issuer& issuer) {
  // Not critical: BearSSL refuses a critical extended key usage, because it does not read it.
  return issue(fields, key, issuer,
               {{"keyUsage", "critical,digitalSignature"},
                {"extendedKeyUsage", "codeSigning"},
                {"authorityKeyIdentifier", issuer_key_id(issuer)}});
}

std::vector<std::byte> encode_trailer(std::span<const std::byte, manifest_bytes> manifest,
                                      const std::vector<CertificateBytes>& chain) {
  std::vector<std::byte> trailer(manifest.begin(), manifest.end());
  trailer.resize(trailer_head_bytes);
  for (const CertificateBytes& certificate : chain) {
    trailer.insert(trailer.end(), certificate.begin(), certificate.end());
  }
  const std::size_t size = trailer.size() - trailer_head_bytes;
  ByteWriter{MutableBytes{trailer}.subspan(manifest_bytes)}.u16(static_cast<std::uint16_t>(size));
  return trailer;
}

}  // namespace ota::host
