#include "tests/unit/broker-net/support/client.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>

#include "tests/unit/broker-net/support/running_endpoint.hpp"

namespace cartstorm::broker::net {

Client::Client(const std::string& address, int receive_buffer) {
  socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval patience{20, 0};
  setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  if (receive_buffer > 0) {
    setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  }
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port_of(address));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
    close(socket_);
    socket_ = -1;
  }
}

Client::~Client() {
  SSL_free(ssl_);
  if (socket_ >= 0) close(socket_);
}

std::string Client::start_tls(SSL_CTX* context, const char* host, SSL_SESSION* session) {
  ssl_ = SSL_new(context);
  SSL_set_fd(ssl_, socket_);
  // What the macro SSL_set_tlsext_host_name does, without its old-style cast.
  SSL_ctrl(ssl_, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, const_cast<char*>(host));
  SSL_set1_host(ssl_, host);
  if (session != nullptr) SSL_set_session(ssl_, session);
  ERR_clear_error();
  if (SSL_connect(ssl_) == 1) return {};
  const char* const reason = ERR_reason_error_string(ERR_peek_last_error());
  return reason == nullptr ? "closed" : reason;
}

void Client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ssl_ != nullptr
                              ? SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()))
                              : ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

std::size_t Client::waiting_bytes() const {
  int count = 0;
  ioctl(socket_, FIONREAD, &count);
  return static_cast<std::size_t>(count);
}

void Client::end() { shutdown(socket_, SHUT_WR); }

std::string Client::read_some(std::size_t most) {
  if (!pending_.empty()) {
    const std::string part = pending_.substr(0, most);
    pending_.erase(0, part.size());
    return part;
  }
  std::string bytes(most, '\0');
  const ssize_t count = ssl_ != nullptr ? SSL_read(ssl_, bytes.data(), static_cast<int>(most))
                                        : recv(socket_, bytes.data(), most, 0);
  if (count < 0 && errno == ECONNRESET) was_reset_ = true;
  bytes.resize(count <= 0 ? 0 : static_cast<std::size_t>(count));
  return bytes;
}

std::string Client::read(std::size_t count) {
  std::string bytes;
  while (bytes.size() < count) {
    const std::string more = read_some(count - bytes.size());
    if (more.empty()) break;
    bytes += more;
  }
  return bytes;
}

std::string Client::read_until(std::string_view end) {
  std::string bytes;
  for (std::size_t at = std::string::npos; at == std::string::npos;) {
    const std::string more = read_some();
    if (more.empty()) return bytes;
    bytes += more;
    at = bytes.find(end);
    if (at == std::string::npos) continue;
    pending_ = bytes.substr(at + end.size()) + pending_;
    bytes.resize(at + end.size());
  }
  return bytes;
}

std::string Client::read_all() {
  std::string bytes;
  for (std::string more = read_some(); !more.empty(); more = read_some()) bytes += more;
  return bytes;
}

HttpReply read_reply(Client& client, bool is_head) {
  HttpReply reply;
  reply.head = client.read_until("\r\n\r\n");
  if (reply.head.size() > 12) {
    std::from_chars(reply.head.data() + 9, reply.head.data() + 12, reply.status);
  }
  constexpr std::string_view length = "Content-Length: ";
  const std::size_t at = reply.head.find(length);
  std::size_t size = 0;
  if (at != std::string::npos) {
    const char* const digits = reply.head.data() + at + length.size();
    std::from_chars(digits, reply.head.data() + reply.head.size(), size);
  }
  if (!is_head && reply.status != 304) reply.body = client.read(size);
  return reply;
}

HttpReply ask(const std::string& address, std::string_view method, std::string_view target,
              std::string_view body, std::string_view fields) {
  Client client{address};
  client.send(fmt::format("{} {} HTTP/1.1\r\nHost: {}\r\nContent-Length: {}\r\n{}\r\n{}", method,
                          target, address, body.size(), fields, body));
  return read_reply(client, method == "HEAD");
}

}  // namespace cartstorm::broker::net
