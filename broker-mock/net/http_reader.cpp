#include "broker-mock/net/http_reader.hpp"

// Beast costs seconds of compile time, so this is the only file that includes it.
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace cartstorm::broker::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast::http;

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

struct HttpReader::Parser : beast::request_parser<beast::string_body> {};

HttpReader::HttpReader(const HttpLimits& limits, bool is_known)
    : limits_{limits}, is_known_{is_known} {
  renew();
}

HttpReader::~HttpReader() = default;

void HttpReader::renew() {
  parser_ = std::make_unique<Parser>();
  parser_->header_limit(limits_.header_bytes);
  parser_->body_limit(limits_.body_bytes);
  // Nothing of a body is taken before it is known how much of it there may be.
  parser_->eager(false);
  has_met_header_ = false;
  head_bytes_ = 0;
}

bool HttpReader::is_in_request() const { return parser_->got_some() || !in_.empty(); }

HttpReader::Event HttpReader::next() {
  if (status_ != 0) return Event::nothing;
  const Event event = read_on();
  if (event == Event::refused) std::string{}.swap(in_);
  return event;
}

HttpReader::Event HttpReader::read_on() {
  const auto refuse = [this](const boost::system::error_code& problem) {
    status_ = status_of(problem);
    problem_ = problem.message();
    return Event::refused;
  };
  while (!parser_->is_done()) {
    if (in_.empty()) return Event::nothing;
    boost::system::error_code problem;
    const std::size_t taken = parser_->put(asio::buffer(in_), problem);
    in_.erase(0, taken);
    if (!has_met_header_) head_bytes_ += taken;
    if (is_head_too_long()) return refuse(beast::error::header_limit);
    if (problem && problem != beast::error::need_more) return refuse(problem);
    if (has_foreign_coding()) return refuse(beast::error::bad_transfer_encoding);
    if (const Event event = meet_header(); event == Event::refused) {
      return refuse(beast::error::body_limit);
    } else if (event == Event::invites) {
      return event;
    }
    if (parser_->is_done()) break;
    if (taken > 0 && problem != beast::error::need_more) continue;
    // Of chunks and trailers, too, only whole lines are taken.
    if (in_.size() > limits_.header_bytes) return refuse(beast::error::header_limit);
    return Event::nothing;
  }
  return Event::request;
}

/// Beast's own limit is that of the fields alone if the start line came whole.
bool HttpReader::is_head_too_long() const {
  if (parser_->is_header_done()) return head_bytes_ > limits_.header_bytes;
  return head_bytes_ + in_.size() >= limits_.header_bytes;
}

/// Invites a body that waits for it, also one of no bytes: botocore takes a final answer in its
/// place for the end of the connection, and waits a minute for the next one.
HttpReader::Event HttpReader::meet_header() {
  if (has_met_header_ || !parser_->is_header_done()) return Event::nothing;
  has_met_header_ = true;
  parser_->eager(true);
  if (is_too_large_for_nobody()) return Event::refused;
  const std::string_view expectation{parser_->get()[beast::field::expect]};
  return http::is_same_name(expectation, "100-continue") ? Event::invites : Event::nothing;
}

/// What claims no signature, token or certificate is not worth much memory.
bool HttpReader::is_too_large_for_nobody() {
  const auto& message = parser_->get();
  const std::string_view target{message.target()};
  if (is_known_ || message.find(beast::field::authorization) != message.end() ||
      target.find("X-Amz-Signature=") != std::string_view::npos) {
    return false;
  }
  parser_->body_limit(limits_.unsigned_body_bytes);
  const auto length = parser_->content_length();
  return length && *length > limits_.unsigned_body_bytes;
}

/// Of transfer codings we know chunks alone; a body in another one would be taken for the next
/// request.
bool HttpReader::has_foreign_coding() const {
  if (!parser_->is_header_done()) return false;
  const std::string_view coding{parser_->get()[beast::field::transfer_encoding]};
  return !coding.empty() && !http::is_same_name(coding, "chunked");
}

HttpReader::Message HttpReader::take() {
  auto message = parser_->release();
  Message taken;
  taken.is_http_1_0 = message.version() < 11;
  taken.keeps_alive = message.keep_alive();
  taken.is_head = message.method() == beast::verb::head;
  taken.request = request_of(std::move(message));
  renew();
  return taken;
}

}  // namespace cartstorm::broker::net
