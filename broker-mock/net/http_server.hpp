#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "broker-mock/http/message.hpp"
#include "broker-mock/net/clock.hpp"
#include "broker-mock/net/connection.hpp"
#include "broker-mock/net/http_reader.hpp"

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

/// HTTP/1.1 over connections; requests and answers are whole. What breaks the protocol is answered
/// with 4xx and closes its own connection alone.
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
