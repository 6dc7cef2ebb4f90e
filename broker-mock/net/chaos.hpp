#pragma once
#include <string>
#include <string_view>

#include "broker-mock/net/wire_chaos.hpp"
#include "broker-mock/s3/chaos.hpp"

namespace cartstorm::broker::net {

enum class ServerCertificate : std::uint8_t { valid, expired, wrong_name, unknown_ca };

/// All that the endpoint can be told to do wrong. A scenario, a test or a person sets it as a
/// whole; what is not named is off.
struct Chaos {
  WireChaos mqtt, http;
  PacketChaos packets;
  ApiChaos control, data;  ///< of the IoT control plane; of the Jobs data plane and Publish
  s3::Chaos s3;
  ServerCertificate certificate = ServerCertificate::valid;
  bool disk_full = false;     ///< the endpoint stops as soon as it cannot keep what it should
  std::uint32_t backlog = 0;  ///< connections that may wait to be accepted; 0: 4096
};

/// `{"mqtt": {"latency_ms": 200}, "s3": {"slow_down": 100}}`. Empty, or what is wrong and where.
std::string read_chaos(std::string_view json, Chaos& chaos);
/// The same shape, with everything that is on; `{}`: nothing.
std::string show_chaos(const Chaos& chaos);

}  // namespace cartstorm::broker::net
