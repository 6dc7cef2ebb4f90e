#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "broker-mock/http/message.hpp"

namespace cartstorm::broker::net {

struct HttpLimits {
  std::uint32_t header_bytes = 32U * 1024;  ///< and of the start line
  std::uint64_t body_bytes = 256ULL << 20U;
  std::uint64_t unsigned_body_bytes = 1ULL << 20U;  ///< of who does not even claim to be somebody
  std::uint32_t idle_s = 75;                        ///< without a byte in either direction
};

/// The bytes of one connection as whole requests: framing, chunks, `Expect`, keep-alive,
/// pipelining, limits. Knows no socket. Nothing comes after a refusal.
class HttpReader {
 public:
  enum class Event : std::uint8_t {
    nothing,  ///< more bytes are needed
    invites,  ///< the client waits for `100 Continue`
    request,  ///< take() gives it
    refused,  ///< see status() and problem()
  };
  struct Message {
    http::Request request;
    bool is_http_1_0 = false, keeps_alive = true, is_head = false;
  };

  /// `is_known`: its certificate says who it is. `limits` outlive it.
  HttpReader(const HttpLimits& limits, bool is_known);
  ~HttpReader();

  void add(std::string_view bytes) { in_.append(bytes); }
  /// What comes next; to be called until there is nothing.
  Event next();
  /// After Event::request.
  Message take();

  /// Part of a request is here.
  bool is_in_request() const;
  std::uint16_t status() const { return status_; }
  const std::string& problem() const { return problem_; }

 private:
  struct Parser;
  void renew();
  Event read_on();
  bool is_head_too_long() const;
  Event meet_header();
  bool has_foreign_coding() const;
  bool is_too_large_for_nobody();

  const HttpLimits& limits_;
  const bool is_known_;
  std::unique_ptr<Parser> parser_;
  std::string in_;
  bool has_met_header_ = false;
  std::size_t head_bytes_ = 0;
  std::uint16_t status_ = 0;  ///< of the refusal; 0: none
  std::string problem_;
};

}  // namespace cartstorm::broker::net
