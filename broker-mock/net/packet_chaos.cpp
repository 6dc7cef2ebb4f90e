#include "broker-mock/net/packet_chaos.hpp"

#include "broker-mock/base/draw.hpp"

namespace cartstorm::broker::net {
namespace {

constexpr std::uint64_t purpose = hash_of("packet chaos");

unsigned type_of(std::string_view packet) {
  return packet.empty() ? 0U : static_cast<unsigned char>(packet[0]) >> 4U;
}

/// The topic of a PUBLISH; empty if it has none (an alias stands for it).
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

bool PacketDice::strikes(std::uint32_t per_mille) {
  return per_mille > 0 && draw(seed_, purpose, draws_++) % 1000 < per_mille;
}

PacketFate PacketDice::cast(const PacketChaos& chaos, std::string_view packet) {
  const std::uint32_t any = chaos.lost_puback | chaos.doubled_puback | chaos.lost_notify |
                            chaos.doubled_notify | chaos.late_notify;
  if (any == 0) return PacketFate::sent;  // as a rule; nobody looks at topics then
  constexpr unsigned puback = 4;
  if (type_of(packet) == puback) {
    if (strikes(chaos.lost_puback)) return PacketFate::lost;
    return strikes(chaos.doubled_puback) ? PacketFate::doubled : PacketFate::sent;
  }
  if (!is_notification(packet)) return PacketFate::sent;
  if (strikes(chaos.lost_notify)) return PacketFate::lost;
  if (strikes(chaos.doubled_notify)) return PacketFate::doubled;
  return strikes(chaos.late_notify) ? PacketFate::late : PacketFate::sent;
}

}  // namespace cartstorm::broker::net
