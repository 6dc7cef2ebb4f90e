#include "sim/virtual_fleet/cart_observer.hpp"

#include "sim/virtual_fleet/trace_words.hpp"

namespace cartstorm::sim {
namespace {

report::Version version(ota::Version v) { return static_cast<report::Version>(v.value); }

report::AnchorEvent event_of(ota::fact::AnchorChanged::Change change) {
  switch (change) {
    case ota::fact::AnchorChanged::Change::installed:
      return report::AnchorEvent::installed;
    case ota::fact::AnchorChanged::Change::acknowledged:
      return report::AnchorEvent::ack;
    case ota::fact::AnchorChanged::Change::removed:
      return report::AnchorEvent::removed;
  }
  return report::AnchorEvent::removed;
}

}  // namespace

void CartObserver::bind(std::uint32_t cart, std::uint32_t boot_no, std::int64_t now_us,
                        std::int64_t clock_offset_us) {
  cart_ = cart;
  boot_no_ = boot_no;
  now_us_ = now_us;
  clock_offset_us_ = clock_offset_us;
}

void CartObserver::end_step(bool is_done) {
  if (is_done) {
    for (const auto& payload : at_end_) {
      emit(payload);
    }
  }
  at_end_.clear();
}

void CartObserver::on(const ota::fact::StateChanged& fact) {
  emit(report::StateChange{id(), sim::word(fact.from), sim::word(fact.to)});
  watcher_.entered(cart_, fact.to);
}

void CartObserver::on(const ota::fact::BootVerified& fact) {
  emit(report::BootVerify{id(), boot_no_, sim::word(fact.slot), short_digest(fact.digest),
                          fact.signature_ok, fact.security_version, fact.security_floor,
                          fact.verdict_ok});
}

void CartObserver::on(const ota::fact::BootDecided& fact) {
  const auto& decision = fact.decision;
  emit(report::BootDecide{id(), boot_no_, sim::word(decision.slot), sim::word(decision.reason),
                          sim::word(decision.note), decision.attempts_left_before,
                          decision.attempts_left_after, decision.record_sequence});
}

void CartObserver::on(const ota::fact::Confirmed& fact) {
  const bool is_durable = fact.phase == ota::fact::Confirmed::Phase::durable;
  emit(report::Confirm{id(), sim::word(fact.slot), version(fact.version),
                       is_durable ? report::Phase::durable : report::Phase::requested});
  if (is_durable) {
    watcher_.confirmed(cart_, fact.version);
  }
}

void CartObserver::on(const ota::fact::RolledBack& fact) {
  emit(report::Rollback{id(), version(fact.from), version(fact.to), sim::word(fact.reason),
                        fact.occurrence.value});
  watcher_.rolled_back(cart_, fact.from, fact.to);
}

void CartObserver::on(const ota::fact::SlotWrite& fact) {
  const bool begins = fact.phase == ota::fact::SlotWrite::Phase::begin;
  emit(report::SlotWrite{id(), sim::word(fact.slot), version(fact.version), fact.offset,
                         begins ? report::Phase::begin : report::Phase::end});
  if (begins) {
    watcher_.began_slot_write(cart_);
  }
}

void CartObserver::on(const ota::fact::ManifestJudged& fact) {
  emit(report::ManifestVerdict{id(), text(fact.job), fact.execution, version(fact.version),
                               fact.accepted, sim::word(fact.reason),
                               clock_offset_us_ / 1'000'000});
}

void CartObserver::on(const ota::fact::JobUpdateSent& fact) {
  emit_at_end(report::JobTx{id(), text(fact.job), fact.execution, job_status(fact.status),
                            sim::word(fact.reason), version(fact.version), fact.expected_version});
}

void CartObserver::on(const ota::fact::RollbackSent& fact) {
  emit_at_end(report::MetricTx{id(), report::MetricName::rollback, version(fact.target),
                               fact.occurrence.value});
}

void CartObserver::on(const ota::fact::RollbackCleared& fact) {
  emit(report::RollbackCleared{id(), fact.occurrence.value});
}

void CartObserver::on(const ota::fact::AnchorChanged& fact) {
  emit(report::Anchor{id(), fact.anchor.value, event_of(fact.change)});
}

void CartObserver::on(const ota::fact::Quarantined& fact) {
  emit(report::Quarantine{id(), version(fact.version)});
}

void CartObserver::on(const FlashCall& call) {
  emit(report::FlashOp{id(), call.first_op, call.ops, sim::word(call.op), sim::word(call.region),
                       call.offset, call.length, call.done, sim::word(call.outcome)});
}

}  // namespace cartstorm::sim
