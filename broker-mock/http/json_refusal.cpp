#include "broker-mock/http/json_refusal.hpp"

#include <fmt/format.h>

#include "broker-mock/base/json_append.hpp"
#include "broker-mock/base/time_text.hpp"

namespace cartstorm::broker::http {
namespace {

using Why = Refusal::Why;

struct Words {
  std::string_view type;
  std::string message;
  std::uint16_t status = 403;
};

constexpr std::string_view bad_signature = "InvalidSignatureException";
constexpr std::string_view incomplete = "IncompleteSignatureException";
constexpr std::string_view unknown = "UnrecognizedClientException";
constexpr std::string_view mismatch =
    "The request signature we calculated does not match the signature you provided. Check your AWS "
    "Secret Access Key and signing method. Consult the service documentation for details.";

constexpr std::string_view scope_format =
    "Credential should be scoped to region {}, a service of this endpoint and the day of the "
    "request's date.";

Words time_words(const Refusal& refusal) {
  const std::int64_t end_s =
      refusal.signed_at_s + (refusal.is_presigned ? refusal.expires_s : 15 * 60);
  if (refusal.signed_at_s > refusal.now_s) {
    return {bad_signature,
            fmt::format("Signature not yet current: {} is still later than {} "
                        "({} + 15 min.)",
                        basic_time(refusal.signed_at_s), basic_time(refusal.now_s + 15 * 60),
                        basic_time(refusal.now_s))};
  }
  return {bad_signature, fmt::format("Signature expired: {} ended before {}", basic_time(end_s),
                                     basic_time(refusal.now_s))};
}

Words words_of(const Refusal& refusal) {
  switch (refusal.why) {
    case Why::not_signed:
      return {"MissingAuthenticationTokenException", "Missing Authentication Token"};
    case Why::outdated_scheme:
      return {incomplete, "Signature version 2 is not supported. Please use AWS4-HMAC-SHA256.",
              400};
    case Why::two_schemes:
      return {incomplete, "The request must be signed once, in the header or in the query.", 400};
    case Why::malformed_target:
      return {"InvalidRequestException", "The path or the query has a broken escape.", 400};
    case Why::malformed_claim:
      return {incomplete, std::string{refusal.text}, 400};
    case Why::unknown_key:
    case Why::wrong_token:
      return {unknown, "The security token included in the request is invalid."};
    case Why::ended_token:
      return {"ExpiredTokenException", "The security token included in the request is expired"};
    case Why::wrong_scope:
      return {bad_signature, fmt::format(scope_format, refusal.region)};
    case Why::not_yet_valid:
    case Why::expired:
    case Why::skewed:
      return time_words(refusal);
    case Why::headers_not_signed:
      return {bad_signature, fmt::format("Headers must be signed: {}", refusal.named)};
    case Why::no_payload_hash:
    case Why::invalid_payload_hash:
    case Why::wrong_payload:
    case Why::malformed_chunks:
    case Why::wrong_chunk_signature:
    case Why::malformed_trailer:
    case Why::no_length:
    case Why::wrong_length:
    case Why::wrong_signature:
      break;
  }
  return {bad_signature, std::string{mismatch}};
}

}  // namespace

Response json_refusal(const Refusal& refusal) {
  const Words words = words_of(refusal);
  Response response;
  response.status = words.status;
  response.fields = {{"Content-Type", "application/json"},
                     {"x-amzn-ErrorType", std::string{words.type}}};
  response.body = "{\"message\":";
  append_json_string(response.body, words.message);
  response.body.push_back('}');
  return response;
}

}  // namespace cartstorm::broker::http
