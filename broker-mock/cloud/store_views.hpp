#pragma once
#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "broker-mock/iot/control_plane.hpp"
#include "broker-mock/jobs/document.hpp"
#include "broker-mock/rollout/controller.hpp"
#include "broker-mock/s3/minter.hpp"
#include "broker-mock/s3/store.hpp"

/// The object store as each of its neighbours may see it: none of them knows S3.
namespace cartstorm::broker {

/// Gives job documents their URLs: jobs/ knows that there are any, s3/ how they are signed.
class DocumentUrls : public jobs::UrlMinter {
 public:
  explicit DocumentUrls(s3::Minter& minter) : minter_{minter} {}
  void append_url(std::string& out, const jobs::ObjectPlace& place, std::uint32_t expires_s,
                  ServerTime now) override {
    minter_.append_url(out, place.bucket, place.key, expires_s, now);
  }

 private:
  s3::Minter& minter_;
};

/// What rollouts may know of the object store.
class StoredArtifacts : public rollout::Artifacts {
 public:
  explicit StoredArtifacts(const s3::Store& store) : store_{store} {}
  std::optional<rollout::StoredObject> find(std::string_view bucket,
                                            std::string_view key) const override {
    const auto known = declared_.find({std::string{bucket}, std::string{key}});
    if (known != declared_.end()) return known->second;
    auto about = store_.about(bucket, key);
    if (!about) return std::nullopt;
    return rollout::StoredObject{about->size, std::move(about->sha256_hex), std::move(about->etag)};
  }

  using Place = std::pair<std::string, std::string>;  ///< bucket, key
  void declare(Place place, rollout::StoredObject object) {
    declared_.insert_or_assign(std::move(place), std::move(object));
  }
  void forget(const Place& place) { declared_.erase(place); }

 private:
  const s3::Store& store_;
  std::map<Place, rollout::StoredObject> declared_;  ///< of a store that is not ours
};

/// Reads `documentSource`.
class StoredDocuments : public iot::ObjectReader {
 public:
  explicit StoredDocuments(const s3::Store& store) : store_{store} {}
  std::optional<std::string> read(const jobs::ObjectPlace& place,
                                  std::size_t max_bytes) const override {
    const auto content = store_.content(place.bucket, place.key);
    if (!content) return std::nullopt;
    const auto part = content->first(std::min(content->size(), max_bytes));
    return std::string{reinterpret_cast<const char*>(part.data()), part.size()};
  }

 private:
  const s3::Store& store_;
};

}  // namespace cartstorm::broker
