#include "sim/explore/promises.hpp"

#include <algorithm>
#include <utility>

#include "sim/explore/short_id.hpp"

// What is judged from flash, supply and boots. Attempts are in promises_attempt.cpp, jobs and
// reports in promises_job.cpp, the key in promises_key.cpp.
namespace cartstorm::sim::explore {
namespace {

using ota::BootReason;
using ota::Slot;
using ota::Trial;

/// Hardware calls that an agent may still make before it sees that the supply is gone.
constexpr std::uint32_t calls_after_loss = 64;
constexpr std::uint32_t changes_per_boot = 32;

/// Both slots may be read twice, by pieces of 4 KiB at least, and a rebuilt record once more.
std::uint32_t reads_per_boot(const ota::FlashGeometry& geometry) {
  return 368 + geometry.slot_size / 512;
}

/// Offset of the seal in a copy of the boot record: head, body and CRC in whole program units.
std::uint32_t seal_offset(const ota::FlashGeometry& geometry) {
  const auto length =
      static_cast<std::uint32_t>(ota::record_head_bytes) + ota::boot_record_format.body_bytes + 4;
  return (length + geometry.program_unit - 1) / geometry.program_unit * geometry.program_unit;
}

bool is_crash(ota::ResetCause cause) {
  return cause == ota::ResetCause::watchdog || cause == ota::ResetCause::panic;
}

}  // namespace

Promises::Promises(const ota::Tuning& tuning, const ota::FlashGeometry& geometry)
    : limits_{tuning.trial_attempts,   tuning.rollbacks_to_quarantine, tuning.probation_resets > 0,
              tuning.backoff_base_ms,  geometry.sector_size,           seal_offset(geometry),
              reads_per_boot(geometry)} {}

Violation Promises::take_violation() { return std::exchange(violation_, Violation{}); }

void Promises::require(bool holds, Premises& premises, Promise promise, const char* what,
                       std::uint64_t value) {
  ++premises.of(promise);
  forbid(!holds, promise, what, value);
}

void Promises::forbid(bool is_broken, Promise promise, const char* what, std::uint64_t value) {
  if (is_broken && !violation_) {
    violation_ = {promise, what, value};
  }
}

void Promises::on(const seen::Reset& reset, Premises&) {
  if (is_part_faulty_ && has_no_copy_) {
    forget_record();
  }
  must_be_quiet_ = record_.is_known && record_.trial == Trial::none && !is_crash(reset.cause);
  has_decided_ = has_changed_record_ = false;
  is_opted_out_ = false;  // a cart starts out willing, until it is told
  has_passed_self_test_ = false;
  runs_trial_ = Trial::none;
  running_ = {};
  if (!is_unclean_) {
    forget_requests();
  }
  slots_[0].verified = slots_[1].verified = 0;
  for (JobSeen& job : jobs_) {
    job.time = TimeVerdict::untold;
  }
}

/// What was asked for in a boot ends with it; only a record that was being written when the supply
/// failed may still be found by the bootloader.
void Promises::forget_requests() {
  has_asked_to_confirm_ = false;
  is_described_ = is_job_present_ = is_asked_anew_ = false;
  described_job_ = 0;
  described_execution_ = 0;
  read_.clear();  // a digest does not survive either: what is read in two boots is not judged whole
  read_back_ = Trial::none;
  is_arming_ = false;
}

void Promises::on(const seen::FlashRead& read, Premises&) {
  if (record_.is_known && read.region == region_of(other(record_.active))) {
    read_.add(read.offset, read.offset + read.size);
  }
}

void Promises::on(const seen::FlashChange& change, Premises& premises) {
  const bool is_record = change.region == ota::Region::boot_record;
  const bool is_slot = change.region == ota::Region::slot_a || change.region == ota::Region::slot_b;
  forbid((is_record || is_slot) && !change.has_power && !change.by_bootloader, Promise::power_floor,
         "the agent writes below the floor of the supply");
  if (is_slot) {
    change_slot(change, change.region == ota::Region::slot_a ? Slot::a : Slot::b, premises);
  }
  if (!is_record) {
    return;
  }
  has_changed_record_ |= !has_decided_;
  bool& is_torn = is_torn_[change.offset / limits_.sector_size & 1];
  if (change.status == ota::Status::power_lost) {
    is_unclean_ = true;
    const bool is_whole_still = change.is_erase && !change.has_begun;
    is_torn |= change.offset % limits_.sector_size < limits_.seal_at && !is_whole_still;
  } else if (change.is_erase) {
    is_torn = false;
  }
}

void Promises::on(const seen::Flip& flip, Premises&) {
  if (flip.region == ota::Region::boot_record) {
    is_unclean_ = has_flipped_ = true;
    is_torn_[flip.offset / limits_.sector_size & 1] |=
        flip.offset % limits_.sector_size < limits_.seal_at;
  }
}

void Promises::change_slot(const seen::FlashChange& change, Slot at, Premises& premises) {
  slot(at) = {};
  if (!record_.is_known) {
    return;
  }
  if (at == other(record_.active)) {
    is_asked_anew_ = false;
    read_.remove(change.offset, change.offset + change.size);
    if (change.is_erase && change.offset == 0) {
      read_.begin_anew();
    }
  }
  require(is_damaged_ || at != record_.active || !is_bootable(at), premises,
          Promise::confirmed_slot_untouched, "the confirmed slot is changed", change.offset);
  require(!is_bootable(at) && record_.trial != trial_of(at), premises,
          Promise::invalidate_before_write, "a slot is changed that the record calls bootable",
          change.offset);
}

void Promises::on(const seen::Copies& copies, Premises& premises) {
  has_no_copy_ = copies.whole == 0;
  require(copies.whole >= 1 || is_damaged_, premises, Promise::bcb_one_good_copy,
          "no copy of the boot record decodes");
}

void Promises::on(const seen::ColdStart& start, Premises& premises) {
  if (!is_damaged_) {
    require(start.jumps, premises, Promise::always_bootable,
            "a cold start from here finds nothing to boot");
  }
}

void Promises::on(const seen::AfterLoss& loss, Premises& premises) {
  require(loss.calls <= calls_after_loss, premises, Promise::power_lost_respected,
          "the hardware is called on after the supply was lost, this often", loss.calls);
  forbid(loss.effects != 0, Promise::power_lost_respected,
         "flash is changed after the supply was lost, this often", loss.effects);
  forbid(loss.commands != 0, Promise::power_lost_respected,
         "commands come out of a step in which the supply was lost, this many", loss.commands);
}

void Promises::on(const seen::BootWork& work, Premises& premises) {
  require(work.changes <= changes_per_boot, premises, Promise::bootloader_terminates,
          "the bootloader changes flash this often in one boot", work.changes);
  forbid(work.reads > limits_.reads_per_boot, Promise::bootloader_terminates,
         "the bootloader reads flash this often in one boot", work.reads);
}

void Promises::on(const seen::RestsOn& rests, Premises& premises) {
  if (is_unclean_) {
    require(!is_torn_[rests.copy & 1], premises, Promise::torn_record_never_valid,
            "a decision rests on a torn copy of the record", rests.copy);
  }
}

void Promises::on(const seen::SlotContent& content, Premises&) {
  SlotSeen& seen = slot(content.slot);
  seen.digest = short_id(content.digest);
  seen.version = content.version;
  seen.security_version = content.security_version;
  seen.is_as_signed = content.is_as_signed;
  seen.is_known = true;
}

void Promises::on(const seen::Damage& damage, Premises&) {
  is_damaged_ = true;
  is_part_faulty_ |= damage.is_lasting;
  for (SlotSeen& seen : slots_) {
    seen.was_verified = seen.anchors_changed = false;
  }
}

void Promises::on(const ota::fact::AnchorChanged&, Premises&) {
  for (SlotSeen& seen : slots_) {
    seen.anchors_changed = seen.was_verified;
  }
}

void Promises::on(const ota::fact::BootVerified& f, Premises& premises) {
  SlotSeen& seen = slot(f.slot);
  if (seen.anchors_changed && !is_damaged_) {
    require(f.verdict_ok || f.security_version < f.security_floor, premises,
            Promise::ca_removal_never_bricks, "a CA made a slot unbootable that was good before");
  }
  if (!f.verdict_ok) {
    return;
  }
  const std::uint64_t digest = short_id(f.digest);
  require(seen.is_known && seen.is_as_signed && seen.digest == digest &&
              seen.security_version == f.security_version,
          premises, Promise::manifest_binds_image,
          "a slot is called good that is not what its manifest says");
  seen.verified = has_decided_ ? 0 : digest;
  seen.was_verified = true;
  seen.anchors_changed = false;
}

void Promises::on(const ota::fact::BootDecided& f, Premises& premises) {
  const ota::BootDecision& d = f.decision;
  const std::uint64_t digest = short_id(d.image_digest);
  const std::uint64_t verified = slot(d.slot).verified;
  const bool was_unclean = std::exchange(is_unclean_, std::exchange(has_flipped_, false));
  forget_requests();
  const bool must_be_quiet = std::exchange(must_be_quiet_, false) && !was_unclean && !is_damaged_;
  const bool has_changed_record = std::exchange(has_changed_record_, false);
  has_decided_ = true;
  slots_[0].verified = slots_[1].verified = 0;
  if (d.reason == BootReason::recovery) {
    is_recovery_silent_ = true;
    return;
  }
  running_ = d.version;
  require(verified == digest, premises, Promise::verified_before_execute,
          "a jump without a verdict of this boot");
  forbid(slot(d.slot).is_known && slot(d.slot).version != d.version, Promise::manifest_binds_image,
         "the version is not the manifest's", d.version.value);
  if (record_.is_known) {
    require((record_.below_floor_mask & mask_of(d.slot)) == 0, premises, Promise::secver_enforced,
            "a jump below the security floor", d.version.value);
  }
  if (must_run_next_ != 0) {
    require(is_damaged_ || must_run_next_ == digest, premises, Promise::rollback_target_exact,
            "the image after the rollback is not the one that was confirmed", d.version.value);
    must_run_next_ = 0;
  }
  if (d.reason == BootReason::trial) {
    runs_trial_ = trial_of(d.slot);
    judge_trial_jump(d, premises);
  } else if (must_be_quiet && !is_damaged_ && d.reason == BootReason::confirmed) {
    require(!has_changed_record && d.slot == record_.active, premises,
            Promise::normal_power_cycling_harmless,
            "normal power cycling changes the record or the slot");
  }
}

void Promises::on(const seen::LowSupply&, Premises& premises) {
  ++premises.of(Promise::power_floor);
}

void Promises::on(const seen::RebootAsked& reboot, Premises&) {
  forbid(reboot.is_to_apply && !reboot.has_power, Promise::power_floor,
         "a restart into a new image below the floor of the supply");
}

void Promises::on(const seen::Trust& trust, Premises& premises) {
  require(trust.installed >= 1, premises, Promise::recoverable_trust,
          "no CA is left: this cart can never be updated again");
}

}  // namespace cartstorm::sim::explore
