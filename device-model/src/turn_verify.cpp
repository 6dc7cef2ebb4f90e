#include <algorithm>

#include "ota/job_context.hpp"
#include "turn.hpp"

namespace ota {
namespace {

using Work = AgentMemory::Work;

constexpr std::uint8_t mismatches_allowed = 1;

}  // namespace

Status Turn::on(const event::Continue&) {
  const Work work = m_.work;
  m_.work = Work::none;
  if (work != Work::none && context() == nullptr) {
    return Status::ok;
  }
  switch (work) {
    case Work::none:
      return Status::ok;
    case Work::erase:
      return erase_ahead();
    case Work::decode:
      return decode_some();
    case Work::journal:
      return journal_progress();
    case Work::digest:
      return digest_some();
    case Work::trailer_erase:
      return erase_trailer();
    case Work::trailer_program:
      return program_trailer();
  }
  return Status::ok;
}

/// The image is judged as it stands in flash, whole, once: a digest taken on the way would judge
/// the buffer (D14), and after a cut half of it would be missing.
void Turn::start_verifying() {
  set_state(State::verifying);
  m_.position = 0;
  hw_.crypto.digest_begin(context()->digest);
  do_next(Work::digest);
}

Status Turn::digest_some() {
  const std::uint32_t step = std::min(digest_step_bytes, m_.image_size - m_.position);
  const Status status = hw_.crypto.digest_flash(context()->digest, hw_.flash,
                                                region_of(other(m_.slot)), m_.position, step);
  if (status == Status::power_lost) {
    return status;
  }
  if (status != Status::ok) {
    return image_failed(Reason::flash_failed);
  }
  m_.position += step;
  if (m_.position < m_.image_size) {
    do_next(Work::digest);
    return Status::ok;
  }
  return judge_image();
}

Status Turn::judge_image() {
  Manifest manifest;
  Digest digest;
  hw_.crypto.digest_end(context()->digest, digest);
  if (decode(context()->manifest(), manifest) != Status::ok || digest != manifest.image_digest) {
    return image_failed(Reason::digest_mismatch);
  }
  // Also when the right trailer stands there: a cut may have left it, and its cells with it.
  m_.erased_to = trailer_offset(hw_.flash.geometry());
  do_next(Work::trailer_erase);
  return Status::ok;
}

/// A whole image was fetched in vain. Once may be a bad day; twice is a bad object or a bad part,
/// and fetching it again and again would wear the slot out (D24).
Status Turn::image_failed(Reason reason) {
  Durable<Journal> journal{hw_.flash};
  if (journal.is_cut()) {
    return Status::power_lost;
  }
  if (journal->mismatches >= mismatches_allowed) {
    return finish(*journal, Outcome::failed, reason);
  }
  ++journal->mismatches;
  const Status status = journal.store();
  if (status != Status::ok) {
    return uncounted(*journal, status);
  }
  return restart_from_zero(reason);
}

Status Turn::erase_trailer() {
  if (pauses_for_power()) {
    return Status::ok;
  }
  const FlashGeometry geometry = hw_.flash.geometry();
  const Status status = hw_.flash.erase(region_of(other(m_.slot)), m_.erased_to);
  if (status == Status::ok) {
    m_.erased_to += geometry.sector_size;
    do_next(m_.erased_to < geometry.slot_size ? Work::trailer_erase : Work::trailer_program);
    return status;
  }
  return status == Status::power_lost ? status : image_failed(Reason::flash_failed);
}

Status Turn::program_trailer() {
  if (pauses_for_power()) {
    return Status::ok;
  }
  const Slot slot = other(m_.slot);
  const Bytes trailer = context()->whole_trailer();
  Status status =
      program_padded(hw_.flash, region_of(slot), trailer_offset(hw_.flash.geometry()), trailer);
  if (status == Status::ok) {
    status = compare_trailer(hw_, slot, trailer);
  }
  if (status == Status::ok) {
    return stage();
  }
  return status == Status::power_lost ? status : image_failed(Reason::flash_failed);
}

Status Turn::stage() {
  Durable<Journal> journal{hw_.flash};
  if (journal.is_cut()) {
    return Status::power_lost;
  }
  journal->phase = JobPhase::staged;
  journal->watermark = m_.image_size;
  journal->retries = 0;
  const Status status = journal.store();
  if (status != Status::ok) {
    return uncounted(*journal, status);
  }
  hw_.observer.on(fact::SlotWrite{other(m_.slot), journal->version, m_.image_size,
                                  fact::SlotWrite::Phase::end});
  m_.wait_tries = 0;
  m_.position = m_.image_size;
  set_state(State::staged);
  // Between the order and now the job may have been cancelled: ask before the point of no return.
  ask();
  return Status::ok;
}

/// Called with a describe reply in hand that shows the job alive.
Status Turn::try_arm() {
  Durable<BootRecord> record{hw_.flash};
  Durable<Journal> journal{hw_.flash};
  if (record.is_cut() || journal.is_cut()) {
    return Status::power_lost;
  }
  if (record.status() != Status::ok) {
    return finish(*journal, Outcome::failed, Reason::record_failed);
  }
  if (!m_.may_restart || record->rollback.is_pending) {
    return Status::ok;  // the event that ends the wait asks again
  }
  if (waits_for_window()) {
    return Status::ok;
  }
  if (!hw_.power.is_above_floor()) {
    wait_for_power();
    return Status::ok;
  }
  Manifest manifest;
  if (decode(context()->manifest(), manifest) != Status::ok) {
    return finish(Outcome::failed, Reason::malformed_manifest);
  }
  // The end of a probation may have raised the floor since the offer was judged.
  if (manifest.security_version < record->security_floor) {
    return finish(*journal, Outcome::rejected, Reason::older_security_version);
  }
  return arm(record, manifest, *journal);
}

/// By the time in the reply that is being handled; the cart's own clock has no say. The restart
/// must be over before the window closes, so its last minutes count as closed.
bool Turn::waits_for_window() {
  const MaintenanceWindow& window = hw_.identity.maintenance;
  if (window.is_always()) {
    return false;
  }
  if (m_.server_time.s == 0) {
    wait_backed_off(m_.wait_tries);
    return true;
  }
  const std::uint32_t wait_s = opens_in_s(window, m_.server_time, tuning_.restart_takes_s);
  if (wait_s == 0) {
    return false;
  }
  // A long wait looks again on the way: the job may be gone, or the rules of the clock may change.
  const std::uint64_t wait_ms = std::uint64_t{std::min(wait_s, tuning_.window_poll_s)} * 1000;
  m_.retry_at = now_ + wait_ms + draw(tuning_.start_jitter_ms);
  return true;
}

/// Commit point 1: one record pins both digests and arms the trial. Chain and dates were judged
/// before the download; a CA that was removed since then no longer vouches for what is new.
Status Turn::arm(Durable<BootRecord>& record, const Manifest& manifest, const Journal& journal) {
  Anchor anchor;
  Status status = load_anchor(manifest.anchor, anchor);
  if (status != Status::ok) {
    return status == Status::power_lost ? status : finish(Outcome::failed, Reason::untrusted_chain);
  }
  const Slot slot = other(m_.slot);
  record->trial = trial_of(slot);
  record->attempts_left = tuning_.trial_attempts;
  record->give_up = RollbackReason::none;
  ++record->attempt;
  record->invalid_mask &= static_cast<std::uint8_t>(~mask_of(slot));
  record->pin(slot) = {manifest.version, manifest.security_version, manifest.image_digest,
                       journal.trailer};
  status = record.store();
  if (status == Status::ok) {
    set_state(State::armed);
    reboot();
    return status;
  }
  return status == Status::power_lost ? status : finish(Outcome::failed, Reason::record_failed);
}

}  // namespace ota
