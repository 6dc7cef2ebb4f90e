#include <string>

#include "broker-mock/mqtt/packets.hpp"
#include "kit.hpp"

// Any bytes as packets of both protocols: what is read lies inside the packet, and a PUBLISH that
// is written again says the same.
namespace ota::fuzz {
namespace {

namespace mqtt = cartstorm::broker::mqtt;
using mqtt::Frame;
using mqtt::Protocol;

void require_inside(std::string_view text, std::string_view whole, std::string_view spill) {
  const auto is_in = [text](std::string_view space) {
    return text.data() >= space.data() && text.data() + text.size() <= space.data() + space.size();
  };
  require(text.empty() || is_in(whole) || is_in(spill), "a text is a part of the packet");
}

void write_again(const mqtt::PublishPacket& packet, Protocol protocol) {
  mqtt::PublishShape shape;
  shape.protocol = protocol;
  shape.qos = packet.qos;
  shape.is_duplicate = packet.is_duplicate;
  shape.is_retained = packet.is_retained;
  shape.id = packet.id;
  shape.topic_alias = packet.properties.topic_alias.value_or(0);
  shape.expiry_s = packet.properties.message_expiry_s;
  std::string bytes;
  mqtt::put_publish(bytes, shape, packet.topic, packet.properties.forwarded, packet.payload);
  std::string_view left = bytes;
  Frame frame;
  require(mqtt::take_frame(left, SIZE_MAX, frame) == mqtt::Framing::whole && left.empty(),
          "what is written is one whole packet");
  mqtt::PublishPacket again;
  std::string spill;
  require(!mqtt::decode(frame, protocol, again, spill), "what is written can be read");
  require(again.topic == packet.topic && again.payload == packet.payload && again.id == packet.id,
          "a PUBLISH says the same again");
  require(again.properties.forwarded == packet.properties.forwarded,
          "properties that are passed on stay as they are");
}

void read_publish(const Frame& frame, Protocol protocol) {
  mqtt::PublishPacket packet;
  std::string spill;
  if (mqtt::decode(frame, protocol, packet, spill)) {
    return;
  }
  require(packet.qos <= 2 && (packet.qos == 0) == (packet.id == 0), "QoS and identifier agree");
  for (const std::string_view text : {packet.topic, packet.payload, packet.properties.forwarded}) {
    require_inside(text, frame.body, spill);
  }
  write_again(packet, protocol);
}

void read_connect(const Frame& frame) {
  mqtt::ConnectPacket packet;
  std::string spill, will_spill;
  if (mqtt::decode(frame, packet, spill, will_spill)) {
    return;
  }
  require_inside(packet.client_id, frame.body, spill);
  if (packet.will) {
    require(packet.will->qos <= 2 && !packet.will->topic.empty(), "a will can be published");
    require_inside(packet.will->properties, frame.body, will_spill);
  }
}

void read_lists(const Frame& frame, Protocol protocol) {
  mqtt::SubscribePacket subscribe;
  if (!mqtt::decode(frame, protocol, subscribe)) {
    require(!subscribe.items.empty() && subscribe.id != 0, "a SUBSCRIBE asks for something");
    for (const auto& item : subscribe.items) {
      require(item.qos <= 2 && item.retain_handling <= 2, "options have known values");
      require_inside(item.filter, frame.body, {});
    }
  }
  mqtt::UnsubscribePacket unsubscribe;
  if (!mqtt::decode(frame, protocol, unsubscribe)) {
    require(!unsubscribe.filters.empty() && unsubscribe.id != 0, "an UNSUBSCRIBE too");
  }
}

void read(const Frame& frame, Protocol protocol) {
  read_publish(frame, protocol);
  read_connect(frame);
  read_lists(frame, protocol);
  mqtt::AckPacket ack;
  if (!mqtt::decode(frame, protocol, ack)) {
    require(ack.id != 0, "an acknowledgement names something");
  }
  mqtt::DisconnectPacket disconnect;
  (void)mqtt::decode(frame, protocol, disconnect);
  (void)mqtt::decode_pingreq(frame, protocol);
}

}  // namespace

void run(Bytes input) {
  std::string_view left = text_of(input);
  while (true) {
    const std::size_t before = left.size();
    Frame frame;
    if (mqtt::take_frame(left, 5'000, frame) != mqtt::Framing::whole) {
      require(left.size() == before, "nothing is taken but whole packets");
      return;
    }
    require(left.size() < before, "every packet takes bytes");
    for (const Protocol protocol : {Protocol::v3_1_1, Protocol::v5}) {
      read(frame, protocol);
    }
  }
}

}  // namespace ota::fuzz
