#pragma once
#include <string>
#include <string_view>

#include "ota/host/certificates.hpp"
#include "sim/cli/make/outcome.hpp"

/// Keys and certificates as text, by OpenSSL. No message here ever quotes what it read.
namespace cartstorm::cli {

/// A private key that is wiped from memory when it is no longer needed.
class Secret {
 public:
  explicit Secret(const ota::host::PrivateKey& key) : key_(key) {}
  Secret(Secret&&) noexcept;
  Secret& operator=(Secret&&) = delete;
  ~Secret();
  const ota::host::PrivateKey& key() const { return key_; }

 private:
  ota::host::PrivateKey key_;
};

/// Kind of the first PEM block, such as `CERTIFICATE`; empty if there is none.
std::string pem_label(std::string_view text);
/// True if the bytes are one whole X.509 certificate.
bool is_der_certificate(ota::Bytes);

/// A fresh P-256 key of the operating system's random source.
Outcome<Secret> new_secret();
/// 16 random bytes, for a certificate's serial number.
std::array<std::byte, 16> new_serial();

std::string secret_pem(const Secret&);
std::string certificate_pem(ota::Bytes der);

/// Reads an unencrypted P-256 key. The problem names what was found instead, to follow the name of
/// the file: `is encrypted; ...`.
Outcome<Secret> parse_secret(std::string_view text);
/// Reads one certificate, PEM or DER, and gives its DER.
Outcome<ota::host::CertificateBytes> parse_certificate(ota::Bytes content);

}  // namespace cartstorm::cli
