#include "broker-mock/telemetry/ledger.hpp"

#include <algorithm>

#include "broker-mock/base/hex.hpp"

namespace cartstorm::broker::telemetry {
namespace {

/// A cart that decides more often is broken in a way that more counting does not show better.
constexpr std::size_t max_occurrences_per_thing = 4096;

}  // namespace

Ledger::Ledger(const Things& things, Outbox& outbox, Listener& listener)
    : things_{things},
      outbox_{outbox},
      listener_{listener},
      exposure_{[&listener](const fact::ExposureMinute& minute) { listener.on(minute); }} {}

Ledger::PerThing& Ledger::per_thing(ThingId thing) {
  if (index(thing) >= per_thing_.size()) per_thing_.resize(things_.count());
  return per_thing_[index(thing)];
}

void Ledger::leave_arm(PerThing& state, ServerTime now) {
  if (state.arm != Exposure::no_arm) exposure_.leave(state.arm, now);
  state.arm = Exposure::no_arm;
}

void Ledger::connected(ThingId thing, ServerTime now) { leave_arm(per_thing(thing), now); }
void Ledger::disconnected(ThingId thing, ServerTime now) { leave_arm(per_thing(thing), now); }

bool Ledger::heartbeat(ThingId thing, const HeartbeatUplink& uplink, ServerTime now) {
  const Exposure::Arm arm = exposure_.arm_of(uplink.version);
  if (arm == Exposure::no_arm) return false;
  PerThing& state = per_thing(thing);
  state.version = uplink.version;
  if (things_.is_connected(thing) && state.arm != arm) {
    leave_arm(state, now);
    state.arm = arm;
    exposure_.join(arm, now);
  }
  listener_.on(fact::MetricReceived{thing, fact::Metric::heartbeat, uplink.version, 0, true});
  return true;
}

bool Ledger::error(ThingId thing, std::string_view payload, ServerTime now) {
  // Most messages are errors, each of another thing: its place is fetched while the text is read.
  PerThing& state = per_thing(thing);
  __builtin_prefetch(&state, 1);
  ErrorUplink uplink;
  if (!parse(payload, uplink)) return false;
  const Exposure::Arm arm = exposure_.arm_of(uplink.version);
  if (arm == Exposure::no_arm) return false;
  const bool is_new = state.episodes.is_new(uplink.episode);
  if (is_new) {
    exposure_.advance(now);
    exposure_.count_error(arm);
  }
  listener_.on(
      fact::MetricReceived{thing, fact::Metric::error, uplink.version, uplink.episode, is_new});
  return true;
}

int Ledger::record(ThingId thing, const RollbackUplink& uplink, ServerTime now) {
  std::vector<Occurrence>& seen = occurrences_[thing];
  bool had_target = false;
  for (const Occurrence& occurrence : seen) {
    if (occurrence.id == uplink.occurrence) return 0;
    had_target = had_target || occurrence.target == uplink.target;
  }
  if (seen.size() >= max_occurrences_per_thing) return -1;
  seen.push_back({uplink.occurrence, uplink.target, now});
  RollbackTotals& totals = totals_[uplink.target];
  ++totals.occurrences;
  if (!had_target) ++totals.things;
  return 1;
}

bool Ledger::rollback(ThingId thing, std::string_view payload, ServerTime now) {
  RollbackUplink uplink;
  if (!parse(payload, uplink)) return false;
  const int recorded = record(thing, uplink, now);
  if (recorded < 0) return false;
  listener_.on(fact::MetricReceived{thing, fact::Metric::rollback, uplink.target, uplink.occurrence,
                                    recorded == 1});
  std::string ack = "{\"occurrence\":\"";
  append_hex(ack, uplink.occurrence);
  ack.append("\"}");
  outbox_.publish(thing, "carts/", "/rollback/ack", ack);
  return true;
}

RollbackTotals Ledger::rollbacks(Version target) const {
  const auto found = totals_.find(target);
  return found == totals_.end() ? RollbackTotals{} : found->second;
}

bool Ledger::has_rolled_back(ThingId thing, Version target, ServerTime since) const {
  const auto found = occurrences_.find(thing);
  return found != occurrences_.end() &&
         std::any_of(found->second.begin(), found->second.end(), [&](const Occurrence& occurrence) {
           return occurrence.target == target && occurrence.received >= since;
         });
}

std::optional<Version> Ledger::version(ThingId thing) const {
  const bool is_known =
      index(thing) < per_thing_.size() && per_thing_[index(thing)].version != Version{};
  return is_known ? std::optional{per_thing_[index(thing)].version} : std::nullopt;
}

}  // namespace cartstorm::broker::telemetry
