#pragma once
#include <cstdint>

namespace cartstorm::sim {

/// What a random draw decides. Part of the hash, so that a new kind of draw reshuffles no other.
enum class Purpose : std::uint32_t {
  profile,
  power_on_jitter,
  connect_delay,
  uplink_latency,
  downlink_latency,
  http_latency,
  message_loss,
  device_random,
  error_gap,
  error_code,
  fault_who,
  fault_when,
  torn_shape,
  torn_content,
  metric_lost,
  image_content,
  key,
  self_test,
  cut_in_flight,
  simulated_errors,
  metric_fate,
  metric_delay,
  factory_image,
};

/// Stateless: the same (seed, who, purpose, n) gives the same 64 bits in any order of asking, so a
/// fault added to a scenario does not disturb the draws of the others.
std::uint64_t draw(std::uint64_t seed, std::uint64_t who, Purpose purpose, std::uint64_t n);

/// Maps 64 random bits to [0, bound) without bias worth mentioning (multiply-shift). bound > 0.
std::uint64_t below(std::uint64_t bits, std::uint64_t bound);

/// Maps 64 random bits to [from, until); `from` if the interval is empty.
std::int64_t between(std::uint64_t bits, std::int64_t from, std::int64_t until);

/// True for `share` (0..1) of all bits.
bool happens(std::uint64_t bits, double share);

/// Exponential gap with the given mean. Built from + - * / alone, so that every compiler and
/// library gives the same number.
std::int64_t exponential(std::uint64_t bits, std::int64_t mean);

}  // namespace cartstorm::sim
