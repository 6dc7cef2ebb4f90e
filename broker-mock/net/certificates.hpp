#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

/// Keys and X.509 certificates for TLS: P-256, made when they are needed, by OpenSSL. Nothing here
/// prints a key.
namespace cartstorm::broker::net {

/// NAME.cert.pem and NAME.key.pem (mode 0600). Files that exist are never replaced.
struct CertificateFiles {
  std::filesystem::path certificate, key;
};
CertificateFiles certificate_files(const std::filesystem::path& name);

struct CertificateWish {
  enum class Use : std::uint8_t { ca, server, client } use = Use::client;
  std::string common_name;         ///< of a client: its thing name
  std::vector<std::string> hosts;  ///< of a server: names and addresses that it answers to
  std::uint32_t days = 3650;
  std::int64_t valid_from_unix_s = 0;
};

/// Makes a key and a certificate signed by `issuer` (itself, if that is empty). Empty, or what is
/// wrong.
std::string make_certificate(const CertificateWish& wish, const std::filesystem::path& issuer,
                             const std::filesystem::path& name);

/// Whether a server's certificate is good for all of `hosts` for another day.
bool fits(const std::filesystem::path& name, const std::vector<std::string>& hosts,
          std::int64_t now_s);

}  // namespace cartstorm::broker::net
