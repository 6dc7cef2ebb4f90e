#pragma once
#include <openssl/types.h>

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace cartstorm::broker::net {

/// A socket that can only belong to an io_context: Asio's own type can belong to anything, and pays
/// for that with some hundred bytes per connection.
using Socket =
    boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;

/// Bytes over one socket, with or without TLS; never blocks. OpenSSL works on the descriptor
/// itself: Asio's own TLS stream keeps some 90 KiB of buffers for every connection.
class Stream {
 public:
  enum class Result : std::uint8_t {
    ok,
    wants_read,   ///< come again when there is something to read
    wants_write,  ///< come again when there is room to write
    ended,        ///< the peer has said that nothing more comes
    failed,       ///< see problem()
  };
  struct Step {
    Result result = Result::ok;
    std::size_t bytes = 0;
  };

  /// `tls` null: plain.
  Stream(Socket socket, SSL_CTX* tls);
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  Step handshake();
  Step read(std::span<char> into);
  Step write(std::string_view bytes);
  /// Bytes that no readiness of the socket will announce, because TLS has them already.
  bool has_buffered() const;

  Socket& socket() { return socket_; }
  bool is_tls() const { return ssl_ != nullptr; }
  /// Common name of the peer's certificate; empty if it has none.
  std::string peer_name() const;
  /// Why the last step failed, in words for a log.
  const std::string& problem() const { return problem_; }

  /// Says goodbye as far as that does not block, then closes.
  void close();
  /// Closes with a reset: what is on its way is lost.
  void reset();

 private:
  Step judge(int result);
  Step judge_errno();
  std::string tls_problem() const;

  Socket socket_;
  SSL* ssl_ = nullptr;
  std::string problem_;
};

}  // namespace cartstorm::broker::net
