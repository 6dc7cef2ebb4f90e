#pragma once
#include <cstdint>
#include <string_view>

#include "broker-mock/net/dice.hpp"
#include "broker-mock/net/wire_chaos.hpp"

namespace cartstorm::broker::net {

/// What becomes of one packet that is about to be sent.
enum class PacketFate : std::uint8_t { sent, lost, doubled, late };

/// Draws the fates of packets.
class PacketDice {
 public:
  explicit PacketDice(std::uint64_t seed) : dice_{seed, hash_of("packet chaos")} {}
  /// `packet` is one whole MQTT control packet. Notifications are told by their topic, so it must
  /// be there: while they are struck, the broker uses no aliases.
  PacketFate cast(const PacketChaos& chaos, std::string_view packet);

 private:
  Dice dice_;
};

}  // namespace cartstorm::broker::net
