#include "broker-mock/s3/verify.hpp"

#include "broker-mock/base/time_text.hpp"
#include "broker-mock/s3/place.hpp"
#include "broker-mock/s3/words.hpp"

namespace cartstorm::broker::s3 {
namespace {

/// About 25 MB of remembered URLs; then all are forgotten and computed again when asked for.
constexpr std::size_t max_remembered = 16'384;

}  // namespace

Verifier::Verifier(const http::Signer& signer) : authenticator_{signer.region()} {
  const http::Credentials& credentials = signer.credentials();
  authenticator_.keys().add(credentials.access_key, {credentials.secret});
}

std::optional<Error> Verifier::verify(std::string_view method, std::string_view url, ServerTime now,
                                      const PresignedClaim*& claim) {
  // Only GET can be presigned here, so one memory serves; a HEAD fails each time it is tried.
  const bool is_rememberable = method == "GET";
  auto found = is_rememberable ? verified_.find(url) : verified_.end();
  if (found != verified_.end()) {
    claim = &found->second;
    const auto why = http::time_fault(claim->validity, now);
    if (!why) return std::nullopt;
    return to_error({.why = *why,
                     .is_presigned = true,
                     .service = "s3",
                     .signed_at_s = claim->validity.signed_at_s,
                     .expires_s = claim->validity.expires_s,
                     .now_s = floor_div(now.unix_ms, 1000)});
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
  const auto path = parts ? http::decoded(parts->path) : std::nullopt;
  if (!path) return to_error({.why = http::Refusal::Why::malformed_target, .service = "s3"});
  const http::Fields fields{{"host", std::string{parts->host}}};
  const http::SignedView view{method, parts->path, parts->query, fields};
  http::Claim signature;
  if (const auto refusal = authenticator_.check_presigned(view, now, signature)) {
    return to_error(*refusal);
  }
  claim.validity = signature;
  const Place place = place_of(parts->host, *path, {});
  claim.bucket = place.bucket;
  claim.key = place.key;
  return std::nullopt;
}

}  // namespace cartstorm::broker::s3
