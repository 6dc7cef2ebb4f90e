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
  /// Connections that are open when it is set: neither read nor answered nor closed, and reset when
  /// it is over. Those that come later are served.
  bool silences = false;
};

/// What happens to packets on their way down, per mille.
struct PacketChaos {
  std::uint32_t lost_puback = 0, doubled_puback = 0;
  std::uint32_t late_puback = 0;                      ///< overtaken by the next packet of its link
  std::uint32_t lost_notify = 0, doubled_notify = 0;  ///< of Jobs, notify and notify-next
  std::uint32_t late_notify = 0;                      ///< overtaken by the next packet of its link
  std::uint32_t refused_connect = 0;                  ///< CONNACK: server unavailable, 3 or 0x88

  bool strikes_notifications() const { return (lost_notify | doubled_notify | late_notify) != 0; }
  bool strikes_packets() const {
    return (lost_puback | doubled_puback | late_puback) != 0 || strikes_notifications();
  }
};

/// What calls of the IoT services over HTTP get instead of an answer, per mille. Nothing of such a
/// call is done.
struct ApiChaos {
  std::uint32_t internal_error = 0;  ///< 500 InternalFailureException
  std::uint32_t unavailable = 0;     ///< 503 ServiceUnavailableException
  std::uint32_t throttled = 0;       ///< ThrottlingException, 400 or 429 as the plane has it
};

}  // namespace cartstorm::broker::net
