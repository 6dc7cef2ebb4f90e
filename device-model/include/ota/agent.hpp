#pragma once
#include <type_traits>

#include "ota/command.hpp"
#include "ota/event.hpp"
#include "ota/hardware.hpp"

namespace ota {

/// States of invariants.md section 7 in which application code runs.
enum class State : std::uint8_t {
  starting,  ///< before event::Started was handled
  idle,
  offered,   ///< a job was read and is being accepted
  precheck,  ///< manifest, anchor, server time
  downloading,
  backing_off,  ///< a download pauses before its next try
  verifying,
  staged,     ///< verified; waits for window, power, consent
  armed,      ///< the trial is durable; waits for the reboot
  trial,      ///< first boots of an unconfirmed image
  reporting,  ///< a final status waits for its acceptance
  recovery,   ///< no slot verified
};
inline constexpr std::size_t state_count = 12;
const char* name(State);

/// Policy. Every retry has a bound, a back-off and a reason for giving up.
struct Tuning {
  std::uint8_t trial_attempts = 3;           ///< N; boots of an unconfirmed image
  std::uint8_t probation_resets = 3;         ///< P; watchdog or panic resets after a confirm
  std::uint8_t probation_check_ins = 3;      ///< M; healthy check-ins that end the probation
  std::uint8_t download_retries = 8;         ///< per job, across reboots
  std::uint8_t rollbacks_to_quarantine = 2;  ///< R; rolled-back attempts per version
  std::uint8_t attempts_per_window = 4;      ///< installs tried per version, whatever came of them
  bool confirm_needs_check_in = true;
  std::uint32_t attempt_window_s = 24 * 3'600;
  std::uint32_t confirm_within_ms = 600'000;
  std::uint32_t reply_timeout_ms = 20'000;  ///< a Jobs reply, then asked again with a new token
  std::uint32_t body_timeout_ms = 60'000;   ///< no byte of a body
  std::uint32_t backoff_base_ms = 30'000;   ///< doubled per try, jittered to [x/2, x]
  std::uint32_t backoff_cap_ms = 3'600'000;
  std::uint32_t heartbeat_ms = 12 * 3'600'000;
  std::uint32_t start_jitter_ms = 60'000;  ///< spreads the fleet's first request after a notify
  std::uint32_t journal_every_bytes = 64 * 1024;
  std::uint32_t restart_takes_s = 600;     ///< must fit into what is left of a window
  std::uint32_t window_poll_s = 6 * 3600;  ///< longest pause before a closed window is looked at
};

/// What the agent knows between two steps, all of it lost at a reset. Plain data: no pointer, no
/// text, no clock. Everything that must survive stands in the journal and the boot record.
struct AgentMemory {
  /// The Jobs request whose reply is awaited; one at a time.
  enum class Request : std::uint8_t { none, describe, update };
  /// What the HTTP connection is expected to bring next.
  enum class Http : std::uint8_t { closed, head, body, error_body };
  /// What the next event::Continue is for.
  enum class Work : std::uint8_t {
    none,
    erase,
    decode,
    journal,
    digest,
    trailer_erase,
    trailer_program,
  };
  enum class SelfTest : std::uint8_t { none, running, passed };

  State state = State::starting;
  Slot slot = Slot::a;
  Request request = Request::none;
  Http http = Http::closed;
  Work work = Work::none;
  SelfTest self_test = SelfTest::none;
  RollbackReason give_up = RollbackReason::none;  ///< of the trial; waits to be written
  Reason refusal = Reason::none;  ///< of a document that cannot be read: its head was asked for

  bool is_in_recovery = false;
  bool is_linked = false;
  bool is_opted_in = true;
  bool may_restart = true;
  bool is_consent_unsent = false;
  bool has_checked_in = false;
  bool is_on_probation = false;
  bool is_rollback_pending = false;
  bool has_waited = false;          ///< the pause before another try of a version is over
  bool must_ask_again = false;      ///< a notification came while a request was open
  bool has_begun = false;           ///< to write the slot, in this boot
  bool is_reply_malformed = false;  ///< the open request was answered with nonsense
  bool is_leaving = false;          ///< a reboot was asked for; nothing else happens in this boot

  std::uint8_t request_tries = 0;
  std::uint8_t malformed_replies = 0;  ///< requests in a row that were answered with nonsense
  std::uint8_t refused_updates = 0;    ///< since one was accepted
  std::uint8_t wait_tries = 0;
  std::uint8_t expired_tries = 0;
  std::uint8_t rollback_tries = 0;
  std::uint8_t quarters_reported = 0;

  Version version{};
  std::uint32_t security_version = 0;
  std::uint32_t expected_version = 0;  ///< versionNumber of the execution, 0: not known
  std::uint32_t image_size = 0;        ///< bytes
  std::uint32_t position = 0;          ///< bytes programmed, or digested while verifying
  std::uint32_t erased_to = 0;         ///< end of the erased sectors
  std::uint32_t watermark = 0;         ///< as journaled

  std::uint64_t token = 0;
  UnixTime server_time{};  ///< of the reply that carried our token; 0: it named none

  Uptime reply_by = never;
  Uptime body_by = never;
  Uptime retry_at = never;
  Uptime power_wait_ends = never;  ///< equal to retry_at: what is waited for is the supply
  Uptime heartbeat_at = never;
  Uptime rollback_at = never;
  Uptime confirm_by = never;
  Uptime check_in_counts_at{};  ///< earliest time of the next probation check-in

  bool operator==(const AgentMemory&) const = default;
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
  State state() const { return memory_.state; }
  /// For whoever compares or prints states; nothing that runs a cart needs it.
  const AgentMemory& memory() const { return memory_; }
  /// Version of the running image, known once event::Started was handled.
  Version running_version() const { return memory_.version; }

  bool operator==(const Agent&) const = default;

 private:
  AgentMemory memory_;
};
static_assert(sizeof(Agent) <= 256);
static_assert(std::is_trivially_copyable_v<Agent>);

}  // namespace ota
