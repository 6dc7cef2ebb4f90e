#include "broker-mock/net/object_records.hpp"

#include "broker-mock/net/http_fields.hpp"
#include "broker-mock/rollout/archive.hpp"

/// What of objects, parts and uploads is kept beside their bytes.
namespace cartstorm::broker::s3 {

template <class Archive>
void fields(Archive& archive, Checksum& checksum) {
  auto& [algorithm, value, is_composite] = checksum;
  archive(algorithm, value, is_composite);
}

template <class Archive>
void fields(Archive& archive, Object& object) {
  auto& [content, etag, modified, content_type, headers, checksum, part_ends, sha256_hex] = object;
  archive(etag, modified, content_type, headers, checksum, part_ends);
}

template <class Archive>
void fields(Archive& archive, Part& part) {
  auto& [content, md5, modified, checksum] = part;
  archive(md5, modified, checksum);
}

template <class Archive>
void fields(Archive& archive, Upload& upload) {
  auto& [id, bucket, key, started, content_type, headers, algorithm, is_composite] = upload;
  archive(id, bucket, key, started, content_type, headers, algorithm, is_composite);
}

}  // namespace cartstorm::broker::s3

namespace cartstorm::broker::net {
namespace {

std::string_view bytes_of(const s3::Content& content) {
  const auto bytes = content.bytes();
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

template <class Value>
std::string record(Value value) {
  return rollout::record_of(value);
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
  const std::string facts = record(change.object);
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
  const std::string facts = record(change.upload);
  put_upload_.bind(change.upload.id).bind(change.upload.bucket).bind(facts).run();
}

void ObjectRecords::keep(const s3::PartPut& change) {
  const std::string facts = record(change.part);
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

template <class Value>
bool ObjectRecords::is_read(std::string_view facts, Value& value) {
  const bool is_whole = rollout::read_record(facts, value);
  if (!is_whole) ++damaged_;
  return is_whole;
}

void ObjectRecords::load(const std::function<void(const s3::Change&)>& tell) {
  Database::Statement buckets{database_, "SELECT name, created_ms FROM buckets"};
  while (buckets.step()) {
    tell(s3::BucketPut{std::string{buckets.blob(0)}, ServerTime{buckets.number(1)}});
  }
  Database::Statement objects{database_, "SELECT bucket, key, facts, content FROM objects"};
  while (objects.step()) {
    s3::Change change{std::in_place_type<s3::ObjectPut>};
    auto& put = std::get<s3::ObjectPut>(change);
    put.bucket = objects.blob(0);
    put.key = objects.blob(1);
    if (!is_read(objects.blob(2), put.object)) continue;
    put.object.content = s3::Content::of(std::string{objects.blob(3)});
    tell(change);
  }
  Database::Statement uploads{database_, "SELECT facts FROM uploads"};
  while (uploads.step()) {
    s3::Change change{std::in_place_type<s3::UploadPut>};
    if (is_read(uploads.blob(0), std::get<s3::UploadPut>(change).upload)) tell(change);
  }
  Database::Statement parts{database_, "SELECT upload, number, facts, content FROM parts"};
  while (parts.step()) {
    s3::Change change{std::in_place_type<s3::PartPut>};
    auto& put = std::get<s3::PartPut>(change);
    put.upload_id = parts.blob(0);
    put.number = static_cast<std::uint32_t>(parts.number(1));
    if (!is_read(parts.blob(2), put.part)) continue;
    put.part.content = s3::Content::of(std::string{parts.blob(3)});
    tell(change);
  }
}

}  // namespace cartstorm::broker::net
