#pragma once
#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "broker-mock/cloud/facts.hpp"
#include "broker-mock/rollout/plan.hpp"

namespace cartstorm::broker {

/// What the registry knows of a thing; cohorts are stratified over these.
struct ThingAttributes {
  std::string name;  ///< AWS thing name
  std::uint32_t hardware_revision = 0;
  std::string region, use, tier;
  std::string configuration;  ///< sensor and board configuration, the cell that matters most
};

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

/// A trust anchor that the cloud can distribute.
struct AnchorKey {
  std::uint64_t id = 0;
  std::array<std::byte, 64> public_key{};
};

struct CloudConfig {
  std::uint64_t seed = 0;  ///< of presigning keys, tokens and cohort picks
  std::string region = "us-east-1";
  std::string account = "123456789012";
  std::uint32_t url_expires_s = 3600;
  std::int64_t silent_after_ms = 6 * 3'600'000;  ///< no message while targeted: silent (F7)
};

/// The cores wired together: the same object in virtual time and behind the listeners. Sans-I/O:
/// messages and server time in, deliveries and facts out.
class Cloud {
 public:
  Cloud(const CloudConfig&, Observer&);
  ~Cloud();

  ThingId register_thing(const ThingAttributes&);
  /// `content` must outlive the cloud; it is not copied.
  void put_object(std::string_view bucket, std::string_view key,
                  std::span<const std::byte> content);
  /// From now on missing anchors are sent to things that ask, and (when a rollout requires it) to
  /// every target.
  void add_anchor(const AnchorKey&);

  void connected(ThingId, ServerTime now);
  void disconnected(ThingId, ServerTime now);
  void received(ThingId, std::string_view topic, std::string_view payload, ServerTime now);
  HttpResponse http(const HttpRequest&, ServerTime now);

  /// When advance() is due next; `never` if nothing is awaited.
  ServerTime deadline() const;
  void advance(ServerTime now);

  /// Messages to deliver, oldest first, only for connected things; cleared by the call.
  /// Views live until the next call.
  std::span<const Delivery> take_deliveries();

  // What an operator can do. Every refusal says why and what to do instead.
  struct Refusal {
    std::string message;
  };
  std::optional<Refusal> create_rollout(const RolloutSpec&, ServerTime now);
  std::optional<Refusal> release(std::string_view rollout, std::uint32_t hold_id,
                                 std::string_view person, std::string_view reason, ServerTime now);
  std::optional<Refusal> abort(std::string_view rollout, std::string_view person,
                               std::string_view reason, ServerTime now);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace cartstorm::broker
