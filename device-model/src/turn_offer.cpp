#include <algorithm>

#include "ota/bytes.hpp"
#include "ota/job_context.hpp"
#include "ota/judge.hpp"
#include "turn.hpp"

namespace ota {

/// A job that no record knows yet.
Status Turn::take_offer(const Offer& offer) {
  Durable<Counters> counters{hw_.flash};
  Durable<BootRecord> record{hw_.flash};
  if (counters.is_cut() || record.is_cut()) {
    return Status::power_lost;
  }
  Journal journal;
  journal.set_job_id(offer.job);
  journal.execution = offer.execution;
  journal.version = offer.manifest.version;
  journal.trailer = offer.trailer_digest;
  journal.image_size = offer.manifest.image_size;
  if (offer.fault != Reason::none) {
    return refuse(offer, journal, offer.fault);
  }
  if (!m_.is_in_recovery && offer.manifest.version == m_.version) {
    // Delivered twice, done once (D20); another image under the same number is not what runs here.
    const bool is_other =
        record.status() == Status::ok && record->pin(m_.slot).image != offer.manifest.image_digest;
    return is_other ? refuse(offer, journal, Reason::document_mismatch)
                    : finish(journal, Outcome::succeeded, Reason::none);
  }
  const VersionCount tried = counters->of(offer.manifest.version);
  const Reason fit = tried.is_quarantined ? Reason::quarantined
                     : !m_.is_opted_in
                         ? Reason::opted_out
                         : judge_fit(offer.manifest, hw_.identity, hw_.flash.geometry(), m_.version,
                                     record->security_floor);
  if (is_rejection(fit)) {
    return refuse(offer, journal, fit);
  }
  if (must_wait_before_next_try(tried)) {
    return Status::ok;
  }
  return fit == Reason::none ? accept(offer, journal) : refuse(offer, journal, fit);
}

Status Turn::refuse(const Offer& offer, Journal& journal, Reason reason) {
  hw_.observer.on(
      fact::ManifestJudged{offer.job, offer.execution, offer.manifest.version, false, reason});
  if (is_rejection(reason)) {
    return finish(journal, Outcome::rejected, reason);
  }
  const Status status = count_attempt(offer.manifest.version);
  return status == Status::power_lost ? status : finish(journal, Outcome::failed, reason);
}

/// A version that was tried before, and failed or was rolled back, gets another try, but not at
/// once and not in step with the fleet: a cloud that queues the next execution the moment that one
/// fails would have the slot written over and over (D21, D24). The pause starts again after a
/// reset: too long is harmless, too short is a storm.
bool Turn::must_wait_before_next_try(const VersionCount& tried) {
  const unsigned tries = std::max<unsigned>(tried.rollbacks, tried.attempts);
  if (tries == 0 || m_.has_waited) {
    return false;
  }
  if (is_pausing()) {
    return true;
  }
  set_state(State::backing_off);
  m_.retry_at = now_ + std::max<std::uint64_t>(backoff_ms(tries), rest_ms(tried));
  return true;
}

/// What is left of the window after so many attempts that they are enough for it. Both ends are the
/// cloud's time: a reset does not begin the rest anew, or a cart that is switched off every evening
/// would never come to its end. Without them the rest is whole.
std::uint64_t Turn::rest_ms(const VersionCount& tried) const {
  if (tried.attempts < tuning_.attempts_per_window) {
    return 0;
  }
  const std::int64_t passed_s = tried.attempted_s == 0 ? 0 : m_.server_time.s - tried.attempted_s;
  const std::int64_t left_s = tuning_.attempt_window_s - std::max<std::int64_t>(passed_s, 0);
  return static_cast<std::uint64_t>(std::max<std::int64_t>(left_s, 0)) * 1000;
}

/// Puts the URL and the manifest of this delivery where they are used. False: no memory is to be
/// had now; the caller waits.
bool Turn::lend_context(const Offer& offer, const Journal& journal) {
  const bool is_new = context() == nullptr;
  JobContext* memory = is_new ? hw_.job_memory.open() : context();
  if (memory == nullptr) {
    set_state(State::backing_off);
    wait_backed_off(m_.wait_tries);
    return false;
  }
  if (is_new) {
    begin_context(offer, journal, *memory);
  }
  const bool is_written = m_.state == State::verifying || m_.state == State::staged;
  if (memory->is_patching && offer.patch_url.empty() && !is_written) {
    forget_patch(*memory);
  }
  const std::string_view url = memory->is_patching ? offer.patch_url : offer.url;
  memory->url_size =
      static_cast<std::uint16_t>(unescape_json(url, memory->url, JobContext::url_capacity));
  const std::size_t chain_size = base64_size(offer.chain);
  ByteWriter trailer{memory->trailer};
  trailer.bytes(offer.manifest_bytes);
  trailer.u16(static_cast<std::uint16_t>(chain_size));
  const MutableBytes chain = MutableBytes{memory->trailer}.subspan(trailer_head_bytes, chain_size);
  if (!parse_base64(offer.chain, chain)) {
    return false;  // never: its digest was taken through the same reader
  }
  memory->trailer_size = static_cast<std::uint16_t>(trailer_head_bytes + chain_size);
  return true;
}

/// The document offers no patch any more: the image goes on where the patch stood.
void Turn::forget_patch(JobContext& memory) {
  stop_http();
  drop_unwritten();
  memory.is_patching = false;
  memory.etag_size = 0;
  if (m_.state == State::downloading) {
    m_.work = AgentMemory::Work::none;
    set_state(State::backing_off);
  }
}

/// Starts where the journal stands. The sector at the watermark may be torn; it is erased again
/// before it is written.
void Turn::begin_context(const Offer& offer, const Journal& journal, JobContext& memory) {
  memory.body_size = 0;
  m_.image_size = journal.image_size;
  m_.watermark = journal.watermark;
  m_.position = journal.watermark;
  m_.erased_to = journal.watermark;
  m_.quarters_reported = 0;
  m_.has_begun = false;
  memory.is_patching = wants_patch(offer, journal);
  memory.patch = journal.patch;
  memory.patch_place = journal.patch_place;
  // The ETag is that of the object that was fetched, and means nothing for another one.
  const bool is_same_object = memory.is_patching == (journal.patch.patch_bytes != 0);
  memory.etag_size = is_same_object ? journal.etag_size : std::uint8_t{0};
  std::copy_n(journal.etag, memory.etag_size, memory.etag);
}

/// Durable before the cloud hears of it, so that no accepted job is ever forgotten.
Status Turn::accept(const Offer& offer, Journal& journal) {
  if (!lend_context(offer, journal)) {
    return Status::ok;
  }
  journal.phase = JobPhase::accepted;
  const Status status = replace(journal);
  if (status == Status::power_lost) {
    return status;
  }
  if (status != Status::ok) {
    return finish(journal, Outcome::failed, Reason::record_failed);
  }
  m_.wait_tries = 0;
  m_.expired_tries = 0;
  m_.retry_at = never;
  set_state(State::offered);
  send_progress(journal);
  return Status::ok;
}

/// The job that the journal holds is still live: go on where it stands.
Status Turn::continue_job(const Offer& offer, Journal& journal) {
  if (!m_.is_opted_in) {
    journal.execution = offer.execution;
    return finish(journal, Outcome::rejected, Reason::opted_out);
  }
  Status noted = Status::ok;
  if (offer.execution != journal.execution) {
    journal.execution = offer.execution;
    noted = replace(journal);
    if (noted == Status::power_lost) {
      return noted;
    }
  }
  const bool is_resumed = context() == nullptr;
  if (is_resumed) {
    bool is_over = false;
    const Status status = judge_resumption(journal, is_over);
    if (status != Status::ok || is_over) {
      return status;
    }
  }
  // A job whose end, or whose next execution, cannot be written down is not gone on with: the
  // cloud hears so of the execution that it asks for.
  if (noted != Status::ok || m_.state == State::reporting) {
    return finish(journal, Outcome::failed, Reason::record_failed);
  }
  if (!lend_context(offer, journal)) {
    return Status::ok;
  }
  if (journal.phase == JobPhase::accepted) {
    set_state(State::offered);
    send_progress(journal);
    return Status::ok;
  }
  if (journal.phase == JobPhase::staged && !is_resumed) {
    return m_.state == State::staged ? try_arm() : Status::ok;
  }
  if (m_.state == State::downloading || m_.state == State::verifying || is_pausing()) {
    return Status::ok;  // it was only asked whether the job still lives
  }
  if (journal.phase == JobPhase::staged || m_.position == m_.image_size) {
    start_verifying();
    return Status::ok;
  }
  return start_download(journal);
}

/// After a reset the boot record may be another than the one under which the job was begun: rebuilt
/// from what stands in the slots. Then the job's image may run already, or its slot may count as
/// bootable again and must be opened anew before anything is erased in it (D15). `is_over`: the end
/// of the job is on its way.
Status Turn::judge_resumption(Journal& journal, bool& is_over) {
  Durable<BootRecord> record{hw_.flash};
  if (record.is_cut()) {
    return Status::power_lost;
  }
  if (!m_.is_in_recovery && record->trial == Trial::none &&
      record->pin(m_.slot).trailer == journal.trailer) {
    is_over = true;
    return finish(journal, Outcome::succeeded, Reason::none);
  }
  if (record->is_bootable(other(m_.slot))) {
    journal.phase = JobPhase::accepted;
  }
  return Status::ok;
}

/// The manifest of the open job and the CA that it names. False if they are not there to go on
/// with; `status` is then what came of it.
bool Turn::find_anchor(Manifest& manifest, Anchor& anchor, Status& status) {
  status = Status::ok;
  if (context() == nullptr) {
    set_state(resting_state());
    ask();
    return false;
  }
  if (decode(context()->manifest(), manifest) != Status::ok) {
    status = finish(Outcome::rejected, Reason::malformed_manifest);
    return false;
  }
  status = load_anchor(manifest.anchor, anchor);
  if (status == Status::not_found) {
    set_state(State::precheck);
    status = request_anchor(manifest.anchor);
    return false;
  }
  return status == Status::ok;
}

/// Asks for fresh server time once nothing else is missing: an answer from before a long wait for
/// an anchor or for power must not decide.
Status Turn::challenge() {
  if (context() != nullptr && m_.expected_version == 0) {
    ask();  // a conflict whose number could not be read
    return Status::ok;
  }
  Manifest manifest;
  Anchor anchor;
  Status status{};
  if (!find_anchor(manifest, anchor, status)) {
    return status;
  }
  Durable<Journal> journal{hw_.flash};
  if (journal.is_cut()) {
    return Status::power_lost;
  }
  set_state(State::offered);
  send_progress(*journal);
  return Status::ok;
}

Status Turn::precheck() {
  set_state(State::precheck);
  Manifest manifest;
  Anchor anchor;
  Status status{};
  if (!find_anchor(manifest, anchor, status)) {
    return status;
  }
  if (!hw_.power.is_above_floor()) {
    wait_for_power();
    return Status::ok;
  }
  m_.wait_tries = 0;
  Durable<Journal> journal{hw_.flash};
  return journal.is_cut() ? Status::power_lost : judge(manifest, anchor, *journal);
}

Status Turn::judge(const Manifest& manifest, const Anchor& anchor, Journal& journal) {
  Reason reason =
      judge_trust(manifest, context()->whole_trailer(), anchor, hw_.crypto, m_.server_time);
  // A refusal counts like any other try: the cloud's retry of what has expired must not come back
  // at the pace of the network (D21). A try that cannot be counted is none: it would come again
  // without a pause, and without ever being enough for quarantine.
  const Status status = count_attempt(manifest.version);
  if (status == Status::power_lost) {
    return status;
  }
  if (status != Status::ok && reason == Reason::none) {
    reason = Reason::record_failed;
  }
  hw_.observer.on(fact::ManifestJudged{journal.job_id(), journal.execution, manifest.version,
                                       reason == Reason::none, reason});
  return reason == Reason::none ? open_slot(journal) : finish(journal, Outcome::failed, reason);
}

Status Turn::count_attempt(Version version) {
  Durable<Counters> counters{hw_.flash};
  if (counters.is_cut()) {
    return Status::power_lost;
  }
  VersionCount& row = counters->touch(version);
  row.attempts = static_cast<std::uint16_t>(std::min(row.attempts + 1, 65535));
  row.attempted_s = static_cast<std::uint32_t>(m_.server_time.s);  // 2020 to 2106, or 0
  return counters.store();
}

/// Before the first erase the record must stop calling the slot bootable: a slot half erased and
/// still marked valid is how a fallback becomes a brick (D15).
Status Turn::open_slot(Journal& journal) {
  Durable<BootRecord> record{hw_.flash};
  if (record.is_cut()) {
    return Status::power_lost;
  }
  // Without a record the next boot looks at what stands in the slots. A record made here from
  // nothing would say that nothing is bootable, and be believed (D1). Recovery has nothing to lose.
  if (record.status() != Status::ok && !m_.is_in_recovery) {
    return finish(journal, Outcome::failed, Reason::record_failed);
  }
  // The running slot decides, not the record: a fallback may have failed to write itself down.
  const Slot slot = other(m_.slot);
  record->active = m_.slot;
  record->trial = Trial::none;
  record->attempts_left = 0;
  record->invalid_mask |= mask_of(slot);
  record->confirmed_mask &= static_cast<std::uint8_t>(~mask_of(slot));
  Status status = record.store();
  if (status == Status::ok) {
    journal.phase = JobPhase::downloading;
    status = replace(journal);
  }
  if (status == Status::power_lost) {
    return status;
  }
  return status == Status::ok ? start_download(journal)
                              : finish(journal, Outcome::failed, Reason::record_failed);
}

/// Writes a journal in the place of the one that flash holds.
Status Turn::replace(const Journal& journal) {
  Durable<Journal> stored{hw_.flash};
  if (stored.is_cut()) {
    return Status::power_lost;
  }
  *stored = journal;
  return stored.store();
}

Status Turn::finish(Outcome outcome, Reason reason) {
  Durable<Journal> journal{hw_.flash};
  if (journal.is_cut()) {
    return Status::power_lost;
  }
  return finish(*journal, outcome, reason);
}

/// The final status goes to the outbox first. If even that cannot be written, it is sent once from
/// memory; the cloud then offers the job again and hears the same.
Status Turn::finish(Journal& journal, Outcome outcome, Reason reason) {
  stop_http();
  hw_.job_memory.close();
  journal.phase = JobPhase::closing;
  journal.outcome = outcome;
  journal.reason = reason;
  if (replace(journal) == Status::power_lost) {
    return Status::power_lost;
  }
  m_.work = AgentMemory::Work::none;
  m_.retry_at = never;
  m_.has_waited = false;
  set_state(State::reporting);
  return send_final(journal);
}

/// Forgets the job. Its slot stays invalid, so nothing of it can ever boot.
Status Turn::close_job() {
  stop_http();
  hw_.job_memory.close();
  if (replace(Journal{}) == Status::power_lost) {
    return Status::power_lost;
  }
  m_.work = AgentMemory::Work::none;
  m_.retry_at = never;
  m_.expected_version = 0;
  m_.has_waited = false;
  m_.wait_tries = 0;
  set_state(resting_state());
  return Status::ok;
}

}  // namespace ota
