#pragma once
#include <cstdint>
#include <string>

namespace cartstorm::broker {

/// A CA that the cloud can distribute. Nothing here looks into the certificate: carts do.
struct AnchorCertificate {
  std::uint64_t id = 0;
  std::string certificate_base64;
};

}  // namespace cartstorm::broker
