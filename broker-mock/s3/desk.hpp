#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "broker-mock/http/authenticate.hpp"
#include "broker-mock/s3/error.hpp"
#include "broker-mock/s3/inventory.hpp"
#include "broker-mock/s3/object_store.hpp"
#include "broker-mock/s3/place.hpp"

namespace cartstorm::broker::s3 {

inline constexpr std::size_t max_key_bytes = 1024;

/// What keeps a client from filling the endpoint's memory. Those of S3 unless noted.
struct Limits {
  std::uint64_t object_bytes = 1ULL << 30;  ///< S3: 5 GiB per PUT or part, 5 TiB per object
  std::uint64_t stored_bytes = 4ULL << 30;  ///< S3: none. Beyond: 503 ServiceUnavailable
  std::uint64_t objects = 1'000'000;        ///< S3: none. Beyond: 503 ServiceUnavailable
  std::uint64_t uploads = 1'000;            ///< S3: none. Beyond: 503 SlowDown
  std::uint64_t buckets = 100;              ///< beyond: TooManyBuckets
  std::uint64_t part_bytes = 5ULL << 20;    ///< the least, but for the last part
  std::uint64_t page = 1'000;               ///< entries per page of a listing
};

struct ServiceConfig {
  std::string owner_id = "123456789012";
  /// Names of this endpoint: BUCKET.<name> is virtual-host style. AWS's own names always are.
  std::vector<std::string> endpoints = {"localhost"};
  std::uint64_t seed = 0;  ///< of request and upload ids, and of chaos
  Limits limits = {};
};

using Answer = std::variant<http::Response, Error>;

/// One authenticated request on its way through.
struct Call {
  http::Request& request;
  http::Authentic& authentic;
  Place place;
  ServerTime now;
  bool is_range_ignored = false, is_object_changed = false;  ///< chaos

  /// Null if it is not there. `X-Id=` and `X-Id` are the same.
  const std::string* query(std::string_view name) const;
  std::string_view query_or_empty(std::string_view name) const;
  /// A header; of presigned requests also a query parameter of that name, because presigners move
  /// x-amz-* headers there and S3 reads them.
  const std::string* header(std::string_view name) const;
  std::string_view header_or_empty(std::string_view name) const;
  std::string_view body() const;
  /// The body, moved out if it can be.
  std::string take_body();
};

/// What all calls work on.
class Desk {
 public:
  Desk(ServiceConfig config, std::string region, Inventory& inventory, ObjectStore& durable);

  const ServiceConfig& config() const { return config_; }
  const Limits& limits() const { return config_.limits; }
  const std::string& region() const { return region_; }
  const Inventory& inventory() const { return inventory_; }

  /// First durable, then seen. The error says that nothing has changed.
  [[nodiscard]] std::optional<Error> commit(std::span<const Change> changes);
  [[nodiscard]] std::optional<Error> commit(Change change);
  /// An error if `more` bytes do not fit.
  std::optional<Error> room_for(std::uint64_t more) const;
  /// No open upload has it.
  std::string new_upload_id(ServerTime now);

 private:
  ServiceConfig config_;
  std::string region_;
  Inventory& inventory_;
  ObjectStore& durable_;
  std::uint64_t ids_ = 0;
};

/// `text/xml` answers begin like this one.
http::Response xml_answer(std::string body);

}  // namespace cartstorm::broker::s3
