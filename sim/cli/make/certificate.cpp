#include "sim/cli/make/certificate.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>

#include "device-model/ports/host/openssl_objects.hpp"
#include "ota/host/crypto.hpp"
#include "ota/trust.hpp"
#include "sim/cli/make/made_files.hpp"
#include "sim/cli/make/recognise.hpp"

namespace cartstorm::cli {
namespace fs = std::filesystem;
namespace {

using ota::host::FreeBy;
using Stream = std::unique_ptr<BIO, FreeBy<BIO_free>>;

std::string name_text(const X509_NAME* name) {
  // UTF-8 stays readable; control characters, which could drive a terminal, are escaped.
  constexpr unsigned long readable =
      XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB);
  const Stream stream{BIO_new(BIO_s_mem())};
  if (X509_NAME_print_ex(stream.get(), name, 0, readable) < 0) return "(damaged)";
  char* content = nullptr;
  const long size = BIO_get_mem_data(stream.get(), &content);
  return {content, static_cast<std::size_t>(size)};
}

/// The name that the maker of certificates would give, if it gives this very one.
std::string common_name_of(const X509_NAME* name) {
  if (X509_NAME_entry_count(name) != 1) return "";
  const X509_NAME_ENTRY* entry = X509_NAME_get_entry(name, 0);
  const ASN1_STRING* text = X509_NAME_ENTRY_get_data(entry);
  if (OBJ_obj2nid(X509_NAME_ENTRY_get_object(entry)) != NID_commonName ||
      ASN1_STRING_type(text) != V_ASN1_UTF8STRING) {
    return "";
  }
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<std::size_t>(ASN1_STRING_length(text))};
}

ota::UnixTime time_of(const ASN1_TIME* time) {
  const std::unique_ptr<ASN1_TIME, FreeBy<ASN1_TIME_free>> start{ASN1_TIME_set(nullptr, 0)};
  int days = 0, seconds = 0;
  ASN1_TIME_diff(&days, &seconds, start.get(), time);
  return {std::int64_t{days} * 86'400 + seconds};
}

std::string serial_of(const X509* certificate) {
  const ASN1_INTEGER* serial = X509_get0_serialNumber(certificate);
  const auto* bytes = ASN1_STRING_get0_data(serial);
  return hex_text(
      std::as_bytes(std::span{bytes, static_cast<std::size_t>(ASN1_STRING_length(serial))}));
}

ota::PublicKey key_of(const X509* certificate) {
  ota::PublicKey key{};
  unsigned char encoded[65];
  std::size_t size = 0;
  const EVP_PKEY* found = X509_get0_pubkey(certificate);
  if (found != nullptr && EVP_PKEY_get_bits(found) == 256 &&
      EVP_PKEY_get_octet_string_param(found, "pub", encoded, sizeof encoded, &size) == 1 &&
      size == sizeof encoded) {
    std::ranges::copy(std::as_bytes(std::span{encoded}).subspan(1), key.begin());
  }
  return key;
}

/// Asked of the cart's own code where it has an answer.
Role role_of(X509* certificate, CertificateView& view) {
  ota::host::OpensslCrypto crypto;
  if (ota::read_anchor(crypto, view.der, view.anchor) == ota::Status::ok) return Role::ca;
  ota::Signer unused;
  const auto verdict = crypto.check_chain(view.der, ota::Anchor{}, unused);
  // No CA was named, so the best that can be said of a signer is that it does not lead to it.
  if (verdict == ota::ChainVerdict::untrusted) return Role::signer;
  const std::uint32_t flags = X509_get_extension_flags(certificate);
  const bool may_issue = verdict == ota::ChainVerdict::wrong_use && (flags & EXFLAG_CA) != 0 &&
                         (flags & EXFLAG_KUSAGE) != 0 && (flags & EXFLAG_SI) == 0 &&
                         (X509_get_key_usage(certificate) & KU_KEY_CERT_SIGN) != 0;
  return may_issue ? Role::intermediate : Role::none;
}

/// `DIR/NAME` when `path` is the name of one of its two files.
fs::path without_ending(const fs::path& path) {
  std::string text = path.string();
  for (const std::string_view ending : {".key.pem", ".cert.pem"}) {
    if (text.ends_with(ending)) return text.substr(0, text.size() - ending.size());
  }
  return path;
}

}  // namespace

const char* name(Role role) {
  switch (role) {
    case Role::ca:
      return "ca";
    case Role::intermediate:
      return "intermediate";
    case Role::signer:
      return "signer";
    case Role::none:
      return "none";
  }
  return "none";
}

Outcome<CertificateView> view_certificate(const ota::host::CertificateBytes& der) {
  const unsigned char* at = ota::host::raw(der.data());
  const ota::host::Certificate certificate{d2i_X509(nullptr, &at, static_cast<long>(der.size()))};
  ERR_clear_error();
  if (certificate == nullptr) return Problem{"is damaged, expected a certificate"};
  X509_check_purpose(certificate.get(), -1, 0);  // reads the extensions
  CertificateView view;
  view.der = der;
  view.common_name = common_name_of(X509_get_subject_name(certificate.get()));
  view.subject = name_text(X509_get_subject_name(certificate.get()));
  view.issuer = name_text(X509_get_issuer_name(certificate.get()));
  view.serial = serial_of(certificate.get());
  view.not_before = time_of(X509_get0_notBefore(certificate.get()));
  view.not_after = time_of(X509_get0_notAfter(certificate.get()));
  view.key = key_of(certificate.get());
  view.role = role_of(certificate.get(), view);
  ERR_clear_error();
  return view;
}

Outcome<CertificateView> read_certificate(const fs::path& name) {
  std::error_code ignored;
  const fs::path path = fs::exists(name, ignored) ? name : certificate_path(without_ending(name));
  const auto content = read_bytes(path, certificate_file_limit, "a certificate");
  if (!content) return content.problem();
  const auto der = parse_certificate(*content);
  if (!der) return Problem{path.string() + " " + der.problem().text};
  auto view = view_certificate(*der);
  if (!view) return Problem{path.string() + " " + view.problem().text};
  return view;
}

Outcome<CertificateView> read_ca_certificate(const fs::path& path) {
  auto view = read_certificate(path);
  if (view && view->role != Role::ca) {
    return Problem{
        fmt::format("{} is the certificate \"{}\" with the role {}, expected a CA "
                    "(WIRE.md section 6)",
                    path.string(), view->subject, name(view->role))};
  }
  return view;
}

Facts facts_of(const CertificateView& view) {
  Facts facts;
  facts.text("kind", "certificate").text("role", name(view.role)).text("subject", view.subject);
  facts.text("issuer", view.issuer).text("serial", view.serial);
  if (view.role == Role::ca) facts.text("anchor", anchor_text(view.anchor.id));
  if (view.key != ota::PublicKey{}) {
    facts.text("key_id", anchor_text(ota::host::anchor_id_of(view.key)));
  }
  facts.time("valid_from", view.not_before).time("valid_until", view.not_after);
  facts.number("bytes", view.der.size());
  if (view.role == Role::none) {
    facts.text("note", "no cart takes it: it is not of the profile in WIRE.md section 6");
  }
  return facts;
}

Outcome<Credential> read_credential(const fs::path& name) {
  const fs::path base = without_ending(name);
  auto content = read_bytes(key_path(base), certificate_file_limit, "a private key");
  if (!content) return content.problem();
  auto secret = parse_secret({reinterpret_cast<const char*>(content->data()), content->size()});
  OPENSSL_cleanse(content->data(), content->size());
  if (!secret) return Problem{key_path(base).string() + " " + secret.problem().text};
  auto certificate = read_certificate(certificate_path(base));
  if (!certificate) return certificate.problem();
  if (ota::host::public_key_of(secret->key()) != certificate->key) {
    return Problem{fmt::format("{} is not the certificate of the key in {}",
                               certificate_path(base).string(), key_path(base).string())};
  }
  return Credential{std::move(*secret), std::move(*certificate)};
}

}  // namespace cartstorm::cli
