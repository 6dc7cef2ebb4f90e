#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker-mock/http/sigv4.hpp"

namespace cartstorm::broker::http {

/// One access key. Temporary ones have a session token and an end.
struct AccessKey {
  std::string secret;
  /// Empty: any token is taken, and none. A role mints new tokens all the time.
  std::string session_token = {};
  std::int64_t ends_s = INT64_MAX;  ///< server time in seconds
};

/// The access keys that may sign, and their signing keys of the last few scopes: deriving one takes
/// four HMACs.
class KeyRing {
 public:
  /// Adds or replaces.
  void add(std::string_view access_key, AccessKey key);
  void remove(std::string_view access_key);
  /// Null if there is none of that name.
  const AccessKey* find(std::string_view access_key) const;
  /// The signing key of one of ours; `access_key` must be known.
  Sha256 signing_key(std::string_view access_key, const SigningScope& scope);

 private:
  struct Derived {
    std::string scope;
    Sha256 key;
  };
  struct Entry {
    AccessKey key;
    std::vector<Derived> derived;  ///< at most `max_derived`, oldest replaced first
    std::size_t next = 0;
  };
  std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace cartstorm::broker::http
