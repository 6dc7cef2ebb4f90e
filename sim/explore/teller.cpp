#include "sim/explore/teller.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace cartstorm::sim::explore {
namespace {

const char* name(ota::Slot slot) { return slot == ota::Slot::a ? "a" : "b"; }

const char* name(ota::ResetCause cause) {
  constexpr std::array<const char*, 6> spellings = {"power on", "brown-out", "watchdog",
                                                    "panic",    "commanded", "unknown"};
  return spellings.at(static_cast<std::size_t>(cause));
}

const char* name(ota::BootReason reason) {
  constexpr std::array<const char*, 5> spellings = {"confirmed", "trial", "fallback", "recovery",
                                                    "none"};
  return spellings.at(static_cast<std::size_t>(reason));
}

std::string text(ota::Version version) {
  return fmt::format("{}.{}.{}", version.value >> 16, version.value >> 8 & 0xff,
                     version.value & 0xff);
}

/// Secrets do not get into reports: a document carries a presigned URL.
std::string shown(std::string_view payload) {
  const std::size_t document = payload.find("\"jobDocument\":");
  std::string text{payload.substr(0, document)};
  if (document != std::string_view::npos) {
    text += "\"jobDocument\":...}";
  }
  return text;
}

}  // namespace

Teller::Teller(Replay& out, std::vector<Point> points, bool is_exact)
    : out_(out), points_(std::move(points)), is_exact_(is_exact) {}

void Teller::begin_power_cycle() {
  flush();
  ++cycle_;
  operations_ = 0;
}

void Teller::flush() {
  if (run_.count == 0) {
    return;
  }
  const Run run = std::exchange(run_, Run{});
  const std::string many = run.count == 1 ? "" : fmt::format(" in {} operations", run.count);
  out_.lines.push_back({ReplayKind::operation, cycle_, operations_ - run.count,
                        fmt::format("{} {} {:#x}..{:#x}{}", name(run.kind), region_name(run.region),
                                    run.from, run.to, many)});
}

void Teller::add(ReplayKind kind, std::string text) {
  flush();
  out_.lines.push_back({kind, cycle_, operations_, std::move(text)});
}

bool Teller::is_here(const Operation& op) const {
  const Point* point = awaited();
  if (point == nullptr) {
    return false;
  }
  return is_exact_ ? point->operation == op.number : point->spot == machine_->spot_of(op);
}

std::vector<std::byte> Teller::sector_of(const Operation& op) const {
  const Part& part = machine_->flash().part();
  std::vector<std::byte> bytes(part.geometry.sector_size);
  machine_->flash().pool().read(machine_->survivor().flash.at(part.sector_of(op.region, op.offset)),
                                0, bytes);
  return bytes;
}

void Teller::on_operation(const Operation& op) {
  if (is_here(op)) {
    strike(op);
  }
}

void Teller::strike(const Operation& op) {
  Point& point = points_[next_++];
  point.operation = op.number;
  point.spot = machine_->spot_of(op);
  add(ReplayKind::cut, fmt::format("{} ({} {} {:#x})", explore::text(point), name(op.kind),
                                   region_name(op.region), op.offset));
  const std::uint32_t size = machine_->flash().part().geometry.sector_size;
  const std::uint32_t inside = op.offset % size;
  TornSector torn;
  torn.power_cycle = cycle_;
  torn.region = op.region;
  torn.offset = op.offset - inside;
  torn.first = inside;
  torn.last = inside + static_cast<std::uint32_t>(op.content.size());
  torn.before = sector_of(op);
  torn.meant = torn.before;
  if (op.kind == FlashOp::erase) {
    torn.first = 0;
    torn.last = size;
    std::ranges::fill(torn.meant, std::byte{0xff});
  } else {
    for (std::size_t i = 0; i < op.content.size(); ++i) {
      torn.meant[inside + i] &= op.content[i];
    }
  }
  torn.reads_until_flip = stable_reads(point.tear);
  out_.sectors.push_back(std::move(torn));
  machine_->order(point);
}

void Teller::on_operation_done(const Operation& op) {
  ++operations_;
  const std::uint32_t size = op.kind == FlashOp::erase
                                 ? machine_->flash().part().geometry.sector_size
                                 : static_cast<std::uint32_t>(op.content.size());
  const bool goes_on =
      run_.count != 0 && run_.kind == op.kind && run_.region == op.region && run_.to == op.offset;
  if (!goes_on) {
    flush();
    run_ = {op.kind, op.region, op.offset, op.offset, 0};
  }
  run_.to += size;
  ++run_.count;
  if (!out_.sectors.empty() && out_.sectors.back().left.empty()) {
    out_.sectors.back().left = sector_of(op);
  }
}

void Teller::on_loss(const Operation& op) {
  out_.sectors.back().left = sector_of(op);
  add(ReplayKind::power, "the supply fails");
}

void Teller::on_reset(ota::ResetCause cause) {
  add(ReplayKind::boot, fmt::format("reset: {}", name(cause)));
}

void Teller::on_uplink(std::string_view topic, std::string_view payload) {
  add(ReplayKind::job, fmt::format("cart says {} {}", topic, shown(payload)));
}

void Teller::on_message(const CloudMessage& message) {
  add(ReplayKind::job, fmt::format("cloud says {} {}", message.topic, shown(message.payload)));
}

void Teller::on_incident(Happening what) {
  add(ReplayKind::fact, fmt::format("incident: {}", explore::name(what)));
}

void Teller::on_wait(std::uint64_t ms) {
  add(ReplayKind::fact, fmt::format("nothing happens for {} s", ms / 1000));
}

void Teller::on(const ota::fact::StateChanged& f) {
  add(ReplayKind::state, fmt::format("{} -> {}", ota::name(f.from), ota::name(f.to)));
}

void Teller::on(const ota::fact::BootVerified& f) {
  add(ReplayKind::boot,
      fmt::format("slot {} verified: {}{}", name(f.slot), f.verdict_ok ? "good" : "bad",
                  f.security_version < f.security_floor ? ", below the security floor" : ""));
}

void Teller::on(const ota::fact::BootDecided& f) {
  const ota::BootDecision& d = f.decision;
  if (d.reason == ota::BootReason::recovery) {
    return add(ReplayKind::boot, "no slot verifies: recovery");
  }
  add(ReplayKind::boot,
      fmt::format("boots slot {} ({}) as {}, attempts left {} -> {}, record {}", name(d.slot),
                  text(d.version), name(d.reason), d.attempts_left_before, d.attempts_left_after,
                  d.record_sequence));
}

void Teller::on(const ota::fact::Confirmed& f) {
  const bool is_durable = f.phase == ota::fact::Confirmed::Phase::durable;
  add(ReplayKind::fact, fmt::format("confirm of slot {} ({}): {}", name(f.slot), text(f.version),
                                    is_durable ? "durable" : "requested"));
}

void Teller::on(const ota::fact::RolledBack& f) {
  add(ReplayKind::fact,
      fmt::format("rolled back from {} to {}: {}", text(f.from), text(f.to), ota::name(f.reason)));
}

void Teller::on(const ota::fact::SlotWrite& f) {
  const bool begins = f.phase == ota::fact::SlotWrite::Phase::begin;
  add(ReplayKind::fact, fmt::format("writing of slot {} ({}) {} at {:#x}", name(f.slot),
                                    text(f.version), begins ? "begins" : "ends", f.offset));
}

void Teller::on(const ota::fact::ManifestJudged& f) {
  add(ReplayKind::fact,
      fmt::format("manifest of {} {}", text(f.version),
                  f.accepted ? "accepted" : fmt::format("refused: {}", ota::name(f.reason))));
}

void Teller::on(const ota::fact::JobUpdateSent& f) {
  add(ReplayKind::fact,
      fmt::format("reports {} for job {} ({})", f.status, f.job, ota::name(f.reason)));
}

void Teller::on(const ota::fact::RollbackSent& f) {
  add(ReplayKind::fact, fmt::format("reports the rollback of {}", text(f.target)));
}

void Teller::on(const ota::fact::RollbackCleared&) {
  add(ReplayKind::fact, "the rollback is acknowledged and forgotten");
}

void Teller::on(const ota::fact::AnchorChanged& f) {
  constexpr std::array<const char*, 3> changes = {"installed", "acknowledged", "removed"};
  add(ReplayKind::fact,
      fmt::format("CA {:016x} {}", f.anchor.value, changes.at(static_cast<std::size_t>(f.change))));
}

void Teller::on(const ota::fact::Quarantined& f) {
  add(ReplayKind::fact, fmt::format("{} is quarantined", text(f.version)));
}

}  // namespace cartstorm::sim::explore
