#pragma once
#include <filesystem>

#include "ota/chain.hpp"
#include "sim/cli/make/facts.hpp"
#include "sim/cli/make/pem.hpp"

namespace cartstorm::cli {

/// What carts take a certificate for (WIRE.md section 6).
enum class Role : std::uint8_t { ca, intermediate, signer, none };
const char* name(Role);

/// One certificate, as carts see it.
struct CertificateView {
  ota::host::CertificateBytes der;
  Role role = Role::none;
  std::string common_name;  ///< empty if its subject is more than one common name
  std::string subject;      ///< printable
  std::string issuer;       ///< printable
  std::string serial;       ///< hex digits
  ota::UnixTime not_before{};
  ota::UnixTime not_after{};
  ota::PublicKey key{};  ///< zeros if it is not P-256
  ota::Anchor anchor;    ///< of a CA
};

Outcome<CertificateView> view_certificate(const ota::host::CertificateBytes&);
/// Takes a file name, or a name to which `.cert.pem` belongs.
Outcome<CertificateView> read_certificate(const std::filesystem::path&);
/// A certificate of a CA, or the problem that it is none.
Outcome<CertificateView> read_ca_certificate(const std::filesystem::path&);
Facts facts_of(const CertificateView&);

/// A key and its certificate, of NAME.key.pem and NAME.cert.pem; the name of either file does too.
struct Credential {
  Secret secret;
  CertificateView certificate;
};
Outcome<Credential> read_credential(const std::filesystem::path& name);

}  // namespace cartstorm::cli
