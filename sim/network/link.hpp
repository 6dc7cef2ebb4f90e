#pragma once
#include <cstdint>

#include "sim/scenario/scenario.hpp"

namespace cartstorm::sim {

/// How long messages take between one cart and the cloud. Loss shows as delay: MQTT at QoS 1 runs
/// over TCP, so a lost segment is sent again, it does not vanish.
class Link {
 public:
  Link(const Network& network, std::uint64_t seed) : network_(network), seed_(seed) {}

  /// `n` numbers the messages of the cart in that direction.
  std::int64_t uplink_us(std::uint32_t cart, std::uint64_t n) const;
  std::int64_t downlink_us(std::uint32_t cart, std::uint64_t n) const;
  std::int64_t http_us(std::uint32_t cart, std::uint64_t n) const;
  /// Time that `bytes` of a body take to arrive.
  std::int64_t transfer_us(std::uint64_t bytes) const;
  /// From power-on of the modem to a subscribed MQTT connection: 3 to 11 s.
  std::int64_t connect_us(std::uint32_t cart, std::uint64_t n) const;

 private:
  Network network_;
  std::uint64_t seed_;
};

}  // namespace cartstorm::sim
