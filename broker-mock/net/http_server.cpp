#include "broker-mock/net/http_server.hpp"

#include <fmt/format.h>

// Beast costs seconds of compile time, so this is the only file that includes it.
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <optional>

#include "broker-mock/net/http_text.hpp"
#include "broker-mock/net/wire_chaos.hpp"

namespace cartstorm::broker::net {
namespace {

namespace beast = boost::beast::http;

/// The answers of a connection that are not sent yet; with more, it is not read.
constexpr std::size_t most_unsent = 1U << 20U;

http::Response plain(std::uint16_t status, std::string_view text) {
  http::Response response;
  response.status = status;
  response.fields = {{"Content-Type", "text/plain; charset=utf-8"}};
  response.body = std::string{text} + "\n";
  return response;
}

std::uint16_t status_of(const boost::system::error_code& problem) {
  if (problem == beast::error::header_limit || problem == beast::error::buffer_overflow) return 431;
  if (problem == beast::error::body_limit) return 413;
  return 400;
}

http::Request request_of(beast::request<beast::string_body>&& from) {
  http::Request request;
  request.method = std::string{from.method_string()};
  request.target = std::string{from.target()};
  for (const auto& field : from) {
    request.fields.push_back({std::string{field.name_string()}, std::string{field.value()}});
  }
  request.body = std::move(from.body());
  return request;
}

}  // namespace

void send_chunk(Connection& connection, std::string_view bytes) {
  if (bytes.empty()) return;  // it would end the body
  connection.send(fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes));
}

class HttpServer::User final : public Connection::User {
 public:
  explicit User(HttpServer& server) : server_{server}, idle_{server.loop_.context()} { renew(); }

  void opened(Connection& connection) override {
    is_opened_ = true;
    peer_ = {connection.peer_name(), connection.where()};
    watch(connection);
  }
  void received(Connection& connection, std::string_view bytes) override;
  void wrote(Connection& connection, std::size_t unsent) override;
  void closed(Connection& connection, std::string_view reason) override {
    idle_.cancel();
    // An end between requests is every day's; any other is worth a line.
    if (!is_opened_ || is_in_request() || is_following_ || connection.unsent() > 0) {
      server_.loop_.say(connection.where(), reason);
    }
  }

 private:
  using Parser = beast::request_parser<beast::string_body>;
  void renew();
  void parse(Connection& connection);
  void on_header(Connection& connection);
  bool has_foreign_coding() const;
  bool is_too_large_for_nobody();
  void answer(Connection& connection);
  void refuse(Connection& connection, const boost::system::error_code& problem);
  void send(Connection& connection, HttpAnswer answer, const Framing& framing);
  void watch(Connection& connection);
  bool is_in_request() const { return parser_ && (parser_->got_some() || !in_.empty()); }

  HttpServer& server_;
  asio::steady_timer idle_;
  HttpPeer peer_;
  std::string in_;
  std::optional<Parser> parser_;
  bool has_met_header_ = false, is_over_ = false, is_following_ = false, is_opened_ = false;
};

void HttpServer::User::renew() {
  parser_.emplace();
  parser_->header_limit(server_.limits_.header_bytes);
  parser_->body_limit(server_.limits_.body_bytes);
  // Nothing of a body is taken before it is known how much of it there may be.
  parser_->eager(false);
  has_met_header_ = false;
}

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
  in_.append(bytes);
  parse(connection);
}

void HttpServer::User::wrote(Connection& connection, std::size_t unsent) {
  watch(connection);
  if (unsent < most_unsent) {
    connection.resume_reading();
    if (!in_.empty() && !is_over_) parse(connection);
  }
}

/// Invites a body that waits for it, also one of no bytes: botocore takes a final answer in its
/// place for the end of the connection, and waits a minute for the next one.
void HttpServer::User::on_header(Connection& connection) {
  if (has_met_header_ || !parser_->is_header_done()) return;
  has_met_header_ = true;
  parser_->eager(true);
  if (is_too_large_for_nobody()) {
    return refuse(connection, beast::error::body_limit);
  }
  const std::string_view expectation{parser_->get()[beast::field::expect]};
  if (http::is_same_name(expectation, "100-continue")) {
    connection.send("HTTP/1.1 100 Continue\r\n\r\n");
  }
}

/// What claims no signature, token or certificate is not worth much memory.
bool HttpServer::User::is_too_large_for_nobody() {
  const auto& message = parser_->get();
  const std::string_view target{message.target()};
  if (!peer_.identity.empty() || message.find(beast::field::authorization) != message.end() ||
      target.find("X-Amz-Signature=") != std::string_view::npos) {
    return false;
  }
  parser_->body_limit(server_.limits_.unsigned_body_bytes);
  const auto length = parser_->content_length();
  return length && *length > server_.limits_.unsigned_body_bytes;
}

/// Of transfer codings we know chunks alone; a body in another one would be taken for the next
/// request.
bool HttpServer::User::has_foreign_coding() const {
  if (!parser_->is_header_done()) return false;
  const std::string_view coding{parser_->get()[beast::field::transfer_encoding]};
  return !coding.empty() && !http::is_same_name(coding, "chunked");
}

void HttpServer::User::parse(Connection& connection) {
  while (!in_.empty() && !is_over_) {
    if (connection.unsent() > most_unsent) return connection.pause_reading();
    boost::system::error_code problem;
    const std::size_t taken = parser_->put(asio::buffer(in_), problem);
    in_.erase(0, taken);
    if (problem && problem != beast::error::need_more) return refuse(connection, problem);
    if (has_foreign_coding()) return refuse(connection, beast::error::bad_transfer_encoding);
    on_header(connection);
    if (is_over_) return;
    if (parser_->is_done()) {
      answer(connection);
    } else if (taken == 0 || problem == beast::error::need_more) {
      // Of chunks and trailers, too, only whole lines are taken.
      if (in_.size() > server_.limits_.header_bytes) {
        return refuse(connection, beast::error::header_limit);
      }
      return;
    }
  }
}

void HttpServer::User::answer(Connection& connection) {
  auto message = parser_->release();
  Framing framing;
  framing.is_http_1_0 = message.version() < 11;
  framing.keeps_alive = message.keep_alive();
  framing.is_head = message.method() == beast::verb::head;
  http::Request request = request_of(std::move(message));
  renew();
  send(connection, server_.handler_(std::move(request), peer_), framing);
  server_.loop_.schedule();
}

void HttpServer::User::refuse(Connection& connection, const boost::system::error_code& problem) {
  server_.loop_.say(connection.where(), fmt::format("bad HTTP: {}", problem.message()));
  Framing framing;
  framing.keeps_alive = false;
  const std::uint16_t status = status_of(problem);
  send(connection, {plain(status, problem.message()), {}}, framing);
}

void HttpServer::User::send(Connection& connection, HttpAnswer answer, const Framing& framing_) {
  Framing framing = framing_;
  // Without chunks nobody could tell an end from a break, and HEAD has no body to follow.
  if (framing.is_http_1_0 || framing.is_head) answer.follow = nullptr;
  framing.is_chunked = static_cast<bool>(answer.follow);
  http::Response& response = answer.response;
  const std::size_t size = body_size(response, framing);
  // What announces more than it has can only be ended by closing.
  const bool is_short = response.announced_size > 0 && size > 0 && response.announced_size != size;
  if (is_short) framing.keeps_alive = false;
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
  if (framing.keeps_alive) return;
  is_over_ = true;
  connection.close_after_sending(is_short ? "answered short of its length" : "answered");
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
