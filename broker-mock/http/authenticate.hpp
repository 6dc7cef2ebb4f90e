#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "broker-mock/cloud/facts.hpp"
#include "broker-mock/http/claim.hpp"
#include "broker-mock/http/key_ring.hpp"
#include "broker-mock/http/message.hpp"
#include "broker-mock/http/refusal.hpp"

namespace cartstorm::broker::http {

/// Who sent a request.
struct Caller {
  std::string access_key;
  std::string date;  ///< `20240310`, of the credential scope as are the next two
  std::string region, service;
  bool is_presigned = false;
};

/// A request that one of our keys has signed, body included where the signer chose to.
struct Authentic {
  Caller caller;
  /// The body out of its aws-chunked framing, if it was in one; else the request's own counts.
  std::optional<std::string> unchunked;
  Fields trailers;   ///< of an unchunked body; names in lower case
  QueryPairs query;  ///< decoded
};

/// The parts of a request that a signature covers, apart from the body.
struct SignedView {
  std::string_view method, path, query;  ///< as sent
  const Fields& fields;
};

/// Verifies signature version 4 for S3 and the IoT calls, in a header or in the query (reference
/// section 3.3 and points 23, 25, 27, 41, 42, 45):
/// - every header that is listed is covered; Host always, for S3 every x-amz-* that is there;
/// - a header is good for 15 minutes around its date, a presigned request from 15 minutes before
///   its date to its own end;
/// - the body is compared with x-amz-content-sha256. Without that header other services than S3
///   sign the digest of the body itself; S3 presigns UNSIGNED-PAYLOAD;
/// - aws-chunked is undone, and its chunk and trailer signatures are verified.
class Authenticator {
 public:
  /// Scopes of other regions are refused.
  explicit Authenticator(std::string region) : region_{std::move(region)} {}

  KeyRing& keys() { return keys_; }
  const std::string& region() const { return region_; }

  std::variant<Authentic, Refusal> authenticate(const Request& request, ServerTime now);

  /// The same for a presigned request without a body. Fills `claim` as far as it is legible.
  std::optional<Refusal> check_presigned(const SignedView& view, ServerTime now, Claim& claim);

 private:
  struct Judged;
  std::optional<Refusal> judge(const SignedView& view, Judged& judged, ServerTime now);
  std::optional<Refusal> scope_refusal(const Claim& claim, ServerTime now) const;
  std::optional<Refusal> take_body(const Request& request, const Judged& judged,
                                   Authentic& authentic);

  std::string region_;
  KeyRing keys_;
};

/// Empty, or why the times do not fit: not_yet_valid, expired or skewed.
std::optional<Refusal::Why> time_fault(const Validity& validity, ServerTime now);

}  // namespace cartstorm::broker::http
