#pragma once
#include <cstdint>
#include <string>

namespace cartstorm::broker {

/// A CA that the cloud can distribute. Nothing here looks into the certificate: carts do, and
/// whoever adds it says its dates.
struct AnchorCertificate {
  std::uint64_t id = 0;
  std::string certificate_base64;
  std::int64_t not_before_s = 0;  ///< seconds since 1970
  std::int64_t not_after_s = 0;   ///< first second at which it vouches for nothing new
  bool has_dates() const { return not_after_s != 0; }
};

}  // namespace cartstorm::broker
