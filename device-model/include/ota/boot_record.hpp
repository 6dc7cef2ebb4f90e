#pragma once
#include "ota/record.hpp"

namespace ota {

/// What the boot record pins of one slot. Judged once, before arming; every boot compares.
struct SlotPin {
  Version version{};
  std::uint32_t security_version = 0;
  Digest image{};    ///< SHA-256 of the image
  Digest trailer{};  ///< SHA-256 of the trailer: manifest, chain length and chain

  bool operator==(const SlotPin&) const = default;
};

/// A give-up decision that the cloud has not acknowledged yet.
struct PendingRollback {
  bool is_pending = false;
  RollbackReason reason = RollbackReason::none;
  Version from{};
  Version to{};
  OccurrenceId occurrence{};
  std::uint64_t attempt = 0;

  bool operator==(const PendingRollback&) const = default;
};

enum class Trial : std::uint8_t { none, a, b };
constexpr Trial trial_of(Slot slot) { return slot == Slot::a ? Trial::a : Trial::b; }
constexpr Slot slot_of(Trial trial) { return trial == Trial::b ? Slot::b : Slot::a; }
constexpr std::uint8_t mask_of(Slot slot) { return slot == Slot::a ? 1 : 2; }

/// The durable facts that bootloader and application share; its write is the commit point. At
/// most one of them writes per boot phase: the bootloader spends attempts and gives up, the
/// application invalidates, arms, confirms and acknowledges.
struct BootRecord {
  Slot active = Slot::a;            ///< last confirmed slot
  Trial trial = Trial::none;        ///< armed or running
  std::uint8_t attempts_left = 0;   ///< boots of the trial that may still happen
  std::uint8_t probation_left = 0;  ///< 0: no probation
  std::uint8_t check_ins_left = 0;  ///< healthy check-ins until the probation ends
  std::uint8_t confirmed_mask = 0;  ///< bit per slot that was confirmed and not rewritten since
  std::uint8_t invalid_mask = 0;    ///< bit per slot that must not be booted
  RollbackReason give_up = RollbackReason::none;  ///< asked for by the application
  std::uint32_t security_floor = 0;
  std::uint64_t attempt = 0;  ///< number of the newest attempt
  SlotPin slots[2];
  PendingRollback rollback;

  SlotPin& pin(Slot slot) { return slots[static_cast<std::size_t>(slot)]; }
  const SlotPin& pin(Slot slot) const { return slots[static_cast<std::size_t>(slot)]; }
  bool is_bootable(Slot slot) const {
    return (confirmed_mask & ~invalid_mask & mask_of(slot)) != 0;
  }
  bool operator==(const BootRecord&) const = default;
};

inline constexpr RecordFormat boot_record_format{Region::boot_record, 0x31424f43 /* "COB1" */, 1,
                                                 190};

/// Statuses as load_record; a body with a value out of its range is not_found.
Status load(Flash&, BootRecord&, RecordPlace&, RecordCare = RecordCare::newest);
/// Statuses as store_record.
Status store(Flash&, const BootRecord&, RecordPlace&);
/// Factory and rebuild: writes both copies, whatever is there. Sequences are first_sequence and
/// the next one.
Status format(Flash&, const BootRecord&, std::uint64_t first_sequence);

}  // namespace ota
