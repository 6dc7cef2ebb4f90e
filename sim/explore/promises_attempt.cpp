#include <algorithm>
#include <utility>

#include "sim/explore/promises.hpp"
#include "sim/explore/short_id.hpp"

// What is judged from a change of the boot record: arming, trial, confirm, rollback, floor.
namespace cartstorm::sim::explore {
namespace {

using ota::BootRecord;
using ota::Slot;
using ota::Trial;

std::uint8_t mask_if(bool holds, Slot slot) { return holds ? mask_of(slot) : std::uint8_t{0}; }

}  // namespace

/// A record that is found again after a newer one was lost starts a new count for its attempt:
/// jumps may go uncounted then, and none is counted twice.
void Promises::judge_trial_jump(const ota::BootDecision& d, Premises& premises) {
  const bool is_spent = record_.is_known && record_.trial == trial_of(d.slot) &&
                        record_.attempts_left == d.attempts_left_after &&
                        d.attempts_left_after + 1 == d.attempts_left_before;
  require(is_spent, premises, Promise::attempt_spent_before_jump,
          "the attempt is not durably spent before the jump", d.attempts_left_after);
  if (!attempt_.is_known || attempt_.number != record_.attempt) {
    attempt_ = {record_.attempt, 0, 0, true};
  }
  ++attempt_.jumps;
  require(attempt_.jumps <= limits_.trial_attempts, premises, Promise::trial_bounded,
          "one attempt too many", attempt_.jumps);
}

void Promises::on(const seen::SelfTest& test, Premises&) { has_passed_self_test_ = test.passed; }

void Promises::on(const ota::fact::Confirmed& f, Premises& premises) {
  if (f.phase != ota::fact::Confirmed::Phase::requested) {
    return;
  }
  require(runs_trial_ == trial_of(f.slot) && has_passed_self_test_ && is_described_, premises,
          Promise::confirm_authority,
          "a confirm without trial, self-test and check-in of this boot", f.version.value);
  if (armed_job_ != 0 && is_described_) {
    require(is_job_present_ && described_job_ == armed_job_, premises, Promise::cancel_safe,
            "an image is confirmed whose job is gone", f.version.value);
  }
  has_asked_to_confirm_ = true;
}

void Promises::on(const seen::Record& next, Premises& premises) {
  if (is_part_faulty_ && record_.is_known && next.sequence < record_.sequence) {
    take_back(next.record);
  } else if (record_.is_known) {
    judge_arming(next.record, premises);
    judge_end_of_trial(next.record, premises);
    judge_rollback(next.record, premises);
    judge_floor(next.record, premises);
  }
  is_arming_ = false;
  read_back_ = Trial::none;
  remember(next);
}

/// A faulty part lost the record that was seen last, and an older one is found again: what the lost
/// one said never came to be, and is decided anew. A part that works never loses a winner.
void Promises::take_back(const BootRecord& found) {
  if (record_.is_rollback_pending &&
      (!found.rollback.is_pending || found.rollback.occurrence.value != record_.occurrence)) {
    forget_rollback(record_.occurrence);
  }
  attempt_ = {};
  must_run_next_ = 0;
}

/// A faulty part lost both copies and the supply failed: what comes is built from the slots.
void Promises::forget_record() {
  for (RollbackSeen& row : rollbacks_) {
    row = row.is_reported ? row : RollbackSeen{};
  }
  std::ranges::sort(rollbacks_, {}, &RollbackSeen::occurrence);
  record_ = {};
  attempt_ = {};
  must_run_next_ = 0;
}

void Promises::judge_arming(const BootRecord& after, Premises& premises) {
  if (after.trial == Trial::none || (after.attempt == record_.attempt && !is_arming_)) {
    return;
  }
  const SlotSeen& armed = slot(slot_of(after.trial));
  const bool is_right =
      armed.is_known && armed.digest == short_id(after.pin(slot_of(after.trial)).image);
  require((is_right && read_back_ == after.trial) || is_part_faulty_, premises,
          Promise::verify_before_arm, "armed without reading the slot back", after.attempt);
  attempt_ = {after.attempt, short_id(after.pin(after.active).image), 0, true};
}

void Promises::judge_end_of_trial(const BootRecord& after, Premises& premises) {
  if (record_.trial != Trial::none && after.trial == Trial::none) {
    if (after.active == slot_of(record_.trial)) {
      forbid(!has_asked_to_confirm_ && !is_part_faulty_, Promise::confirm_authority,
             "a record confirms what nobody asked to confirm");
      // Only crashes may spend a probation, so it has to be whole in the very record that confirms:
      // any cut makes of that record all that is known.
      require(after.probation_left > 0 || !limits_.has_probation || is_part_faulty_, premises,
              Promise::normal_power_cycling_harmless,
              "an image is confirmed without the probation that crashes are to spend");
      is_damaged_ = is_part_faulty_;  // a whole image is active again
      return;
    }
    const bool is_told = after.rollback.is_pending && after.rollback.attempt == after.attempt;
    require(is_told || is_part_faulty_, premises, Promise::rollback_recorded,
            "a trial ends without a rollback in the same record");
  } else if (record_.active != after.active && !is_damaged_) {
    require(after.rollback.is_pending, premises, Promise::rollback_recorded,
            "the active slot changes without a rollback");
  }
}

void Promises::judge_rollback(const BootRecord& after, Premises& premises) {
  const std::uint64_t occurrence = after.rollback.occurrence.value;
  const bool is_new = after.rollback.is_pending &&
                      (!record_.is_rollback_pending || record_.occurrence != occurrence);
  if (record_.is_rollback_pending && (is_new || !after.rollback.is_pending)) {
    const RollbackSeen* row = find_rollback(record_.occurrence);
    if (row != nullptr) {
      require(row->is_acked || is_part_faulty_, premises, Promise::rollback_reported_once,
              "a rollback is forgotten that nobody acknowledged", record_.occurrence);
    }
  }
  if (is_new) {
    forbid(!add_rollback(occurrence) && !is_part_faulty_, Promise::rollback_reported_once,
           "one occurrence for two decisions", occurrence);
    if (attempt_.is_known && attempt_.number == after.rollback.attempt) {
      must_run_next_ = attempt_.confirmed;
    }
  }
}

void Promises::judge_floor(const BootRecord& after, Premises& premises) {
  forbid(after.security_floor < record_.security_floor, Promise::secver_monotonic,
         "the security floor falls", after.security_floor);
  if (after.security_floor <= record_.security_floor) {
    return;
  }
  bool is_below_all = true;
  for (const Slot at : {Slot::a, Slot::b}) {
    is_below_all &=
        !after.is_bootable(at) || after.pin(at).security_version >= after.security_floor;
  }
  require(is_below_all && record_.is_on_probation && after.probation_left == 0, premises,
          Promise::secver_monotonic, "the security floor rises where it must not",
          after.security_floor);
}

void Promises::remember(const seen::Record& seen) {
  const BootRecord& after = seen.record;
  if (record_.active != after.active || !record_.is_known) {
    read_.clear();  // they were of the other slot
  }
  const bool is_active_bootable = after.is_bootable(after.active);
  record_ = {};
  record_.sequence = seen.sequence;
  record_.attempt = after.attempt;
  record_.occurrence = after.rollback.is_pending ? after.rollback.occurrence.value : 0;
  record_.security_floor = after.security_floor;
  record_.active_version = is_active_bootable ? after.pin(after.active).version : ota::Version{};
  record_.active = after.active;
  record_.trial = after.trial;
  record_.attempts_left = after.trial != Trial::none ? after.attempts_left : std::uint8_t{0};
  for (const Slot at : {Slot::a, Slot::b}) {
    record_.bootable_mask |= mask_if(after.is_bootable(at), at);
    record_.below_floor_mask |= mask_if(after.pin(at).security_version < after.security_floor, at);
  }
  record_.is_on_probation = after.probation_left > 0;
  record_.is_rollback_pending = after.rollback.is_pending;
  record_.is_known = true;
  if (after.trial == Trial::none) {
    attempt_.jumps = 0;
    armed_job_ = 0;
  }
  forget_closed_rollbacks();
}

Promises::RollbackSeen* Promises::find_rollback(std::uint64_t occurrence) {
  RollbackSeen* row = std::ranges::find(rollbacks_, occurrence, &RollbackSeen::occurrence);
  return occurrence == 0 || row == std::end(rollbacks_) ? nullptr : row;
}

void Promises::forget_rollback(std::uint64_t occurrence) {
  if (RollbackSeen* row = find_rollback(occurrence)) {
    *row = {};
    std::ranges::sort(rollbacks_, {}, &RollbackSeen::occurrence);
  }
}

/// False if there is one already. Unused rows have the number 0 and come first. A full table
/// forgets the oldest that was reported, or else the oldest.
bool Promises::add_rollback(std::uint64_t occurrence) {
  if (find_rollback(occurrence) != nullptr) {
    return false;
  }
  RollbackSeen* row = std::begin(rollbacks_);
  if (row->occurrence != 0) {
    row = std::ranges::find(rollbacks_, true, &RollbackSeen::is_reported);
    row = row == std::end(rollbacks_) ? std::begin(rollbacks_) : row;
  }
  *row = {occurrence, false, false};
  std::ranges::sort(rollbacks_, {}, &RollbackSeen::occurrence);
  return true;
}

/// Nothing more is asked of a rollback that is reported and no longer pending. The newest is kept,
/// because its number still stands in flash and could be used again.
void Promises::forget_closed_rollbacks() {
  bool has_forgotten = false;
  for (RollbackSeen& row : rollbacks_) {
    if (record_.is_rollback_pending && row.occurrence == record_.occurrence) {
      continue;
    }
    row.is_acked = false;
    if (row.is_reported && &row != std::end(rollbacks_) - 1) {
      row = {};
      has_forgotten = true;
    }
  }
  if (has_forgotten) {
    std::ranges::sort(rollbacks_, {}, &RollbackSeen::occurrence);
  }
}

void Promises::on(const seen::RollbackAcked& ack, Premises&) {
  if (record_.is_rollback_pending && ack.occurrence.value == record_.occurrence) {
    if (RollbackSeen* row = find_rollback(record_.occurrence)) {
      row->is_acked = true;
    }
  }
}

}  // namespace cartstorm::sim::explore
