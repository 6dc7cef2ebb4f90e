#pragma once
#include <string_view>

#include "ota/boot_record.hpp"
#include "ota/observer.hpp"

/// What somebody who watches a cart from outside sees, besides the facts of ota/observer.hpp. Plain
/// data, so that an exploration, a storm and a test can tell a checker any story. Texts are only
/// looked at while they are told.
namespace cartstorm::sim::explore::seen {

/// The device object is new: nothing but flash is left of the boot before.
struct Reset {
  ota::ResetCause cause = ota::ResetCause::power_on;
};
/// One call of Flash that brought bytes. A digest that was remembered instead of read is told as
/// the read that it stands for.
struct FlashRead {
  ota::Region region{};
  std::uint32_t offset = 0, size = 0;  ///< bytes
};
struct FlashChange {
  ota::Region region{};
  std::uint32_t offset = 0, size = 0;  ///< bytes
  bool is_erase = false;
  ota::Status status = ota::Status::ok;
  bool by_bootloader = false;
  bool has_power = true;  ///< the supply was above its floor
  bool has_begun = true;  ///< false: the supply failed before the part did anything
};
/// Cells that a cut left marginal read differently from now on.
struct Flip {
  ota::Region region{};
  std::uint32_t offset = 0;  ///< bytes, of the first of them
};
/// Copies of the boot record that decode, after every change of its region.
struct Copies {
  int whole = 0;
};
/// The boot record that a reader would find from now on.
struct Record {
  ota::BootRecord record{};
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
/// What stands in a slot, read and digested by other code than the cart's. Void after the next
/// change of the slot, so it is told again before anything is said of the slot.
struct SlotContent {
  ota::Slot slot{};
  ota::Digest digest{};
  ota::Version version{};
  std::uint32_t security_version = 0;
  bool is_as_signed = false;  ///< digest and cart are those that the manifest names
};
struct SelfTest {
  bool passed = true;
};
/// The cloud has a new execution for this cart, of an image with these dates.
struct Issued {
  std::string_view job;
  std::uint32_t execution = 1;
  ota::UnixTime issued{}, expires{};
};
/// The cart is told what its owner wants.
struct Consent {
  bool is_opted_in = true;
};
/// Answers that carried the token of the open request.
struct Described {
  bool is_present = false;
  std::string_view job;
  std::uint32_t execution = 0;
};
enum class Answer : std::uint8_t { accepted, conflict, refused };
struct UpdateAnswered {
  std::string_view job;
  std::uint32_t execution = 0;
  bool was_final = false;  ///< what was reported ends the execution
  Answer answer = Answer::accepted;
  std::uint32_t version_number = 0;  ///< of a conflict, 0 if it named none
  ota::UnixTime timestamp{};
};
/// The record that follows arms a trial for this job. Told once per attempt.
struct Arming {
  std::string_view job;
  std::uint32_t execution = 0;
  ota::Version version{};
  ota::Slot slot{};
  std::uint32_t image_size = 0, trailer_at = 0, trailer_size = 0;  ///< bytes
};
struct RollbackAcked {
  ota::OccurrenceId occurrence{};
};
struct Uplink {
  std::string_view topic, payload;
};
struct Get {};
/// The agent is about to handle an event while the supply is below the floor.
struct LowSupply {};
struct RebootAsked {
  bool is_to_apply = false, has_power = true;
};
/// The hardware lost what no firmware can keep: promises that rest on it are void.
struct Damage {
  bool is_lasting = false;  ///< the part itself is faulty: what it was given may be gone again
};
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

}  // namespace cartstorm::sim::explore::seen
