#pragma once
#include <cstdint>
#include <string>
#include <utility>

#include "broker-mock/cloud/facts.hpp"
#include "broker-mock/http/sigv4.hpp"

namespace cartstorm::broker::s3 {

/// Credentials of the assumed role that signs job documents; a function of the seed.
http::Credentials role_credentials(std::uint64_t seed);

/// Mints presigned GET URLs as AWS does for job documents: signed by temporary credentials, so with
/// a security token of about 1 KB that exercises the buffers of devices.
class Minter {
 public:
  /// `endpoint` such as `http://127.0.0.1:9000`; empty: the region's own, over https.
  Minter(http::Signer& signer, std::uint64_t seed, std::string endpoint = {})
      : signer_{signer}, seed_{seed}, endpoint_{std::move(endpoint)} {}

  /// Appends a path-style URL of the endpoint. No two are equal.
  void append_url(std::string& out, std::string_view bucket, std::string_view key,
                  std::uint32_t expires_s, ServerTime now);

 private:
  http::Signer& signer_;
  std::uint64_t seed_;
  std::string endpoint_;
  std::uint64_t minted_ = 0;
};

}  // namespace cartstorm::broker::s3
