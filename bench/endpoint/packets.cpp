#include "bench/endpoint/packets.hpp"

namespace cartstorm::endpoint_bench {
namespace {

void put_u16(std::string& out, std::size_t value) {
  out += static_cast<char>(value >> 8U & 0xffU);
  out += static_cast<char>(value & 0xffU);
}

std::uint16_t u16_at(std::string_view bytes, std::size_t at) {
  if (at + 2 > bytes.size()) return 0;
  return static_cast<std::uint16_t>(static_cast<unsigned char>(bytes[at]) << 8U |
                                    static_cast<unsigned char>(bytes[at + 1]));
}

void put_text(std::string& out, std::string_view text) {
  put_u16(out, text.size());
  out.append(text);
}

void put_header(std::string& out, PacketKind kind, unsigned flags, std::size_t length) {
  out += static_cast<char>(static_cast<unsigned>(kind) << 4U | flags);
  do {
    const std::size_t more = length > 127 ? 0x80U : 0U;
    out += static_cast<char>((length & 0x7fU) | more);
    length >>= 7U;
  } while (length > 0);
}

}  // namespace

std::uint8_t Packet::return_code() const {
  return body.size() < 2 ? std::uint8_t{0xff} : static_cast<std::uint8_t>(body[1]);
}

std::uint16_t Packet::id() const { return u16_at(body, 0); }

void put_connect(std::string& out, std::string_view client_id) {
  constexpr unsigned clean_session = 2;
  put_header(out, PacketKind::connect, 0, 10 + 2 + client_id.size());
  put_text(out, "MQTT");
  out += static_cast<char>(4);
  out += static_cast<char>(clean_session);
  put_u16(out, 0);
  put_text(out, client_id);
}

void put_subscribe(std::string& out, std::string_view filter) {
  put_header(out, PacketKind::subscribe, 2, 2 + 2 + filter.size() + 1);
  put_u16(out, 1);
  put_text(out, filter);
  out += static_cast<char>(1);
}

void put_publish(std::string& out, const Publish& publish) {
  put_header(out, PacketKind::publish, 2, 2 + publish.topic.size() + 2 + publish.payload.size());
  put_text(out, publish.topic);
  put_u16(out, publish.id);
  out.append(publish.payload);
}

void put_puback(std::string& out, std::uint16_t id) {
  put_header(out, PacketKind::puback, 0, 2);
  put_u16(out, id);
}

Taken take_packet(std::string_view& bytes, Packet& packet) {
  std::size_t length = 0;
  std::size_t at = 1;
  for (;; ++at) {
    if (at > 4) return Taken::damaged;
    if (at >= bytes.size()) return Taken::partial;
    const auto byte = static_cast<unsigned char>(bytes[at]);
    length |= static_cast<std::size_t>(byte & 0x7fU) << (7 * (at - 1));
    if (byte < 0x80) break;
  }
  const std::size_t header = at + 1;
  if (bytes.size() - header < length) return Taken::partial;
  const auto first = static_cast<unsigned char>(bytes[0]);
  packet = {static_cast<PacketKind>(first >> 4U), static_cast<std::uint8_t>(first & 0x0fU),
            bytes.substr(header, length)};
  bytes.remove_prefix(header + length);
  return Taken::whole;
}

bool read_publish(const Packet& packet, Publish& publish) {
  const std::string_view body = packet.body;
  const std::size_t topic = u16_at(body, 0);
  const std::size_t id = (packet.flags >> 1U & 3U) > 0 ? 2 : 0;
  if (body.size() < 2 + topic + id) return false;
  publish = {body.substr(2, topic), body.substr(2 + topic + id),
             id == 0 ? std::uint16_t{0} : u16_at(body, 2 + topic)};
  return true;
}

}  // namespace cartstorm::endpoint_bench
