#include "broker-mock/http/sigv4.hpp"

#include <algorithm>

#include "broker-mock/base/time_text.hpp"
#include "broker-mock/http/message.hpp"

namespace cartstorm::broker::http {

std::string SigningScope::text() const {
  return amz_date.substr(0, 8) + "/" + region + "/" + service + "/aws4_request";
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

std::optional<std::string> canonical_path(std::string_view service, std::string_view path) {
  if (service == "s3") {
    auto plain = decoded(path);
    if (plain) *plain = encoded(*plain, Slash::keep);
    return plain;
  }
  std::vector<std::string_view> kept;
  const std::vector<std::string_view> segments = segments_of(path);
  for (const std::string_view segment : segments) {
    if (segment.empty() || segment == ".") continue;
    if (segment != "..") {
      kept.push_back(segment);
    } else if (!kept.empty()) {
      kept.pop_back();
    }
  }
  std::string text;
  for (const std::string_view segment : kept) {
    text.push_back('/');
    append_encoded(text, segment, Slash::encode);
  }
  const bool ends_open =
      segments.back().empty() || segments.back() == "." || segments.back() == "..";
  if (text.empty() || ends_open) text.push_back('/');
  return text;
}

std::string canonical_request(const CanonicalParts& parts) {
  std::string text{parts.method};
  text.reserve(parts.method.size() + parts.path.size() + parts.query.size() + parts.headers.size() +
               parts.signed_headers.size() + parts.payload.size() + 5);
  for (const std::string_view part :
       {parts.path, parts.query, parts.headers, parts.signed_headers, parts.payload}) {
    text.append("\n").append(part);
  }
  return text;
}

std::string canonical_request(std::string_view method, std::string_view path,
                              std::string_view canonical_query, std::string_view host) {
  const std::string line = "host:" + std::string{host} + "\n";
  return canonical_request(
      {method, encoded(path, Slash::keep), canonical_query, line, "host", unsigned_payload});
}

std::string string_to_sign(const SigningScope& scope, std::string_view canonical_request) {
  std::string text{sigv4_algorithm};
  text.append("\n").append(scope.amz_date).append("\n").append(scope.text()).append("\n");
  return text + hex_of(sha256(canonical_request));
}

Sha256 signing_key(std::string_view secret, const SigningScope& scope) {
  const std::string start = "AWS4" + std::string{secret};
  const Sha256 day = hmac_sha256(bytes_of(start), std::string_view{scope.amz_date}.substr(0, 8));
  const Sha256 place = hmac_sha256(day, scope.region);
  return hmac_sha256(hmac_sha256(place, scope.service), "aws4_request");
}

Signer::Signer(Credentials credentials, std::string region)
    : credentials_{std::move(credentials)}, region_{std::move(region)} {}

std::string Signer::sign(std::string_view amz_date, std::string_view string_to_sign) {
  const std::string_view date = amz_date.substr(0, 8);
  if (key_date_ != date) {
    key_ = signing_key(credentials_.secret, {std::string{amz_date}, region_});
    key_date_ = date;
  }
  return hex_of(hmac_sha256(key_, string_to_sign));
}

void append_presigned_get(std::string& out, Signer& signer, const PresignRequest& request) {
  const SigningScope scope{basic_time(request.unix_s), signer.region()};
  // Written in canonical order, so that the query of the URL is the canonical one.
  std::string query = "X-Amz-Algorithm=" + std::string{sigv4_algorithm} + "&X-Amz-Credential=";
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
