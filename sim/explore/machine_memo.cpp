#include "sim/explore/machine.hpp"

/// How a path takes steps that an equal one took before.
namespace cartstorm::sim::explore {

bool Machine::may_remember() const {
  return most_memo_bytes_ != 0 && !flash_.has_orders() && !survivor_.flash.has_bad();
}

/// All that is left out of a core is as it should be.
bool Machine::is_unbroken() const {
  return at_ && !memo_->head(*at_).is_broken && !survivor_.wear.violation();
}

/// The core as it stands in the machine, found or added.
StepMemo::CoreId Machine::core_of_now() {
  StepMemo::Core core;
  core.lasting =
      memo_->lastings.number(exact_key(static_cast<const Lasting&>(survivor_)), survivor_);
  core.ram = memo_->rams.number(exact_key(running_, rule_broken_), {running_, rule_broken_});
  const Records records = survivor_.flash.records();
  core.records = memo_->records.number(exact_key(records), records);
  if (const ota::JobContext* lent = context_.current()) {
    KeyWriter writer;
    writer.bytes(std::as_bytes(std::span{lent, 1}));
    core.context = memo_->contexts.number(writer.finish(), *lent);
  }
  if (const StepMemo::CoreId known = memo_->find(core); known != StepMemo::none) {
    return known;
  }
  StepMemo::Head head;
  head.core = core;
  head.key = core_key();
  head.waits = running_.waits;
  head.is_broken = rule_broken_ || survivor_.promises.violation();
  return memo_->add(head);
}

void Machine::locate() {
  if (at_) {
    return;
  }
  if (!memo_ || memo_->memory() > most_memo_bytes_) {
    memo_.emplace(lab_.exploration.part, lab_.pool);
  }
  at_ = core_of_now();
}

std::optional<Key> Machine::exact_place() const {
  if (!at_) {
    return std::nullopt;
  }
  KeyWriter writer{*at_};
  writer.key(survivor_.flash.slot_key(ota::Slot::a));
  writer.key(survivor_.flash.slot_key(ota::Slot::b));
  writer.key(survivor_.flash.slots_key(lab_.pool));  // knows what is weak, and what is dead
  return writer.finish();
}

/// Puts the core in its place in the machine.
void Machine::recall() {
  if (is_recalled_) {
    return;
  }
  const StepMemo::Core& core = memo_->head(*at_).core;
  static_cast<Lasting&>(survivor_) = memo_->lastings.value(core.lasting);
  survivor_.flash.set_records(memo_->records.value(core.records));
  running_ = memo_->rams.value(core.ram).running;
  rule_broken_ = memo_->rams.value(core.ram).rule_broken;
  context_.close();
  if (core.context != 0) {
    *context_.open() = memo_->contexts.value(core.context);
  }
  is_recalled_ = true;
}

/// What is put into the machine next is somewhere else.
void Machine::leave_memo() {
  at_.reset();
  is_recalled_ = true;
}

Went Machine::advance_by_memo() {
  locate();
  if (const StepMemo::Step* known = memo_->find(*at_, survivor_.flash)) {
    memo_->apply(*known, survivor_.flash, survivor_.wear, lab_.premises);
    flash_.skip({known->operations, known->calls});
    at_ = known->next;
    is_recalled_ = false;
    outcome_ = known->end;
    return known->end == Outcome::unknown ? Went::on : Went::ended;
  }
  recall();
  const StepMemo::CoreId from = *at_;
  const ExploredFlash::Counted before = flash_.counted();
  memo_->begin(survivor_.flash, lab_.premises);
  const Went went = step();
  StepMemo::Step made;
  made.operations = static_cast<std::uint16_t>(flash_.counted().operations - before.operations);
  made.calls = static_cast<std::uint16_t>(flash_.counted().calls - before.calls);
  made.end = went == Went::ended ? outcome_ : Outcome::unknown;
  made.next = core_of_now();
  memo_->end(from, made, survivor_.flash, lab_.premises);
  at_ = made.next;
  return went;
}

}  // namespace cartstorm::sim::explore
