#include "bench/endpoint/link.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "broker-mock/net/certificates.hpp"

namespace cartstorm::endpoint_bench {
namespace {

constexpr std::size_t read_bytes = std::size_t{64} << 10U;

std::string openssl_problem() {
  const char* const reason = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  return reason == nullptr ? "closed without a word" : reason;
}

}  // namespace

void free_context(SSL_CTX* context) { SSL_CTX_free(context); }
void free_session(SSL_SESSION* session) { SSL_SESSION_free(session); }

int keep_session(SSL* ssl, SSL_SESSION* session) {
  static_cast<Link*>(SSL_get_app_data(ssl))->session_.reset(session);
  return 1;
}

ClientContext make_client_context(const std::filesystem::path& folder, std::string& problem) {
  ClientContext context{SSL_CTX_new(TLS_client_method())};
  const auto client = broker::net::certificate_files(folder / "client");
  const auto ca = broker::net::certificate_files(folder / "ca");
  if (!context || SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION) != 1 ||
      SSL_CTX_use_certificate_chain_file(context.get(), client.certificate.c_str()) != 1 ||
      SSL_CTX_use_PrivateKey_file(context.get(), client.key.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_load_verify_locations(context.get(), ca.certificate.c_str(), nullptr) != 1) {
    problem = fmt::format("TLS of the clients: {}", openssl_problem());
    return nullptr;
  }
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(context.get(), 1);
  SSL_CTX_set_session_cache_mode(context.get(),
                                 SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL_STORE);
  SSL_CTX_sess_set_new_cb(context.get(), keep_session);
  return context;
}

Link::Result Link::open(std::uint16_t port, SSL_CTX* tls, SSL_SESSION* session) {
  drop();
  problem_.clear();
  is_connected_ = false;
  descriptor_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor_ < 0) {
    problem_ = fmt::format("socket: {}", std::strerror(errno));
    return Result::failed;
  }
  const int on = 1;
  setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (tls != nullptr) {
    ssl_ = SSL_new(tls);
    SSL_set_fd(ssl_, descriptor_);
    SSL_set_app_data(ssl_, this);
    SSL_set_connect_state(ssl_);
    if (session != nullptr) SSL_set_session(ssl_, session);
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const auto* const generic = reinterpret_cast<const sockaddr*>(&address);
  if (connect(descriptor_, generic, sizeof address) == 0 || errno == EINPROGRESS) {
    return Result::wants_write;
  }
  problem_ = fmt::format("connect: {}", std::strerror(errno));
  return Result::failed;
}

Link::Result Link::establish() {
  if (!is_connected_) {
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(descriptor_, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) {
      problem_ = fmt::format("connect: {}", std::strerror(error));
      return Result::failed;
    }
    is_connected_ = true;
  }
  if (ssl_ == nullptr) return Result::ok;
  ERR_clear_error();
  return judge(SSL_do_handshake(ssl_));
}

Link::Result Link::read(std::string& into) {
  thread_local std::array<char, read_bytes> buffer;
  if (ssl_ == nullptr) {
    const ssize_t count = recv(descriptor_, buffer.data(), buffer.size(), 0);
    if (count > 0) {
      into.append(buffer.data(), static_cast<std::size_t>(count));
      // The socket is level-triggered: what is left is announced again.
      return Result::wants_read;
    }
    if (count < 0 && errno == EAGAIN) return Result::wants_read;
    problem_ = count == 0 ? "closed by the broker" : std::strerror(errno);
    return Result::failed;
  }
  for (;;) {
    ERR_clear_error();
    const int count = SSL_read(ssl_, buffer.data(), static_cast<int>(buffer.size()));
    if (count <= 0) return judge(count);
    into.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

Link::Result Link::write(std::string& out) {
  while (!out.empty()) {
    ssize_t count = 0;
    if (ssl_ != nullptr) {
      ERR_clear_error();
      count = SSL_write(ssl_, out.data(), static_cast<int>(out.size()));
      if (count <= 0) return judge(static_cast<int>(count));
    } else {
      count = send(descriptor_, out.data(), out.size(), MSG_NOSIGNAL);
      if (count < 0 && errno == EAGAIN) return Result::wants_write;
      if (count < 0) {
        problem_ = std::strerror(errno);
        return Result::failed;
      }
    }
    out.erase(0, static_cast<std::size_t>(count));
  }
  return Result::ok;
}

Link::Result Link::judge(int result) {
  if (result > 0) return Result::ok;
  const int saved_errno = errno;
  switch (SSL_get_error(ssl_, result)) {
    case SSL_ERROR_WANT_READ:
      return Result::wants_read;
    case SSL_ERROR_WANT_WRITE:
      return Result::wants_write;
    case SSL_ERROR_SYSCALL:
      problem_ = saved_errno == 0 ? "closed by the broker" : std::strerror(saved_errno);
      return Result::failed;
    default:
      problem_ = openssl_problem();
      return Result::failed;
  }
}

void Link::drop() {
  if (ssl_ != nullptr) {
    // Or OpenSSL takes the session for one that an attacker cut, and will not resume it.
    SSL_set_shutdown(ssl_, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    SSL_free(ssl_);
    ssl_ = nullptr;
  }
  if (descriptor_ < 0) return;
  const linger reset{1, 0};
  setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  close(descriptor_);
  descriptor_ = -1;
}

bool Link::is_resumed() const { return ssl_ != nullptr && SSL_session_reused(ssl_) == 1; }

ClientSession Link::take_session() { return std::move(session_); }

}  // namespace cartstorm::endpoint_bench
