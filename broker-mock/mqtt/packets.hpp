#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "broker-mock/mqtt/ports.hpp"
#include "broker-mock/mqtt/properties.hpp"

namespace cartstorm::broker::mqtt {

/// Control packet types (2.1.2).
enum class PacketType : std::uint8_t {
  connect = 1,
  connack,
  publish,
  puback,
  pubrec,
  pubrel,
  pubcomp,
  subscribe,
  suback,
  unsubscribe,
  unsuback,
  pingreq,
  pingresp,
  disconnect,
  auth,
};

/// Why a packet is not taken. `text` is a literal.
struct Fault {
  Reason reason = Reason::success;
  std::string_view text;
  explicit operator bool() const { return reason != Reason::success; }
};

/// One packet cut from the stream.
struct Frame {
  std::uint8_t first_byte = 0;
  bool has_shortest_length = true;  ///< 1.5.5 of MQTT 5
  std::string_view body;
  PacketType type() const { return static_cast<PacketType>(first_byte >> 4); }
};
enum class Framing : std::uint8_t { whole, partial, malformed_length, too_large };
/// Cuts the first packet off `bytes`. `too_large` is told as soon as the length is known.
Framing take_frame(std::string_view& bytes, std::size_t max_packet_bytes, Frame& frame);

struct WillRequest {
  std::string_view topic, payload, properties;
  std::uint8_t qos = 0;
  bool is_retained = false;
  std::uint32_t delay_s = 0;
  std::optional<std::uint32_t> expiry_s;
};
struct ConnectPacket {
  std::string_view protocol_name;
  std::uint8_t level = 0;
  bool is_clean = false;
  std::uint16_t keep_alive_s = 0;
  std::string_view client_id;
  std::optional<WillRequest> will;
  std::optional<std::string_view> user_name, password;
  Properties properties;
};
struct PublishPacket {
  bool is_duplicate = false, is_retained = false;
  std::uint8_t qos = 0;
  std::uint16_t id = 0;  ///< 0 with QoS 0
  std::string_view topic, payload;
  Properties properties;
};
/// PUBACK, PUBREC, PUBREL, PUBCOMP.
struct AckPacket {
  std::uint16_t id = 0;
  Reason reason = Reason::success;
};
struct SubscribeItem {
  std::string_view filter;
  std::uint8_t qos = 0, retain_handling = 0;
  bool is_no_local = false, retains_as_published = false;
};
struct SubscribePacket {
  std::uint16_t id = 0;
  std::uint32_t identifier = 0;  ///< 0: none
  std::vector<SubscribeItem> items;
};
struct UnsubscribePacket {
  std::uint16_t id = 0;
  std::vector<std::string_view> filters;
};
struct DisconnectPacket {
  Reason reason = Reason::success;
  std::optional<std::uint32_t> session_expiry_s;
};

/// Decoding looks at one packet alone; what depends on the session is the broker's to judge. Views
/// point into the frame, properties that are passed on perhaps into `spill`.
///
/// A level that is neither 4 nor 5, or a name that is not MQTT, leaves the rest unread.
Fault decode(const Frame& frame, ConnectPacket& packet, std::string& spill,
             std::string& will_spill);
Fault decode(const Frame& frame, Protocol protocol, PublishPacket& packet, std::string& spill);
Fault decode(const Frame& frame, Protocol protocol, AckPacket& packet);
Fault decode(const Frame& frame, Protocol protocol, SubscribePacket& packet);
Fault decode(const Frame& frame, Protocol protocol, UnsubscribePacket& packet);
Fault decode(const Frame& frame, Protocol protocol, DisconnectPacket& packet);
Fault decode_pingreq(const Frame& frame, Protocol protocol);

/// What CONNACK says beside the reason; unset members are left out.
struct ConnackProperties {
  std::optional<std::uint32_t> session_expiry_s, maximum_packet_size;
  std::optional<std::uint16_t> receive_maximum, topic_alias_maximum, server_keep_alive_s;
  std::optional<std::uint8_t> maximum_qos;
  std::string_view assigned_client_id, reason_string;
};
/// Encoders append one whole packet.
void put_connack_v3(std::string& out, bool is_session_present, std::uint8_t code);
void put_connack_v5(std::string& out, bool is_session_present, Reason reason,
                    const ConnackProperties& properties);
/// PUBACK, PUBREC, PUBREL, PUBCOMP. 3.1.1 has no reason.
void put_ack(std::string& out, PacketType type, Protocol protocol, std::uint16_t id, Reason reason,
             std::string_view reason_string = {});
/// SUBACK and UNSUBACK; `codes` is the payload.
void put_subscription_ack(std::string& out, PacketType type, Protocol protocol, std::uint16_t id,
                          std::string_view codes);
void put_pingresp(std::string& out);
/// MQTT 5 only.
void put_disconnect(std::string& out, Reason reason, std::string_view reason_string);

struct PublishShape {
  Protocol protocol = Protocol::v3_1_1;
  std::uint8_t qos = 0;
  bool is_duplicate = false, is_retained = false;
  std::uint16_t id = 0;
  std::uint16_t topic_alias = 0;  ///< 0: none
  bool leaves_topic_out = false;  ///< the alias stands for it
  std::optional<std::uint32_t> expiry_s;
  std::span<const std::uint32_t> subscription_identifiers;
};
/// Returns where in `out` the packet identifier stands; 0 with QoS 0.
std::size_t put_publish(std::string& out, const PublishShape& shape, std::string_view topic,
                        std::string_view properties, std::string_view payload);
/// Bytes of the packet that put_publish would append.
std::size_t publish_bytes(const PublishShape& shape, std::string_view topic,
                          std::string_view properties, std::string_view payload);

}  // namespace cartstorm::broker::mqtt
