#include "broker-mock/http/sigv4.hpp"

#include <algorithm>

#include "broker-mock/base/time_text.hpp"

namespace cartstorm::broker::http {
namespace {

constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";

}  // namespace

std::string SigningScope::text() const {
  return amz_date.substr(0, 8) + "/" + region + "/s3/aws4_request";
}

std::string canonical_query(const QueryPairs& pairs) {
  QueryPairs sorted;
  for (const auto& [name, value] : pairs) {
    if (name == "X-Amz-Signature") continue;
    sorted.emplace_back(encoded(name, Slash::encode), encoded(value, Slash::encode));
  }
  std::sort(sorted.begin(), sorted.end());
  std::string text;
  for (const auto& [name, value] : sorted) {
    if (!text.empty()) text.push_back('&');
    text.append(name).append("=").append(value);
  }
  return text;
}

std::string canonical_request(std::string_view method, std::string_view path,
                              std::string_view canonical_query, std::string_view headers,
                              std::string_view signed_headers) {
  std::string text{method};
  text.push_back('\n');
  append_encoded(text, path, Slash::keep);
  text.append("\n").append(canonical_query).append("\n").append(headers).append("\n");
  text.append(signed_headers).append("\nUNSIGNED-PAYLOAD");
  return text;
}

std::string canonical_request(std::string_view method, std::string_view path,
                              std::string_view canonical_query, std::string_view host) {
  return canonical_request(method, path, canonical_query, "host:" + std::string{host} + "\n",
                           "host");
}

std::string string_to_sign(const SigningScope& scope, std::string_view canonical_request) {
  std::string text{algorithm};
  text.append("\n").append(scope.amz_date).append("\n").append(scope.text()).append("\n");
  return text + hex_of(sha256(canonical_request));
}

Signer::Signer(Credentials credentials, std::string region)
    : credentials_{std::move(credentials)}, region_{std::move(region)} {}

std::string Signer::sign(std::string_view amz_date, std::string_view string_to_sign) {
  const std::string_view date = amz_date.substr(0, 8);
  if (key_date_ != date) {
    const std::string secret = "AWS4" + credentials_.secret;
    const Sha256 day = hmac_sha256(bytes_of(secret), date);
    const Sha256 place = hmac_sha256(day, region_);
    const Sha256 service = hmac_sha256(place, "s3");
    key_ = hmac_sha256(service, "aws4_request");
    key_date_ = date;
  }
  return hex_of(hmac_sha256(key_, string_to_sign));
}

void append_presigned_get(std::string& out, Signer& signer, const PresignRequest& request) {
  const SigningScope scope{basic_time(request.unix_s), signer.region()};
  // Written in canonical order, so that the query of the URL is the canonical one.
  std::string query = "X-Amz-Algorithm=" + std::string{algorithm} + "&X-Amz-Credential=";
  append_encoded(query, signer.credentials().access_key, Slash::encode);
  query.append("%2F");
  append_encoded(query, scope.text(), Slash::encode);
  query.append("&X-Amz-Date=").append(scope.amz_date);
  query.append("&X-Amz-Expires=").append(std::to_string(request.expires_s));
  if (!request.session_token.empty()) {
    query.append("&X-Amz-Security-Token=");
    append_encoded(query, request.session_token, Slash::encode);
  }
  query.append("&X-Amz-SignedHeaders=host");
  const std::string canonical = canonical_request("GET", request.path, query, request.host);
  out.append(request.scheme).append("://").append(request.host);
  append_encoded(out, request.path, Slash::keep);
  out.append("?").append(query).append("&X-Amz-Signature=");
  out.append(signer.sign(scope.amz_date, string_to_sign(scope, canonical)));
}

}  // namespace cartstorm::broker::http
