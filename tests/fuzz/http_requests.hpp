#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker-mock/http/message.hpp"
#include "tests/unit/broker-mock/support/independent_signer.hpp"

namespace ota::fuzz {

/// A request that our key has signed; the seeds of `sigv4` are these.
struct SignedRequest {
  std::string name;
  cartstorm::broker::http::Request request;
  std::string body;            ///< out of its framing
  bool is_body_signed = true;  ///< else any body goes with it
};
const std::vector<SignedRequest>& signed_requests();

/// `METHOD TARGET`, header lines, an empty line, the body; lines end in a line feed. Empty if the
/// text has no first line of that form, or more than 64 headers.
std::optional<cartstorm::broker::http::Request> read_request(std::string_view text);
std::string write_request(const cartstorm::broker::http::Request& request);

/// What the seeds of `aws_chunked` carry when they are signed, and after which signature.
inline constexpr std::string_view chunked_body = "the firmware in two chunks";
inline const std::string chunks_follow(64, '7');

}  // namespace ota::fuzz
