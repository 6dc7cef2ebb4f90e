#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "broker-mock/cloud/facts.hpp"
#include "broker-mock/http/message.hpp"
#include "broker-mock/s3/checksum.hpp"

namespace cartstorm::broker::s3 {

/// The bytes of an object: shared with whoever is still sending them, or lent by somebody who
/// outlives the store, as the simulator's images are.
class Content {
 public:
  Content() = default;
  explicit Content(std::shared_ptr<const std::string> shared) : shared_{std::move(shared)} {
    if (shared_) bytes_ = std::as_bytes(std::span{shared_->data(), shared_->size()});
  }
  static Content of(std::string text) {
    return Content{std::make_shared<const std::string>(std::move(text))};
  }
  static Content lent(std::span<const std::byte> bytes) {
    Content content;
    content.bytes_ = bytes;
    return content;
  }

  std::span<const std::byte> bytes() const { return bytes_; }
  std::uint64_t size() const { return bytes_.size(); }
  /// Null if it is lent (or empty).
  const std::shared_ptr<const std::string>& shared() const { return shared_; }

 private:
  std::shared_ptr<const std::string> shared_;
  std::span<const std::byte> bytes_;
};

inline constexpr std::string_view default_content_type = "binary/octet-stream";

/// An object as it is stored and answered.
struct Object {
  Content content;
  std::string etag;  ///< with its quotes
  ServerTime modified;
  std::string content_type{default_content_type};
  http::Fields headers;  ///< Cache-Control and its like, x-amz-meta-*: answered as they came
  std::optional<Checksum> checksum;      ///< as the client gave it, and we verified it
  std::vector<std::uint64_t> part_ends;  ///< of a multipart upload: offsets behind each part
  mutable std::string sha256_hex;        ///< computed when somebody asks
};

/// One part of an open upload.
struct Part {
  Content content;
  std::string md5;  ///< 16 raw bytes
  ServerTime modified;
  std::optional<Checksum> checksum;
};

/// An open multipart upload, apart from its parts: what the object will be like.
struct Upload {
  std::string id, bucket, key;
  ServerTime started;
  std::string content_type{default_content_type};
  http::Fields headers;
  std::optional<Algorithm> algorithm;
  bool is_composite = true;  ///< how the object's checksum is made from the parts'
};

/// ETag of an object put in one piece.
std::string etag_of(std::span<const std::byte> content);

}  // namespace cartstorm::broker::s3
