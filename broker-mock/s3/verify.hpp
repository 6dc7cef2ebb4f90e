#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "broker-mock/cloud/facts.hpp"
#include "broker-mock/http/authenticate.hpp"
#include "broker-mock/s3/error.hpp"

namespace cartstorm::broker::s3 {

/// What a presigned URL says, once it is good.
struct PresignedClaim {
  std::string bucket, key;
  http::Validity validity;  ///< judged again at every request
};

/// Judges presigned URLs without a body (reference section 3.3). The signature of a text is
/// computed once; its time is judged at every request, by the server's clock.
class Verifier {
 public:
  explicit Verifier(const http::Signer& signer);

  /// The error, or empty; then `claim` points to what was signed, until the next call.
  std::optional<Error> verify(std::string_view method, std::string_view url, ServerTime now,
                              const PresignedClaim*& claim);

 private:
  std::optional<Error> verify_signature(std::string_view method, std::string_view url,
                                        ServerTime now, PresignedClaim& claim);
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  http::Authenticator authenticator_;
  /// Looked up, never walked: its order decides nothing.
  std::unordered_map<std::string, PresignedClaim, TextHash, std::equal_to<>> verified_;
};

}  // namespace cartstorm::broker::s3
