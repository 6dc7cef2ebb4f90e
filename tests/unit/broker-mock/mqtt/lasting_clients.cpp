#include "lasting_clients.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "notation.hpp"

// Written against the standard and not with the broker's codec, so that both do not share a
// mistake.

namespace cartstorm::broker::mqtt::testing {
namespace {

std::string hex_16(std::uint16_t id) { return fmt::format("{:02x} {:02x}", id >> 8, id & 0xff); }

std::uint16_t u16(std::string_view bytes) {
  return static_cast<std::uint16_t>(static_cast<unsigned char>(bytes[0]) << 8 |
                                    static_cast<unsigned char>(bytes[1]));
}

}  // namespace

std::string LastingClient::connect_packet() const {
  const bool is_v5 = protocol_ == Protocol::v5;
  return bytes_of(fmt::format("10 [ <MQTT> 0{} 00 00 00 {} <{}> ]", is_v5 ? 5 : 4,
                              is_v5 ? "[ 11 ff ff ff ff 21 00 04 ]" : "", id_));
}

std::string LastingClient::subscribe_packet(std::string_view filter, std::uint8_t qos) const {
  return bytes_of(
      fmt::format("82 [ 70 01 {} <{}> 0{} ]", protocol_ == Protocol::v5 ? "[ ]" : "", filter, qos));
}

void LastingClient::publish(std::string topic, std::uint8_t qos, std::string payload) {
  const std::uint16_t id = next_id_++;
  Sending& sending = sending_[id];
  sending = {std::move(topic), std::move(payload), qos};
  order_.push_back(id);
  if (is_connected) send(id, sending);
}

void LastingClient::send(std::uint16_t id, Sending& sending) {
  if (sending.is_released) {
    outgoing.push_back(bytes_of(fmt::format("62 02 {}", hex_16(id))));
    return;
  }
  const int flags = sending.qos << 1 | (sending.was_sent ? 8 : 0);
  sending.was_sent = true;
  outgoing.push_back(
      bytes_of(fmt::format("{:02x} [ <{}> {} {} '{}' ]", 0x30 | flags, sending.topic, hex_16(id),
                           protocol_ == Protocol::v5 ? "[ ]" : "", sending.payload)));
}

void LastingClient::lose_link() {
  is_connected = false;
  outgoing.clear();
  partial_.clear();
}

void LastingClient::receive(std::string_view bytes) {
  partial_ += bytes;
  while (partial_.size() >= 2) {
    std::size_t length = 0, at = 1;
    for (unsigned shift = 0;; shift += 7) {
      const auto byte = static_cast<unsigned char>(partial_[at++]);
      length |= static_cast<std::size_t>(byte & 0x7f) << shift;
      if ((byte & 0x80) == 0) break;
    }
    const std::string packet = partial_.substr(0, at + length);
    partial_.erase(0, at + length);
    take(static_cast<std::uint8_t>(packet[0]), std::string_view{packet}.substr(at));
  }
}

void LastingClient::take(std::uint8_t first, std::string_view body) {
  const int type = first >> 4;
  if (type == 2) {
    was_resumed = body[0] == 1;
    is_connected = body[1] == 0;
    for (const std::uint16_t id : order_) send(id, sending_[id]);
  } else if (type == 3) {
    take_publish(first, body);
  } else if (type == 4 || type == 7) {
    sending_.erase(u16(body));
    std::erase(order_, u16(body));
  } else if (type == 5) {
    const auto found = sending_.find(u16(body));
    if (found != sending_.end()) found->second.is_released = true;
    outgoing.push_back(bytes_of(fmt::format("62 02 {}", hex_16(u16(body)))));
  } else if (type == 6) {
    received_.erase(u16(body));
    outgoing.push_back(bytes_of(fmt::format("70 02 {}", hex_16(u16(body)))));
  }
}

void LastingClient::take_publish(std::uint8_t first, std::string_view body) {
  const int qos = first >> 1 & 3;
  const std::size_t topic_bytes = u16(body);
  const std::uint16_t id = u16(body.substr(2 + topic_bytes));
  // All that the broker adds in these runs is an empty list of properties.
  const std::string payload{body.substr(topic_bytes + (protocol_ == Protocol::v5 ? 5 : 4))};
  if (qos == 1) {
    got_1.push_back(payload);
    outgoing.push_back(bytes_of(fmt::format("40 02 {}", hex_16(id))));
  } else {
    if (received_.insert(id).second) got_2.push_back(payload);
    outgoing.push_back(bytes_of(fmt::format("50 02 {}", hex_16(id))));
  }
}

}  // namespace cartstorm::broker::mqtt::testing
