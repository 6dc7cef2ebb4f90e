#include "tests/unit/broker-net/support/mqtt_client.hpp"

namespace cartstorm::broker::net {
namespace {

unsigned byte_at(std::string_view text, std::size_t at) {
  return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
}

std::string number(std::uint16_t value) {
  return {static_cast<char>(value >> 8U), static_cast<char>(value & 0xffU)};
}

std::string prefixed(std::string_view text) {
  return number(static_cast<std::uint16_t>(text.size())) + std::string{text};
}

std::size_t topic_size(std::string_view body) { return byte_at(body, 0) << 8U | byte_at(body, 1); }

}  // namespace

std::string Packet::topic() const { return body.substr(2, topic_size(body)); }

std::string Packet::payload() const {
  const std::size_t has_id = (flags & 6U) != 0 ? 2 : 0;
  return body.substr(2 + topic_size(body) + has_id);
}

std::uint16_t Packet::id() const {
  const std::size_t at = type == 3 ? 2 + topic_size(body) : 0;
  return static_cast<std::uint16_t>(byte_at(body, at) << 8U | byte_at(body, at + 1));
}

void MqttClient::send(unsigned first, std::string_view body) {
  std::string packet(1, static_cast<char>(first));
  std::size_t size = body.size();
  do {
    const auto digit = static_cast<unsigned>(size & 0x7fU);
    size >>= 7U;
    packet += static_cast<char>(size > 0 ? digit | 0x80U : digit);
  } while (size > 0);
  client_.send(packet.append(body));
}

int MqttClient::connect(std::string_view client_id, bool is_clean, std::uint16_t keep_alive_s) {
  std::string body = prefixed("MQTT") + '\x04';
  body += is_clean ? '\x02' : '\x00';
  send(0x10, body + number(keep_alive_s) + prefixed(client_id));
  return read_connack();
}

int MqttClient::connect_with_will(std::string_view client_id, std::string_view topic,
                                  std::string_view payload) {
  send(0x10, prefixed("MQTT") + "\x04\x06" + number(60) + prefixed(client_id) + prefixed(topic) +
                 prefixed(payload));
  return read_connack();
}

int MqttClient::connect_v5(std::string_view client_id, std::uint16_t aliases) {
  is_v5_ = true;
  const std::string properties = std::string{"\x22"} + number(aliases);  // topic alias maximum
  send(0x10,
       prefixed("MQTT") + "\x05\x02" + number(60) + "\x03" + properties + prefixed(client_id));
  return read_connack();
}

int MqttClient::read_connack() {
  const Packet answer = next();
  if (answer.type != 2) return -1;
  had_session_ = byte_at(answer.body, 0) == 1;
  return static_cast<int>(byte_at(answer.body, 1));
}

void MqttClient::subscribe(std::string_view filter, unsigned qos) {
  const std::string no_properties(is_v5_ ? 1 : 0, '\0');
  send(0x82, number(++last_id_) + no_properties + prefixed(filter) + static_cast<char>(qos));
  next();
}

void MqttClient::publish(std::string_view topic, std::string_view payload, unsigned qos,
                         std::uint16_t id) {
  const std::string no_properties(is_v5_ ? 1 : 0, '\0');
  send(0x30U | qos << 1U,
       prefixed(topic) + (qos > 0 ? number(id) : "") + no_properties + std::string{payload});
}

bool MqttClient::publish_safely(std::string_view topic, std::string_view payload) {
  if (++last_id_ == 0) ++last_id_;
  publish(topic, payload, 1, last_id_);
  for (;;) {
    const Packet packet = next();
    if (packet.type == 0) return false;
    if (packet.type == 4 && packet.id() == last_id_) return true;
  }
}

void MqttClient::acknowledge(std::uint16_t id) { send(0x40, number(id)); }

void MqttClient::disconnect() { send(0xe0, {}); }

Packet MqttClient::next() {
  Packet packet;
  const std::string first = client_.read(1);
  if (first.empty()) return packet;
  packet.type = byte_at(first, 0) >> 4U;
  packet.flags = byte_at(first, 0) & 0xfU;
  std::size_t size = 0;
  for (unsigned shift = 0;; shift += 7) {
    const unsigned digit = byte_at(client_.read(1), 0);
    size |= std::size_t{digit & 0x7fU} << shift;
    if ((digit & 0x80U) == 0) break;
  }
  packet.body = client_.read(size);
  return packet;
}

Packet MqttClient::next_message() {
  Packet packet = next();
  while (packet.type != 3 && packet.type != 0) packet = next();
  return packet;
}

}  // namespace cartstorm::broker::net
