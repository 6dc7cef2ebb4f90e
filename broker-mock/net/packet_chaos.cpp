#include "broker-mock/net/packet_chaos.hpp"

namespace cartstorm::broker::net {
namespace {

unsigned type_of(std::string_view packet) {
  return packet.empty() ? 0U : static_cast<unsigned char>(packet[0]) >> 4U;
}

/// The topic of a PUBLISH; empty if it is cut short.
std::string_view topic_of(std::string_view packet) {
  std::size_t at = 1;
  while (at < packet.size() && (static_cast<unsigned char>(packet[at]) & 0x80U) != 0) ++at;
  ++at;
  if (packet.size() < at + 2) return {};
  const auto size = static_cast<std::size_t>(static_cast<unsigned char>(packet[at]) << 8U |
                                             static_cast<unsigned char>(packet[at + 1]));
  return packet.substr(at + 2, size);
}

bool is_notification(std::string_view packet) {
  constexpr unsigned publish = 3;
  if (type_of(packet) != publish) return false;
  const std::string_view topic = topic_of(packet);
  return topic.ends_with("/jobs/notify") || topic.ends_with("/jobs/notify-next");
}

}  // namespace

PacketFate PacketDice::cast(const PacketChaos& chaos, std::string_view packet) {
  if (!chaos.strikes_packets()) return PacketFate::sent;  // as a rule; nobody looks at topics then
  constexpr unsigned puback = 4;
  const auto draw_one = [this](std::uint32_t lost, std::uint32_t doubled, std::uint32_t late) {
    if (dice_.strikes(lost)) return PacketFate::lost;
    if (dice_.strikes(doubled)) return PacketFate::doubled;
    return dice_.strikes(late) ? PacketFate::late : PacketFate::sent;
  };
  if (type_of(packet) == puback) {
    return draw_one(chaos.lost_puback, chaos.doubled_puback, chaos.late_puback);
  }
  if (!is_notification(packet)) return PacketFate::sent;
  return draw_one(chaos.lost_notify, chaos.doubled_notify, chaos.late_notify);
}

}  // namespace cartstorm::broker::net
