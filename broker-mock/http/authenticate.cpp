#include "broker-mock/http/authenticate.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "broker-mock/base/hex.hpp"
#include "broker-mock/base/time_text.hpp"
#include "broker-mock/http/aws_chunked.hpp"

namespace cartstorm::broker::http {
namespace {

using Why = Refusal::Why;

constexpr std::int64_t tolerance_s = 15 * 60;
constexpr std::array<std::string_view, 5> services = {"s3", "iot", "execute-api", "iot-jobs-data",
                                                      "iotdata"};

constexpr std::string_view content_sha256 = "x-amz-content-sha256";
constexpr std::string_view signed_chunks = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
constexpr std::string_view signed_chunks_and_trailer = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER";
constexpr std::string_view unsigned_chunks_and_trailer = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";

bool is_chunked(std::string_view payload) {
  return payload == signed_chunks || payload == signed_chunks_and_trailer ||
         payload == unsigned_chunks_and_trailer;
}
bool is_digest(std::string_view payload) { return payload.size() == 64 && is_lower_hex(payload); }

Refusal refusal_of(const Claim& claim, Why why) {
  return {.why = why,
          .is_presigned = claim.is_presigned,
          .service = claim.scope.service,
          .access_key = claim.access_key};
}

bool is_listed(std::string_view signed_headers, std::string_view name) {
  while (!signed_headers.empty()) {
    const std::size_t end = signed_headers.find(';');
    if (is_same_name(signed_headers.substr(0, end), name)) return true;
    if (end == std::string_view::npos) return false;
    signed_headers.remove_prefix(end + 1);
  }
  return false;
}

/// Trimmed, inner runs of spaces as one.
void append_value(std::string& out, std::string_view value) {
  const std::size_t begin = out.size();
  for (const char c : value) {
    const bool is_space = c == ' ' || c == '\t';
    if (!is_space) {
      out.push_back(c);
    } else if (out.size() > begin && out.back() != ' ') {
      out.push_back(' ');
    }
  }
  if (out.size() > begin && out.back() == ' ') out.pop_back();
}

/// One line per listed name; a header that is there several times has its values in one line.
std::string canonical_headers(std::string_view signed_headers, const Fields& fields) {
  std::string lines;
  while (!signed_headers.empty()) {
    const std::size_t end = signed_headers.find(';');
    const std::string_view name = signed_headers.substr(0, end);
    lines.append(name).append(":");
    bool is_first = true;
    for (const Field& field : fields) {
      if (!is_same_name(field.name, name)) continue;
      if (!is_first) lines.push_back(',');
      is_first = false;
      append_value(lines, field.value);
    }
    lines.push_back('\n');
    signed_headers = end == std::string_view::npos ? "" : signed_headers.substr(end + 1);
  }
  return lines;
}

/// Names of the headers that had to be signed and were not, with commas.
std::string unsigned_headers(const Claim& claim, const Fields& fields) {
  std::string names;
  if (!is_listed(claim.signed_headers, "host")) names = "host";
  if (claim.scope.service != "s3") return names;
  for (const Field& field : fields) {
    std::string name;
    for (const char c : field.name) name.push_back(lowered(c));
    if (!name.starts_with("x-amz-") || is_listed(claim.signed_headers, name)) continue;
    if (!names.empty()) names.append(", ");
    names.append(name);
  }
  return names;
}

const std::string* value_of(const QueryPairs& pairs, std::string_view name) {
  const auto found = std::ranges::find(
      pairs, name, [](const auto& pair) -> std::string_view { return pair.first; });
  return found == pairs.end() ? nullptr : &found->second;
}

/// The last line of the canonical request; empty if it is the digest of the body.
std::string_view claimed_payload(const Claim& claim, const QueryPairs& pairs,
                                 const Fields& fields) {
  if (const auto* value = find(fields, content_sha256)) return *value;
  if (!claim.is_presigned) return {};
  if (const auto* value = value_of(pairs, "X-Amz-Content-Sha256")) return *value;
  return claim.scope.service == "s3" ? unsigned_payload : std::string_view{};
}

std::optional<Refusal> payload_refusal(const Claim& claim, std::string_view payload) {
  if (claim.scope.service == "s3" && payload.empty()) {
    return refusal_of(claim, Why::no_payload_hash);
  }
  if (payload.empty() || payload == unsigned_payload || is_chunked(payload) || is_digest(payload)) {
    return std::nullopt;
  }
  return refusal_of(claim, Why::invalid_payload_hash);
}

/// `x-amz-decoded-content-length`; empty if it is no number.
std::optional<std::uint64_t> decoded_length(const Fields& fields) {
  const std::string* const text = find(fields, "x-amz-decoded-content-length");
  if (text == nullptr) return std::nullopt;
  std::uint64_t length = 0;
  const char* const end = text->data() + text->size();
  const auto [stop, error] = std::from_chars(text->data(), end, length);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return length;
}

std::optional<Why> why_of(Unchunked::Fault fault) {
  switch (fault) {
    case Unchunked::Fault::none:
      return std::nullopt;
    case Unchunked::Fault::malformed:
      return Why::malformed_chunks;
    case Unchunked::Fault::wrong_signature:
      return Why::wrong_chunk_signature;
    case Unchunked::Fault::malformed_trailer:
      return Why::malformed_trailer;
    case Unchunked::Fault::too_long:
      return Why::wrong_length;
  }
  return Why::malformed_chunks;
}

}  // namespace

struct Authenticator::Judged {
  Claim claim;
  QueryPairs pairs;
  std::string body_digest;  ///< given: what stands for a body whose digest nobody claims
  std::string payload;      ///< found: as claimed, or the body's digest
  Sha256 key{};
};

std::optional<Why> time_fault(const Validity& validity, ServerTime now) {
  const std::int64_t now_s = floor_div(now.unix_ms, 1000);
  const std::int64_t ahead_s = validity.signed_at_s - now_s;
  if (!validity.is_presigned) {
    const bool is_near = ahead_s <= tolerance_s && ahead_s >= -tolerance_s;
    return is_near ? std::nullopt : std::optional{Why::skewed};
  }
  if (ahead_s > tolerance_s) return Why::not_yet_valid;
  if (now_s >= validity.signed_at_s + validity.expires_s) return Why::expired;
  return std::nullopt;
}

std::optional<Refusal> Authenticator::scope_refusal(const Claim& claim, ServerTime now) const {
  const AccessKey* const key = keys_.find(claim.access_key);
  if (key == nullptr) return refusal_of(claim, Why::unknown_key);
  const SigningScope right{claim.scope.amz_date, region_, claim.scope.service};
  if (claim.scope_text != right.text() ||
      std::ranges::find(services, claim.scope.service) == services.end()) {
    Refusal refusal = refusal_of(claim, Why::wrong_scope);
    refusal.region = region_;
    refusal.named = claim.scope.region;
    return refusal;
  }
  if (floor_div(now.unix_ms, 1000) >= key->ends_s) return refusal_of(claim, Why::ended_token);
  if (!key->session_token.empty() &&
      !equal_in_constant_time(key->session_token, claim.session_token)) {
    return refusal_of(claim, Why::wrong_token);
  }
  return std::nullopt;
}

/// Time is judged before the signature: AWS does not say, and so a storm of expired URLs costs no
/// cryptography.
std::optional<Refusal> Authenticator::judge(const SignedView& view, Judged& judged,
                                            ServerTime now) {
  const Claim& claim = judged.claim;
  if (const auto why = time_fault(claim, now)) {
    Refusal refusal = refusal_of(claim, *why);
    refusal.signed_at_s = claim.signed_at_s;
    refusal.expires_s = claim.expires_s;
    refusal.now_s = floor_div(now.unix_ms, 1000);
    return refusal;
  }
  if (auto refusal = scope_refusal(claim, now)) return refusal;
  judged.payload = claimed_payload(claim, judged.pairs, view.fields);
  if (auto refusal = payload_refusal(claim, judged.payload)) return refusal;
  if (judged.payload.empty()) judged.payload = judged.body_digest;
  const auto path = canonical_path(claim.scope.service, view.path);
  if (!path) return refusal_of(claim, Why::malformed_target);

  const std::string headers = canonical_headers(claim.signed_headers, view.fields);
  std::string canonical = canonical_request({view.method, *path, canonical_query(judged.pairs),
                                             headers, claim.signed_headers, judged.payload});
  std::string to_sign = string_to_sign(claim.scope, canonical);
  judged.key = keys_.signing_key(claim.access_key, claim.scope);
  if (!equal_in_constant_time(hex_of(hmac_sha256(judged.key, to_sign)), claim.signature)) {
    Refusal refusal = refusal_of(claim, Why::wrong_signature);
    refusal.provided = claim.signature;
    refusal.string_to_sign = std::move(to_sign);
    refusal.canonical_request = std::move(canonical);
    return refusal;
  }
  std::string names = unsigned_headers(claim, view.fields);
  if (names.empty()) return std::nullopt;
  Refusal refusal = refusal_of(claim, Why::headers_not_signed);
  refusal.named = std::move(names);
  return refusal;
}

std::optional<Refusal> Authenticator::check_presigned(const SignedView& view, ServerTime now,
                                                      Claim& claim) {
  Judged judged;
  auto pairs = parse_query(view.query);
  if (!pairs) return Refusal{.why = Why::malformed_target, .is_presigned = true, .service = {}};
  judged.pairs = std::move(*pairs);
  std::optional<Refusal> refusal = read_query_claim(judged.pairs, judged.claim);
  if (!refusal) {
    if (judged.claim.scope.service != "s3") judged.body_digest = hex_of(sha256(""));
    refusal = judge(view, judged, now);
  }
  claim = std::move(judged.claim);
  return refusal;
}

std::optional<Refusal> Authenticator::take_body(const Request& request, const Judged& judged,
                                                Authentic& authentic) {
  if (is_digest(judged.payload)) {
    std::string digest =
        judged.body_digest.empty() ? hex_of(sha256(request.body)) : judged.body_digest;
    if (digest == judged.payload) return std::nullopt;
    Refusal refusal = refusal_of(judged.claim, Why::wrong_payload);
    refusal.provided = judged.payload;
    refusal.named = std::move(digest);
    return refusal;
  }
  if (!is_chunked(judged.payload)) return std::nullopt;
  const auto length = decoded_length(request.fields);
  if (!length) return refusal_of(judged.claim, Why::no_length);
  std::optional<ChunkSigning> signing;
  if (judged.payload != unsigned_chunks_and_trailer) {
    signing = ChunkSigning{judged.key, judged.claim.scope, judged.claim.signature};
  }
  Unchunked body =
      unchunk(request.body, std::move(signing), judged.payload != signed_chunks, *length);
  if (const auto why = why_of(body.fault)) return refusal_of(judged.claim, *why);
  if (body.body.size() != *length) return refusal_of(judged.claim, Why::wrong_length);
  authentic.unchunked = std::move(body.body);
  authentic.trailers = std::move(body.trailers);
  return std::nullopt;
}

std::variant<Authentic, Refusal> Authenticator::authenticate(const Request& request,
                                                             ServerTime now) {
  const Target target = split_target(request.target);
  auto pairs = parse_query(target.query);
  if (!pairs || !decoded(target.path)) {
    return Refusal{.why = Why::malformed_target, .service = claimed_service(request)};
  }
  Judged judged;
  judged.pairs = std::move(*pairs);
  Claim& claim = judged.claim;
  const auto headers = std::ranges::count_if(
      request.fields, [](const Field& field) { return is_same_name(field.name, "authorization"); });
  const bool is_in_query = is_signed_in_query(judged.pairs);
  auto refusal = is_in_query ? read_query_claim(judged.pairs, claim)
                             : read_header_claim(request.fields, claim);
  if (headers + (is_in_query ? 1 : 0) > 1) return refusal_of(claim, Why::two_schemes);
  if (refusal) return *std::move(refusal);
  // S3 claims the digest or says that there is none; only the others need it computed.
  if (claim.scope.service != "s3") judged.body_digest = hex_of(sha256(request.body));
  if ((refusal = judge({request.method, target.path, target.query, request.fields}, judged, now))) {
    return *std::move(refusal);
  }
  Authentic authentic;
  authentic.caller = {claim.access_key, claim.scope.amz_date.substr(0, 8), claim.scope.region,
                      claim.scope.service, claim.is_presigned};
  if ((refusal = take_body(request, judged, authentic))) return *std::move(refusal);
  authentic.query = std::move(judged.pairs);
  return authentic;
}

}  // namespace cartstorm::broker::http
