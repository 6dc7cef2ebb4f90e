#include "broker-mock/mqtt/packets.hpp"

namespace cartstorm::broker::mqtt {
namespace {

void put_header(std::string& out, PacketType type, std::uint8_t flags, std::size_t length) {
  put_u8(out, static_cast<std::uint8_t>(static_cast<unsigned>(type) << 4 | flags));
  put_varint(out, static_cast<std::uint32_t>(length));
}

void put_id(std::string& out, PropertyId id) { put_u8(out, static_cast<std::uint8_t>(id)); }

void put_text_property(std::string& out, PropertyId id, std::string_view text) {
  if (text.empty()) return;
  put_id(out, id);
  put_binary(out, text);
}

std::string connack_properties(const ConnackProperties& all) {
  std::string out;
  if (all.session_expiry_s) {
    put_id(out, PropertyId::session_expiry_interval);
    put_u32(out, *all.session_expiry_s);
  }
  if (all.receive_maximum) {
    put_id(out, PropertyId::receive_maximum);
    put_u16(out, *all.receive_maximum);
  }
  if (all.maximum_qos) {
    put_id(out, PropertyId::maximum_qos);
    put_u8(out, *all.maximum_qos);
  }
  if (all.maximum_packet_size) {
    put_id(out, PropertyId::maximum_packet_size);
    put_u32(out, *all.maximum_packet_size);
  }
  put_text_property(out, PropertyId::assigned_client_identifier, all.assigned_client_id);
  if (all.topic_alias_maximum) {
    put_id(out, PropertyId::topic_alias_maximum);
    put_u16(out, *all.topic_alias_maximum);
  }
  put_text_property(out, PropertyId::reason_string, all.reason_string);
  if (all.server_keep_alive_s) {
    put_id(out, PropertyId::server_keep_alive);
    put_u16(out, *all.server_keep_alive_s);
  }
  return out;
}

std::size_t properties_bytes(const PublishShape& shape, std::string_view properties) {
  std::size_t bytes = properties.size();
  if (shape.expiry_s) bytes += 5;
  if (shape.topic_alias != 0) bytes += 3;
  for (const std::uint32_t id : shape.subscription_identifiers) bytes += 1 + varint_bytes(id);
  return bytes;
}

std::size_t publish_length(const PublishShape& shape, std::string_view topic,
                           std::string_view properties, std::string_view payload) {
  std::size_t length = 2 + (shape.leaves_topic_out ? 0 : topic.size()) + payload.size();
  if (shape.qos > 0) length += 2;
  if (shape.protocol == Protocol::v5) {
    const std::size_t bytes = properties_bytes(shape, properties);
    length += varint_bytes(bytes) + bytes;
  }
  return length;
}

}  // namespace

void put_connack_v3(std::string& out, bool is_session_present, std::uint8_t code) {
  put_header(out, PacketType::connack, 0, 2);
  put_u8(out, is_session_present ? 1 : 0);
  put_u8(out, code);
}

void put_connack_v5(std::string& out, bool is_session_present, Reason reason,
                    const ConnackProperties& properties) {
  const std::string bytes = connack_properties(properties);
  put_header(out, PacketType::connack, 0, 2 + varint_bytes(bytes.size()) + bytes.size());
  put_u8(out, is_session_present ? 1 : 0);
  put_u8(out, static_cast<std::uint8_t>(reason));
  put_varint(out, static_cast<std::uint32_t>(bytes.size()));
  out.append(bytes);
}

void put_ack(std::string& out, PacketType type, Protocol protocol, std::uint16_t id, Reason reason,
             std::string_view reason_string) {
  const std::uint8_t flags = type == PacketType::pubrel ? 2 : 0;
  // The reason may be left out when all went well (3.4.2.1).
  const bool has_reason =
      protocol == Protocol::v5 && (reason != Reason::success || !reason_string.empty());
  std::string properties;
  put_text_property(properties, PropertyId::reason_string, reason_string);
  std::size_t length = has_reason ? 3 : 2;
  if (has_reason && !properties.empty()) {
    length += varint_bytes(properties.size()) + properties.size();
  }
  put_header(out, type, flags, length);
  put_u16(out, id);
  if (!has_reason) return;
  put_u8(out, static_cast<std::uint8_t>(reason));
  if (properties.empty()) return;
  put_varint(out, static_cast<std::uint32_t>(properties.size()));
  out.append(properties);
}

void put_subscription_ack(std::string& out, PacketType type, Protocol protocol, std::uint16_t id,
                          std::string_view codes) {
  const bool is_v5 = protocol == Protocol::v5;
  // 3.1.1: UNSUBACK has no payload (3.11.3).
  if (!is_v5 && type == PacketType::unsuback) codes = {};
  put_header(out, type, 0, 2 + (is_v5 ? 1U : 0U) + codes.size());
  put_u16(out, id);
  if (is_v5) put_u8(out, 0);
  out.append(codes);
}

void put_pingresp(std::string& out) { put_header(out, PacketType::pingresp, 0, 0); }

void put_disconnect(std::string& out, Reason reason, std::string_view reason_string) {
  std::string properties;
  put_text_property(properties, PropertyId::reason_string, reason_string);
  put_header(out, PacketType::disconnect, 0,
             1 + varint_bytes(properties.size()) + properties.size());
  put_u8(out, static_cast<std::uint8_t>(reason));
  put_varint(out, static_cast<std::uint32_t>(properties.size()));
  out.append(properties);
}

std::size_t put_publish(std::string& out, const PublishShape& shape, std::string_view topic,
                        std::string_view properties, std::string_view payload) {
  const unsigned flags = (shape.is_duplicate ? 8U : 0U) | static_cast<unsigned>(shape.qos) << 1 |
                         (shape.is_retained ? 1U : 0U);
  put_header(out, PacketType::publish, static_cast<std::uint8_t>(flags),
             publish_length(shape, topic, properties, payload));
  put_binary(out, shape.leaves_topic_out ? std::string_view{} : topic);
  const std::size_t id_at = shape.qos > 0 ? out.size() : 0;
  if (shape.qos > 0) put_u16(out, shape.id);
  if (shape.protocol == Protocol::v5) {
    put_varint(out, static_cast<std::uint32_t>(properties_bytes(shape, properties)));
    if (shape.expiry_s) {
      put_id(out, PropertyId::message_expiry_interval);
      put_u32(out, *shape.expiry_s);
    }
    if (shape.topic_alias != 0) {
      put_id(out, PropertyId::topic_alias);
      put_u16(out, shape.topic_alias);
    }
    for (const std::uint32_t id : shape.subscription_identifiers) {
      put_id(out, PropertyId::subscription_identifier);
      put_varint(out, id);
    }
    out.append(properties);
  }
  out.append(payload);
  return id_at;
}

std::size_t publish_bytes(const PublishShape& shape, std::string_view topic,
                          std::string_view properties, std::string_view payload) {
  const std::size_t length = publish_length(shape, topic, properties, payload);
  return 1 + varint_bytes(length) + length;
}

}  // namespace cartstorm::broker::mqtt
