#include "broker-mock/s3/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "broker-mock/base/time_text.hpp"

namespace cartstorm::broker::s3 {
namespace {

using Why = http::Refusal::Why;

constexpr std::string_view trailer_message =
    "The request contained trailing data that was not well-formed or did not conform to our "
    "published schema.";

/// Two hex digits per byte with spaces between, as S3 shows what it signed.
std::string spaced_hex(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (!out.empty()) out.push_back(' ');
    out.push_back(digits[byte >> 4]);
    out.push_back(digits[byte & 15]);
  }
  return out;
}

Error mismatch(const http::Refusal& refusal) {
  Error error{403, "SignatureDoesNotMatch",
              "The request signature we calculated does not match the signature you provided. "
              "Check your key and signing method."};
  error.details = {{"AWSAccessKeyId", refusal.access_key}};
  if (refusal.why == Why::wrong_chunk_signature) return error;
  error.details.insert(error.details.end(),
                       {{"StringToSign", refusal.string_to_sign},
                        {"SignatureProvided", refusal.provided},
                        {"StringToSignBytes", spaced_hex(refusal.string_to_sign)},
                        {"CanonicalRequest", refusal.canonical_request},
                        {"CanonicalRequestBytes", spaced_hex(refusal.canonical_request)}});
  return error;
}

Error malformed_claim(const http::Refusal& refusal) {
  if (refusal.is_presigned) {
    return {400, "AuthorizationQueryParametersError", std::string{refusal.text}};
  }
  return {400, "AuthorizationHeaderMalformed",
          fmt::format("The authorization header is malformed; {}", refusal.text)};
}

/// SDKs of several regions read the right one from here.
Error wrong_scope(const http::Refusal& refusal) {
  Error error = malformed_claim(refusal);
  if (refusal.is_presigned) {
    error.message = "Error parsing the X-Amz-Credential parameter; the credential scope is wrong";
  } else if (refusal.named != refusal.region) {
    error.message = fmt::format(
        "The authorization header is malformed; the region '{}' is wrong; expecting '{}'",
        refusal.named, refusal.region);
  } else {
    error.message =
        "The authorization header is malformed; the Credential is not scoped to the day of the "
        "request's date, this service and aws4_request";
  }
  error.details = {{"Region", refusal.region}};
  return error;
}

Error expired(const http::Refusal& refusal) {
  return {403,
          "AccessDenied",
          "Request has expired",
          {{"X-Amz-Expires", std::to_string(refusal.expires_s)},
           {"Expires", extended_time(refusal.signed_at_s + refusal.expires_s)},
           {"ServerTime", extended_time(refusal.now_s)}}};
}

Error skewed(const http::Refusal& refusal) {
  return {403,
          "RequestTimeTooSkewed",
          "The difference between the request time and the current time is too large.",
          {{"RequestTime", basic_time(refusal.signed_at_s)},
           {"ServerTime", extended_time(refusal.now_s)},
           {"MaxAllowedSkewMilliseconds", "900000"}}};
}

Error wrong_payload(const http::Refusal& refusal) {
  return {400,
          "XAmzContentSHA256Mismatch",
          "The provided 'x-amz-content-sha256' header does not match what was computed.",
          {{"ClientComputedContentSHA256", refusal.provided},
           {"S3ComputedContentSHA256", refusal.named}}};
}

/// Refusals of which there is no more to say than this.
struct Plain {
  Why why;
  std::uint16_t status;
  std::string_view code, message;
};
constexpr std::array plain = {
    Plain{Why::not_signed, 403, "AccessDenied", "Access Denied"},
    Plain{Why::outdated_scheme, 400, "InvalidRequest",
          "The authorization mechanism you have provided is not supported. Please use "
          "AWS4-HMAC-SHA256."},
    Plain{Why::two_schemes, 400, "InvalidArgument",
          "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature "
          "query string parameter or the Authorization header should be specified"},
    Plain{Why::malformed_target, 400, "InvalidURI", "Couldn't parse the specified URI."},
    Plain{Why::wrong_token, 400, "InvalidToken",
          "The provided token is malformed or otherwise invalid."},
    Plain{Why::ended_token, 400, "ExpiredToken", "The provided token has expired."},
    Plain{Why::not_yet_valid, 403, "AccessDenied", "Request is not valid yet"},
    Plain{Why::no_payload_hash, 400, "InvalidRequest",
          "Missing required header for this request: x-amz-content-sha256"},
    Plain{Why::invalid_payload_hash, 400, "InvalidArgument",
          "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, "
          "STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a "
          "valid sha256 value."},
    Plain{Why::malformed_chunks, 400, "IncompleteBody", "The request body terminated unexpectedly"},
    Plain{Why::malformed_trailer, 400, "MalformedTrailerError", trailer_message},
    Plain{Why::no_length, 411, "MissingContentLength",
          "You must provide the Content-Length HTTP header."},
    Plain{Why::wrong_length, 400, "IncompleteBody",
          "You did not provide the number of bytes specified by the x-amz-decoded-content-length "
          "HTTP header"},
};

}  // namespace

Error to_error(const http::Refusal& refusal) {
  const auto known = std::ranges::find(plain, refusal.why, &Plain::why);
  if (known != plain.end()) {
    return {known->status, known->code, std::string{known->message}};
  }
  if (refusal.why == Why::malformed_claim) return malformed_claim(refusal);
  if (refusal.why == Why::wrong_scope) return wrong_scope(refusal);
  if (refusal.why == Why::expired) return expired(refusal);
  if (refusal.why == Why::skewed) return skewed(refusal);
  if (refusal.why == Why::wrong_payload) return wrong_payload(refusal);
  if (refusal.why == Why::unknown_key) {
    return {403,
            "InvalidAccessKeyId",
            "The AWS Access Key Id you provided does not exist in our records.",
            {{"AWSAccessKeyId", refusal.access_key}}};
  }
  if (refusal.why == Why::headers_not_signed) {
    return {403,
            "AccessDenied",
            "There were headers present in the request which were not signed",
            {{"HeadersNotSigned", refusal.named}}};
  }
  return mismatch(refusal);
}

Error malformed_trailer() { return {400, "MalformedTrailerError", std::string{trailer_message}}; }

Error no_such_bucket(std::string_view bucket) {
  return {404,
          "NoSuchBucket",
          "The specified bucket does not exist",
          {{"BucketName", std::string{bucket}}}};
}

Error no_such_key(std::string_view key) {
  return {404, "NoSuchKey", "The specified key does not exist.", {{"Key", std::string{key}}}};
}

Error no_such_upload(std::string_view upload_id) {
  return {404,
          "NoSuchUpload",
          "The specified upload does not exist. The upload ID may be invalid, or the upload may "
          "have been aborted or completed.",
          {{"UploadId", std::string{upload_id}}}};
}

Error precondition_failed(std::string_view condition) {
  return {412,
          "PreconditionFailed",
          "At least one of the pre-conditions you specified did not hold",
          {{"Condition", std::string{condition}}}};
}

Error invalid_range(std::string_view requested, std::uint64_t size) {
  return {416,
          "InvalidRange",
          "The requested range is not satisfiable",
          {{"RangeRequested", std::string{requested}}, {"ActualObjectSize", std::to_string(size)}},
          {{"Content-Range", fmt::format("bytes */{}", size)}}};
}

Error method_not_allowed(std::string_view method) {
  return {405,
          "MethodNotAllowed",
          "The specified method is not allowed against this resource.",
          {{"Method", std::string{method}}}};
}

Error not_implemented(std::string_view what) {
  return {501,
          "NotImplemented",
          "A header or query you provided requested functionality that is not implemented.",
          {{"Header", std::string{what}}}};
}

Error invalid_argument(std::string_view message, std::string_view name, std::string_view value) {
  return {400,
          "InvalidArgument",
          std::string{message},
          {{"ArgumentName", std::string{name}}, {"ArgumentValue", std::string{value}}}};
}

Error invalid_request(std::string_view message) {
  return {400, "InvalidRequest", std::string{message}};
}

Error malformed_xml() {
  return {400, "MalformedXML",
          "The XML you provided was not well-formed or did not validate against our published "
          "schema"};
}

Error too_large(std::uint64_t size, std::uint64_t limit) {
  return {400,
          "EntityTooLarge",
          "Your proposed upload exceeds the maximum allowed size",
          {{"ProposedSize", std::to_string(size)}, {"MaxSizeAllowed", std::to_string(limit)}}};
}

Error slow_down() { return {503, "SlowDown", "Please reduce your request rate."}; }

Error internal_error() {
  return {500, "InternalError", "We encountered an internal error. Please try again."};
}

}  // namespace cartstorm::broker::s3
