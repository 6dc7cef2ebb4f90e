#include <algorithm>

#include "turn.hpp"

namespace ota {

Status Turn::on(const event::Started& started) {
  const BootDecision& decision = started.decision;
  m_.slot = decision.slot;
  m_.is_in_recovery = decision.reason == BootReason::recovery;
  m_.version = m_.is_in_recovery ? Version{} : decision.version;
  Durable<BootRecord> record{hw_.flash};
  Status status = record.status();
  if (status == Status::power_lost) {
    return status;
  }
  m_.security_version = m_.is_in_recovery ? 0 : record->pin(m_.slot).security_version;
  m_.is_rollback_pending = record->rollback.is_pending;
  m_.is_on_probation = record->probation_left > 0;
  status = recover_records();
  if (status == Status::ok && record->rollback.is_pending) {
    status = absorb_rollback(*record);
  }
  if (status != Status::ok) {
    return status;
  }
  if (decision.reason == BootReason::trial) {
    return start_trial();
  }
  return settle_journal(*record, decision.reason);
}

Status Turn::recover_records() {
  Status status = Durable<Counters>{hw_.flash, RecordCare::both}.recommit();
  if (status == Status::ok) {
    status = Durable<TrustStore>{hw_.flash, RecordCare::both}.recommit();
  }
  if (status == Status::ok) {
    status = Durable<Journal>{hw_.flash, RecordCare::both}.recommit();
  }
  return status;
}

/// Counts a rollback per version before anything else starts, once per occurrence.
Status Turn::absorb_rollback(const BootRecord& record) {
  Durable<Counters> counters{hw_.flash};
  const Status status = counters.status();
  if (status == Status::power_lost || counters->last_counted == record.rollback.occurrence) {
    return unless_cut(status);
  }
  VersionCount& row = counters->touch(record.rollback.from);
  row.rollbacks = static_cast<std::uint8_t>(std::min(row.rollbacks + 1, 255));
  const bool is_new = !row.is_quarantined && row.rollbacks >= tuning_.rollbacks_to_quarantine;
  row.is_quarantined |= is_new;
  counters->last_counted = record.rollback.occurrence;
  const Status stored = counters.store();
  if (stored == Status::ok && is_new) {
    hw_.observer.on(fact::Quarantined{record.rollback.from});
  }
  return unless_cut(stored);
}

/// Decides from the boot record alone how the job of the last boot ended.
Status Turn::settle_journal(const BootRecord& record, BootReason reason) {
  if (record.trial != Trial::none && reason == BootReason::confirmed) {
    set_state(State::armed);
    return disarm();
  }
  Durable<Journal> journal{hw_.flash};
  const Status status = journal.status();
  if (status == Status::power_lost) {
    return status;
  }
  const bool claims_success =
      journal->phase == JobPhase::closing && journal->outcome == Outcome::succeeded;
  const SlotPin& active = record.pin(record.active);
  if ((journal->phase == JobPhase::staged || claims_success) && record.rollback.is_pending &&
      record.rollback.from == journal->version) {
    return finish(*journal, Outcome::failed, Reason::rolled_back);
  }
  if (journal->phase == JobPhase::staged && record.is_bootable(record.active) &&
      active.trailer == journal->trailer) {
    return finish(*journal, Outcome::succeeded, Reason::none);
  }
  set_state(journal->phase == JobPhase::closing ? State::reporting : resting_state());
  return Status::ok;
}

/// The bootloader could not spend an attempt, so it booted the confirmed slot with the trial still
/// armed. The job has failed, and may be reported so once the trial can never start any more.
Status Turn::disarm() {
  if (!hw_.power.is_above_floor()) {
    wait_for_power();
    return Status::ok;
  }
  Durable<BootRecord> record{hw_.flash};
  Status status = record.status();
  if (status == Status::ok) {
    record->invalid_mask |= mask_of(slot_of(record->trial));
    record->trial = Trial::none;
    record->attempts_left = 0;
    status = record.store();
  }
  if (status == Status::ok) {
    return finish(Outcome::failed, Reason::record_failed);
  }
  wait_backed_off(m_.wait_tries);
  return unless_cut(status);
}

}  // namespace ota
