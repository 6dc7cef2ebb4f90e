#include "broker-mock/net/stream.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <utility>

namespace cartstorm::broker::net {

Stream::Stream(Socket socket, SSL_CTX* tls) : socket_{std::move(socket)} {
  boost::system::error_code ignored;
  socket_.non_blocking(true, ignored);
  socket_.set_option(boost::asio::ip::tcp::no_delay{true}, ignored);
  if (tls == nullptr) return;
  ssl_ = SSL_new(tls);
  if (ssl_ == nullptr || SSL_set_fd(ssl_, socket_.native_handle()) != 1) {
    problem_ = "no memory for a TLS connection";
    return;
  }
  SSL_set_accept_state(ssl_);
}

Stream::~Stream() {
  // Or OpenSSL takes the session for one that was cut, and the client could not resume it.
  if (ssl_ != nullptr) SSL_set_shutdown(ssl_, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
  SSL_free(ssl_);
}

Stream::Step Stream::handshake() {
  if (ssl_ == nullptr) return {problem_.empty() ? Result::ok : Result::failed, 0};
  ERR_clear_error();
  const Step step = judge(SSL_accept(ssl_));
  // A peer that leaves in the middle has refused us, as a rule for our certificate.
  if (step.result == Result::ended)
    problem_ = "the client closed during the handshake; it may not accept this certificate";
  return step.result == Result::ended ? Step{Result::failed, 0} : step;
}

Stream::Step Stream::read(std::span<char> into) {
  const int most = static_cast<int>(std::min<std::size_t>(into.size(), INT_MAX));
  if (ssl_ != nullptr) {
    ERR_clear_error();
    return judge(SSL_read(ssl_, into.data(), most));
  }
  const ssize_t count = ::recv(socket_.native_handle(), into.data(), into.size(), 0);
  if (count > 0) return {Result::ok, static_cast<std::size_t>(count)};
  if (count == 0) return {Result::ended, 0};
  const Step step = judge_errno();
  return step.result == Result::wants_write ? Step{Result::wants_read, 0} : step;
}

Stream::Step Stream::write(std::string_view bytes) {
  if (ssl_ != nullptr) {
    ERR_clear_error();
    const int most = static_cast<int>(std::min<std::size_t>(bytes.size(), INT_MAX));
    return judge(SSL_write(ssl_, bytes.data(), most));
  }
  const ssize_t count = ::send(socket_.native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (count >= 0) return {Result::ok, static_cast<std::size_t>(count)};
  return judge_errno();
}

bool Stream::has_buffered() const { return ssl_ != nullptr && SSL_has_pending(ssl_) == 1; }

Stream::Step Stream::judge_errno() {
  if (errno == EAGAIN || errno == EINTR) return {Result::wants_write, 0};
  problem_ = errno == ECONNRESET || errno == EPIPE ? "reset by the client" : std::strerror(errno);
  return {Result::failed, 0};
}

Stream::Step Stream::judge(int result) {
  if (result > 0) return {Result::ok, static_cast<std::size_t>(result)};
  const int saved_errno = errno;
  switch (SSL_get_error(ssl_, result)) {
    case SSL_ERROR_WANT_READ:
      return {Result::wants_read, 0};
    case SSL_ERROR_WANT_WRITE:
      return {Result::wants_write, 0};
    case SSL_ERROR_ZERO_RETURN:
      return {Result::ended, 0};
    case SSL_ERROR_SYSCALL:
      if (ERR_peek_error() == 0 && saved_errno == 0) return {Result::ended, 0};
      problem_ = saved_errno == ECONNRESET || saved_errno == EPIPE ? "reset by the client"
                                                                   : std::strerror(saved_errno);
      break;
    default:
      // A peer that just closes, without a word of TLS, is no attack on a protocol that has
      // lengths of its own.
      if (ERR_GET_REASON(ERR_peek_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
        ERR_clear_error();
        return {Result::ended, 0};
      }
      problem_ = tls_problem();
  }
  ERR_clear_error();
  return {Result::failed, 0};
}

std::string Stream::tls_problem() const {
  const unsigned long code = ERR_peek_last_error();
  const char* const reason = ERR_reason_error_string(code);
  std::string text = reason == nullptr ? "unknown TLS problem" : reason;
  const long verdict = SSL_get_verify_result(ssl_);
  if (verdict != X509_V_OK) {
    text += fmt::format(" ({})", X509_verify_cert_error_string(verdict));
  }
  return text;
}

std::string Stream::peer_name() const {
  if (ssl_ == nullptr) return {};
  const X509* const certificate = SSL_get0_peer_certificate(ssl_);
  if (certificate == nullptr) return {};
  std::array<char, 256> name{};
  const int size = X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName,
                                             name.data(), static_cast<int>(name.size()));
  return size <= 0 ? std::string{} : std::string(name.data(), static_cast<std::size_t>(size));
}

void Stream::close() {
  if (ssl_ != nullptr && SSL_is_init_finished(ssl_) == 1) {
    ERR_clear_error();
    SSL_shutdown(ssl_);  // one attempt: nobody waits for the answer
  }
  boost::system::error_code ignored;
  socket_.shutdown(Socket::shutdown_both, ignored);
  socket_.close(ignored);
}

void Stream::reset() {
  boost::system::error_code ignored;
  socket_.set_option(boost::asio::socket_base::linger{true, 0}, ignored);
  socket_.close(ignored);
}

}  // namespace cartstorm::broker::net
