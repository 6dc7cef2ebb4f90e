#pragma once
#include <string>

#include "ota/boot_record.hpp"
#include "ota/manifest.hpp"
#include "ota/observer.hpp"

/// What somebody who watches a cart from outside sees, besides the facts of ota/observer.hpp. Plain
/// data, so that a test can tell a checker any story.
namespace ota::test::seen {

/// The device object is new: nothing but flash is left of the boot before.
struct Reset {
  ResetCause cause = ResetCause::power_on;
};
/// One call of Flash. `status` of a read is not kept: what was read counts.
struct FlashRead {
  Region region{};
  std::uint32_t offset = 0, size = 0;
};
struct FlashChange {
  Region region{};
  std::uint32_t offset = 0, size = 0;
  bool is_erase = false;
  Status status = Status::ok;
  bool by_bootloader = false;
  bool has_power = true;
};
/// Copies of the boot record that decode, after every change of its region.
struct Copies {
  int whole = 0;
};
/// The boot record that a reader would find from now on.
struct Record {
  BootRecord record{};
  std::uint64_t sequence = 0;
};
/// What a cold start of this very flash would do, with no further fault.
struct ColdStart {
  bool jumps = true;
};
/// A step in which the supply was lost: hardware calls after it, and commands that came out.
struct AfterLoss {
  std::uint32_t calls = 0, effects = 0;
  std::size_t commands = 0;
};
/// One run of the bootloader.
struct BootWork {
  std::uint32_t reads = 0, changes = 0;
};
/// The copy of the boot record on which the decision that follows rests.
struct RestsOn {
  std::uint8_t copy = 0;
};
/// What stands in a slot, read and digested by other code than the cart's.
struct SlotContent {
  Slot slot{};
  Digest digest{};
  Manifest manifest{};
  bool is_for_this_cart = true;
};
struct SelfTest {
  bool passed = true;
};
/// The cloud has a new execution for this cart.
struct Issued {
  std::string job;
  std::uint32_t execution = 1;
  Manifest manifest{};
};
/// Answers that carried the token of the open request.
struct Described {
  bool is_present = false;
  std::string job;
  std::uint32_t execution = 0;
};
struct UpdateAnswered {
  std::string job;
  std::uint32_t execution = 0;
  std::string status;  ///< that was reported
  std::string code;    ///< empty: accepted
  std::uint32_t version_number = 0;
  std::int64_t timestamp = 0;
};
/// The record that follows arms a trial for this job.
struct Arming {
  std::string job;
  std::uint32_t execution = 0;
  Version version{};
  std::uint32_t image_size = 0, trailer_at = 0, trailer_size = 0;
};
struct RollbackAcked {
  OccurrenceId occurrence{};
};
struct Uplink {
  std::string topic, payload;
};
struct Get {};
/// The agent is about to handle an event while the supply is below the floor.
struct LowSupply {};
struct RebootAsked {
  bool is_to_apply = false, has_power = true;
};
/// The hardware lost what no firmware can keep: promises that rest on it are void.
struct Damage {};
/// The trust store after a change.
struct Trust {
  int installed = 1;
};
/// All faults are over, and the time allowed for it has passed.
struct Rest {
  bool all_terminal = true;  ///< every execution, as the cloud sees it
  bool is_idle = true;       ///< the agent
  bool runs_what_is_active = true;
  bool is_outbox_empty = true;  ///< journal, rollback, consent
  bool lacked_a_ca = false;     ///< a job needed a CA that was not there
};

}  // namespace ota::test::seen
