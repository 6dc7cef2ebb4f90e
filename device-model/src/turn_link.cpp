#include "turn.hpp"

namespace ota {

Status Turn::on(const event::LinkUp&) {
  m_.is_linked = true;
  const Status status = heartbeat();
  if (status != Status::ok) {
    return status;
  }
  if (m_.is_consent_unsent) {
    m_.is_consent_unsent = false;
    publish_consent(out_, thing(), hw_.identity.tier, m_.is_opted_in);
  }
  ask();
  return m_.is_rollback_pending ? report_rollback() : Status::ok;
}

Status Turn::on(const event::LinkDown&) {
  m_.is_linked = false;
  m_.request = AgentMemory::Request::none;
  m_.reply_by = never;
  m_.heartbeat_at = never;
  m_.rollback_at = never;
  return Status::ok;
}

Status Turn::heartbeat() {
  Durable<TrustStore> trust{hw_.flash};
  if (trust.is_cut()) {
    return Status::power_lost;
  }
  // Recovery is no place to be silent about, whatever the job does meanwhile (L6).
  const State shown = m_.is_in_recovery ? State::recovery : m_.state;
  publish_heartbeat(out_, thing(), {m_.version, m_.slot, name(shown), m_.security_version}, *trust);
  m_.heartbeat_at = now_ + tuning_.heartbeat_ms;
  return Status::ok;
}

/// Repeated until the cloud names this very occurrence: PUBACK only says that the broker has it.
Status Turn::report_rollback() {
  Durable<BootRecord> record{hw_.flash};
  const Status status = record.status();
  if (status == Status::power_lost) {
    return status;
  }
  m_.is_rollback_pending = record->rollback.is_pending;
  m_.rollback_at = never;
  if (!record->rollback.is_pending || !m_.is_linked) {
    return Status::ok;
  }
  publish_rollback(out_, thing(), record->rollback, m_.version);
  hw_.observer.on(fact::RollbackSent{record->rollback.from, record->rollback.occurrence});
  m_.rollback_at = now_ + backoff_ms(m_.rollback_tries);
  m_.rollback_tries =
      static_cast<std::uint8_t>(m_.rollback_tries < 255 ? m_.rollback_tries + 1 : 255);
  return Status::ok;
}

Status Turn::on_rollback_ack(std::string_view payload) {
  JsonReader json;
  std::string_view text;
  OccurrenceId occurrence;
  if (!m_.is_rollback_pending || !hw_.power.is_above_floor() ||
      json.parse(payload) != JsonReader::Verdict::ok ||
      !json.string(JsonReader::root, "occurrence", text) || !json.is_sound() ||
      !parse_hex64(text, occurrence.value)) {
    return Status::ok;
  }
  Durable<BootRecord> record{hw_.flash};
  Status status = record.status();
  if (status != Status::ok || record->rollback.occurrence != occurrence) {
    return unless_cut(status);
  }
  record->rollback.is_pending = false;
  status = record.store();
  if (status != Status::ok) {
    return unless_cut(status);  // sent and acknowledged again
  }
  m_.is_rollback_pending = false;
  m_.rollback_at = never;
  hw_.observer.on(fact::RollbackCleared{occurrence});
  // A staged image waits for this: one record holds one rollback, so none may be overwritten.
  if (m_.state == State::staged) {
    ask();
  }
  return Status::ok;
}

Status Turn::on(const event::ConsentChanged& consent) {
  const bool has_changed = m_.is_opted_in != consent.is_opted_in;
  m_.is_opted_in = consent.is_opted_in;
  m_.may_restart = consent.may_restart;
  if (has_changed && m_.is_linked) {
    publish_consent(out_, thing(), hw_.identity.tier, m_.is_opted_in);
  }
  m_.is_consent_unsent = m_.is_consent_unsent || (has_changed && !m_.is_linked);
  if (!m_.is_opted_in && is_busy()) {
    return refuse_open_job();
  }
  if (m_.state == State::staged && m_.may_restart) {
    ask();
  }
  return Status::ok;
}

/// Between two tries of a version there is a job to wait for and none in the journal yet: it is
/// asked for again, and refused by its name.
Status Turn::refuse_open_job() {
  Journal journal;
  RecordPlace place;
  if (load(hw_.flash, journal, place) == Status::power_lost) {
    return Status::power_lost;
  }
  if (journal.phase != JobPhase::none) {
    return finish(journal, Outcome::rejected, Reason::opted_out);
  }
  const Status status = close_job();
  if (status == Status::ok) {
    ask();
  }
  return status;
}

/// Ends a wait for the supply and no other pause: a flickering supply must not turn a back-off into
/// a storm (D21).
Status Turn::on(const event::PowerChanged&) {
  if (m_.retry_at == never || m_.retry_at != m_.power_wait_ends || !hw_.power.is_above_floor()) {
    return Status::ok;
  }
  switch (m_.state) {
    case State::precheck:
    case State::backing_off:
    case State::staged:
    case State::trial:
    case State::armed:
      m_.retry_at = never;
      return retry();
    case State::starting:
    case State::idle:
    case State::offered:
    case State::downloading:
    case State::verifying:
    case State::reporting:
    case State::recovery:
      return Status::ok;
  }
  return Status::ok;
}

Status Turn::on(const event::DeadlineReached&) { return on_deadline(); }

/// Handles one deadline that has come; the next one asks for another step.
Status Turn::on_deadline() {
  if (m_.reply_by <= now_) {
    request_lost();
    return Status::ok;
  }
  if (m_.confirm_by <= now_) {
    // Not a verdict on the image: the attempts that are left decide.
    reboot();
    return Status::ok;
  }
  if (m_.body_by <= now_) {
    return download_failed(Reason::download_failed);
  }
  if (m_.rollback_at <= now_) {
    return report_rollback();
  }
  if (m_.heartbeat_at <= now_) {
    const Status status = heartbeat();
    // Also asks: a notification may have been lost, and each answer is a healthy check-in.
    if (status == Status::ok && m_.request == AgentMemory::Request::none) {
      ask();
    }
    return status;
  }
  if (m_.retry_at <= now_) {
    m_.retry_at = never;
    return retry();
  }
  return Status::ok;
}

/// What the pause that is over was for.
Status Turn::retry() {
  switch (m_.state) {
    case State::offered:
    case State::precheck:
      return challenge();
    case State::armed:
      return disarm();
    case State::trial: {
      const Status status = try_confirm();
      if (status == Status::ok && m_.state == State::trial) {
        ask();
      }
      return status;
    }
    case State::backing_off:
      m_.has_waited = true;
      ask();
      return Status::ok;
    case State::idle:
    case State::recovery:
    case State::downloading:
    case State::verifying:
    case State::staged:
    case State::reporting:
      ask();
      return Status::ok;
    case State::starting:
      return Status::ok;
  }
  return Status::ok;
}

}  // namespace ota
