#include "broker-mock/s3/verify.hpp"

#include <charconv>

#include "broker-mock/base/time_text.hpp"

namespace cartstorm::broker::s3 {
namespace {

constexpr std::int64_t future_tolerance_s = 15 * 60;
constexpr std::int64_t max_expires_s = 604'800;
/// About 25 MB of remembered URLs; then all are forgotten and computed again when asked for.
constexpr std::size_t max_remembered = 16'384;

/// The X-Amz members of a query.
struct Parameters {
  const std::string* algorithm = nullptr;
  const std::string* credential = nullptr;
  const std::string* date = nullptr;
  const std::string* expires = nullptr;
  const std::string* signed_headers = nullptr;
  const std::string* signature = nullptr;
  bool is_complete() const {
    return algorithm != nullptr && credential != nullptr && date != nullptr && expires != nullptr &&
           signed_headers != nullptr && signature != nullptr;
  }
};

bool has(const http::QueryPairs& pairs, std::string_view name) {
  for (const auto& pair : pairs) {
    if (pair.first == name) return true;
  }
  return false;
}

Parameters parameters_of(const http::QueryPairs& pairs) {
  Parameters found;
  for (const auto& [name, value] : pairs) {
    if (name == "X-Amz-Algorithm") found.algorithm = &value;
    if (name == "X-Amz-Credential") found.credential = &value;
    if (name == "X-Amz-Date") found.date = &value;
    if (name == "X-Amz-Expires") found.expires = &value;
    if (name == "X-Amz-SignedHeaders") found.signed_headers = &value;
    if (name == "X-Amz-Signature") found.signature = &value;
  }
  return found;
}

Error parameter_error(std::string_view message) {
  return {400, "AuthorizationQueryParametersError", message, {}};
}

std::optional<Error> time_error(const PresignedClaim& claim, ServerTime now) {
  const std::int64_t now_s = floor_div(now.unix_ms, 1000);
  const std::int64_t end_s = claim.signed_at_s + claim.expires_s;
  if (claim.signed_at_s > now_s + future_tolerance_s) {
    return Error{403, "AccessDenied", "Request is not valid yet", {}};
  }
  if (now_s < end_s) return std::nullopt;
  return Error{403,
               "AccessDenied",
               "Request has expired",
               {{"X-Amz-Expires", std::to_string(claim.expires_s)},
                {"Expires", extended_time(end_s)},
                {"ServerTime", extended_time(now_s)}}};
}

/// Path style, unless the host is a bucket's own.
void split_place(PresignedClaim& claim) {
  const std::string_view host = claim.host;
  const std::size_t bucket_end = host.find(".s3.");
  std::string_view path = std::string_view{claim.path}.substr(1);
  if (host.ends_with(".amazonaws.com") && bucket_end != std::string_view::npos) {
    claim.bucket = host.substr(0, bucket_end);
    claim.key = path;
    return;
  }
  const std::size_t slash = path.find('/');
  claim.bucket = path.substr(0, slash);
  if (slash != std::string_view::npos) claim.key = path.substr(slash + 1);
}

/// Fills times from the parameters.
std::optional<Error> read_times(const Parameters& given, PresignedClaim& claim) {
  const auto signed_at = parse_basic_time(*given.date);
  if (!signed_at) {
    return parameter_error(
        "X-Amz-Date must be in the ISO8601 Long Format "
        "\"yyyyMMdd'T'HHmmss'Z'\"");
  }
  claim.signed_at_s = *signed_at;
  const std::string& text = *given.expires;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), claim.expires_s);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return parameter_error("X-Amz-Expires should be a number");
  }
  if (claim.expires_s < 0) return parameter_error("X-Amz-Expires must be non-negative");
  if (claim.expires_s > max_expires_s) {
    return parameter_error(
        "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires "
        "must be less than 604800 seconds");
  }
  return std::nullopt;
}

std::optional<Error> scope_error(const Parameters& given, const http::Signer& signer) {
  const std::string& access_key = signer.credentials().access_key;
  const std::string_view credential = *given.credential;
  const std::size_t slash = credential.find('/');
  const std::string_view named_key = credential.substr(0, slash);
  if (slash == std::string_view::npos) {
    return parameter_error("Error parsing the X-Amz-Credential parameter");
  }
  if (named_key != access_key) {
    return Error{403,
                 "InvalidAccessKeyId",
                 "The AWS Access Key Id you provided does not exist in our records.",
                 {{"AWSAccessKeyId", std::string{named_key}}}};
  }
  const http::SigningScope scope{*given.date, signer.region()};
  if (credential.substr(slash + 1) != scope.text()) {
    Error error = parameter_error(
        "Error parsing the X-Amz-Credential parameter; the credential scope is wrong");
    error.details.emplace_back("Region", signer.region());
    return error;
  }
  return std::nullopt;
}

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

Error mismatch(const http::Signer& signer, const std::string& provided, const std::string& to_sign,
               const std::string& canonical) {
  return {403,
          "SignatureDoesNotMatch",
          "The request signature we calculated does not match the signature you provided. Check "
          "your key and signing method.",
          {{"AWSAccessKeyId", signer.credentials().access_key},
           {"StringToSign", to_sign},
           {"SignatureProvided", provided},
           {"StringToSignBytes", spaced_hex(to_sign)},
           {"CanonicalRequest", canonical},
           {"CanonicalRequestBytes", spaced_hex(canonical)}}};
}

std::optional<Error> form_error(const http::QueryPairs& pairs, const Parameters& given) {
  if (given.algorithm == nullptr && has(pairs, "AWSAccessKeyId")) {
    return Error{400,
                 "InvalidRequest",
                 "The authorization mechanism you have provided is not supported. Please use "
                 "AWS4-HMAC-SHA256.",
                 {}};
  }
  if (given.algorithm == nullptr && given.signature == nullptr) {
    return Error{403, "AccessDenied", "Access Denied", {}};
  }
  if (!given.is_complete()) {
    return parameter_error(
        "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, "
        "X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.");
  }
  if (*given.algorithm != "AWS4-HMAC-SHA256") {
    return parameter_error("X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\"");
  }
  return std::nullopt;
}

}  // namespace

std::optional<Error> Verifier::verify(std::string_view method, std::string_view url, ServerTime now,
                                      const PresignedClaim*& claim) {
  // Only GET can be presigned here, so one memory serves; a HEAD fails each time it is tried.
  const bool is_rememberable = method == "GET";
  auto found = is_rememberable ? verified_.find(url) : verified_.end();
  if (found != verified_.end()) {
    claim = &found->second;
    return time_error(found->second, now);
  }
  PresignedClaim fresh;
  if (auto error = verify_signature(method, url, now, fresh)) return error;
  if (verified_.size() >= max_remembered) verified_.clear();
  std::string key{is_rememberable ? "" : std::string{method} + " "};
  key.append(url);
  claim = &verified_.insert_or_assign(std::move(key), std::move(fresh)).first->second;
  return std::nullopt;
}

std::optional<Error> Verifier::verify_signature(std::string_view method, std::string_view url,
                                                ServerTime now, PresignedClaim& claim) {
  const auto parts = http::parse_url(url);
  const auto pairs = parts ? http::parse_query(parts->query) : std::nullopt;
  const auto path = parts ? http::decoded(parts->path) : std::nullopt;
  if (!pairs || !path) return Error{400, "InvalidURI", "Couldn't parse the specified URI.", {}};
  const Parameters given = parameters_of(*pairs);
  if (auto error = form_error(*pairs, given)) return error;
  claim.host = parts->host;
  claim.path = *path;
  if (auto error = read_times(given, claim)) return error;
  if (auto error = time_error(claim, now)) return error;
  if (auto error = scope_error(given, signer_)) return error;

  std::string headers;
  if (*given.signed_headers == "host") headers = "host:" + claim.host + "\n";
  const std::string canonical = http::canonical_request(
      method, claim.path, http::canonical_query(*pairs), headers, *given.signed_headers);
  const http::SigningScope scope{*given.date, signer_.region()};
  const std::string to_sign = http::string_to_sign(scope, canonical);
  if (!http::equal_in_constant_time(signer_.sign(*given.date, to_sign), *given.signature)) {
    return mismatch(signer_, *given.signature, to_sign, canonical);
  }
  split_place(claim);
  return std::nullopt;
}

}  // namespace cartstorm::broker::s3
