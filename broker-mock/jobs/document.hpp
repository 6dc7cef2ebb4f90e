#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker-mock/cloud/facts.hpp"

namespace cartstorm::broker::jobs {

/// Where an object lies.
struct ObjectPlace {
  std::string bucket, key;
};

/// Makes a presigned URL. Implemented above this folder: the jobs engine knows no S3.
class UrlMinter {
 public:
  virtual ~UrlMinter() = default;
  /// Appends a URL that is valid for `expires_s` from `now`; a new one each time. It holds no
  /// character that JSON would escape.
  virtual void append_url(std::string& out, const ObjectPlace& place, std::uint32_t expires_s,
                          ServerTime now) = 0;
};

/// A job document cut at its placeholders once, so that a delivery only appends.
class DocumentTemplate {
 public:
  /// Empty on success, else what is wrong: not a JSON object, too long, a placeholder without an S3
  /// address, or more than 10 of them.
  std::string parse(std::string_view document);

  /// The document as delivered now: every placeholder replaced by a fresh URL.
  void append(std::string& out, UrlMinter& minter, std::uint32_t expires_s, ServerTime now) const;

 private:
  struct Piece {
    std::string text;
    std::optional<ObjectPlace> url;  ///< follows the text
  };
  std::vector<Piece> pieces_;
};

/// Bucket and key of `https://s3.<region>.amazonaws.com/<bucket>/<key>` or of
/// `https://<bucket>.s3.<region>.amazonaws.com/<key>`; empty for anything else.
std::optional<ObjectPlace> parse_s3_address(std::string_view url);

}  // namespace cartstorm::broker::jobs
