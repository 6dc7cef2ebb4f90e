#include "broker-mock/net/tls_context.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <array>
#include <string_view>

namespace cartstorm::broker::net {
namespace {

constexpr std::array<std::string_view, 3> known_protocols = {"x-amzn-mqtt-ca", "mqtt", "http/1.1"};
/// SHA-256 takes less memory and time per connection than the SHA-384 that OpenSSL prefers.
constexpr const char* tls_1_3_suites =
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
constexpr std::string_view session_context = "cartstorm";
/// Of clients that may resume; one that is away costs about 5 KiB, and at most the next limit.
constexpr long kept_sessions = 16'384;
/// Of a client's certificate with its chain: OpenSSL would take, and keep, 100 KiB.
constexpr long longest_chain = 16L * 1024;

bool is_known(std::string_view name) {
  for (const std::string_view known : known_protocols) {
    if (name == known) return true;
  }
  return false;
}

int select_protocol(SSL*, const unsigned char** out, unsigned char* out_size,
                    const unsigned char* offered, unsigned size, void*) {
  for (unsigned at = 0; at < size;) {
    const unsigned length = offered[at];
    if (at + 1 + length > size) break;
    const std::string_view name{reinterpret_cast<const char*>(offered) + at + 1, length};
    if (is_known(name)) {
      *out = offered + at + 1;
      *out_size = static_cast<unsigned char>(length);
      return SSL_TLSEXT_ERR_OK;
    }
    at += 1 + length;
  }
  return SSL_TLSEXT_ERR_NOACK;
}

std::string openssl_problem() {
  const unsigned long code = ERR_peek_last_error();
  const char* const reason = ERR_reason_error_string(code);
  ERR_clear_error();
  return reason == nullptr ? "unknown problem" : reason;
}

void apply_settings(SSL_CTX* context, ClientCertificate wish) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_ciphersuites(context, tls_1_3_suites);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // Header and body of a record in one call to the kernel.
  SSL_CTX_set_read_ahead(context, 1);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                   SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET);
  // A ticket that holds the state has the client's certificate in it, and OpenSSL reads that anew,
  // key and all, twice per resumption: half of what a resumption costs. So the ticket is a number,
  // and the session, which a connection that is open has anyway, stays here.
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_SERVER);
  SSL_CTX_sess_set_cache_size(context, kept_sessions);
  SSL_CTX_set_num_tickets(context, 1);
  SSL_CTX_set_max_cert_list(context, longest_chain);
  const auto* const id = reinterpret_cast<const unsigned char*>(session_context.data());
  SSL_CTX_set_session_id_context(context, id, session_context.size());
  SSL_CTX_set_alpn_select_cb(context, select_protocol, nullptr);
  const int verify =
      SSL_VERIFY_PEER | (wish == ClientCertificate::required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0);
  SSL_CTX_set_verify(context, verify, nullptr);
}

}  // namespace

void TlsContextDeleter::operator()(SSL_CTX* context) const { SSL_CTX_free(context); }

TlsContext make_tls_context(const TlsFiles& files, ClientCertificate wish, std::string& problem) {
  ERR_clear_error();
  TlsContext context{SSL_CTX_new(TLS_server_method())};
  if (!context) {
    problem = "no memory for TLS";
    return nullptr;
  }
  apply_settings(context.get(), wish);
  const auto refuse = [&](const std::filesystem::path& file, std::string_view what) {
    problem = fmt::format("{}: {}: {}", file.string(), what, openssl_problem());
    return TlsContext{};
  };
  if (SSL_CTX_use_certificate_chain_file(context.get(), files.certificate.c_str()) != 1) {
    return refuse(files.certificate, "no usable certificate");
  }
  if (SSL_CTX_use_PrivateKey_file(context.get(), files.key.c_str(), SSL_FILETYPE_PEM) != 1) {
    return refuse(files.key, "no usable private key");
  }
  if (SSL_CTX_check_private_key(context.get()) != 1) {
    return refuse(files.key, "is not the key of the certificate");
  }
  if (SSL_CTX_load_verify_locations(context.get(), files.client_cas.c_str(), nullptr) != 1) {
    return refuse(files.client_cas, "no usable CA certificates");
  }
  SSL_CTX_set_client_CA_list(context.get(), SSL_load_client_CA_file(files.client_cas.c_str()));
  return context;
}

}  // namespace cartstorm::broker::net
