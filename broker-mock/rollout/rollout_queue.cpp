#include <algorithm>

#include "broker-mock/rollout/rollout.hpp"

/// Who of the targeted carts gets an execution, and when: local windows, late joiners, and owners
/// who change their minds.
namespace cartstorm::broker::rollout {

/// Those whose window is open get a job of their own, the others wait for theirs. A cart that had a
/// job before, which a hold took back, is not told of as queued again.
void Rollout::queue(const std::vector<ThingId>& things, std::string_view reason, ServerTime now) {
  std::vector<ThingId> open, fresh;
  std::vector<ThingId> waiting = journal_.list(std::exchange(waiting_, Journal::no_list));
  for (const ThingId thing : things) {
    if (opens_in_ms(spec_.plan.window, utc_offset_min(thing), now) > 0) {
      waiting.push_back(thing);
      continue;
    }
    open.push_back(thing);
    if (ledger_.job_of(thing) == no_job) fresh.push_back(thing);
  }
  const Journal::List fresh_list = fresh.empty() ? Journal::no_list : journal_.add(fresh);
  if (!fresh.empty()) tell_targets(fresh_list, fact::TargetEvent::queued, reason);
  if (!open.empty()) add_job(fresh == open ? fresh_list : journal_.add(std::move(open)));
  if (!waiting.empty()) waiting_ = journal_.add(std::move(waiting));
  find_next_opening(now);
}

std::int32_t Rollout::utc_offset_min(ThingId thing) const {
  return around_.things.of(thing).utc_offset_min;
}

/// Kept, so that a tick looks at no cart before a window opens.
void Rollout::find_next_opening(ServerTime now) {
  next_opening_ = never;
  for (const ThingId thing : journal_.list(waiting_)) {
    const std::int64_t in_ms = opens_in_ms(spec_.plan.window, utc_offset_min(thing), now);
    next_opening_ = std::min(next_opening_, now + in_ms);
  }
}

void Rollout::queue_opened(ServerTime now) {
  if (now < next_opening_) return;
  queue(journal_.list(std::exchange(waiting_, Journal::no_list)), "window", now);
}

/// A cart that was registered, or whose owner agreed, after the last stage began is in nobody's
/// denominator. It passes the same gates and gets a job of its own.
void Rollout::take_late_joiners(ServerTime now) {
  if (!is_last_stage()) return;
  const bool is_stale = is_survey_stale_ || gates_.surveyed() != around_.things.registered();
  if (!is_stale && gates_.eligible() == 0) return;
  if (!is_stale) {
    if (const Opinion opinion = gates_.ask(now); !opinion.refusal.empty()) {
      refuse(opinion.refusal, now);
      return;
    }
  }
  survey();
  if (gates_.eligible() == 0) return;
  if (const Opinion opinion = gates_.ask(now); !opinion.refusal.empty()) {
    refuse(opinion.refusal, now);
    if (!gates_.lacking_anchor().empty()) will(act::Distribute{});
    return;
  }
  refusal_ = {};
  target_late(gates_.remaining(), now);
}

void Rollout::target_late(const std::vector<ThingId>& carts, ServerTime now) {
  const Journal::List list = journal_.add(carts);
  late_.push_back({list, now});
  if (!spec_.plan.window.is_always()) {
    tell_targets(list, fact::TargetEvent::eligible, "late_joiner");
  }
  for (const ThingId thing : carts) {
    ledger_.target(thing, late_stage(), no_job, around_.things.is_connected(thing), now);
  }
  watch_.count_targeted(ledger_.targeted());
  queue(carts, "late_joiner", now);
  is_survey_stale_ = true;
}

/// Opting out counts at any time before the cart arms the image: what it has not started is taken
/// back here, what it has started it gives up by itself. Its choice says nothing of the release.
void Rollout::consent_changed(ThingId thing, ServerTime now) {
  is_survey_stale_ = true;
  if (is_over() || !may_be_taken_back(thing)) return;
  take_back(thing);
  settle(now);
}

bool Rollout::may_be_taken_back(ThingId thing) const {
  return around_.consent.is_opted_out(thing) && ledger_.is_targeted(thing) &&
         !ledger_.has_opted_out(thing) &&
         (ledger_.job_of(thing) == no_job || is_in(thing, JobStatus::queued) ||
          is_in(thing, JobStatus::canceled));
}

void Rollout::take_back(ThingId thing) {
  ledger_.opted_out(thing);
  opted_out_.push_back(thing);
  const Journal::List list = journal_.add({thing});
  const std::uint32_t stage = std::min(ledger_.stage_of(thing), last_stage());
  will(act::TellTargets{++facts_, stage, list, fact::TargetEvent::excluded, "opted_out"});
  if (ledger_.job_of(thing) != no_job) will(act::CancelEach{list});
  std::vector<ThingId> waiting = journal_.list(waiting_);
  if (std::erase(waiting, thing) == 0) return;
  waiting_ = waiting.empty() ? Journal::no_list : journal_.add(std::move(waiting));
}

}  // namespace cartstorm::broker::rollout
