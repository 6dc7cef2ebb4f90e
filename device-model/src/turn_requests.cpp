#include <algorithm>

#include "turn.hpp"

namespace ota {
namespace {

using Request = AgentMemory::Request;

constexpr std::uint8_t quick_tries = 3;  // version conflicts answered at once, then with a pause
constexpr std::uint8_t refusals_allowed = 8;   // updates, before the job is dropped
constexpr std::uint8_t malformed_allowed = 3;  // replies, before the head is asked for alone

std::string_view text_of(Bytes payload) {
  return {reinterpret_cast<const char*>(payload.data()), payload.size()};
}

/// Seconds between 2020 and 2106. A server whose clock was never set, or one that counts
/// milliseconds, must not decide about dates; it is asked again.
bool is_server_time(std::uint64_t unix_s) {
  return unix_s >= 1'577'836'800 && unix_s <= 0xffffffff;
}

/// True if the reply carries the token of the request that is open.
bool answers(JsonReader& json, std::uint64_t token) {
  std::string_view text;
  std::uint64_t found = 0;
  return json.string(JsonReader::root, "clientToken", text) && parse_hex64(text, found) &&
         found == token;
}

/// True if a text that does not parse still shows that it answers another request.
bool names_another(std::string_view text, std::uint64_t token) {
  constexpr std::string_view key = R"("clientToken":")";
  const std::size_t at = place_of(text, key);
  if (at == std::string_view::npos) {
    return false;
  }
  text.remove_prefix(at + key.size());
  char ours[16];
  TextWriter{ours}.hex64(token);
  const std::size_t size = std::min(text.size(), sizeof ours);
  return slice(text, 0, size) != std::string_view{ours, size};
}

/// Server time of a reply that answers our token; 0 if it names none that could be true.
UnixTime time_of(JsonReader& json) {
  std::uint64_t timestamp = 0;
  const bool has_time =
      json.number(JsonReader::root, "timestamp", timestamp) && is_server_time(timestamp);
  return {has_time ? static_cast<std::int64_t>(timestamp) : 0};
}

}  // namespace

Status Turn::on(const event::Received& message) {
  std::string_view job;
  const std::string_view payload = text_of(message.payload);
  switch (classify(message.topic, thing(), job)) {
    case Downlink::notify_next:
      return on_notify(payload);
    case Downlink::describe_accepted:
      return on_describe_accepted(payload);
    case Downlink::describe_rejected:
      return on_describe_rejected(payload);
    case Downlink::update_accepted:
      return on_update_reply(payload, true);
    case Downlink::update_rejected:
      return on_update_reply(payload, false);
    case Downlink::rollback_ack:
      return on_rollback_ack(payload);
    case Downlink::ca_install:
      return on_anchor_install(payload);
    case Downlink::ca_remove:
      return on_anchor_remove(payload);
    case Downlink::unknown:
      return Status::ok;
  }
  return Status::ok;
}

/// Asks what is pending. The answer is the truth; a notification is only a hint to ask. With a
/// `refusal` only for the head, so that the job in front can be refused by its name and version.
/// Never twice in a row: who knows which job is in front by then.
void Turn::ask(Reason refusal) {
  if (!m_.is_linked) {
    return;  // the next connect asks
  }
  m_.refusal = refusal;
  m_.is_reply_malformed = false;
  m_.token = hw_.random.next();
  m_.request = Request::describe;
  m_.reply_by = now_ + tuning_.reply_timeout_ms;
  end_pause();
  m_.must_ask_again = false;
  publish_describe(out_, thing(), m_.token, refusal == Reason::none);
}

JobUpdate Turn::new_update(const Journal& journal, const char* status) {
  m_.token = hw_.random.next();
  m_.request = Request::update;
  m_.reply_by = now_ + tuning_.reply_timeout_ms;
  return {journal.job_id(), status, journal.execution, m_.expected_version, m_.token};
}

void Turn::send_progress(const Journal& journal) {
  if (!m_.is_linked) {
    return;
  }
  const JobUpdate update = new_update(journal, "IN_PROGRESS");
  publish_progress(out_, thing(), update, name(m_.state),
                   share_of(journal.watermark, journal.image_size, 100));
  hw_.observer.on(fact::JobUpdateSent{journal.job_id(), journal.execution, update.status,
                                      Reason::none, journal.version, m_.expected_version});
}

/// The status is derived at the moment of sending: SUCCEEDED is said only while the boot record
/// holds the version as confirmed and it runs, whatever the outbox believed when it was written.
Status Turn::send_final(Journal& journal) {
  if (!m_.is_linked || m_.expected_version == 0) {
    ask();
    return Status::ok;
  }
  if (journal.outcome == Outcome::succeeded) {
    Durable<BootRecord> record{hw_.flash};
    if (record.is_cut()) {
      return Status::power_lost;
    }
    // A record that cannot be read calls no slot bootable.
    const bool is_true = !m_.is_in_recovery && m_.version == journal.version &&
                         record->trial == Trial::none && record->is_bootable(record->active) &&
                         record->pin(record->active).version == journal.version;
    if (!is_true) {
      journal.outcome = Outcome::failed;
      journal.reason = Reason::rolled_back;
    }
  }
  const char* status_text = journal.outcome == Outcome::succeeded  ? "SUCCEEDED"
                            : journal.outcome == Outcome::rejected ? "REJECTED"
                                                                   : "FAILED";
  const JobUpdate update = new_update(journal, status_text);
  publish_final(out_, thing(), update, journal.reason, journal.version);
  hw_.observer.on(fact::JobUpdateSent{journal.job_id(), journal.execution, update.status,
                                      journal.reason, journal.version, m_.expected_version});
  return Status::ok;
}

/// No reply in time, or a refusal that only asks for patience: a new token after a pause.
void Turn::request_lost() {
  m_.request = Request::none;
  m_.reply_by = never;
  switch (m_.state) {
    case State::downloading:
    case State::verifying:
      return;  // only a progress report was lost
    case State::idle:
    case State::recovery:
    case State::offered:
    case State::precheck:
    case State::backing_off:
    case State::staged:
    case State::reporting:
    case State::trial:
    case State::armed:
    case State::starting:
      if (!is_pausing()) {
        wait_backed_off(m_.request_tries);
      }
  }
}

Status Turn::on_notify(std::string_view payload) {
  JsonReader json;
  // What cannot be read is a hint too: it may be the document that spoils it.
  const bool is_readable = json.parse(payload) == JsonReader::Verdict::ok;
  if (m_.state == State::idle || m_.state == State::recovery) {
    const bool has_job =
        !is_readable || json.object(JsonReader::root, "execution") != JsonReader::absent;
    if (has_job && m_.request == Request::none && m_.retry_at == never) {
      m_.retry_at = now_ + draw(tuning_.start_jitter_ms);
    }
    m_.must_ask_again |= m_.request != Request::none;
    return Status::ok;
  }
  if (m_.state == State::reporting) {
    m_.must_ask_again |= m_.request != Request::none;  // the next job may be in it
    return Status::ok;
  }
  if (!is_busy() && m_.state != State::trial) {
    return Status::ok;
  }
  Durable<Journal> journal{hw_.flash};
  if (journal.is_cut()) {
    return Status::power_lost;
  }
  const int execution = json.object(JsonReader::root, "execution");
  std::string_view job;
  std::uint64_t number = 0;
  const bool is_ours = json.string(execution, "jobId", job) && job == journal->job_id() &&
                       json.number(execution, "executionNumber", number) &&
                       number == journal->execution;
  if (is_ours) {
    return Status::ok;  // a repetition of what is being done
  }
  if (m_.request == Request::none) {
    ask();
  } else {
    m_.must_ask_again = true;
  }
  return Status::ok;
}

Status Turn::on_describe_accepted(std::string_view payload) {
  if (m_.request != Request::describe) {
    return Status::ok;
  }
  JsonReader json;
  Offer offer;
  const JsonReader::Verdict verdict = json.parse(payload);
  const bool is_readable = verdict == JsonReader::Verdict::ok;
  if (is_readable ? !answers(json, m_.token) : names_another(payload, m_.token)) {
    return Status::ok;
  }
  if (is_readable && read_offer(json, hw_.crypto, m_.refusal, offer)) {
    return on_offer(json, offer);
  }
  on_unreadable(verdict);
  return Status::ok;
}

/// A document can spoil the whole reply, and a reply that cannot be read names no job. Too large is
/// sure at once, nonsense may be a bad day of the cloud: it is dropped like a lost message, the
/// timeout asks again, and only the third in a row is taken for the document's.
void Turn::on_unreadable(JsonReader::Verdict verdict) {
  if (m_.refusal != Reason::none) {
    return;  // not even the head can be read
  }
  if (verdict == JsonReader::Verdict::too_large) {
    ask(Reason::document_too_large);
    return;
  }
  if (!m_.is_reply_malformed && m_.malformed_replies < malformed_allowed) {
    ++m_.malformed_replies;
  }
  m_.is_reply_malformed = true;
  if (m_.malformed_replies == malformed_allowed) {
    ask(Reason::malformed_document);
  }
}

Status Turn::on_offer(JsonReader& json, const Offer& offer) {
  m_.request = Request::none;
  m_.reply_by = never;
  end_pause();
  m_.request_tries = 0;
  m_.malformed_replies = 0;
  m_.has_checked_in = true;
  m_.expected_version = offer.version_number;
  m_.server_time = time_of(json);
  Status status = note_check_in();
  if (status == Status::ok) {
    status = on_described(offer);
  }
  if (status == Status::ok && m_.must_ask_again && m_.request == Request::none) {
    ask();
  }
  return status;
}

Status Turn::on_described(const Offer& offer) {
  if (m_.state == State::armed) {
    return Status::ok;
  }
  Durable<Journal> journal{hw_.flash};
  if (journal.is_cut()) {
    return Status::power_lost;
  }
  if (m_.state == State::trial) {
    return on_described_in_trial(offer, *journal);
  }
  const bool is_open = journal->phase != JobPhase::none;
  if (!offer.is_present) {
    return is_open ? close_job() : Status::ok;
  }
  const bool is_same_job = is_open && offer.job == journal->job_id();
  if (journal->phase == JobPhase::closing) {
    // A deleted job's id may be used again, execution number included: the content tells.
    const bool is_same_content =
        offer.fault != Reason::none || offer.trailer_digest == journal->trailer;
    if (is_same_job && offer.execution == journal->execution && is_same_content) {
      return send_final(*journal);
    }
  } else if (is_same_job && offer.fault == Reason::none &&
             offer.trailer_digest == journal->trailer) {
    return continue_job(offer, *journal);
  }
  // Another job, another try of it or other content under its name: the old one is over.
  if (is_open) {
    const Status status = close_job();
    if (status != Status::ok) {
      return status;
    }
    m_.expected_version = offer.version_number;
  }
  return take_offer(offer);
}

/// The check-in of a trial. A job that is gone takes its image with it (D22).
Status Turn::on_described_in_trial(const Offer& offer, Journal& journal) {
  const bool is_ours = offer.is_present && offer.job == journal.job_id() &&
                       (offer.fault != Reason::none || offer.trailer_digest == journal.trailer);
  if (journal.phase != JobPhase::none && !is_ours) {
    return revert(RollbackReason::cancelled);
  }
  if (is_ours && offer.execution != journal.execution) {
    journal.execution = offer.execution;
    if (replace(journal) == Status::power_lost) {
      return Status::power_lost;
    }
  }
  return try_confirm();
}

Status Turn::on_describe_rejected(std::string_view payload) {
  JsonReader json;
  if (m_.request == Request::describe && json.parse(payload) == JsonReader::Verdict::ok &&
      answers(json, m_.token)) {
    request_lost();
  }
  return Status::ok;
}

Status Turn::on_update_reply(std::string_view payload, bool is_accepted) {
  JsonReader json;
  if (m_.request != Request::update || json.parse(payload) != JsonReader::Verdict::ok ||
      !answers(json, m_.token)) {
    return Status::ok;
  }
  m_.request = Request::none;
  m_.reply_by = never;
  const Status status = is_accepted ? on_update_accepted(json) : on_update_rejected(json);
  if (status == Status::ok && m_.must_ask_again && m_.request == Request::none) {
    ask();
  }
  return status;
}

Status Turn::on_update_accepted(JsonReader& json) {
  m_.request_tries = 0;
  m_.refused_updates = 0;
  ++m_.expected_version;
  if (m_.state == State::reporting) {
    return close_job();
  }
  if (m_.state != State::offered) {
    return Status::ok;
  }
  m_.server_time = time_of(json);
  if (m_.server_time.s == 0) {
    wait_backed_off(m_.request_tries);
    return Status::ok;
  }
  return precheck();
}

Status Turn::on_update_rejected(JsonReader& json) {
  std::string_view code;
  if (!json.string(JsonReader::root, "code", code) || code == "RequestThrottled" ||
      code == "InternalError") {
    request_lost();
    return Status::ok;
  }
  if (code == "VersionMismatch") {
    return on_version_mismatch(json);
  }
  // InvalidStateTransition, ResourceNotFound, TerminalStateReached, and refusals of the message
  // itself: the cloud may be done with this execution. Saying it again would change nothing.
  return read_again();
}

/// What is pending is the truth about the job, whatever was said of an update: it is read again, at
/// once the first time, then after growing pauses. A cloud that goes on listing a job of which it
/// takes no word is left alone with it until something new happens.
Status Turn::read_again() {
  if (m_.state != State::reporting && !is_busy()) {
    return Status::ok;
  }
  m_.expected_version = 0;
  if (m_.refused_updates == refusals_allowed) {
    m_.refused_updates = 0;
    return close_job();
  }
  if (++m_.refused_updates == 1) {
    ask();
  } else if (!is_pausing()) {
    m_.retry_at = now_ + backoff_ms(m_.refused_updates - 2u);
  }
  return Status::ok;
}

/// Someone, perhaps we before a cut, moved the execution on. Adopt the number and say it again, at
/// once or after a pause; without a number that can be read, ask for it. Never the old one again.
Status Turn::on_version_mismatch(JsonReader& json) {
  std::uint64_t version = 0;
  const int state = json.object(JsonReader::root, "executionState");
  const bool is_known =
      json.number(state, "versionNumber", version) && version != 0 && version <= 0xffffffff;
  if (!is_known) {
    return read_again();
  }
  m_.expected_version = static_cast<std::uint32_t>(version);
  if (m_.request_tries >= quick_tries) {
    request_lost();
    return Status::ok;
  }
  ++m_.request_tries;
  if (m_.state == State::offered) {
    return challenge();
  }
  if (m_.state != State::reporting) {
    return Status::ok;
  }
  Durable<Journal> journal{hw_.flash};
  const Status status = journal.status();
  return status == Status::ok ? send_final(*journal) : status;
}

/// M of these end the probation; at most one per boot or heartbeat period counts, so that a burst
/// of requests after a confirm proves nothing.
Status Turn::note_check_in() {
  if (!m_.is_on_probation || m_.state == State::trial || now_ < m_.check_in_counts_at) {
    return Status::ok;
  }
  Durable<BootRecord> record{hw_.flash};
  Status status = record.status();
  if (status != Status::ok || !hw_.power.is_above_floor()) {
    return unless_cut(status);
  }
  record->check_ins_left = static_cast<std::uint8_t>(std::max(record->check_ins_left - 1, 0));
  if (record->check_ins_left == 0) {
    record->probation_left = 0;
    // Never above an image that may still be needed: the floor follows the older of the slots
    // that can boot, or a damaged active slot would have nothing to fall back to (D8).
    std::uint32_t floor = record->pin(record->active).security_version;
    if (record->is_bootable(other(record->active))) {
      floor = std::min(floor, record->pin(other(record->active)).security_version);
    }
    record->security_floor = std::max(record->security_floor, floor);
  }
  status = record.store();
  if (status == Status::ok) {
    m_.is_on_probation = record->probation_left > 0;
    m_.check_in_counts_at = now_ + tuning_.heartbeat_ms;
  }
  return unless_cut(status);
}

}  // namespace ota
