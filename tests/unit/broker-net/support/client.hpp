#pragma once
#include <openssl/ssl.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cartstorm::broker::net {

/// A blocking client of a test: TCP on loopback, with TLS if it is given a context. Nothing waits
/// longer than 20 s, which only a hang takes.
class Client {
 public:
  /// `receive_buffer`: bytes that the kernel keeps for it; 0: as many as it likes.
  explicit Client(const std::string& address, int receive_buffer = 0);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// Empty, or OpenSSL's reason. `host` is sent as SNI and checked against the certificate.
  std::string start_tls(SSL_CTX* context, const char* host, SSL_SESSION* session = nullptr);
  SSL* ssl() { return ssl_; }

  bool is_connected() const { return socket_ >= 0; }
  void send(std::string_view bytes);
  /// Says that nothing more comes, and still listens.
  void end();
  /// How many bytes are there without waiting (plain connections only).
  std::size_t waiting_bytes() const;
  /// What comes next, at most `most` bytes; empty: closed.
  std::string read_some(std::size_t most = 65'536);
  /// Exactly so many bytes, or less if it is closed before.
  std::string read(std::size_t count);
  /// Up to and with `end`.
  std::string read_until(std::string_view end);
  std::string read_all();
  /// The connection was cut by a reset, not closed.
  bool was_reset() const { return was_reset_; }

 private:
  int socket_ = -1;
  SSL* ssl_ = nullptr;
  std::string pending_;
  bool was_reset_ = false;
};

/// One whole HTTP answer.
struct HttpReply {
  int status = 0;
  std::string head, body;
};
HttpReply read_reply(Client& client, bool is_head = false);
/// One request on a connection of its own; `fields` are whole lines.
HttpReply ask(const std::string& address, std::string_view method, std::string_view target,
              std::string_view body = {}, std::string_view fields = {});

}  // namespace cartstorm::broker::net
