#pragma once
#include <string>

#include "broker-mock/cloud/facts.hpp"
#include "broker-mock/http/message.hpp"

namespace cartstorm::broker::net {

/// How one answer is framed.
struct Framing {
  bool is_http_1_0 = false;
  bool keeps_alive = true;
  bool is_head = false;     ///< the request was HEAD: no body whatever is announced
  bool is_chunked = false;  ///< the body follows in chunks
};

/// Status line and fields, with Date, Content-Length and Connection, and the empty line.
std::string head_of(const http::Response& response, const Framing& framing, ServerTime now);
/// Bytes of the body that follow the head; the answer's own content, whatever it announces.
std::size_t body_size(const http::Response& response, const Framing& framing);

/// `Fri, 27 Nov 2026 08:00:00 GMT`
std::string http_date(ServerTime time);

}  // namespace cartstorm::broker::net
