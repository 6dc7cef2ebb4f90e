#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "broker-mock/http/message.hpp"
#include "broker-mock/net/clock.hpp"
#include "broker-mock/net/connection.hpp"

namespace cartstorm::broker::net {

/// What is known of who asks, besides the request.
struct HttpPeer {
  std::string identity;  ///< common name of the client's certificate; empty: none
  std::string where;     ///< address, for logs
};

/// The answer to one request, or the beginning of one that never ends.
struct HttpAnswer {
  http::Response response;
  /// Set: the body goes on in chunks for as long as both sides live; whoever answers keeps this and
  /// sends with send_chunk().
  std::function<void(std::weak_ptr<Connection>)> follow;
};
void send_chunk(Connection& connection, std::string_view bytes);

struct HttpLimits {
  std::uint32_t header_bytes = 32U * 1024;
  std::uint64_t body_bytes = 256ULL << 20U;
  std::uint64_t unsigned_body_bytes = 1ULL << 20U;  ///< of who does not even claim to be somebody
  std::uint32_t idle_s = 75;                        ///< without a byte in either direction
};

/// HTTP/1.1: framing, chunks, `Expect`, keep-alive and pipelining; requests and answers are whole.
/// What breaks the protocol is answered with 4xx and closes its own connection alone.
class HttpServer {
 public:
  using Handler = std::function<HttpAnswer(http::Request, const HttpPeer&)>;

  HttpServer(Loop& loop, const Clock& clock, const HttpLimits& limits, Handler handler,
             const WireChaos& chaos);
  ~HttpServer();

  /// `tls` null: plain.
  void accept(Socket socket, SSL_CTX* tls);

 private:
  class User;
  Loop& loop_;
  const Clock& clock_;
  HttpLimits limits_;
  Handler handler_;
  const WireChaos& chaos_;
};

}  // namespace cartstorm::broker::net
