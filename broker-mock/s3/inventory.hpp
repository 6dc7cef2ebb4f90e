#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <variant>

#include "broker-mock/s3/object.hpp"

namespace cartstorm::broker::s3 {

// Everything that can happen to an inventory. The same records go to the durable store.
struct BucketPut {
  std::string bucket;
  ServerTime created;
};
struct BucketGone {
  std::string bucket;
};
struct ObjectPut {
  std::string bucket, key;
  Object object;
};
struct ObjectGone {
  std::string bucket, key;
};
struct UploadPut {
  Upload upload;
};
struct PartPut {
  std::string upload_id;
  std::uint32_t number = 0;
  Part part;
};
/// With all its parts: completed or aborted.
struct UploadGone {
  std::string upload_id;
};
using Change =
    std::variant<BucketPut, BucketGone, ObjectPut, ObjectGone, UploadPut, PartPut, UploadGone>;

struct Bucket {
  ServerTime created;
  std::map<std::string, Object, std::less<>> objects;
};
struct OpenUpload {
  Upload upload;
  std::map<std::uint32_t, Part> parts;
};

/// All buckets, objects and open uploads: what the simulator's Store and the REST Service both
/// serve. Keys are ordered by their UTF-8 bytes, as S3 lists them.
class Inventory {
 public:
  using Buckets = std::map<std::string, Bucket, std::less<>>;
  using Uploads = std::map<std::string, OpenUpload, std::less<>>;

  /// Changes of what is not there, and parts of no upload, do nothing. Removing a bucket removes
  /// its objects and uploads. An object puts its bucket, if there is none.
  void apply(const Change& change);
  /// The changes that make an equal inventory from an empty one.
  void each(const std::function<void(const Change&)>& tell) const;

  const Bucket* bucket(std::string_view name) const;
  const Object* object(std::string_view bucket, std::string_view key) const;
  const OpenUpload* upload(std::string_view id) const;
  const Buckets& buckets() const { return buckets_; }
  const Uploads& uploads() const { return uploads_; }
  /// Bytes of all objects and parts.
  std::uint64_t stored_bytes() const { return stored_bytes_; }
  std::uint64_t object_count() const { return object_count_; }

 private:
  void on(const BucketPut& change);
  void on(const BucketGone& change);
  void on(const ObjectPut& change);
  void on(const ObjectGone& change);
  void on(const UploadPut& change);
  void on(const PartPut& change);
  void on(const UploadGone& change);
  void forget(const Object& object);

  Buckets buckets_;
  Uploads uploads_;
  std::uint64_t stored_bytes_ = 0, object_count_ = 0;
};

}  // namespace cartstorm::broker::s3
