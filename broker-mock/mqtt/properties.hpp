#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "broker-mock/mqtt/bytes.hpp"

namespace cartstorm::broker::mqtt {

/// Identifiers of MQTT 5, table 2-4.
enum class PropertyId : std::uint8_t {
  payload_format_indicator = 0x01,
  message_expiry_interval = 0x02,
  content_type = 0x03,
  response_topic = 0x08,
  correlation_data = 0x09,
  subscription_identifier = 0x0b,
  session_expiry_interval = 0x11,
  assigned_client_identifier = 0x12,
  server_keep_alive = 0x13,
  authentication_method = 0x15,
  authentication_data = 0x16,
  request_problem_information = 0x17,
  will_delay_interval = 0x18,
  request_response_information = 0x19,
  response_information = 0x1a,
  server_reference = 0x1c,
  reason_string = 0x1f,
  receive_maximum = 0x21,
  topic_alias_maximum = 0x22,
  topic_alias = 0x23,
  maximum_qos = 0x24,
  retain_available = 0x25,
  user_property = 0x26,
  maximum_packet_size = 0x27,
  wildcard_subscription_available = 0x28,
  subscription_identifier_available = 0x29,
  shared_subscription_available = 0x2a,
};

/// Where a client may send which property.
enum class PropertyPlace : std::uint16_t {
  connect = 1,
  will = 2,
  publish = 4,
  acknowledgement = 8,
  subscribe = 16,
  unsubscribe = 32,
  disconnect = 64,
  auth = 128,
};

/// The properties of one packet. Views point into the packet, or into `spill`.
struct Properties {
  std::optional<std::uint32_t> session_expiry_s, message_expiry_s, maximum_packet_size,
      subscription_identifier;
  std::optional<std::uint16_t> receive_maximum, topic_alias;
  std::optional<std::string_view> authentication_method, authentication_data, response_topic;
  std::uint32_t will_delay_s = 0;
  std::uint16_t topic_alias_maximum = 0;
  bool wants_problem_information = true;
  /// Those that are passed on with a message, as they came.
  std::string_view forwarded;
};

/// Reads the length and so many bytes of properties. A property that does not belong here, comes
/// twice or has a value that the standard forbids fails the reader. `spill` takes what is passed on
/// where other properties stand in between; it must live as long as the result.
Properties read_properties(Reader& packet, PropertyPlace place, std::string& spill);

}  // namespace cartstorm::broker::mqtt
