#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "broker-mock/http/message.hpp"
#include "broker-mock/http/refusal.hpp"
#include "broker-mock/http/sigv4.hpp"

namespace cartstorm::broker::http {

/// When a signature is good, as it says itself.
struct Validity {
  std::int64_t signed_at_s = 0;
  std::int64_t expires_s = 0;  ///< presigned only
  bool is_presigned = false;
};

/// What a request says about its signature, legible but not yet judged.
struct Claim : Validity {
  std::string access_key;
  SigningScope scope;          ///< date and time, region, service
  std::string scope_text;      ///< the scope as it stands there
  std::string signed_headers;  ///< `host;x-amz-date`
  std::string signature;
  std::string session_token;  ///< empty: none
};

/// Reads the X-Amz parameters of a presigned request (reference section 3.3).
/// Empty if `claim` is whole.
std::optional<Refusal> read_query_claim(const QueryPairs& pairs, Claim& claim);

/// Reads `Authorization: AWS4-HMAC-SHA256 Credential=..., SignedHeaders=..., Signature=...` and the
/// date, from x-amz-date or else Date. Empty if `claim` is whole.
std::optional<Refusal> read_header_claim(const Fields& fields, Claim& claim);

/// True if the query names a signature of either version.
bool is_signed_in_query(const QueryPairs& pairs);

/// The service that a request claims to be signed for, without judging it: the only thing that
/// tells the IoT data plane from the control plane on one port (reference, point 23). Empty if
/// nothing legible claims one.
std::string claimed_service(const Request& request);

}  // namespace cartstorm::broker::http
