#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "broker-mock/http/crypto.hpp"
#include "broker-mock/http/uri.hpp"

namespace cartstorm::broker::http {

struct Credentials {
  std::string access_key, secret;
};

/// What a signature covers besides the request itself.
struct SigningScope {
  std::string amz_date;  ///< YYYYMMDDTHHMMSSZ
  std::string region;
  /// `<date>/<region>/s3/aws4_request`
  std::string text() const;
};

/// Reference section 3.3, steps 1 and 2: decoded pairs without X-Amz-Signature, encoded again,
/// sorted by encoded name, then value.
std::string canonical_query(const QueryPairs& pairs);

/// Step 4, with `host` as the only signed header. `path` is decoded.
std::string canonical_request(std::string_view method, std::string_view path,
                              std::string_view canonical_query, std::string_view host);
/// The same for other signed headers; `headers` holds their canonical lines.
std::string canonical_request(std::string_view method, std::string_view path,
                              std::string_view canonical_query, std::string_view headers,
                              std::string_view signed_headers);

/// Step 5.
std::string string_to_sign(const SigningScope& scope, std::string_view canonical_request);

/// Step 6. The derived key depends on secret, day and region only, so it is kept for the day.
class Signer {
 public:
  Signer(Credentials credentials, std::string region);
  const Credentials& credentials() const { return credentials_; }
  const std::string& region() const { return region_; }
  /// Lower-case hex.
  std::string sign(std::string_view amz_date, std::string_view string_to_sign);

 private:
  Credentials credentials_;
  std::string region_;
  std::string key_date_;
  Sha256 key_{};
};

/// What to presign: a GET of `path` (decoded, with its leading slash) at `host`.
struct PresignRequest {
  std::string_view host, path;
  std::int64_t unix_s = 0;
  std::uint32_t expires_s = 3600;
  std::string_view session_token;  ///< empty: none
  std::string_view scheme = "https";
};
/// Appends `<scheme>://<host><path>?...` with its signature.
void append_presigned_get(std::string& out, Signer& signer, const PresignRequest& request);

}  // namespace cartstorm::broker::http
