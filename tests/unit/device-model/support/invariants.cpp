#include "invariants.hpp"

#include <fmt/format.h>

#include <algorithm>

// What is judged from flash, boots and trials; jobs and reports are in invariants_job.cpp.
namespace ota::test {
namespace {

/// Offset of the seal in a copy of the boot record, with program units of 8 bytes (README).
constexpr std::uint32_t seal_at = 216;
constexpr std::uint32_t sector = 1024;

std::size_t index(Slot slot) { return static_cast<std::size_t>(slot); }
bool is_crash(ResetCause cause) {
  return cause == ResetCause::watchdog || cause == ResetCause::panic;
}

}  // namespace

Invariants::Invariants(const Tuning& tuning) : tuning_(tuning) {}

void Invariants::require(bool holds, const char* id, const std::string& what) {
  ++premises[id];
  forbid(!holds, id, what);
}

void Invariants::forbid(bool is_broken, const char* id, const std::string& what) {
  if (is_broken && violations.size() < 20) {
    violations.push_back(fmt::format("{}: {} at {} ms", id, what, now_ms));
  }
}

void Invariants::on(const seen::Reset& reset) {
  cause_ = reset.cause;
  was_resting_ = record_ && record_->trial == Trial::none;
  decision_.reset();
  verified_now_[0].reset();
  verified_now_[1].reset();
  record_changed_in_boot_ = false;
  self_test_passed_ = false;
  confirm_requested_ = false;
  described_.reset();
  server_time_ = 0;
  ++excuses_;
}

void Invariants::on(const seen::FlashRead& read) {
  if (read.region != Region::slot_a && read.region != Region::slot_b) {
    return;
  }
  auto& bytes = read_[static_cast<std::size_t>(read.region)];
  bytes.resize(std::max<std::size_t>(bytes.size(), read.offset + read.size));
  std::fill_n(bytes.begin() + read.offset, read.size, true);
}

bool Invariants::was_read(Slot slot, std::uint32_t offset, std::uint32_t size) const {
  const auto& bytes = read_[index(slot)];
  return bytes.size() >= offset + size &&
         std::all_of(bytes.begin() + offset, bytes.begin() + offset + size,
                     [](bool b) { return b; });
}

void Invariants::on(const seen::FlashChange& change) {
  const bool is_guarded = change.region == Region::boot_record || change.region == Region::slot_a ||
                          change.region == Region::slot_b;
  forbid(is_guarded && !change.has_power && !change.by_bootloader, "D25",
         "the agent writes below the floor of the supply");
  if (change.region == Region::boot_record) {
    record_changed_in_boot_ = true;
    const std::size_t copy = change.offset / sector;
    if (change.status == Status::power_lost) {
      is_unclean_ = true;
      is_torn_[copy] |= change.offset % sector < seal_at;
    } else if (change.is_erase) {
      is_torn_[copy] = false;
    }
  } else if (is_guarded) {
    judge_slot_change(change, change.region == Region::slot_a ? Slot::a : Slot::b);
  }
}

void Invariants::judge_slot_change(const seen::FlashChange& change, Slot slot) {
  const std::size_t at = index(slot);
  verified_now_[at].reset();
  was_verified_[at] = false;
  auto& bytes = read_[at];
  bytes.resize(std::max<std::size_t>(bytes.size(), change.offset + change.size));
  std::fill_n(bytes.begin() + change.offset, change.size, false);
  if (!record_) {
    return;
  }
  require(is_damaged_ || slot != record_->active || !is_bootable(slot), "D3",
          "the confirmed slot is changed");
  require(!is_bootable(slot) && record_->trial != trial_of(slot), "D15",
          "a slot is changed that the record calls bootable");
  if (change.is_erase) {
    const int count = ++erases_[change.offset / sector];
    require(count <= 2 + excuses_, "D24",
            fmt::format("sector {} is erased for the {}th time", change.offset / sector, count));
  }
}

void Invariants::on(const seen::Copies& copies) {
  require(copies.whole >= 1, "D12", "no copy of the boot record decodes");
}

void Invariants::on(const seen::ColdStart& start) {
  if (!is_damaged_) {
    require(start.jumps, "D1", "a cold start from here finds nothing to boot");
  }
}

void Invariants::on(const seen::AfterLoss& loss) {
  require(loss.calls <= 64 && loss.effects == 0 && loss.commands == 0, "D29",
          fmt::format("{} calls, {} effects, {} commands after the supply was lost", loss.calls,
                      loss.effects, loss.commands));
}

void Invariants::on(const seen::BootWork& work) {
  require(work.changes <= 32 && work.reads <= 400, "L3",
          fmt::format("the bootloader made {} reads and {} changes", work.reads, work.changes));
}

void Invariants::on(const seen::RestsOn& rests) {
  if (is_unclean_) {
    require(!is_torn_[rests.copy & 1], "D11", "a decision rests on a torn record");
  }
}

void Invariants::on(const seen::SlotContent& content) { content_[index(content.slot)] = content; }
void Invariants::on(const seen::Damage&) {
  is_damaged_ = true;
  was_verified_[0] = was_verified_[1] = false;
}

void Invariants::on(const fact::BootVerified& f) {
  const std::size_t at = index(f.slot);
  if (was_verified_[at] && anchors_changed_[at] && !is_damaged_) {
    require(f.verdict_ok || f.security_version < f.security_floor, "D28",
            "a CA made a slot unbootable that was good before");
  }
  if (!f.verdict_ok) {
    return;
  }
  const bool is_bound = content_[at] && content_[at]->digest == f.digest &&
                        content_[at]->manifest.image_digest == f.digest &&
                        content_[at]->manifest.security_version == f.security_version &&
                        content_[at]->is_for_this_cart;
  require(is_bound, "D10", "a slot is called good that is not what its manifest says");
  verified_now_[at] = f.digest;
  was_verified_[at] = true;
  anchors_changed_[at] = false;
}

void Invariants::on(const fact::BootDecided& f) {
  const BootDecision& d = f.decision;
  decision_ = d;
  quiet_is_excused_ = std::exchange(is_unclean_, false);
  if (d.reason == BootReason::recovery) {
    ++unannounced_recoveries_;
    return;
  }
  const std::size_t at = index(d.slot);
  require(verified_now_[at] == d.image_digest, "D2", "a jump without a verdict of this boot");
  forbid(content_[at] && content_[at]->manifest.version != d.version, "D10",
         "the version is not the manifest's");
  if (record_) {
    require(record_->pin(d.slot).security_version >= record_->security_floor, "D9",
            "a jump below the security floor");
  }
  if (must_run_next_) {
    require(is_damaged_ || *must_run_next_ == d.image_digest, "D7",
            "the image after the rollback is not the one that was confirmed");
    must_run_next_.reset();
  }
  if (d.reason == BootReason::trial) {
    judge_trial_jump(d);
  } else {
    judge_quiet_boot(d);
  }
}

void Invariants::judge_trial_jump(const BootDecision& d) {
  const bool is_spent = record_ && record_->trial == trial_of(d.slot) &&
                        record_->attempts_left == d.attempts_left_after &&
                        d.attempts_left_after + 1 == d.attempts_left_before;
  require(is_spent, "D5", "the attempt is not durably spent before the jump");
  const std::uint64_t attempt = record_ ? record_->attempt : 0;
  require(++jumps_[attempt] <= tuning_.trial_attempts, "D4", "one attempt too many");
}

/// A boot of a confirmed image after a clean end and without a crash writes nothing (D27).
void Invariants::judge_quiet_boot(const BootDecision& d) {
  const bool was_quiet = record_ && was_resting_ && !is_damaged_ && !is_crash(cause_) &&
                         d.reason == BootReason::confirmed;
  if (was_quiet && !quiet_is_excused_) {
    require(!record_changed_in_boot_ && d.slot == record_->active, "D27",
            "normal power cycling changes the record or the slot");
  }
}

void Invariants::on(const seen::SelfTest& test) { self_test_passed_ = test.passed; }

void Invariants::on(const fact::Confirmed& f) {
  if (f.phase != fact::Confirmed::Phase::requested) {
    return;
  }
  const bool is_trial = decision_ && decision_->reason == BootReason::trial;
  require(is_trial && decision_->slot == f.slot && self_test_passed_ && described_, "D6",
          "a confirm without trial, self-test and check-in of this boot");
  if (arming_ && described_) {
    require(described_->is_present && described_->job == arming_->job, "D22",
            "an image is confirmed whose job is gone");
  }
  confirm_requested_ = true;
}

void Invariants::on(const seen::Record& next) {
  if (record_ && *record_ != next.record) {
    judge_arming(next.record);
    judge_end_of_trial(*record_, next.record);
    judge_rollback(*record_, next.record);
    judge_floor(*record_, next.record);
  }
  record_ = next.record;
}

void Invariants::judge_arming(const BootRecord& after) {
  if (after.trial == Trial::none || after.attempt == record_->attempt) {
    return;
  }
  const Slot slot = slot_of(after.trial);
  const bool is_read = arming_ && was_read(slot, 0, arming_->image_size) &&
                       was_read(slot, arming_->trailer_at, arming_->trailer_size);
  const bool is_right =
      content_[index(slot)] && content_[index(slot)]->digest == after.pin(slot).image;
  require(is_read && is_right, "D14", "armed without reading the slot back");
  confirmed_when_armed_[after.attempt] = after.pin(after.active).image;
}

void Invariants::judge_end_of_trial(const BootRecord& before, const BootRecord& after) {
  if (before.trial != Trial::none && after.trial == Trial::none) {
    if (after.active == slot_of(before.trial)) {
      forbid(!confirm_requested_, "D6", "a record confirms what nobody asked to confirm");
      is_damaged_ = false;  // a whole image is active again
      return;
    }
    require(after.rollback.is_pending && after.rollback.attempt == after.attempt, "D18",
            "a trial ends without a rollback in the same record");
  } else if (before.active != after.active && !is_damaged_) {
    require(after.rollback.is_pending, "D18", "the active slot changes without a rollback");
  }
}

void Invariants::judge_rollback(const BootRecord& before, const BootRecord& after) {
  const bool is_new =
      after.rollback.is_pending &&
      (!before.rollback.is_pending || before.rollback.occurrence != after.rollback.occurrence);
  if (before.rollback.is_pending && (is_new || !after.rollback.is_pending)) {
    require(acked_.contains(before.rollback.occurrence), "D19",
            "a rollback is forgotten that nobody acknowledged");
  }
  if (is_new) {
    forbid(!occurrences_.insert(after.rollback.occurrence).second, "D19",
           "one occurrence for two decisions");
    const auto armed = confirmed_when_armed_.find(after.rollback.attempt);
    if (armed != confirmed_when_armed_.end()) {
      must_run_next_ = armed->second;
    }
  }
}

void Invariants::judge_floor(const BootRecord& before, const BootRecord& after) {
  forbid(after.security_floor < before.security_floor, "D8", "the security floor falls");
  if (after.security_floor <= before.security_floor) {
    return;
  }
  bool is_below_all = true;
  for (const Slot slot : {Slot::a, Slot::b}) {
    is_below_all &=
        !after.is_bootable(slot) || after.pin(slot).security_version >= after.security_floor;
  }
  require(is_below_all && before.probation_left > 0 && after.probation_left == 0, "D8",
          "the security floor rises where it must not");
}

}  // namespace ota::test
