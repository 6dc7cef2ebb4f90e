#include "broker-mock/s3/inventory.hpp"

#include "broker-mock/http/crypto.hpp"

namespace cartstorm::broker::s3 {

std::string etag_of(std::span<const std::byte> content) {
  return "\"" + http::md5_hex(content) + "\"";
}

void Inventory::apply(const Change& change) {
  std::visit([this](const auto& one) { on(one); }, change);
}

void Inventory::each(const std::function<void(const Change&)>& tell) const {
  for (const auto& [name, bucket] : buckets_) {
    tell(BucketPut{name, bucket.created});
    for (const auto& [key, object] : bucket.objects) tell(ObjectPut{name, key, object});
  }
  for (const auto& [id, open] : uploads_) {
    tell(UploadPut{open.upload});
    for (const auto& [number, part] : open.parts) tell(PartPut{id, number, part});
  }
}

const Bucket* Inventory::bucket(std::string_view name) const {
  const auto found = buckets_.find(name);
  return found == buckets_.end() ? nullptr : &found->second;
}

const Object* Inventory::object(std::string_view bucket_name, std::string_view key) const {
  const Bucket* const in = bucket(bucket_name);
  if (in == nullptr) return nullptr;
  const auto found = in->objects.find(key);
  return found == in->objects.end() ? nullptr : &found->second;
}

const OpenUpload* Inventory::upload(std::string_view id) const {
  const auto found = uploads_.find(id);
  return found == uploads_.end() ? nullptr : &found->second;
}

void Inventory::on(const BucketPut& change) { buckets_[change.bucket].created = change.created; }

void Inventory::on(const BucketGone& change) {
  const auto found = buckets_.find(change.bucket);
  if (found == buckets_.end()) return;
  for (const auto& [key, object] : found->second.objects) forget(object);
  buckets_.erase(found);
  for (auto at = uploads_.begin(); at != uploads_.end();) {
    const auto next = std::next(at);
    if (at->second.upload.bucket == change.bucket) on(UploadGone{at->first});
    at = next;
  }
}

void Inventory::on(const ObjectPut& change) {
  Bucket& bucket =
      buckets_.try_emplace(change.bucket, Bucket{change.object.modified, {}}).first->second;
  const auto [place, is_new] = bucket.objects.try_emplace(change.key);
  if (!is_new) forget(place->second);
  place->second = change.object;
  stored_bytes_ += change.object.content.size();
  ++object_count_;
}

void Inventory::on(const ObjectGone& change) {
  const auto found = buckets_.find(change.bucket);
  if (found == buckets_.end()) return;
  const auto object = found->second.objects.find(change.key);
  if (object == found->second.objects.end()) return;
  forget(object->second);
  found->second.objects.erase(object);
}

void Inventory::on(const UploadPut& change) {
  uploads_.try_emplace(change.upload.id).first->second.upload = change.upload;
}

void Inventory::on(const PartPut& change) {
  const auto found = uploads_.find(change.upload_id);
  if (found == uploads_.end()) return;
  Part& part = found->second.parts[change.number];
  stored_bytes_ += change.part.content.size();
  stored_bytes_ -= part.content.size();
  part = change.part;
}

void Inventory::on(const UploadGone& change) {
  const auto found = uploads_.find(change.upload_id);
  if (found == uploads_.end()) return;
  for (const auto& [number, part] : found->second.parts) stored_bytes_ -= part.content.size();
  uploads_.erase(found);
}

void Inventory::forget(const Object& object) {
  stored_bytes_ -= object.content.size();
  --object_count_;
}

}  // namespace cartstorm::broker::s3
