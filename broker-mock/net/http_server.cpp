#include "broker-mock/net/http_server.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "broker-mock/net/http_text.hpp"
#include "broker-mock/net/wire_chaos.hpp"

namespace cartstorm::broker::net {
namespace {

/// The answers of a connection that are not sent yet; with more, it is not read.
constexpr std::size_t most_unsent = 1U << 20U;

http::Response plain(std::uint16_t status, std::string_view text) {
  http::Response response;
  response.status = status;
  response.fields = {{"Content-Type", "text/plain; charset=utf-8"}};
  response.body = std::string{text} + "\n";
  return response;
}

/// A body that never ends: the same bytes again and again, as many at a time as are missed.
class Endless {
 public:
  Endless(http::Response& response, bool is_chunked) : is_chunked_{is_chunked} {
    if (response.content) {
      bytes_ = response.content;
      first_ = response.first;
      size_ = response.size;
      return;
    }
    bytes_ = std::make_shared<const std::string>(std::move(response.body));
    size_ = bytes_->size();
  }
  /// So many bytes wait for the reader; nothing more is made before it takes them.
  void top_up(Connection& connection) {
    std::string part;
    while (connection.unsent() + part.size() < enough) {
      const std::size_t count = std::min(size_ - at_, enough);
      part.append(*bytes_, first_ + at_, count);
      at_ = at_ + count == size_ ? 0 : at_ + count;
    }
    if (is_chunked_) return send_chunk(connection, part);
    connection.send(part);
  }

 private:
  static constexpr std::size_t enough = 64UL * 1024;
  std::shared_ptr<const std::string> bytes_;
  std::size_t first_ = 0, size_ = 0, at_ = 0;
  bool is_chunked_;
};

}  // namespace

void send_chunk(Connection& connection, std::string_view bytes) {
  if (bytes.empty()) return;  // it would end the body
  connection.send(fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes));
}

class HttpServer::User final : public Connection::User {
 public:
  explicit User(HttpServer& server) : server_{server}, idle_{server.loop_.context()} {}

  void opened(Connection& connection) override {
    peer_ = {connection.peer_name(), connection.where()};
    reader_.emplace(server_.limits_, !peer_.identity.empty());
    watch(connection);
  }
  void received(Connection& connection, std::string_view bytes) override;
  void wrote(Connection& connection, std::size_t unsent) override;
  void closed(Connection& connection, std::string_view reason) override {
    idle_.cancel();
    // An end between requests is every day's; any other is worth a line.
    if (!reader_ || reader_->is_in_request() || is_following_ || connection.unsent() > 0) {
      server_.loop_.say(connection.where(), reason);
    }
  }

 private:
  void serve(Connection& connection);
  void answer(Connection& connection);
  void refuse(Connection& connection);
  void send(Connection& connection, HttpAnswer answer, Framing framing);
  void send_endless(Connection& connection, http::Response& response, Framing framing);
  void end(Connection& connection, http::Response::End end);
  void watch(Connection& connection);

  HttpServer& server_;
  asio::steady_timer idle_;
  HttpPeer peer_;
  std::optional<HttpReader> reader_;  ///< once it is open
  std::optional<Endless> endless_;    ///< what its last answer is
  bool is_over_ = false, is_following_ = false;
};

/// A peer that says nothing for long, in or between requests, gives its place to others.
void HttpServer::User::watch(Connection& connection) {
  if (is_following_) return;
  idle_.expires_after(std::chrono::seconds{server_.limits_.idle_s});
  idle_.async_wait([held = connection.shared_from_this()](boost::system::error_code cancelled) {
    if (!cancelled) held->close_after_sending("idle");
  });
}

void HttpServer::User::received(Connection& connection, std::string_view bytes) {
  if (is_over_) return;
  watch(connection);
  reader_->add(bytes);
  serve(connection);
}

void HttpServer::User::wrote(Connection& connection, std::size_t unsent) {
  watch(connection);
  if (endless_) return endless_->top_up(connection);
  if (unsent < most_unsent) {
    connection.resume_reading();
    serve(connection);
  }
}

void HttpServer::User::serve(Connection& connection) {
  while (!is_over_) {
    if (connection.unsent() > most_unsent) return connection.pause_reading();
    switch (reader_->next()) {
      case HttpReader::Event::nothing:
        return;
      case HttpReader::Event::invites:
        connection.send("HTTP/1.1 100 Continue\r\n\r\n");
        break;
      case HttpReader::Event::request:
        answer(connection);
        break;
      case HttpReader::Event::refused:
        refuse(connection);
        break;
    }
  }
}

void HttpServer::User::answer(Connection& connection) {
  HttpReader::Message message = reader_->take();
  const Framing framing{message.is_http_1_0, message.keeps_alive, message.is_head, false};
  send(connection, server_.handler_(std::move(message.request), peer_), framing);
  server_.loop_.schedule();
}

void HttpServer::User::refuse(Connection& connection) {
  server_.loop_.say(connection.where(), fmt::format("bad HTTP: {}", reader_->problem()));
  Framing framing;
  framing.keeps_alive = false;
  send(connection, {plain(reader_->status(), reader_->problem()), {}}, framing);
}

void HttpServer::User::send(Connection& connection, HttpAnswer answer, Framing framing) {
  using End = http::Response::End;
  // Without chunks nobody could tell an end from a break, and HEAD has no body to follow.
  if (framing.is_http_1_0 || framing.is_head) answer.follow = nullptr;
  framing.is_chunked = static_cast<bool>(answer.follow);
  http::Response& response = answer.response;
  const std::size_t size = body_size(response, framing);
  const bool is_endless = response.end == End::never || response.end == End::never_in_chunks;
  if (is_endless && size > 0) return send_endless(connection, response, framing);
  // What announces another size than it has can only be ended by closing.
  if (response.end != End::proper) framing.keeps_alive = false;
  connection.send(head_of(response, framing, server_.clock_.now()));
  if (answer.follow) {
    is_following_ = true;
    is_over_ = true;  // what else comes would be answered in the middle of it
    idle_.cancel();
    send_chunk(connection, response.body);
    return answer.follow(connection.weak_from_this());
  }
  if (response.content && size > 0) {
    connection.send(Slice{response.content, response.first, size});
  } else if (size > 0) {
    connection.send(response.body);
  }
  if (!framing.keeps_alive) end(connection, response.end);
}

/// The client's reading sets the pace, so that there is never more of it than one piece. It goes on
/// until the client leaves, takes nothing for too long, or is dropped by an operator.
void HttpServer::User::send_endless(Connection& connection, http::Response& response,
                                    Framing framing) {
  framing.is_chunked = response.end == http::Response::End::never_in_chunks && !framing.is_http_1_0;
  connection.send(head_of(response, framing, server_.clock_.now()));
  is_over_ = true;
  endless_.emplace(response, framing.is_chunked);
  endless_->top_up(connection);
}

void HttpServer::User::end(Connection& connection, http::Response::End end) {
  is_over_ = true;
  if (end == http::Response::End::reset) return connection.reset_after_sending("reset by chaos");
  connection.close_after_sending(end == http::Response::End::proper
                                     ? "answered"
                                     : "answered with another length than announced");
}

HttpServer::HttpServer(Loop& loop, const Clock& clock, const HttpLimits& limits, Handler handler,
                       const WireChaos& chaos)
    : loop_{loop}, clock_{clock}, limits_{limits}, handler_{std::move(handler)}, chaos_{chaos} {}

HttpServer::~HttpServer() = default;

void HttpServer::accept(Socket socket, SSL_CTX* tls) {
  const auto connection = std::make_shared<Connection>(loop_, std::move(socket), tls, chaos_);
  connection->start(std::make_unique<User>(*this));
}

}  // namespace cartstorm::broker::net
