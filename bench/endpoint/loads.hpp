#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "bench/endpoint/broker.hpp"
#include "bench/endpoint/link.hpp"

namespace cartstorm::endpoint_bench {

struct Sizes {
  std::uint32_t connects = 1'000;
  std::uint32_t idle = 2'000;
  std::uint32_t publishers = 1'000;
  std::uint32_t messages = 100'000;
  std::uint32_t round_trips = 600;  ///< per broker, link and run
  std::uint32_t storm = 5'000;
  std::uint32_t crowd = 10'000;
  std::uint32_t idle_ms = 2'000;  ///< how long the idle ones are watched
};

/// One load on one broker. Values go to their rows; empty, or what went wrong.
struct Sample {
  double value = 0;        ///< of the row's unit
  double generator_s = 0;  ///< CPU of this process for one of whatever the row counts
};
using Samples = std::map<std::string, Sample>;

/// A fresh broker of either kind and the clients' settings.
struct Stage {
  Broker& broker;
  SSL_CTX* tls;
  const Sizes& sizes;
};

/// `connect_full`, `connect_resumed`: broker CPU milliseconds per connection.
std::string load_connects(const Stage& stage, Samples& samples);
/// `idle_memory`: KiB of resident memory per connection; `idle_cpu`: % of a core that
/// they take.
std::string load_idle(const Stage& stage, Samples& samples);
/// `fan_in_plain`, `fan_in_tls`: messages per broker CPU second; `..._wall`: per second.
std::string load_fan_in(const Stage& stage, Samples& samples);
/// `puback_*`, `response_*`: p50 in microseconds. The two brokers take turns in short rounds: what
/// else runs on the machine hits both.
std::string load_round_trips(const std::vector<Stage>& stages, std::vector<Samples>& samples);
/// `storm_full`, `storm_resumed`: seconds from the reset to the last CONNACK; `storm_*_cpu`;
/// `storm_overflows`.
std::string load_storm(const Stage& stage, Samples& samples);
/// `crowd_connected`: carts that are connected over TLS, have published once and stayed.
std::string load_crowd(const Stage& stage, Samples& samples);

}  // namespace cartstorm::endpoint_bench
