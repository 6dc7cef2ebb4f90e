#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

#include "broker-mock/mqtt/bytes.hpp"
#include "broker-mock/mqtt/packets.hpp"
#include "notation.hpp"

namespace cartstorm::broker::mqtt {
namespace {

using testing::bytes_of;

std::string letters(int most) {
  return *rc::gen::resize(most, rc::gen::container<std::string>(rc::gen::inRange('a', 'z')));
}

Frame frame_of(std::string_view& bytes) {
  Frame frame;
  RC_ASSERT(take_frame(bytes, SIZE_MAX, frame) == Framing::whole);
  RC_ASSERT(frame.has_shortest_length);
  return frame;
}

RC_GTEST_PROP(MqttCodec, APublishComesBackAsItWas, ()) {
  PublishShape shape;
  shape.protocol = *rc::gen::element(Protocol::v3_1_1, Protocol::v5);
  const bool is_v5 = shape.protocol == Protocol::v5;
  shape.qos = *rc::gen::inRange<std::uint8_t>(0, 3);
  shape.is_retained = *rc::gen::arbitrary<bool>();
  shape.is_duplicate = shape.qos > 0 && *rc::gen::arbitrary<bool>();
  shape.id = shape.qos > 0 ? *rc::gen::inRange<std::uint16_t>(1, 65535) : std::uint16_t{0};
  if (is_v5 && *rc::gen::arbitrary<bool>()) shape.expiry_s = *rc::gen::arbitrary<std::uint32_t>();
  if (is_v5) shape.topic_alias = *rc::gen::inRange<std::uint16_t>(0, 9);
  shape.leaves_topic_out = shape.topic_alias != 0 && *rc::gen::arbitrary<bool>();
  const std::string topic = "t" + letters(300), payload = *rc::gen::arbitrary<std::string>();
  const std::string properties = is_v5 ? bytes_of("26 <k> <v> 03 <text> 26 <k> <w>") : "";
  std::string bytes;
  const std::size_t id_at = put_publish(bytes, shape, topic, properties, payload);
  RC_ASSERT(bytes.size() == publish_bytes(shape, topic, properties, payload));
  if (shape.qos > 0) {
    RC_ASSERT(static_cast<std::uint8_t>(bytes[id_at + 1]) == (shape.id & 0xff));
  }
  std::string_view left = bytes;
  PublishPacket packet;
  std::string spill;
  RC_ASSERT(!decode(frame_of(left), shape.protocol, packet, spill));
  RC_ASSERT(left.empty());
  RC_ASSERT(packet.topic == (shape.leaves_topic_out ? "" : topic));
  RC_ASSERT(packet.payload == payload);
  RC_ASSERT(packet.qos == shape.qos && packet.id == shape.id);
  RC_ASSERT(packet.is_retained == shape.is_retained);
  RC_ASSERT(packet.is_duplicate == shape.is_duplicate);
  RC_ASSERT(packet.properties.message_expiry_s == shape.expiry_s);
  RC_ASSERT(packet.properties.topic_alias.value_or(0) == shape.topic_alias);
  RC_ASSERT(packet.properties.forwarded == properties);
}

RC_GTEST_PROP(MqttCodec, AcknowledgementsAndDisconnectsComeBackAsTheyWere, ()) {
  const auto protocol = *rc::gen::element(Protocol::v3_1_1, Protocol::v5);
  const auto type = *rc::gen::element(PacketType::puback, PacketType::pubrec);
  const auto reason = *rc::gen::element(Reason::success, Reason::no_matching_subscribers,
                                        Reason::not_authorized, Reason::quota_exceeded);
  const auto id = *rc::gen::inRange<std::uint16_t>(1, 65535);
  const std::string text = letters(200);
  std::string bytes;
  put_ack(bytes, type, protocol, id, reason, text);
  put_disconnect(bytes, Reason::quota_exceeded, text);
  std::string_view left = bytes;
  AckPacket ack;
  RC_ASSERT(!decode(frame_of(left), protocol, ack));
  RC_ASSERT(ack.id == id);
  RC_ASSERT(ack.reason == (protocol == Protocol::v5 ? reason : Reason::success));
  DisconnectPacket disconnect;
  RC_ASSERT(!decode(frame_of(left), Protocol::v5, disconnect));
  RC_ASSERT(disconnect.reason == Reason::quota_exceeded);
  RC_ASSERT(left.empty());
}

TEST(MqttCodec, VariableByteIntegersOfTheStandard) {
  const std::pair<std::uint32_t, std::string_view> table[] = {
      {0, "00"},
      {127, "7f"},
      {128, "80 01"},
      {16383, "ff 7f"},
      {16384, "80 80 01"},
      {2097151, "ff ff 7f"},
      {2097152, "80 80 80 01"},
      {268435455, "ff ff ff 7f"},
  };
  for (const auto& [number, notation] : table) {
    std::string bytes;
    put_varint(bytes, number);
    EXPECT_EQ(bytes, bytes_of(notation));
    EXPECT_EQ(varint_bytes(number), bytes.size());
    Reader reader{bytes};
    EXPECT_EQ(reader.varint(), number);
    EXPECT_EQ(reader.failure(), "");
  }
  for (const char* wrong : {"80", "80 00", "ff ff ff ff 01", "80 80 80 80", ""}) {
    const std::string bytes = bytes_of(wrong);
    Reader reader{bytes};
    reader.varint();
    EXPECT_NE(reader.failure(), "") << wrong;
  }
}

TEST(MqttCodec, TextIsStrictUtf8) {
  for (const char* good : {"", "7f", "c2 80", "ef bf bf", "f4 8f bf bf", "ed 9f bf", "ee 80 80"}) {
    EXPECT_TRUE(is_text(bytes_of(good))) << good;
  }
  for (const char* bad :
       {"00", "'a' 00", "80", "c0 80", "c1 bf", "e0 9f bf", "ed a0 80", "ed bf bf", "f0 8f bf bf",
        "f4 90 80 80", "f5 80 80 80", "c2", "e2 82", "f0 9f 98", "c2 'a'", "ff", "fe"}) {
    EXPECT_FALSE(is_text(bytes_of(bad))) << bad;
  }
}

TEST(MqttCodec, PropertiesArePassedOnAsAViewWhereTheyStandTogether) {
  const std::string bytes = bytes_of("[ 02 00 00 00 05 26 <a> <1> 26 <b> <2> 23 00 01 ]");
  Reader reader{bytes};
  std::string spill;
  const Properties all = read_properties(reader, PropertyPlace::publish, spill);
  EXPECT_EQ(reader.failure(), "");
  EXPECT_EQ(all.forwarded, bytes_of("26 <a> <1> 26 <b> <2>"));
  EXPECT_EQ(spill, "");
  const std::string apart = bytes_of("[ 26 <a> <1> 23 00 01 26 <b> <2> 01 01 ]");
  Reader other{apart};
  EXPECT_EQ(read_properties(other, PropertyPlace::publish, spill).forwarded,
            bytes_of("26 <a> <1> 26 <b> <2> 01 01"));
  EXPECT_EQ(other.failure(), "");
}

}  // namespace
}  // namespace cartstorm::broker::mqtt
