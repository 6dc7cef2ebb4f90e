#include "sim/virtual_fleet/cloud_observer.hpp"

#include "sim/virtual_fleet/trace_words.hpp"

namespace cartstorm::sim {
namespace {

report::CartId cart(broker::ThingId thing) {
  return static_cast<report::CartId>(static_cast<std::uint32_t>(thing));
}

report::Version version(broker::Version v) { return static_cast<report::Version>(v.value); }

}  // namespace

void CloudObserver::on(const broker::fact::ExecutionChanged& fact) {
  emit(report::JobRx{cart(fact.thing), text(fact.job), fact.execution, word(fact.status),
                     fact.version_no, fact.accepted, reason(fact.reason)});
}

void CloudObserver::on(const broker::fact::MetricReceived& fact) {
  emit(report::MetricRx{cart(fact.thing), word(fact.metric), version(fact.version), fact.key,
                        fact.counted});
}

void CloudObserver::on(const broker::fact::ExposureMinute& fact) {
  emit(report::Exposure{version(fact.version), fact.unix_minute - epoch_minute_, fact.device_ms,
                        fact.errors});
}

void CloudObserver::on(const broker::fact::StageChanged& fact) {
  emit(report::Stage{text(fact.rollout), fact.stage, text(fact.stage_name), word(fact.event),
                     text(fact.actor), text(fact.reason), fact.hold_id, fact.carts});
  watcher_.stage_changed(fact);
}

void CloudObserver::on(const broker::fact::TargetChanged& fact) {
  emit(report::Target{text(fact.rollout), fact.stage, cart(fact.thing), word(fact.event),
                      text(fact.reason)});
}

void CloudObserver::on(const broker::fact::HaltEvaluated& fact) {
  emit(report::HaltEval{text(fact.rollout), fact.stage, text(fact.rule), fact.x, fact.y, fact.e_new,
                        fact.e_old, word(fact.verdict)});
}

void CloudObserver::on(const broker::fact::OperatorActed& fact) {
  emit(report::Operator{text(fact.actor), text(fact.action), fact.hold_id, text(fact.reason)});
}

void CloudObserver::on(const broker::fact::AnchorChanged& fact) {
  emit(report::Anchor{cart(fact.thing), fact.anchor, word(fact.event)});
}

}  // namespace cartstorm::sim
