#pragma once
#include <string>
#include <vector>

#include "ota/host/signing.hpp"

namespace ota::host {

using CertificateBytes = std::vector<std::byte>;  ///< DER

/// What is said about the subject of a certificate. Nothing of it is drawn or read from a clock
/// here, and signatures are those of sign_p256: the same fields give the same bytes everywhere.
struct CertificateFields {
  std::string name;                    ///< common name
  std::array<std::byte, 16> serial{};  ///< the first bit is not used, so that it is positive
  UnixTime not_before{};
  UnixTime not_after{};  ///< first second at which it is no longer valid, as the cart reads it
};

/// Who signs a certificate.
struct Issuer {
  std::string name;  ///< common name, as in its own certificate
  PrivateKey key;
};

/// One extension in the notation of OpenSSL's configuration files, such as
/// {"basicConstraints", "critical,CA:TRUE"} or {"1.2.3.4", "critical,DER:0500"}.
struct Extension {
  std::string name;
  std::string value;
};

/// A self-signed CA that allows one intermediate (WIRE.md section 6).
CertificateBytes make_ca(const CertificateFields&, const PrivateKey&);
/// May sign signer certificates, and nothing else.
CertificateBytes issue_intermediate(const CertificateFields&, const PublicKey&, const Issuer&);
/// May sign manifests.
CertificateBytes issue_signer(const CertificateFields&, const PublicKey&, const Issuer&);

/// A certificate with whatever extensions. Empty if OpenSSL cannot make one of it.
CertificateBytes issue(const CertificateFields&, const PublicKey&, const Issuer&,
                       const std::vector<Extension>&);

/// The trailer of an image: manifest, length and the chain, signer first.
std::vector<std::byte> encode_trailer(std::span<const std::byte, manifest_bytes> manifest,
                                      const std::vector<CertificateBytes>& chain);

}  // namespace ota::host
