#include <algorithm>

#include "ota/boot.hpp"
#include "ota/observer.hpp"
#include "slot_check.hpp"

namespace ota {
namespace {

/// Probation and check-ins of a record that had to be rebuilt: no policy is at hand in the
/// bootloader, so these are the defaults of Tuning.
constexpr std::uint8_t rebuilt_probation = 3;
constexpr std::uint8_t rebuilt_check_ins = 3;

class Bootloader {
 public:
  Bootloader(Hardware& hardware, ResetCause cause, BootDecision& out)
      : hardware_(hardware), cause_(cause), out_(out) {}

  Status run() {
    Status status = load(hardware_.flash, record_, place_, RecordCare::both);
    if (status == Status::not_found) {
      return rebuild();
    }
    if (status == Status::ok) {
      status = commit_unclean_start();
    }
    if (status == Status::ok) {
      status = record_.trial != Trial::none ? boot_trial() : boot_confirmed();
    }
    return status;
  }

 private:
  /// Something that a cut left behind is made whole before any decision rests on it. A part that
  /// cannot be written any more must still boot, so only a power cut stops the boot here.
  Status commit_unclean_start() {
    if (!place_.needs_commit) {
      return Status::ok;
    }
    return store(hardware_.flash, record_, place_) == Status::power_lost ? Status::power_lost
                                                                         : Status::ok;
  }

  Status boot_trial() {
    const Slot slot = slot_of(record_.trial);
    if (record_.attempts_left == 0) {
      return give_up(slot, record_.give_up != RollbackReason::none
                               ? record_.give_up
                               : RollbackReason::attempts_spent);
    }
    const Status verified = check_pinned(hardware_, record_, slot);
    if (verified == Status::power_lost) {
      return verified;
    }
    if (verified != Status::ok) {
      return give_up(slot, RollbackReason::verify_failed);
    }
    const std::uint8_t before = record_.attempts_left;
    // The attempt is spent before the jump, not after: an image that crashes before its first
    // instruction of ours must still run out of attempts.
    --record_.attempts_left;
    const Status stored = store(hardware_.flash, record_, place_);
    if (stored == Status::io_error) {
      record_.attempts_left = before;
      return boot_confirmed();
    }
    if (stored != Status::ok) {
      return stored;
    }
    return decide(slot, BootReason::trial, before);
  }

  /// Ends the trial in one record, together with the rollback that the cloud must hear of.
  Status give_up(Slot slot, RollbackReason reason) {
    end_attempt(slot, record_.active, reason);
    const Status stored = store(hardware_.flash, record_, place_);
    if (stored == Status::power_lost) {
      return stored;
    }
    if (stored == Status::ok) {
      announce_rollback();
    }
    return boot_confirmed();
  }

  void end_attempt(Slot from, Slot to, RollbackReason reason) {
    record_.trial = Trial::none;
    record_.attempts_left = 0;
    record_.probation_left = 0;
    record_.check_ins_left = 0;
    record_.give_up = RollbackReason::none;
    record_.active = to;
    record_.invalid_mask |= mask_of(from);
    record_.confirmed_mask &= static_cast<std::uint8_t>(~mask_of(from));
    // The number of the record that decides: unique on this cart, because sequences only grow.
    record_.rollback = {true,
                        reason,
                        record_.pin(from).version,
                        record_.pin(to).version,
                        {place_.sequence + 1},
                        record_.attempt};
  }

  void announce_rollback() {
    const PendingRollback& r = record_.rollback;
    hardware_.observer.on(fact::RolledBack{r.from, r.to, r.reason, r.occurrence});
  }

  Status boot_confirmed() {
    const bool is_crash = cause_ == ResetCause::watchdog || cause_ == ResetCause::panic;
    if (record_.trial == Trial::none && record_.probation_left > 0 && is_crash) {
      const Status status = spend_probation();
      if (status != Status::ok || has_decided_) {
        return status;
      }
    }
    if (record_.is_bootable(record_.active)) {
      const Status verified = check_pinned(hardware_, record_, record_.active);
      if (verified != Status::rejected) {
        return verified == Status::ok ? decide(record_.active, BootReason::confirmed, 0) : verified;
      }
    }
    return fall_back();
  }

  /// One crash of a freshly confirmed image. The last one moves to the other slot, if that
  /// verifies, and stores the rollback in the same record.
  Status spend_probation() {
    const Slot from = record_.active;
    const Slot to = other(from);
    --record_.probation_left;
    bool moves = record_.probation_left == 0 && record_.is_bootable(to);
    if (moves) {
      const Status verified = check_pinned(hardware_, record_, to);
      if (verified == Status::power_lost) {
        return verified;
      }
      moves = verified == Status::ok;
    }
    if (moves) {
      end_attempt(from, to, RollbackReason::after_confirm);
    }
    const Status stored = store(hardware_.flash, record_, place_);
    if (stored == Status::power_lost) {
      return stored;
    }
    if (record_.probation_left == 0 && !moves) {
      out_.note = BootNote::no_fallback;
    }
    if (moves) {
      if (stored == Status::ok) {
        announce_rollback();
      }
      return decide(to, BootReason::fallback, 0);
    }
    return Status::ok;
  }

  /// The confirmed slot is damaged. This is no rollback: nobody gave the image up.
  Status fall_back() {
    const Slot damaged = record_.active;
    const Slot slot = other(damaged);
    const bool may_boot = record_.is_bootable(slot) && record_.trial != trial_of(slot);
    const Status verified = may_boot ? check_pinned(hardware_, record_, slot) : Status::rejected;
    if (verified == Status::power_lost) {
      return verified;
    }
    if (verified != Status::ok) {
      return decide(damaged, BootReason::recovery, 0);
    }
    record_.active = slot;
    record_.probation_left = 0;
    record_.check_ins_left = 0;
    record_.invalid_mask |= mask_of(damaged);
    if (store(hardware_.flash, record_, place_) == Status::power_lost) {
      return Status::power_lost;
    }
    out_.note = BootNote::fallback_bitrot;
    return decide(slot, BootReason::fallback, 0);
  }

  /// Both records are lost: the trailers are all that is left. The highest security version wins,
  /// then the higher version, on probation when the other slot can take over.
  Status rebuild() {
    TrustStore trust;
    RecordPlace trust_place;
    if (load(hardware_.flash, trust, trust_place, RecordCare::both) == Status::power_lost) {
      return Status::power_lost;
    }
    BootRecord found;
    for (const Slot slot : {Slot::a, Slot::b}) {
      const Status status = check_signed(hardware_, trust, slot, found.pin(slot));
      if (status == Status::power_lost) {
        return status;
      }
      std::uint8_t& mask = status == Status::ok ? found.confirmed_mask : found.invalid_mask;
      mask |= mask_of(slot);
    }
    record_ = found;
    out_.note = BootNote::bcb_lost;
    if (found.confirmed_mask == 0) {
      return decide(Slot::a, BootReason::recovery, 0);
    }
    choose_rebuilt();
    const std::uint64_t first_sequence = (hardware_.random.next() >> 16) + (1ull << 48);
    if (format(hardware_.flash, record_, first_sequence) == Status::power_lost) {
      return Status::power_lost;
    }
    place_.sequence = first_sequence + 1;
    return decide(record_.active, BootReason::fallback, 0);
  }

  void choose_rebuilt() {
    const SlotPin& a = record_.pin(Slot::a);
    const SlotPin& b = record_.pin(Slot::b);
    const bool has_both = record_.is_bootable(Slot::a) && record_.is_bootable(Slot::b);
    if (!has_both) {
      record_.active = record_.is_bootable(Slot::a) ? Slot::a : Slot::b;
      record_.security_floor = record_.pin(record_.active).security_version;
      return;
    }
    const bool takes_b = b.security_version != a.security_version
                             ? b.security_version > a.security_version
                             : b.version > a.version;
    record_.active = takes_b ? Slot::b : Slot::a;
    record_.security_floor = std::min(a.security_version, b.security_version);
    record_.probation_left = rebuilt_probation;
    record_.check_ins_left = rebuilt_check_ins;
  }

  Status decide(Slot slot, BootReason reason, std::uint8_t attempts_before) {
    has_decided_ = true;
    out_.slot = slot;
    out_.reason = reason;
    out_.version = record_.pin(slot).version;
    out_.image_digest = record_.pin(slot).image;
    out_.attempts_left_before = attempts_before;
    out_.attempts_left_after = record_.attempts_left;
    out_.record_sequence = place_.sequence;
    hardware_.observer.on(fact::BootDecided{out_});
    return Status::ok;
  }

  Hardware& hardware_;
  ResetCause cause_;
  BootDecision& out_;
  BootRecord record_;
  RecordPlace place_;
  bool has_decided_ = false;
};

}  // namespace

Status select_slot(Hardware& hardware, ResetCause cause, BootDecision& out) {
  out = {};
  hardware.watchdog.feed();
  return Bootloader{hardware, cause, out}.run();
}

}  // namespace ota
