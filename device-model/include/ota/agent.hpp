#pragma once
#include <type_traits>

#include "ota/command.hpp"
#include "ota/event.hpp"
#include "ota/hardware.hpp"

namespace ota {

/// States of invariants.md section 7 in which application code runs.
enum class State : std::uint8_t {
  starting,      ///< before event::Started was handled
  idle,
  offered,       ///< a job was read and is being accepted
  precheck,      ///< manifest, anchor, server time
  downloading,
  backing_off,   ///< a download pauses before its next try
  verifying,
  staged,        ///< verified; waits for window, power, consent
  armed,         ///< the trial is durable; waits for the reboot
  trial,         ///< first boots of an unconfirmed image
  reporting,     ///< a final status waits for its acceptance
  recovery,      ///< no slot verified
};
inline constexpr std::size_t state_count = 12;
const char* name(State);

/// Policy. Every retry has a bound, a back-off and a reason for giving up.
struct Tuning {
  std::uint8_t trial_attempts = 3;          ///< N; boots of an unconfirmed image
  std::uint8_t probation_resets = 3;        ///< P; watchdog or panic resets after a confirm
  std::uint8_t probation_check_ins = 3;     ///< M; healthy check-ins that end the probation
  std::uint8_t download_retries = 8;        ///< per job, across reboots
  std::uint8_t rollbacks_to_quarantine = 2; ///< R; rolled-back attempts per version
  bool confirm_needs_check_in = true;
  std::uint32_t confirm_within_ms = 600'000;
  std::uint32_t reply_timeout_ms = 20'000;  ///< a Jobs reply, then asked again with a new token
  std::uint32_t body_timeout_ms = 60'000;   ///< no byte of a body
  std::uint32_t backoff_base_ms = 30'000;   ///< doubled per try, jittered to [x/2, x]
  std::uint32_t backoff_cap_ms = 3'600'000;
  std::uint32_t heartbeat_ms = 4 * 3'600'000;
  std::uint32_t start_jitter_ms = 60'000;   ///< spreads the fleet's first request after a notify
  std::uint32_t journal_every_bytes = 64 * 1024;
};

/// The update agent of one cart. It owns no clock, no socket, no heap and no pointer: it is a value
/// that can be copied, compared and thrown away at a power cut. Bytes in, bytes out.
class Agent {
 public:
  /// Handles one event. Bounded: at most one sector erase, 4 KiB of program or 64 KiB of digest,
  /// then it asks to continue. `out` is cleared first.
  void step(Uptime now, const Event& event, Hardware& hardware, const Tuning& tuning,
            Commands& out);

  /// When to call step with event::DeadlineReached; `never` if nothing is awaited. One timer.
  Uptime deadline() const;
  State state() const;
  /// Version of the running image, known once event::Started was handled.
  Version running_version() const;
};

}  // namespace ota
