#pragma once
#include <cstdint>

namespace cartstorm::broker::net {

/// How a listener treats its connections, switchable while it runs. All zero: as well as it can.
struct WireChaos {
  std::uint32_t latency_ms = 0;        ///< every answer waits this long
  std::uint64_t bytes_per_second = 0;  ///< of every connection; 0: no bound
  bool stops_reading = false;          ///< the peer's bytes stay in the kernel
  bool refuses = false;                ///< new connections are reset at once
  bool half_open = false;              ///< new connections are accepted and never answered
};

/// What happens to packets on their way down, per mille.
struct PacketChaos {
  std::uint32_t lost_puback = 0, doubled_puback = 0;
  std::uint32_t lost_notify = 0, doubled_notify = 0;  ///< of Jobs, notify and notify-next
  std::uint32_t late_notify = 0;                      ///< overtaken by the next packet of its link
};

}  // namespace cartstorm::broker::net
