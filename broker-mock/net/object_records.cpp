#include "broker-mock/net/object_records.hpp"

#include "broker-mock/s3/record.hpp"

namespace cartstorm::broker::net {
namespace {

std::string_view bytes_of(const s3::Content& content) {
  const auto bytes = content.bytes();
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

const char* ObjectRecords::schema() {
  return "CREATE TABLE IF NOT EXISTS buckets(name BLOB PRIMARY KEY, created_ms INTEGER NOT NULL) "
         "WITHOUT ROWID;"
         "CREATE TABLE IF NOT EXISTS objects(bucket BLOB NOT NULL, key BLOB NOT NULL, "
         "facts BLOB NOT NULL, content BLOB NOT NULL, PRIMARY KEY(bucket, key));"
         "CREATE TABLE IF NOT EXISTS uploads(id BLOB PRIMARY KEY, bucket BLOB NOT NULL, "
         "facts BLOB NOT NULL) WITHOUT ROWID;"
         "CREATE TABLE IF NOT EXISTS parts(upload BLOB NOT NULL, number INTEGER NOT NULL, "
         "facts BLOB NOT NULL, content BLOB NOT NULL, PRIMARY KEY(upload, number))";
}

ObjectRecords::ObjectRecords(Database& database)
    : database_{database},
      put_bucket_{database, "INSERT OR REPLACE INTO buckets(name, created_ms) VALUES(?, ?)"},
      erase_bucket_{database, "DELETE FROM buckets WHERE name = ?"},
      erase_bucket_objects_{database, "DELETE FROM objects WHERE bucket = ?"},
      erase_bucket_uploads_{database, "DELETE FROM uploads WHERE bucket = ?"},
      put_object_{database,
                  "INSERT OR REPLACE INTO objects(bucket, key, facts, content) VALUES(?, ?, ?, ?)"},
      erase_object_{database, "DELETE FROM objects WHERE bucket = ? AND key = ?"},
      put_upload_{database, "INSERT OR REPLACE INTO uploads(id, bucket, facts) VALUES(?, ?, ?)"},
      put_part_{database,
                "INSERT OR REPLACE INTO parts(upload, number, facts, content) VALUES(?, ?, ?, ?)"},
      erase_upload_{database, "DELETE FROM uploads WHERE id = ?"},
      erase_parts_{database, "DELETE FROM parts WHERE upload = ?"} {}

bool ObjectRecords::commit(std::span<const s3::Change> changes) {
  for (const s3::Change& change : changes) {
    std::visit([this](const auto& one) { keep(one); }, change);
  }
  return database_.problem().empty();
}

void ObjectRecords::keep(const s3::BucketPut& change) {
  put_bucket_.bind(change.bucket).bind(change.created.unix_ms).run();
}

void ObjectRecords::keep(const s3::BucketGone& change) {
  erase_bucket_objects_.bind(change.bucket).run();
  erase_bucket_uploads_.bind(change.bucket).run();
  erase_bucket_.bind(change.bucket).run();
}

void ObjectRecords::keep(const s3::ObjectPut& change) {
  const std::string facts = s3::to_record(change.object);
  put_object_.bind(change.bucket)
      .bind(change.key)
      .bind(facts)
      .bind(bytes_of(change.object.content))
      .run();
  if (watch_) watch_(change.bucket, change.key, &change.object);
}

void ObjectRecords::keep(const s3::ObjectGone& change) {
  erase_object_.bind(change.bucket).bind(change.key).run();
  if (watch_) watch_(change.bucket, change.key, nullptr);
}

void ObjectRecords::keep(const s3::UploadPut& change) {
  const std::string facts = s3::to_record(change.upload);
  put_upload_.bind(change.upload.id).bind(change.upload.bucket).bind(facts).run();
}

void ObjectRecords::keep(const s3::PartPut& change) {
  const std::string facts = s3::to_record(change.part);
  put_part_.bind(change.upload_id)
      .bind(std::int64_t{change.number})
      .bind(facts)
      .bind(bytes_of(change.part.content))
      .run();
}

void ObjectRecords::keep(const s3::UploadGone& change) {
  erase_parts_.bind(change.upload_id).run();
  erase_upload_.bind(change.upload_id).run();
}

bool ObjectRecords::is_whole(bool is_read) {
  if (!is_read) ++damaged_;
  return is_read;
}

void ObjectRecords::load(const std::function<void(const s3::Change&)>& tell) {
  Database::Statement buckets{database_, "SELECT name, created_ms FROM buckets"};
  while (buckets.step()) {
    tell(s3::BucketPut{std::string{buckets.blob(0)}, ServerTime{buckets.number(1)}});
  }
  const auto content_of = [](std::string_view bytes) {
    return s3::Content::of(std::string{bytes});
  };
  Database::Statement objects{database_, "SELECT bucket, key, facts, content FROM objects"};
  while (objects.step()) {
    auto object = s3::parse_object(objects.blob(2), content_of(objects.blob(3)));
    if (!is_whole(object.has_value())) continue;
    tell(s3::ObjectPut{std::string{objects.blob(0)}, std::string{objects.blob(1)},
                       *std::move(object)});
  }
  Database::Statement uploads{database_, "SELECT facts FROM uploads"};
  while (uploads.step()) {
    auto upload = s3::parse_upload(uploads.blob(0));
    if (is_whole(upload.has_value())) tell(s3::UploadPut{*std::move(upload)});
  }
  Database::Statement parts{database_, "SELECT upload, number, facts, content FROM parts"};
  while (parts.step()) {
    auto part = s3::parse_part(parts.blob(2), content_of(parts.blob(3)));
    if (!is_whole(part.has_value())) continue;
    tell(s3::PartPut{std::string{parts.blob(0)}, static_cast<std::uint32_t>(parts.number(1)),
                     *std::move(part)});
  }
}

}  // namespace cartstorm::broker::net
