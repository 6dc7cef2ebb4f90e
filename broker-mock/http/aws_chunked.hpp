#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "broker-mock/http/message.hpp"
#include "broker-mock/http/sigv4.hpp"

namespace cartstorm::broker::http {

/// What chunk signatures are made from: each signs the one before it, the first the request's.
struct ChunkSigning {
  Sha256 key{};
  SigningScope scope;
  std::string previous;  ///< hex; first the signature of the request
};

/// A body out of its aws-chunked framing.
struct Unchunked {
  enum class Fault : std::uint8_t {
    none,
    malformed,
    wrong_signature,
    malformed_trailer,
    too_long,  ///< more than `limit` bytes
  };
  Fault fault = Fault::none;
  std::string body;
  Fields trailers;  ///< without x-amz-trailer-signature
};

/// Undoes `HEX[;chunk-signature=HEX]\r\nDATA\r\n ... 0\r\nNAME:VALUE\r\n\r\n` (reference, point
/// 37). With `signing` every chunk must carry its signature and trailers theirs
/// (STREAMING-AWS4-HMAC-SHA256-PAYLOAD, ...-TRAILER); without it none is looked at.
/// `limit` is the number of bytes that may come out.
Unchunked unchunk(std::string_view framed, std::optional<ChunkSigning> signing, bool has_trailer,
                  std::uint64_t limit);

}  // namespace cartstorm::broker::http
