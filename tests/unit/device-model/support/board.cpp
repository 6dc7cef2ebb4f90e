#include "board.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ota::test {
namespace {

const char* slot_name(Slot slot) { return slot == Slot::a ? "a" : "b"; }

const char* reason_name(BootReason reason) {
  constexpr const char* names[] = {"confirmed", "trial", "fallback", "recovery", "none"};
  return names[static_cast<std::size_t>(reason)];
}

const char* note_text(BootNote note) {
  constexpr const char* texts[] = {"", " no_fallback", " fallback_bitrot", " bcb_lost"};
  return texts[static_cast<std::size_t>(note)];
}

}  // namespace

void Witness::on(const fact::StateChanged& f) {
  lines.push_back(fmt::format("state {} {}", name(f.from), name(f.to)));
}
void Witness::on(const fact::BootVerified& f) {
  lines.push_back(fmt::format("verified {} {}", slot_name(f.slot), f.verdict_ok ? "ok" : "bad"));
}
void Witness::on(const fact::BootDecided& f) {
  lines.push_back(fmt::format("boot {} {} {}{}", slot_name(f.decision.slot),
                              reason_name(f.decision.reason), f.decision.attempts_left_after,
                              note_text(f.decision.note)));
}
void Witness::on(const fact::Confirmed& f) {
  lines.push_back(
      fmt::format("confirm {} {} {}", slot_name(f.slot), text_of(f.version),
                  f.phase == fact::Confirmed::Phase::requested ? "requested" : "durable"));
}
void Witness::on(const fact::RolledBack& f) {
  lines.push_back(fmt::format("rollback {} {} {}", text_of(f.from), text_of(f.to), name(f.reason)));
}
void Witness::on(const fact::SlotWrite& f) {
  lines.push_back(fmt::format("slot_write {} {} {}", slot_name(f.slot), f.offset,
                              f.phase == fact::SlotWrite::Phase::begin ? "begin" : "end"));
}
void Witness::on(const fact::ManifestJudged& f) {
  lines.push_back(fmt::format("manifest {} {}", f.accepted ? "accept" : "reject", name(f.reason)));
}
void Witness::on(const fact::JobUpdateSent& f) {
  lines.push_back(
      fmt::format("job {} {} {} {}", f.job, f.status, name(f.reason), f.expected_version));
}
void Witness::on(const fact::RollbackSent& f) {
  lines.push_back(fmt::format("rollback_sent {}", text_of(f.target)));
}
void Witness::on(const fact::RollbackCleared&) { lines.push_back("rollback_cleared"); }
void Witness::on(const fact::AnchorChanged& f) {
  constexpr const char* names[] = {"installed", "acknowledged", "removed"};
  lines.push_back(fmt::format("anchor {}", names[static_cast<std::size_t>(f.change)]));
}
void Witness::on(const fact::Quarantined& f) {
  lines.push_back(fmt::format("quarantined {}", text_of(f.version)));
}

std::size_t Witness::count(std::string_view start) const {
  return static_cast<std::size_t>(std::ranges::count_if(
      lines, [&](const std::string& line) { return line.starts_with(start); }));
}

Board::Board(FlashGeometry geometry) : flash(geometry) {}

Hardware Board::hardware() {
  Flash& seen_flash = watched_flash != nullptr ? *watched_flash : flash;
  Observer& observer = watching_observer != nullptr ? *watching_observer : witness;
  return {seen_flash, crypto, *this, *this, *this, identity, observer, *this};
}

Status Board::provision_with(const Image& image) {
  static const Anchor anchors[] = {anchor_of(factory_key())};
  Hardware hw = hardware();
  return provision(hw, {image.bytes, image.trailer, anchors});
}

void Board::reset() {
  context_.reset();
  flash.restore_power();
}

std::uint64_t Board::next() {
  std::uint64_t x = ++random_draws * 0x9e3779b97f4a7c15u;
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
  return x ^ x >> 31;
}

JobContext* Board::open() {
  if (lends_memory) {
    context_ = std::make_unique<JobContext>();
  }
  return context_.get();
}

}  // namespace ota::test
