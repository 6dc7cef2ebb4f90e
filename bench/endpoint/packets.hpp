#pragma once
#include <cstdint>
#include <string>
#include <string_view>

/// As much of MQTT 3.1.1 as a load needs. Written apart from the broker's own codec, so that a
/// mistake there cannot cancel itself out here.
namespace cartstorm::endpoint_bench {

enum class PacketKind : std::uint8_t {
  connect = 1,
  connack = 2,
  publish = 3,
  puback = 4,
  subscribe = 8,
  suback = 9,
};

/// A packet as received; the views live as long as the bytes do.
struct Packet {
  PacketKind kind{};
  std::uint8_t flags = 0;
  std::string_view body;

  /// Of CONNACK: 0 is a welcome.
  std::uint8_t return_code() const;
  /// Of PUBACK and SUBACK; 0 if the packet is cut short.
  std::uint16_t id() const;
};

struct Publish {
  std::string_view topic, payload;
  std::uint16_t id = 0;  ///< 0: QoS 0
};

/// A clean session without a keep alive.
void put_connect(std::string& out, std::string_view client_id);
/// With QoS 1 and packet identifier 1.
void put_subscribe(std::string& out, std::string_view filter);
/// With QoS 1.
void put_publish(std::string& out, const Publish& publish);
void put_puback(std::string& out, std::uint16_t id);

enum class Taken : std::uint8_t { whole, partial, damaged };
/// Takes one packet from the front of `bytes`.
Taken take_packet(std::string_view& bytes, Packet& packet);
/// False if the packet is no well-formed PUBLISH.
bool read_publish(const Packet& packet, Publish& publish);

}  // namespace cartstorm::endpoint_bench
