#pragma once
#include <cstdint>
#include <string>

#include "broker-mock/cloud/facts.hpp"
#include "broker-mock/http/sigv4.hpp"

namespace cartstorm::broker::s3 {

/// Credentials of the assumed role that signs job documents; a function of the seed.
http::Credentials role_credentials(std::uint64_t seed);

/// Mints presigned GET URLs as AWS does for job documents: signed by temporary credentials, so with
/// a security token of about 1 KB that exercises the buffers of devices.
class Minter {
 public:
  Minter(http::Signer& signer, std::uint64_t seed)
      : signer_{signer}, seed_{seed}, host_{"s3." + signer.region() + ".amazonaws.com"} {}

  /// From now on URLs lead there instead of to the region's endpoint. `host` with its port, exactly
  /// as the Host header of those who follow them: it is what is signed.
  void set_endpoint(std::string scheme, std::string host) {
    scheme_ = std::move(scheme);
    host_ = std::move(host);
  }

  /// Appends a path-style URL. No two are equal.
  void append_url(std::string& out, std::string_view bucket, std::string_view key,
                  std::uint32_t expires_s, ServerTime now);

 private:
  http::Signer& signer_;
  std::uint64_t seed_;
  std::string scheme_ = "https", host_;
  std::uint64_t minted_ = 0;
};

}  // namespace cartstorm::broker::s3
