#include <algorithm>

#include "ota/trailer.hpp"
#include "sim/explore/machine.hpp"

/// What is seen of a cart from outside, told to whoever judges.
namespace cartstorm::sim::explore {

namespace {

bool is_slot(ota::Region region) {
  return region == ota::Region::slot_a || region == ota::Region::slot_b;
}

ota::ResetCause cause_after(Tear tear) {
  return tear == Tear::watchdog ? ota::ResetCause::watchdog : ota::ResetCause::power_on;
}

std::size_t spot_index(bool is_booting, ota::State phase, ota::Region region, FlashOp kind) {
  const std::size_t at = is_booting ? ota::state_count : static_cast<std::size_t>(phase);
  return (at * ota::region_count + static_cast<std::size_t>(region)) * 2 +
         static_cast<std::size_t>(kind);
}

}  // namespace

void Machine::on_change(ota::Region region, std::uint32_t offset, std::uint32_t size,
                        FlashOp kind) {
  if (is_silent_) {
    return;
  }
  ++changes_;
  ++lab_.premises.of(Promise::flash_rules);
  const seen::FlashChange change{region,
                                 offset,
                                 size,
                                 kind == FlashOp::erase,
                                 ota::Status::ok,
                                 running_.is_booting,
                                 running_.has_power};
  survivor_.promises.on(change, lab_.premises);
  if (is_slot(region)) {
    note_slot_change(region, offset, size, kind);
  }
}

void Machine::wear(const WearEvent& event) {
  survivor_.wear.on(event, lab_.premises);
  if (is_recording()) {
    memo_->note_wear(event);
  }
}

void Machine::note_slot_change(ota::Region region, std::uint32_t offset, std::uint32_t size,
                               FlashOp kind) {
  const Part& part = lab_.exploration.part;
  if (kind == FlashOp::erase) {
    wear({WearEvent::Kind::erase, offset / part.geometry.sector_size});
  }
  if (!is_recording() || size == 0) {
    return;
  }
  const std::uint32_t first = part.sector_of(region, offset);
  const std::uint32_t last = part.sector_of(region, offset + size - 1);
  if (kind == FlashOp::program) {
    memo_->note_look(survivor_.flash, first, last);
  }
  for (std::uint32_t sector = first; sector <= last; ++sector) {
    memo_->note_change(sector, kind == FlashOp::erase);
  }
}

Spot Machine::spot_of(const Operation& op) const {
  const std::size_t at = spot_index(running_.is_booting, phase_, op.region, op.kind);
  const ota::State phase = running_.is_booting ? ota::State::starting : phase_;
  return {running_.is_booting, phase, op.region, op.kind, spots_.counts[at] + 1u};
}

void Machine::before_operation(const Operation& op) {
  if (!is_silent_ && !is_rehearsing_) {
    has_begun_cuts_ = false;
    listener_.on_operation(op);
    ++spots_.counts[spot_index(running_.is_booting, phase_, op.region, op.kind)];
  }
}

void Machine::after_operation(const Operation& op) {
  if (is_silent_) {
    return;
  }
  if (op.region == ota::Region::boot_record) {
    see_record(survivor_);
  }
  if (!is_rehearsing_) {
    listener_.on_operation_done(op);
  }
}

void Machine::on_read(ota::Region region, std::uint32_t offset, std::uint32_t size) {
  if (is_silent_ || !is_slot(region)) {
    return;
  }
  if (is_recording() && size != 0) {
    const Part& part = lab_.exploration.part;
    memo_->note_look(survivor_.flash, part.sector_of(region, offset),
                     part.sector_of(region, offset + size - 1));
  }
  survivor_.promises.on(seen::FlashRead{region, offset, size}, lab_.premises);
}

void Machine::on_flip(ota::Region region, std::uint32_t offset) {
  survivor_.promises.on(seen::Flip{region, offset}, lab_.premises);
  if (region == ota::Region::boot_record) {
    see_record(survivor_);
  }
}

void Machine::read_dead(std::uint32_t) { listener_.on_refuted(); }

void Machine::broke_rule(const char* rule) {
  // Cells that fell by themselves make a page look as if somebody had programmed it.
  if (!survivor_.is_damaged) {
    break_rule(Promise::flash_rules, rule);
  }
}

void Machine::misbehaved(const Operation& op, OpFault fault) {
  note_damage();
  listener_.on_misbehaviour(op, fault);
}

void Machine::lost_power(const Operation& op) {
  see_loss(survivor_, op, flash_.tear());
  if (!is_rehearsing_) {
    listener_.on_loss(op);
  }
}

void Machine::see_loss(Survivor& survivor, const Operation& op, Tear tear) {
  const auto size = op.kind == FlashOp::erase ? lab_.exploration.part.geometry.sector_size
                                              : static_cast<std::uint32_t>(op.content.size());
  survivor.promises.on(
      seen::FlashChange{op.region, op.offset, size, op.kind == FlashOp::erase,
                        ota::Status::power_lost, running_.is_booting, running_.has_power,
                        tear != Tear::before && tear != Tear::watchdog},
      lab_.premises);
  if (op.region == ota::Region::boot_record) {
    see_record(survivor);
  }
}

/// What the cuts at one operation have in common: of one on a slot, that is all but the torn
/// sector.
void Machine::begin_cuts(const Operation& op) {
  has_begun_cuts_ = true;
  rest_of_cut_.reset();
  keys_of_dead_cut_[0].reset();
  keys_of_dead_cut_[1].reset();
  cut_ = survivor_;
  uncut_flash_ = survivor_.flash;
  if (is_slot(op.region)) {
    mark_dead(uncut_flash_);
  }
  if (op.region != ota::Region::boot_record) {
    see_loss(cut_, op, Tear::before);  // How it is torn matters of boot records only.
  }
}

const Survivor& Machine::survivor_of_cut(const Operation& op, Tear tear) {
  if (!has_begun_cuts_) {
    begin_cuts(op);
  }
  const std::uint32_t sector = lab_.exploration.part.sector_of(op.region, op.offset);
  cut_.flash = uncut_flash_;
  cut_.cause = cause_after(tear);
  flash_.tear(cut_.flash, op, tear);
  if (op.region == ota::Region::boot_record) {
    cut_.promises = survivor_.promises;  // What is seen of a loss there depends on what is left.
    cut_.armed_attempt = survivor_.armed_attempt;
    see_loss(cut_, op, tear);
  }
  if (!is_slot(op.region)) {
    mark_dead(cut_.flash);
  } else if (uncut_flash_.is_dead(sector)) {
    cut_.flash.mark_dead(sector, sector + 1, lab_.pool);
  }
  return cut_;
}

Survivor Machine::survivor_of_loss(Tear tear) {
  Survivor out = survivor_;
  out.cause = cause_after(tear);
  mark_dead(out.flash);
  return out;
}

/// After a loss of power a slot that the records call invalid is fetched again from the watermark
/// on: what stands behind it will be erased before it is read. A claim, not a rule: whoever reads
/// it refutes it (read_dead).
void Machine::mark_dead(FlashState& flash) {
  if (!claims_dead_) {
    return;
  }
  const auto& boot = lab_.lens.boot(flash);
  const auto& journal = lab_.lens.journal(flash);
  if (!boot.is_found || !journal.is_found) {
    return;
  }
  const ota::Slot slot = ota::other(boot.record.active);
  const Part& part = lab_.exploration.part;
  for (const ota::Region region : {ota::Region::boot_record, ota::Region::journal}) {
    const std::uint32_t first = part.sector_of(region, 0);
    if (flash.has_marginal(first) || flash.has_marginal(first + 1)) {
      return;  // The next reader may find another watermark.
    }
  }
  const bool is_invalid = (boot.record.invalid_mask & ota::mask_of(slot)) != 0 &&
                          boot.record.trial != ota::trial_of(slot);
  if (!is_invalid || journal.record.phase == ota::JobPhase::staged) {
    return;
  }
  const std::uint32_t size = part.geometry.sector_size;
  const std::uint32_t kept =
      journal.record.phase == ota::JobPhase::downloading ? journal.record.watermark : 0;
  const std::uint32_t base = part.sector_of(ota::region_of(slot), 0);
  const std::uint32_t end = ota::trailer_offset(part.geometry) / size;
  flash.mark_dead(base + std::min((kept + size - 1) / size, end), base + end, lab_.pool);
}

void Machine::see_record(Survivor& survivor) {
  const auto& boot = lab_.lens.boot(survivor.flash);
  survivor.promises.on(seen::Copies{boot.whole_copies}, lab_.premises);
  // Without its seal a record was not committed: whoever finds it commits it again, or loses it.
  if (!boot.is_found || !boot.is_sealed) {
    return;
  }
  if (boot.record.trial != ota::Trial::none) {
    see_content(survivor, ota::slot_of(boot.record.trial));
    see_arming(survivor, boot.record);
  }
  survivor.promises.on(seen::Record{boot.record, boot.sequence}, lab_.premises);
}

void Machine::see_arming(Survivor& survivor, const ota::BootRecord& record) {
  const auto& journal = lab_.lens.journal(survivor.flash);
  const bool is_fresh = record.attempts_left == lab_.exploration.tuning.trial_attempts &&
                        record.attempt != survivor.armed_attempt;
  if (!is_fresh || !journal.is_found) {
    return;
  }
  survivor.armed_attempt = record.attempt;
  const auto trailer = static_cast<std::uint32_t>(lab_.images.new_image().trailer.size());
  survivor.promises.on(
      seen::Arming{journal.record.job_id(), journal.record.execution, journal.record.version,
                   ota::slot_of(record.trial), journal.record.image_size,
                   ota::trailer_offset(lab_.exploration.part.geometry), trailer},
      lab_.premises);
}

/// What stands in a slot, whatever the cart believes of it.
void Machine::see_content(Survivor& survivor, ota::Slot slot) {
  const Part& part = lab_.exploration.part;
  const std::uint32_t at = ota::trailer_offset(part.geometry);
  std::array<std::byte, ota::manifest_bytes> bytes{};
  lab_.pool.read(survivor.flash.at(part.sector_of(ota::region_of(slot), at)), 0, bytes);
  seen::SlotContent content{slot};
  ota::Manifest manifest;
  if (ota::decode(bytes, manifest) == ota::Status::ok && manifest.image_size <= at) {
    content.digest = crypto_.digest_of(survivor.flash, ota::region_of(slot), manifest.image_size);
    content.version = manifest.version;
    content.security_version = manifest.security_version;
    content.is_as_signed = content.digest == manifest.image_digest &&
                           (manifest.hardware_mask >> identity_.hardware_revision & 1) != 0 &&
                           manifest.layout == identity_.layout && manifest.flags == 0;
  }
  survivor.promises.on(content, lab_.premises);
}

void Machine::on(const ota::fact::StateChanged& f) {
  const Incident& incident = lab_.story.incident;
  is_incident_due_ |=
      incident.what != Happening::nothing && f.to == incident.at && !survivor_.has_happened;
  told(f);
}

void Machine::on(const ota::fact::BootVerified& f) {
  see_content(survivor_, f.slot);
  judged(f);
}

void Machine::on(const ota::fact::BootDecided& f) {
  const auto& boot = lab_.lens.boot(survivor_.flash);
  const bool rests_on_winner = boot.sequence == f.decision.record_sequence;
  survivor_.promises.on(
      seen::RestsOn{static_cast<std::uint8_t>(boot.winner ^ (rests_on_winner ? 0 : 1))},
      lab_.premises);
  survivor_.promises.on(seen::ColdStart{f.decision.reason != ota::BootReason::recovery},
                        lab_.premises);
  judged(f);
}

void Machine::on(const ota::fact::AnchorChanged& f) {
  if (const auto& trust = lab_.lens.trust(survivor_.flash); trust.is_found) {
    survivor_.promises.on(seen::Trust{trust.record.installed}, lab_.premises);
  }
  judged(f);
}

void Machine::on(const ota::fact::ManifestJudged& f) {
  if (f.accepted) {
    wear({WearEvent::Kind::anew});
  }
  judged(f);
}

void Machine::on(const ota::fact::Confirmed& f) { judged(f); }
void Machine::on(const ota::fact::RolledBack& f) { judged(f); }
void Machine::on(const ota::fact::JobUpdateSent& f) { judged(f); }
void Machine::on(const ota::fact::SlotWrite& f) { told(f); }
void Machine::on(const ota::fact::RollbackSent& f) { told(f); }
void Machine::on(const ota::fact::RollbackCleared& f) { told(f); }
void Machine::on(const ota::fact::Quarantined& f) { told(f); }

}  // namespace cartstorm::sim::explore
