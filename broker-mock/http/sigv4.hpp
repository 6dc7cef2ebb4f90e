#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "broker-mock/http/crypto.hpp"
#include "broker-mock/http/uri.hpp"

namespace cartstorm::broker::http {

inline constexpr std::string_view sigv4_algorithm = "AWS4-HMAC-SHA256";
inline constexpr std::string_view unsigned_payload = "UNSIGNED-PAYLOAD";

struct Credentials {
  std::string access_key, secret;
};

/// What a signature covers besides the request itself.
struct SigningScope {
  std::string amz_date;  ///< YYYYMMDDTHHMMSSZ
  std::string region;
  std::string service = "s3";
  /// `<date>/<region>/<service>/aws4_request`
  std::string text() const;
};

/// Reference section 3.3, steps 1 and 2: decoded pairs without X-Amz-Signature, encoded again,
/// sorted by encoded name, then value.
std::string canonical_query(const QueryPairs& pairs);

/// Step 2. S3 decodes the path once and encodes it again; all other services take away dot segments
/// and empty ones and encode each segment as sent once more (`%24next` becomes `%2524next`).
/// Empty on a broken escape, which only S3 sees.
std::optional<std::string> canonical_path(std::string_view service, std::string_view path_as_sent);

/// Step 4 for any service; all parts in their canonical form. `headers` holds one line per header,
/// each with its line feed.
struct CanonicalParts {
  std::string_view method, path, query, headers, signed_headers, payload;
};
std::string canonical_request(const CanonicalParts& parts);
/// Step 4 for presigned S3, with `host` as the only signed header. `path` is decoded.
std::string canonical_request(std::string_view method, std::string_view path,
                              std::string_view canonical_query, std::string_view host);

/// Step 5.
std::string string_to_sign(const SigningScope& scope, std::string_view canonical_request);

/// Step 6: the key of one day, region and service.
Sha256 signing_key(std::string_view secret, const SigningScope& scope);

/// Signs for S3. The derived key depends on secret, day and region only, so it is kept for the day.
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
