#pragma once
#include <cstdint>

namespace cartstorm::broker::s3 {

/// Misbehaviour that can be switched on and off at run time (reference section 6, rows 16 to 22).
/// Rates are per mille of the requests that each can strike, drawn by the service's seed: 1000 is
/// every request, 0 none. Of what strikes the end of a body, the first that strikes does.
struct Chaos {
  std::uint16_t slow_down = 0;       ///< 503 SlowDown instead of anything
  std::uint16_t internal_error = 0;  ///< 500 InternalError instead of anything
  std::uint16_t expired_url = 0;     ///< presigned requests: 403, as if their time were over
  std::uint16_t ignored_range = 0;   ///< GET with Range: 200 and the whole object
  /// GET and HEAD: another object of the same size and with another ETag, as if it had been
  /// replaced in between. If-Match sees it.
  std::uint16_t changed_object = 0;
  /// GET: Content-Length is right, `kept_per_mille` of it is sent, and the connection closed.
  std::uint16_t truncated_body = 0;
  std::uint16_t reset_body = 0;  ///< the same with a reset, which may overtake what was sent
  std::uint16_t kept_per_mille = 500;
  std::uint16_t wrong_length = 0;    ///< GET: Content-Length is wrong by `length_error` bytes
  std::int32_t length_error = 1;     ///< negative: more bytes follow than announced
  std::uint16_t endless_body = 0;    ///< GET: Content-Length is right, and bytes never end
  std::uint16_t endless_chunks = 0;  ///< GET: chunks instead of Content-Length, and no last one
};

}  // namespace cartstorm::broker::s3
