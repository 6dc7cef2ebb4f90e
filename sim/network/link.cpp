#include "sim/network/link.hpp"

#include "sim/kernel/draw.hpp"

namespace cartstorm::sim {
namespace {

constexpr std::int64_t retransmit_us = 1'000'000;
constexpr int most_retransmits = 6;  // then the connection would have been given up
constexpr std::int64_t connect_from_us = 3'000'000;
constexpr std::int64_t connect_until_us = 11'000'000;

std::int64_t delay(const Network& network, std::uint64_t seed, std::uint32_t cart, Purpose purpose,
                   std::uint64_t n) {
  const std::uint64_t bits = draw(seed, cart, purpose, n);
  std::int64_t delay_us = network.latency_us + between(bits, 0, network.jitter_us + 1);
  if (network.loss > 0) {
    for (int i = 0; i < most_retransmits; ++i) {
      const auto index = n * most_retransmits + static_cast<std::uint64_t>(i);
      const auto salt = static_cast<std::uint64_t>(purpose) << 56;
      if (!happens(draw(seed, cart, Purpose::message_loss, index ^ salt), network.loss)) {
        break;
      }
      delay_us += retransmit_us << i;
    }
  }
  return delay_us;
}

}  // namespace

std::int64_t Link::uplink_us(std::uint32_t cart, std::uint64_t n) const {
  return delay(network_, seed_, cart, Purpose::uplink_latency, n);
}

std::int64_t Link::downlink_us(std::uint32_t cart, std::uint64_t n) const {
  return delay(network_, seed_, cart, Purpose::downlink_latency, n);
}

std::int64_t Link::http_us(std::uint32_t cart, std::uint64_t n) const {
  return delay(network_, seed_, cart, Purpose::http_latency, n);
}

std::int64_t Link::transfer_us(std::uint64_t bytes) const {
  return static_cast<std::int64_t>(bytes * 1'000'000 / network_.bandwidth_bytes_per_s);
}

std::int64_t Link::connect_us(std::uint32_t cart, std::uint64_t n) const {
  return between(draw(seed_, cart, Purpose::connect_delay, n), connect_from_us, connect_until_us);
}

}  // namespace cartstorm::sim
