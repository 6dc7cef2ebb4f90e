#pragma once
#include <openssl/ssl.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace cartstorm::endpoint_bench {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};
void free_context(SSL_CTX*);
void free_session(SSL_SESSION*);
using ClientContext = std::unique_ptr<SSL_CTX, Freed<free_context>>;
using ClientSession = std::unique_ptr<SSL_SESSION, Freed<free_session>>;

/// A client's TLS settings: TLS 1.3, the server is verified. `folder` has `ca` and `client` as
/// broker::net::certificate_files names them. Empty pointer, then `problem` says why.
ClientContext make_client_context(const std::filesystem::path& folder, std::string& problem);

/// One socket of a client, with or without TLS; never blocks.
class Link {
 public:
  enum class Result : std::uint8_t { ok, wants_read, wants_write, failed };

  Link() = default;
  ~Link() { drop(); }
  Link(Link&&) = delete;

  /// Begins to connect to the loopback interface. `tls` null: plain. A session that is there is
  /// offered.
  Result open(std::uint16_t port, SSL_CTX* tls, SSL_SESSION* session);
  /// After the socket became writable, until it says ok.
  Result establish();
  /// Appends what there is.
  Result read(std::string& into);
  /// Takes from the front what could be written.
  Result write(std::string& out);
  /// Resets the connection: neither side is left in TIME_WAIT.
  void drop();

  int descriptor() const { return descriptor_; }
  bool is_open() const { return descriptor_ >= 0; }
  bool is_resumed() const;
  const std::string& problem() const { return problem_; }
  /// The last ticket that came, to be offered next time; it is taken out.
  ClientSession take_session();

 private:
  friend int keep_session(SSL*, SSL_SESSION*);
  Result judge(int result);

  int descriptor_ = -1;
  bool is_connected_ = false;
  SSL* ssl_ = nullptr;
  ClientSession session_;
  std::string problem_;
};

}  // namespace cartstorm::endpoint_bench
