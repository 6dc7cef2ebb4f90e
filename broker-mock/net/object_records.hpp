#pragma once
#include <functional>

#include "broker-mock/net/database.hpp"
#include "broker-mock/s3/object_store.hpp"

namespace cartstorm::broker::net {

/// Buckets, objects and open uploads in SQLite; durable with the commit of the round.
class ObjectRecords final : public s3::ObjectStore {
 public:
  /// Told of every object that comes or goes; null content: it is gone.
  using Watch =
      std::function<void(std::string_view bucket, std::string_view key, const s3::Object* object)>;

  static const char* schema();
  explicit ObjectRecords(Database& database);

  void on_change(Watch watch) { watch_ = std::move(watch); }
  [[nodiscard]] bool commit(std::span<const s3::Change> changes) override;
  void load(const std::function<void(const s3::Change&)>& tell) override;
  /// Records that load() could not read and left out.
  std::uint64_t damaged() const { return damaged_; }

 private:
  void keep(const s3::BucketPut& change);
  void keep(const s3::BucketGone& change);
  void keep(const s3::ObjectPut& change);
  void keep(const s3::ObjectGone& change);
  void keep(const s3::UploadPut& change);
  void keep(const s3::PartPut& change);
  void keep(const s3::UploadGone& change);

  bool is_whole(bool is_read);

  Database& database_;
  std::uint64_t damaged_ = 0;
  Watch watch_;
  Database::Statement put_bucket_, erase_bucket_, erase_bucket_objects_, erase_bucket_uploads_;
  Database::Statement put_object_, erase_object_;
  Database::Statement put_upload_, put_part_, erase_upload_, erase_parts_;
};

}  // namespace cartstorm::broker::net
