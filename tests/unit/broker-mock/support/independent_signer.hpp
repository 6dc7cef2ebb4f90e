#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "broker-mock/http/message.hpp"

namespace cartstorm::broker::test {

/// Signature version 4 written from the specification a second time, over OpenSSL alone: it shares
/// no line with the code that it tests. Dates are texts that the caller writes.
struct IndependentSigner {
  std::string access_key = "AKIDCARTSTORM0000001";
  std::string secret = "cartstorm/secret+key";
  std::string token = {};
  std::string amz_date = "20240310T120000Z";
  std::string region = "us-east-1";
  std::string service = "s3";

  /// Adds x-amz-date, x-amz-content-sha256 (`payload`, or the digest of the body; for S3, or if
  /// given), the token and Authorization. All headers that are there are signed, but for Range.
  http::Request sign(http::Request request, std::string_view payload = {}) const;
  /// Adds the X-Amz parameters to the query; only Host is signed.
  http::Request presign(http::Request request, std::uint32_t expires_s) const;
  /// A body in aws-chunked framing whose chunks are signed, after the request with that signature.
  /// `trailer` is `name:value`, or empty.
  std::string signed_chunks(const std::vector<std::string>& chunks, std::string signature,
                            std::string_view trailer = {}) const;

 private:
  std::string scope() const;
  std::string signature_of(std::string_view string_to_sign) const;
  std::string canonical(const http::Request& request, std::string_view query,
                        const std::vector<std::string>& names, std::string_view payload) const;
};

std::string sha256_text(std::string_view text);
/// The last 64 characters of Authorization.
std::string signature_in(const http::Request& request);
/// The same framing without signatures.
std::string unsigned_chunks(const std::vector<std::string>& chunks, std::string_view trailer);

}  // namespace cartstorm::broker::test
