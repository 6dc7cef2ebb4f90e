#include "broker-mock/net/certificates.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <memory>

namespace cartstorm::broker::net {
namespace {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Memory = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>>;

constexpr std::size_t longest_name = 64;  ///< ub-common-name of X.520

std::string text_of(BIO* memory) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  return size <= 0 ? std::string{} : std::string(data, static_cast<std::size_t>(size));
}

/// Creates the file, whole; refuses to touch one that exists.
std::string write_new(const std::filesystem::path& file, std::string_view text, mode_t mode) {
  const int descriptor = open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (descriptor < 0) return fmt::format("{}: {}", file.string(), std::strerror(errno));
  const ssize_t written = write(descriptor, text.data(), text.size());
  const bool is_whole = written == static_cast<ssize_t>(text.size()) && fsync(descriptor) == 0;
  const int problem = errno;
  close(descriptor);
  if (is_whole) return {};
  unlink(file.c_str());
  return fmt::format("{}: {}", file.string(), std::strerror(problem));
}

Memory opened(const std::filesystem::path& file) {
  return Memory{BIO_new_file(file.c_str(), "rb")};
}

std::string set_name(X509_NAME* name, const std::string& common_name) {
  if (common_name.empty() || common_name.size() > longest_name) {
    return fmt::format("a common name has 1 to {} bytes", longest_name);
  }
  const auto* const bytes = reinterpret_cast<const unsigned char*>(common_name.data());
  return X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8, bytes,
                                    static_cast<int>(common_name.size()), -1, 0) == 1
             ? std::string{}
             : "the common name is no UTF-8 text";
}

bool add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const Extension extension{X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str())};
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool is_address(const std::string& host) {
  return host.find_first_not_of("0123456789.") == std::string::npos ||
         host.find(':') != std::string::npos;
}

/// Nothing else may get into OpenSSL's own notation.
std::string host_error(const std::string& host) {
  constexpr std::string_view of_names =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";
  const std::unique_ptr<ASN1_OCTET_STRING, Freed<ASN1_OCTET_STRING_free>> address{
      a2i_IPADDRESS(host.c_str())};
  const bool is_name = !host.empty() && host.find_first_not_of(of_names) == std::string::npos;
  if (is_address(host) ? address != nullptr : is_name) return {};
  return fmt::format("\"{}\" is neither a host name nor an IP address", host);
}

std::string alternative_names(const std::vector<std::string>& hosts) {
  std::string text;
  for (const std::string& host : hosts) {
    text += fmt::format("{}{}:{}", text.empty() ? "" : ",", is_address(host) ? "IP" : "DNS", host);
  }
  return text;
}

bool add_extensions(X509* certificate, X509* issuer, const CertificateWish& wish) {
  const auto add = [&](int nid, const std::string& value) {
    return add_extension(certificate, issuer, nid, value);
  };
  const bool has_ids =
      add(NID_subject_key_identifier, "hash") && add(NID_authority_key_identifier, "keyid");
  switch (wish.use) {
    case CertificateWish::Use::ca:
      return has_ids && add(NID_basic_constraints, "critical,CA:TRUE") &&
             add(NID_key_usage, "critical,keyCertSign,cRLSign");
    case CertificateWish::Use::server:
      return has_ids && add(NID_basic_constraints, "critical,CA:FALSE") &&
             add(NID_key_usage, "critical,digitalSignature") &&
             add(NID_ext_key_usage, "serverAuth") &&
             (wish.hosts.empty() || add(NID_subject_alt_name, alternative_names(wish.hosts)));
    case CertificateWish::Use::client:
      return has_ids && add(NID_basic_constraints, "critical,CA:FALSE") &&
             add(NID_key_usage, "critical,digitalSignature") &&
             add(NID_ext_key_usage, "clientAuth");
  }
  return false;
}

bool set_frame(X509* certificate, EVP_PKEY* key, const CertificateWish& wish) {
  std::array<unsigned char, 16> serial{};
  if (RAND_bytes(serial.data(), static_cast<int>(serial.size())) != 1) return false;
  serial[0] &= 0x7f;  // positive
  const std::unique_ptr<BIGNUM, Freed<BN_free>> number{
      BN_bin2bn(serial.data(), static_cast<int>(serial.size()), nullptr)};
  const std::int64_t until = wish.valid_from_unix_s + std::int64_t{wish.days} * 86'400;
  return number && X509_set_version(certificate, 2) == 1 &&
         BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr &&
         ASN1_TIME_set(X509_getm_notBefore(certificate), wish.valid_from_unix_s) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(certificate), until) != nullptr &&
         X509_set_pubkey(certificate, key) == 1;
}

struct Issuer {
  Certificate certificate;
  Key key;
};

std::string read_issuer(const std::filesystem::path& name, Issuer& issuer) {
  const CertificateFiles files = certificate_files(name);
  const Memory certificate = opened(files.certificate);
  if (certificate) {
    issuer.certificate.reset(PEM_read_bio_X509(certificate.get(), nullptr, nullptr, nullptr));
  }
  if (!issuer.certificate) {
    return fmt::format("{}: no readable certificate", files.certificate.string());
  }
  const Memory key = opened(files.key);
  if (key) {
    // An empty passphrase instead of a question on the terminal.
    char none[] = "";
    issuer.key.reset(PEM_read_bio_PrivateKey(key.get(), nullptr, nullptr, none));
  }
  if (!issuer.key) return fmt::format("{}: no readable private key", files.key.string());
  if (X509_check_private_key(issuer.certificate.get(), issuer.key.get()) != 1) {
    return fmt::format("{}: is not the key of the certificate", files.key.string());
  }
  return {};
}

std::string write_files(const CertificateFiles& files, EVP_PKEY* key, X509* certificate) {
  const Memory key_text{BIO_new(BIO_s_secmem())};
  const Memory certificate_text{BIO_new(BIO_s_mem())};
  if (PEM_write_bio_PrivateKey(key_text.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1 ||
      PEM_write_bio_X509(certificate_text.get(), certificate) != 1) {
    return "OpenSSL could not write the key or the certificate";
  }
  std::string problem = write_new(files.key, text_of(key_text.get()), 0600);
  if (!problem.empty()) return problem;
  problem = write_new(files.certificate, text_of(certificate_text.get()), 0644);
  if (!problem.empty()) unlink(files.key.c_str());  // half a pair is of no use
  return problem;
}

}  // namespace

CertificateFiles certificate_files(const std::filesystem::path& name) {
  return {name.string() + ".cert.pem", name.string() + ".key.pem"};
}

std::string make_certificate(const CertificateWish& wish, const std::filesystem::path& issuer_name,
                             const std::filesystem::path& name) {
  for (const std::string& host : wish.hosts) {
    if (std::string problem = host_error(host); !problem.empty()) return problem;
  }
  const Key key{EVP_EC_gen("P-256")};
  const Certificate certificate{X509_new()};
  if (!key || !certificate) return "OpenSSL could not make a key";
  Issuer issuer;
  if (!issuer_name.empty()) {
    if (std::string problem = read_issuer(issuer_name, issuer); !problem.empty()) return problem;
  }
  X509* const by = issuer.certificate ? issuer.certificate.get() : certificate.get();
  X509_NAME* const subject = X509_get_subject_name(certificate.get());
  if (std::string problem = set_name(subject, wish.common_name); !problem.empty()) return problem;
  if (!set_frame(certificate.get(), key.get(), wish) ||
      X509_set_issuer_name(certificate.get(), X509_get_subject_name(by)) != 1 ||
      !add_extensions(certificate.get(), by, wish) ||
      X509_sign(certificate.get(), issuer.key ? issuer.key.get() : key.get(), EVP_sha256()) == 0) {
    return "OpenSSL could not make the certificate";
  }
  return write_files(certificate_files(name), key.get(), certificate.get());
}

bool fits(const std::filesystem::path& name, const std::vector<std::string>& hosts,
          std::int64_t now_s) {
  constexpr std::int64_t day_s = 86'400;
  const Memory file = opened(certificate_files(name).certificate);
  const Certificate certificate{file ? PEM_read_bio_X509(file.get(), nullptr, nullptr, nullptr)
                                     : nullptr};
  if (!certificate) return false;
  std::time_t tomorrow = now_s + day_s;
  if (X509_cmp_time(X509_get0_notAfter(certificate.get()), &tomorrow) < 0) return false;
  return std::all_of(hosts.begin(), hosts.end(), [&](const std::string& host) {
    return is_address(host)
               ? X509_check_ip_asc(certificate.get(), host.c_str(), 0) == 1
               : X509_check_host(certificate.get(), host.c_str(), host.size(), 0, nullptr) == 1;
  });
}

}  // namespace cartstorm::broker::net
