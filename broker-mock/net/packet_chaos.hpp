#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "broker-mock/mqtt/ports.hpp"
#include "broker-mock/net/wire_chaos.hpp"

namespace cartstorm::broker::net {

/// What becomes of one packet that is about to be sent.
enum class PacketFate : std::uint8_t { sent, lost, doubled, late };

/// Draws fates, by a counter and a seed: a run of tests can be repeated.
class PacketDice {
 public:
  explicit PacketDice(std::uint64_t seed) : seed_{seed} {}
  /// `packet` is one whole MQTT control packet.
  PacketFate cast(const PacketChaos& chaos, std::string_view packet);

 private:
  bool strikes(std::uint32_t per_mille);
  std::uint64_t seed_;
  std::uint64_t draws_ = 0;
};

}  // namespace cartstorm::broker::net
