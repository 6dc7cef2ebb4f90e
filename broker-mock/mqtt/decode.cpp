#include <algorithm>

#include "broker-mock/mqtt/packets.hpp"
#include "broker-mock/mqtt/topic.hpp"

namespace cartstorm::broker::mqtt {
namespace {

constexpr Fault none{};

Fault malformed(std::string_view text) { return {Reason::malformed_packet, text}; }
Fault violation(std::string_view text) { return {Reason::protocol_error, text}; }

/// What every packet of a protocol has to keep.
Fault check_frame(const Frame& frame, Protocol protocol, std::uint8_t flags) {
  if ((frame.first_byte & 0x0f) != flags) return malformed("reserved flags of the fixed header");
  if (protocol == Protocol::v5 && !frame.has_shortest_length) {
    return malformed("remaining length is longer than needed");
  }
  return none;
}

Fault finish(Reader& reader) {
  if (!reader.failure().empty()) return {reader.reason(), reader.failure()};
  return reader.is_empty() ? none : malformed("packet has bytes behind its end");
}

struct ConnectFlags {
  bool reserved, is_clean, has_will, is_will_retained, has_password, has_user_name;
  std::uint8_t will_qos;
};

ConnectFlags flags_of(std::uint8_t byte) {
  return {(byte & 0x01) != 0,
          (byte & 0x02) != 0,
          (byte & 0x04) != 0,
          (byte & 0x20) != 0,
          (byte & 0x40) != 0,
          (byte & 0x80) != 0,
          static_cast<std::uint8_t>(byte >> 3 & 3)};
}

Fault check(const ConnectFlags& flags, std::uint8_t level) {
  if (flags.reserved) return malformed("reserved flag of CONNECT");
  if (flags.will_qos == 3) return malformed("will QoS of 3");
  if (!flags.has_will && (flags.will_qos != 0 || flags.is_will_retained)) {
    return malformed("will QoS or retain without a will");
  }
  if (level == 4 && flags.has_password && !flags.has_user_name) {
    return malformed("password without a user name");
  }
  return none;
}

WillRequest read_will(Reader& reader, const ConnectFlags& flags, bool is_v5, std::string& spill) {
  WillRequest will;
  will.qos = flags.will_qos;
  will.is_retained = flags.is_will_retained;
  if (is_v5) {
    const Properties properties = read_properties(reader, PropertyPlace::will, spill);
    will.properties = properties.forwarded;
    will.delay_s = properties.will_delay_s;
    will.expiry_s = properties.message_expiry_s;
    if (properties.response_topic && !is_topic_name(*properties.response_topic)) {
      reader.fail("response topic of the will is no topic name");
    }
  }
  will.topic = reader.text();
  will.payload = reader.binary();
  return will;
}

/// Options of MQTT 5 (3.8.3.1); 3.1.1 has the QoS alone.
Fault read_options(std::uint8_t options, Protocol protocol, SubscribeItem& item) {
  item.qos = options & 3;
  if (item.qos == 3) return malformed("subscription with QoS 3");
  if ((options & (protocol == Protocol::v5 ? 0xc0 : 0xfc)) != 0) {
    return malformed("reserved bits of subscription options");
  }
  item.is_no_local = (options & 0x04) != 0;
  item.retains_as_published = (options & 0x08) != 0;
  item.retain_handling = options >> 4 & 3;
  return item.retain_handling == 3 ? violation("retain handling of 3") : none;
}

}  // namespace

Framing take_frame(std::string_view& bytes, std::size_t max_packet_bytes, Frame& frame) {
  std::uint32_t length = 0;
  std::size_t at = 1;
  for (;; ++at) {
    if (at > 4) return Framing::malformed_length;
    if (at >= bytes.size()) return Framing::partial;
    const auto byte = static_cast<std::uint8_t>(bytes[at]);
    length |= static_cast<std::uint32_t>(byte & 0x7f) << (7 * (at - 1));
    if ((byte & 0x80) == 0) break;
  }
  frame.first_byte = static_cast<std::uint8_t>(bytes[0]);
  frame.has_shortest_length = varint_bytes(length) == at;
  const std::size_t header = at + 1;
  if (header + length > max_packet_bytes) return Framing::too_large;
  if (bytes.size() - header < length) return Framing::partial;
  frame.body = bytes.substr(header, length);
  bytes.remove_prefix(header + length);
  return Framing::whole;
}

Fault decode(const Frame& frame, ConnectPacket& packet, std::string& spill,
             std::string& will_spill) {
  if ((frame.first_byte & 0x0f) != 0) return malformed("reserved flags of the fixed header");
  Reader reader{frame.body};
  packet.protocol_name = reader.text();
  packet.level = reader.u8();
  if (!reader.failure().empty()) return malformed(reader.failure());
  if (packet.protocol_name != "MQTT" || (packet.level != 4 && packet.level != 5)) return none;
  const bool is_v5 = packet.level == 5;
  if (is_v5 && !frame.has_shortest_length) return malformed("remaining length longer than needed");
  const ConnectFlags flags = flags_of(reader.u8());
  if (const Fault fault = check(flags, packet.level)) return fault;
  packet.is_clean = flags.is_clean;
  packet.keep_alive_s = reader.u16();
  if (is_v5) packet.properties = read_properties(reader, PropertyPlace::connect, spill);
  packet.client_id = reader.text();
  if (flags.has_will) packet.will = read_will(reader, flags, is_v5, will_spill);
  if (flags.has_user_name) packet.user_name = reader.text();
  if (flags.has_password) packet.password = reader.binary();
  if (const Fault fault = finish(reader)) return fault;
  if (packet.will && !is_topic_name(packet.will->topic)) {
    return {Reason::topic_name_invalid, "topic of the will is no topic name"};
  }
  return none;
}

Fault decode(const Frame& frame, Protocol protocol, PublishPacket& packet, std::string& spill) {
  const std::uint8_t flags = frame.first_byte & 0x0f;
  if (const Fault fault = check_frame(frame, protocol, flags)) return fault;
  packet.is_duplicate = (flags & 8) != 0;
  packet.qos = flags >> 1 & 3;
  packet.is_retained = (flags & 1) != 0;
  if (packet.qos == 3) return malformed("PUBLISH with QoS 3");
  if (packet.qos == 0 && packet.is_duplicate) return malformed("duplicate flag with QoS 0");
  Reader reader{frame.body};
  packet.topic = reader.text();
  if (packet.qos > 0) packet.id = reader.u16();
  if (!reader.failure().empty()) return malformed(reader.failure());
  if (packet.qos > 0 && packet.id == 0) return violation("packet identifier of zero");
  if (protocol == Protocol::v5) {
    packet.properties = read_properties(reader, PropertyPlace::publish, spill);
    const auto& response_topic = packet.properties.response_topic;
    if (response_topic && !is_topic_name(*response_topic)) {
      reader.fail("response topic is no topic name");
    }
  }
  packet.payload = reader.rest();
  if (const Fault fault = finish(reader)) return fault;
  if (packet.properties.topic_alias == std::uint16_t{0}) {
    return {Reason::topic_alias_invalid, "topic alias of zero"};
  }
  if (packet.topic.empty() && packet.properties.topic_alias) return none;
  if (packet.topic.empty()) return violation("PUBLISH without a topic");
  if (!is_topic_name(packet.topic)) return {Reason::topic_name_invalid, "wildcard in a topic name"};
  return none;
}

Fault decode(const Frame& frame, Protocol protocol, AckPacket& packet) {
  const std::uint8_t flags = frame.type() == PacketType::pubrel ? 2 : 0;
  if (const Fault fault = check_frame(frame, protocol, flags)) return fault;
  Reader reader{frame.body};
  packet.id = reader.u16();
  if (protocol == Protocol::v5) {
    std::string unused;
    if (!reader.is_empty()) packet.reason = static_cast<Reason>(reader.u8());
    if (!reader.is_empty()) read_properties(reader, PropertyPlace::acknowledgement, unused);
  }
  if (const Fault fault = finish(reader)) return fault;
  if (packet.id == 0) return violation("packet identifier of zero");
  constexpr std::array of_publish{0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99};
  constexpr std::array of_release{0x00, 0x92};
  const int code = static_cast<int>(packet.reason);
  const bool is_release = frame.type() == PacketType::pubrel || frame.type() == PacketType::pubcomp;
  const bool is_known = is_release ? std::count(of_release.begin(), of_release.end(), code) > 0
                                   : std::count(of_publish.begin(), of_publish.end(), code) > 0;
  return is_known ? none : malformed("reason code that this packet does not have");
}

Fault decode(const Frame& frame, Protocol protocol, SubscribePacket& packet) {
  if (const Fault fault = check_frame(frame, protocol, 2)) return fault;
  Reader reader{frame.body};
  packet.id = reader.u16();
  if (protocol == Protocol::v5) {
    std::string unused;
    const Properties properties = read_properties(reader, PropertyPlace::subscribe, unused);
    packet.identifier = properties.subscription_identifier.value_or(0);
  }
  while (!reader.is_empty()) {
    SubscribeItem item;
    item.filter = reader.text();
    const std::uint8_t options = reader.u8();
    if (!reader.failure().empty()) break;
    if (const Fault fault = read_options(options, protocol, item)) return fault;
    const SharedFilter split = split_shared(item.filter);
    if (!split.is_valid) return malformed("topic filter is not valid");
    if (!split.name.empty() && item.is_no_local) return violation("no local on a shared filter");
    packet.items.push_back(item);
  }
  if (const Fault fault = finish(reader)) return fault;
  if (packet.id == 0) return violation("packet identifier of zero");
  return packet.items.empty() ? violation("SUBSCRIBE without a topic filter") : none;
}

Fault decode(const Frame& frame, Protocol protocol, UnsubscribePacket& packet) {
  if (const Fault fault = check_frame(frame, protocol, 2)) return fault;
  Reader reader{frame.body};
  packet.id = reader.u16();
  if (protocol == Protocol::v5) {
    std::string unused;
    read_properties(reader, PropertyPlace::unsubscribe, unused);
  }
  while (!reader.is_empty()) {
    const std::string_view filter = reader.text();
    if (!reader.failure().empty()) break;
    if (!split_shared(filter).is_valid) return malformed("topic filter is not valid");
    packet.filters.push_back(filter);
  }
  if (const Fault fault = finish(reader)) return fault;
  if (packet.id == 0) return violation("packet identifier of zero");
  return packet.filters.empty() ? violation("UNSUBSCRIBE without a topic filter") : none;
}

Fault decode(const Frame& frame, Protocol protocol, DisconnectPacket& packet) {
  if (const Fault fault = check_frame(frame, protocol, 0)) return fault;
  Reader reader{frame.body};
  if (protocol == Protocol::v5) {
    std::string unused;
    if (!reader.is_empty()) packet.reason = static_cast<Reason>(reader.u8());
    if (!reader.is_empty()) {
      packet.session_expiry_s =
          read_properties(reader, PropertyPlace::disconnect, unused).session_expiry_s;
    }
  }
  if (const Fault fault = finish(reader)) return fault;
  constexpr std::array of_client{0x00, 0x04, 0x80, 0x81, 0x82, 0x83, 0x90,
                                 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99};
  const int code = static_cast<int>(packet.reason);
  return std::count(of_client.begin(), of_client.end(), code) > 0
             ? none
             : malformed("reason code that a client does not send");
}

Fault decode_pingreq(const Frame& frame, Protocol protocol) {
  if (const Fault fault = check_frame(frame, protocol, 0)) return fault;
  return frame.body.empty() ? none : malformed("PINGREQ has a body");
}

}  // namespace cartstorm::broker::mqtt
