#include "turn.hpp"

namespace ota {

Status Turn::start_trial() {
  set_state(State::trial);
  m_.self_test = AgentMemory::SelfTest::running;
  m_.confirm_by = now_ + tuning_.confirm_within_ms;
  out_.push(command::RunSelfTest{});
  return Status::ok;
}

Status Turn::on(const event::SelfTestFinished& result) {
  if (m_.state != State::trial || m_.self_test != AgentMemory::SelfTest::running) {
    return Status::ok;
  }
  if (!result.passed) {
    return revert(RollbackReason::self_test_failed);
  }
  m_.self_test = AgentMemory::SelfTest::passed;
  return try_confirm();
}

/// Only a passed self-test and a check-in of this very boot confirm (D6). One record makes the
/// slot active and starts the probation; only then is success reported.
Status Turn::try_confirm() {
  if (m_.give_up != RollbackReason::none) {
    return revert(m_.give_up);
  }
  if (m_.self_test != AgentMemory::SelfTest::passed ||
      (tuning_.confirm_needs_check_in && !m_.has_checked_in)) {
    return Status::ok;
  }
  Durable<BootRecord> record{hw_.flash};
  Status status = record.status();
  if (status == Status::power_lost) {
    return status;
  }
  if (!hw_.power.is_above_floor()) {
    wait_for_power();
    return Status::ok;
  }
  if (status != Status::ok || record->trial != trial_of(m_.slot)) {
    wait_backed_off(m_.wait_tries);
    return Status::ok;
  }
  hw_.observer.on(fact::Confirmed{m_.slot, m_.version, fact::Confirmed::Phase::requested});
  record->active = m_.slot;
  record->trial = Trial::none;
  record->attempts_left = 0;
  record->confirmed_mask |= mask_of(m_.slot);
  record->probation_left = tuning_.probation_resets;
  record->check_ins_left = tuning_.probation_check_ins;
  status = record.store();
  if (status != Status::ok) {
    wait_backed_off(m_.wait_tries);
    return unless_cut(status);
  }
  hw_.observer.on(fact::Confirmed{m_.slot, m_.version, fact::Confirmed::Phase::durable});
  m_.confirm_by = never;
  m_.retry_at = never;
  m_.is_on_probation = record->probation_left > 0;
  m_.check_in_counts_at = now_ + tuning_.heartbeat_ms;
  return report_confirmed();
}

Status Turn::report_confirmed() {
  Durable<Journal> journal{hw_.flash};
  if (journal.is_cut()) {
    return Status::power_lost;
  }
  if (journal->phase == JobPhase::none) {
    set_state(resting_state());
    return Status::ok;
  }
  return finish(*journal, Outcome::succeeded, Reason::none);
}

/// Ends the trial in one record; the bootloader turns it into the rollback at the next boot. With
/// the supply below the floor both wait, and nothing confirms in between.
Status Turn::revert(RollbackReason reason) {
  m_.give_up = reason;
  if (!hw_.power.is_above_floor()) {
    wait_for_power();
    return Status::ok;
  }
  Durable<BootRecord> record{hw_.flash};
  Status status = record.status();
  if (status == Status::ok && record->trial == trial_of(m_.slot)) {
    record->attempts_left = 0;
    record->give_up = reason;
    status = record.store();
  }
  if (status == Status::power_lost) {
    return status;
  }
  // Without the record the attempts that are left decide; the image is not confirmed either way.
  reboot();
  return Status::ok;
}

}  // namespace ota
