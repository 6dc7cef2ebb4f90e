#include "broker-mock/http/claim.hpp"

#include <algorithm>
#include <charconv>

#include "broker-mock/base/time_text.hpp"

namespace cartstorm::broker::http {
namespace {

using Why = Refusal::Why;

constexpr std::int64_t max_expires_s = 604'800;

Refusal malformed(const Claim& claim, std::string_view text) {
  return {.why = Why::malformed_claim,
          .is_presigned = claim.is_presigned,
          .service = claim.scope.service,
          .access_key = claim.access_key,
          .text = text};
}

const std::string* find(const QueryPairs& pairs, std::string_view name) {
  const auto found = std::ranges::find(
      pairs, name, [](const auto& pair) -> std::string_view { return pair.first; });
  return found == pairs.end() ? nullptr : &found->second;
}

/// `<access key>/<day>/<region>/<service>/aws4_request`. An access key has no slash.
bool read_credential(std::string_view text, Claim& claim) {
  const std::size_t slash = text.find('/');
  claim.access_key = text.substr(0, slash);
  if (slash == std::string_view::npos) return false;
  claim.scope_text = text.substr(slash + 1);
  const auto parts = segments_of(claim.scope_text);
  if (parts.size() > 1) claim.scope.region = parts[1];
  if (parts.size() > 2) claim.scope.service = parts[2];
  return true;
}

struct Parameters {
  const std::string *algorithm, *credential, *date, *expires, *signed_headers, *signature;
  bool is_complete() const {
    return algorithm != nullptr && credential != nullptr && date != nullptr && expires != nullptr &&
           signed_headers != nullptr && signature != nullptr;
  }
};

Parameters parameters_of(const QueryPairs& pairs) {
  return {find(pairs, "X-Amz-Algorithm"),     find(pairs, "X-Amz-Credential"),
          find(pairs, "X-Amz-Date"),          find(pairs, "X-Amz-Expires"),
          find(pairs, "X-Amz-SignedHeaders"), find(pairs, "X-Amz-Signature")};
}

/// What is wrong with the times; empty if nothing is.
std::string_view read_times(const Parameters& given, Claim& claim) {
  const auto signed_at = parse_basic_time(*given.date);
  if (!signed_at) {
    return "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"";
  }
  claim.signed_at_s = *signed_at;
  claim.scope.amz_date = *given.date;
  const std::string& text = *given.expires;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, claim.expires_s);
  if (error != std::errc{} || stop != end) return "X-Amz-Expires should be a number";
  if (claim.expires_s < 0) return "X-Amz-Expires must be non-negative";
  if (claim.expires_s > max_expires_s) {
    return "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires "
           "must be less than 604800 seconds";
  }
  return {};
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

/// Date and time of a request that is signed in its header.
bool read_date(const Fields& fields, Claim& claim) {
  const std::string* const amz_date = find(fields, "x-amz-date");
  const std::string* const date = amz_date != nullptr ? amz_date : find(fields, "date");
  if (date == nullptr) return false;
  auto signed_at = parse_basic_time(*date);
  if (!signed_at && amz_date == nullptr) signed_at = parse_http_time(*date);
  if (!signed_at) return false;
  claim.signed_at_s = *signed_at;
  claim.scope.amz_date = basic_time(*signed_at);
  return true;
}

/// The three members of the header, each at most once, in any order. False if one is twice there or
/// none of the three.
bool read_members(std::string_view text, Claim& claim, std::string& credential) {
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    const std::string_view member = trimmed(text.substr(0, comma));
    text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
    const std::size_t equals = member.find('=');
    if (equals == std::string_view::npos) return false;
    const std::string_view name = member.substr(0, equals);
    std::string* const place = name == "Credential"      ? &credential
                               : name == "SignedHeaders" ? &claim.signed_headers
                               : name == "Signature"     ? &claim.signature
                                                         : nullptr;
    if (place == nullptr || !place->empty()) return false;
    *place = member.substr(equals + 1);
  }
  return true;
}

}  // namespace

bool is_signed_in_query(const QueryPairs& pairs) {
  return find(pairs, "X-Amz-Algorithm") != nullptr || find(pairs, "X-Amz-Signature") != nullptr ||
         find(pairs, "AWSAccessKeyId") != nullptr;
}

std::optional<Refusal> read_query_claim(const QueryPairs& pairs, Claim& claim) {
  claim.is_presigned = true;
  claim.scope.service.clear();
  const Parameters given = parameters_of(pairs);
  if (given.algorithm == nullptr && given.signature == nullptr) {
    const bool is_old = find(pairs, "AWSAccessKeyId") != nullptr;
    return Refusal{.why = is_old ? Why::outdated_scheme : Why::not_signed, .service = {}};
  }
  if (!given.is_complete()) {
    return malformed(claim,
                     "Query-string authentication version 4 requires the X-Amz-Algorithm, "
                     "X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and "
                     "X-Amz-Expires parameters.");
  }
  if (*given.algorithm != sigv4_algorithm) {
    return malformed(claim, "X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\"");
  }
  const bool has_scope = read_credential(*given.credential, claim);
  if (const auto wrong = read_times(given, claim); !wrong.empty()) return malformed(claim, wrong);
  if (!has_scope) return malformed(claim, "Error parsing the X-Amz-Credential parameter");
  claim.signed_headers = *given.signed_headers;
  claim.signature = *given.signature;
  if (const auto* token = find(pairs, "X-Amz-Security-Token")) claim.session_token = *token;
  return std::nullopt;
}

std::optional<Refusal> read_header_claim(const Fields& fields, Claim& claim) {
  claim.scope.service.clear();
  const std::string* const header = find(fields, "authorization");
  if (header == nullptr) return Refusal{.why = Why::not_signed, .service = {}};
  std::string_view text = *header;
  if (text.starts_with("AWS ")) return Refusal{.why = Why::outdated_scheme, .service = {}};
  if (!text.starts_with("AWS4-HMAC-SHA256 ")) {
    return malformed(claim, "the scheme must be AWS4-HMAC-SHA256");
  }
  text.remove_prefix(sigv4_algorithm.size() + 1);
  std::string credential;
  if (!read_members(text, claim, credential) || credential.empty() ||
      claim.signed_headers.empty() || claim.signature.empty()) {
    return malformed(claim, "it must have exactly Credential, SignedHeaders and Signature");
  }
  if (!read_credential(credential, claim)) {
    return malformed(claim,
                     "the Credential is mal-formed; expecting "
                     "\"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".");
  }
  if (!read_date(fields, claim)) {
    return malformed(claim, "a valid X-Amz-Date or Date header is required");
  }
  if (const auto* token = find(fields, "x-amz-security-token")) claim.session_token = *token;
  return std::nullopt;
}

std::string claimed_service(const Request& request) {
  Claim claim;
  if (const auto refusal = read_header_claim(request.fields, claim)) {
    if (refusal->why != Why::not_signed) return refusal->service;
    const auto pairs = parse_query(split_target(request.target).query);
    if (!pairs) return {};
    claim = {};
    if (const auto none = read_query_claim(*pairs, claim)) return none->service;
  }
  return claim.scope.service;
}

}  // namespace cartstorm::broker::http
