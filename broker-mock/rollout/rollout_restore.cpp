#include <algorithm>

#include "broker-mock/rollout/rollout.hpp"

/// How a controller that was killed comes back: what it decided stands in its journal, and what has
/// become of the carts since is known to the services that outlived it.
namespace cartstorm::broker::rollout {

bool Rollout::restore(bool& was_begun, ServerTime now) {
  const std::string record = journal_.record();
  was_begun = !record.empty();
  if (!was_begun) return true;
  if (!read_record(record, *this)) return false;
  for (JobIndex job = 0; job < jobs_.size(); ++job) job_by_id_.emplace(jobs_[job].id, job);
  const bool has_lists = !is_over() || !acts_.empty();
  if (has_lists && !journal_.read_lists(lists_)) return false;
  if (!is_over()) recall_carts(now);
  if (phase_ == Phase::gated) survey();
  soak_late(now);
  if (!acts_.empty()) perform_all(now);
  if (is_over()) {
    journal_.erase_lists();
    return true;
  }
  is_survey_stale_ = true;
  for (std::uint32_t i = 0; i < around_.things.count(); ++i) {
    if (may_be_taken_back(ThingId{i})) take_back(ThingId{i});
  }
  next_tick_ = now;
  judge_missed_minutes(now);
  settle(now);
  return true;
}

/// A stage that was decided and of which nobody was told begins now: the time in which it had no
/// jobs is no soak time (F2). Nor is the time in which a pause or a hold still stood for everybody.
void Rollout::soak_late(ServerTime now) {
  for (const Act& act : acts_) {
    const auto* untold = std::get_if<act::TellStage>(&act.is);
    if (untold == nullptr) continue;
    if (untold->event == fact::StageEvent::start) {
      soak_.start(spec_.plan.stages[stage()].soak_ms, now);
    } else if (untold->event == fact::StageEvent::resume ||
               untold->event == fact::StageEvent::release) {
      soak_.went_on_late(now);
    }
  }
}

/// What carts said before there was a ledger: of those that an older rollout has served already,
/// the next heartbeat may be half a day away.
void Rollout::recall_versions() {
  for (std::uint32_t i = 0; i < around_.things.count(); ++i) {
    if (const auto version = around_.telemetry.version(ThingId{i})) {
      ledger_.reported_version(ThingId{i}, *version);
    }
  }
}

/// The ledger as it would be had its owner heard everything.
void Rollout::recall_carts(ServerTime now) {
  recall_versions();
  for (std::uint32_t number = 0; number < stages_.size(); ++number) recall(stages_[number], number);
  for (const StartedStage& late : late_) recall(late, late_stage());
  for (const ThingId thing : opted_out_) ledger_.opted_out(thing);
  ledger_.find_silent(now);
  for (const ThingId thing : journal_.list(acknowledged_.lasting)) ledger_.acknowledge(thing);
  for (const ThingId thing : journal_.list(acknowledged_.silent)) {
    if (ledger_.last_seen(thing) <= acknowledged_.at) ledger_.acknowledge(thing);
  }
  if (!stages_.empty()) {
    watch_.resume(stage(), ledger_.targeted(), {stages_.back().started_at, judge_since_},
                  around_.exposure);
  }
  find_next_opening(now);
}

void Rollout::recall(const StartedStage& carts, std::uint32_t number) {
  const std::vector<ThingId>& things = journal_.list(carts.cohort);
  for (const ThingId thing : things) ledger_.target(thing, number, no_job, false, carts.started_at);
  // Ascending: of a cart that was queued again, the last job counts.
  for (JobIndex job = 0; job < jobs_.size(); ++job) {
    for (const ThingId thing : journal_.list(jobs_[job].targets)) {
      if (ledger_.is_targeted(thing)) ledger_.retarget(thing, job);
    }
  }
  for (const ThingId thing : things) recall(thing, carts.started_at);
}

void Rollout::recall(ThingId thing, ServerTime targeted_at) {
  // Nothing was heard of a cart since it was targeted: its connection, too, is of before.
  const ServerTime heard = around_.things.last_heard(thing);
  if (heard >= targeted_at) {
    ledger_.seen(thing, heard);
  } else if (around_.things.is_connected(thing)) {
    ledger_.seen(thing, targeted_at);
  }
  if (around_.telemetry.has_rolled_back(thing, spec_.version, targeted_at)) {
    ledger_.rolled_back(thing, spec_.version);
  }
  const JobIndex job = ledger_.job_of(thing);
  const jobs::Execution* const execution =
      job == no_job ? nullptr : around_.jobs.execution(jobs_[job].id, thing);
  if (execution != nullptr) {
    ledger_.execution_changed(thing, job, execution->status, execution->details.reason);
  }
}

/// A violation that came and went while nobody looked must hold all the same (F3). The rules are
/// shown the whole stage again: minutes that were judged before say what they said then.
void Rollout::judge_missed_minutes(ServerTime now) {
  if (!is_ticking() || !has_stage()) return;
  const StageWatch::Verdicts verdicts =
      watch_.judge(around_.exposure, ledger_, soak_.ends_at(), now, around_.observer);
  if (!verdicts.hold_reason.empty()) hold(verdicts.hold_reason, false, now);
}

}  // namespace cartstorm::broker::rollout
