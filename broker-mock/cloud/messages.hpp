#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "broker-mock/cloud/facts.hpp"

namespace cartstorm::broker {

/// One MQTT message for one thing. Views live until the next call into the cloud.
struct Delivery {
  ThingId thing;
  std::string_view topic;
  std::string_view payload;
};

/// One request to the object store, as it stands on the wire.
struct HttpRequest {
  std::string_view method;  ///< GET or HEAD
  std::string_view url;     ///< absolute, with query
  /// Of `Range: bytes=first-last`. Only `range_last` set means the last that many bytes.
  std::optional<std::uint64_t> range_first;
  std::optional<std::uint64_t> range_last;
  std::string_view if_match;
};
/// `body` points into the stored object (or into an error text that lives until the next call).
struct HttpResponse {
  std::uint16_t status = 0;
  std::uint64_t range_first = 0;
  std::uint64_t total_size = 0;
  std::string etag;
  std::uint32_t retry_after_s = 0;
  std::span<const std::byte> body;
};

}  // namespace cartstorm::broker
