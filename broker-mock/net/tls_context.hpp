#pragma once
#include <openssl/types.h>

#include <filesystem>
#include <memory>
#include <string>

namespace cartstorm::broker::net {

struct TlsContextDeleter {
  void operator()(SSL_CTX*) const;
};
using TlsContext = std::unique_ptr<SSL_CTX, TlsContextDeleter>;

enum class ClientCertificate : std::uint8_t { required, welcome };

struct TlsFiles {
  std::filesystem::path certificate;  ///< PEM, with the chain below the CA
  std::filesystem::path key;          ///< PEM, not encrypted
  std::filesystem::path client_cas;   ///< PEM, one or more
};

/// A server's settings: TLS 1.2 and 1.3, tickets for resumption. Empty pointer, then `problem` says
/// why. ALPN: whatever is offered of `x-amzn-mqtt-ca`, `mqtt` and `http/1.1` is taken; a client
/// that offers nothing known is served all the same, as it would be without ALPN (reference, AWS
/// clients on the wire, 1).
TlsContext make_tls_context(const TlsFiles& files, ClientCertificate wish, std::string& problem);

}  // namespace cartstorm::broker::net
