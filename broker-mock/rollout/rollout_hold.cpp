#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "broker-mock/rollout/rollout.hpp"

namespace cartstorm::broker::rollout {
namespace {

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

/// Whoever stops a rollout, or lets it go on, answers for it.
std::string signature_error(std::string_view person, std::string_view reason,
                            std::string_view what_is_done, std::string_view reason_is_missing) {
  if (is_blank(person) || person == system_actor) {
    return fmt::format("{} by a person; say who", what_is_done);
  }
  if (is_blank(reason)) return std::string{reason_is_missing};
  return {};
}

}  // namespace

/// Latched: nothing but a release or an abort by a person leads out, whatever the rules would say
/// later.
void Rollout::hold(std::string_view reason, bool is_at_end, ServerTime now) {
  phase_before_hold_ = phase_;
  phase_ = Phase::held;
  is_held_at_end_ = is_at_end;
  soak_.stop(now);
  ++holds_;
  tell(stage(), fact::StageEvent::hold, system_actor, reason, holds_);
  if (spec_.plan.on_hold == OnHold::cancel_queued) cancel_queued();
}

bool Rollout::is_in(ThingId thing, JobStatus status) const {
  const JobIndex job = ledger_.job_of(thing);
  if (job == no_job) return false;
  const jobs::Execution* const execution = around_.jobs.execution(jobs_[job].id, thing);
  return execution != nullptr && execution->status == status;
}

/// Executions of the running stage that nobody started are taken back; those in progress run on, as
/// with AWS. Who they were is written down first: the release queues these again, not those that an
/// operator has cancelled by himself.
void Rollout::cancel_queued() {
  std::vector<ThingId> queued;
  for (JobIndex index = 0; index < jobs_.size(); ++index) {
    if (jobs_[index].stage != stage()) continue;
    for (const ThingId thing : journal_.list(jobs_[index].targets)) {
      if (ledger_.job_of(thing) == index && is_in(thing, JobStatus::queued)) {
        queued.push_back(thing);
      }
    }
    will(act::CancelQueued{index});
  }
  if (!queued.empty()) cancelled_ = journal_.add(std::move(queued));
}

/// Between the decision to cancel and the cancellation a cart may have started: it stays where it
/// is. One that has opted out meanwhile stays cancelled.
void Rollout::requeue_cancelled(ServerTime now) {
  std::vector<ThingId> things;
  for (const ThingId thing : journal_.list(std::exchange(cancelled_, Journal::no_list))) {
    if (is_in(thing, JobStatus::canceled) && !ledger_.has_opted_out(thing)) things.push_back(thing);
  }
  if (!things.empty()) queue(things, "", now);
}

/// What the person has seen does not hold again; what happens from now on does.
void Rollout::acknowledge_bad(ServerTime now) {
  CartLedger::Acknowledged bad = ledger_.acknowledge_bad();
  acknowledged_ = {};
  acknowledged_.at = now;
  if (!bad.lasting.empty()) acknowledged_.lasting = journal_.add(std::move(bad.lasting));
  if (!bad.silent.empty()) acknowledged_.silent = journal_.add(std::move(bad.silent));
  judge_since_ = now;
}

std::string Rollout::release_error(std::uint32_t hold_id, std::string_view person,
                                   std::string_view reason) const {
  if (phase_ != Phase::held) {
    return "rollout " + spec_.name + " is not held; there is nothing to release";
  }
  if (hold_id != holds_) {
    return "hold " + std::to_string(hold_id) + " is not the current one; look at hold " +
           std::to_string(holds_) + " and release that";
  }
  return signature_error(person, reason, "a hold is released",
                         "a release needs a reason; say why it is safe to go on");
}

std::string Rollout::release(std::uint32_t hold_id, std::string_view person,
                             std::string_view reason, ServerTime now) {
  if (auto error = release_error(hold_id, person, reason); !error.empty()) return error;
  tell_operator(person, "release", hold_id, reason);
  phase_ = phase_before_hold_;
  tell(stage(), fact::StageEvent::release, person, reason, hold_id);
  acknowledge_bad(now);
  watch_.release(now, around_.exposure);
  let_soak(now);
  set_next_tick(now);
  requeue_cancelled(now);
  if (is_held_at_end_) complete_stage(now);
  settle(now);
  return {};
}

std::string Rollout::abort(std::string_view person, std::string_view reason, ServerTime now) {
  if (is_over()) return "rollout " + spec_.name + " is over already";
  if (auto error = signature_error(person, reason, "a rollout is aborted",
                                   "an abort needs a reason; say why");
      !error.empty()) {
    return error;
  }
  end_by_force(person, reason, now);
  return {};
}

/// Whoever asks for the newer rollout answers for the end of this one.
void Rollout::be_superseded(const RolloutSpec& by, ServerTime now) {
  end_by_force(by.created_by, "superseded by " + by.name, now);
}

void Rollout::end_by_force(std::string_view actor, std::string_view reason, ServerTime now) {
  tell_operator(actor, "abort", phase_ == Phase::held ? holds_ : 0, reason);
  phase_ = Phase::aborted;
  tell(told_stage(), fact::StageEvent::abort, actor, reason);
  // Of all stages: a cart that was off since the canary must not start what nobody wants any more.
  for (JobIndex job = 0; job < jobs_.size(); ++job) will(act::CancelQueued{job});
  settle(now);
}

std::string Rollout::pause(std::string_view person, std::string_view reason, ServerTime now) {
  if (is_over()) return "rollout " + spec_.name + " is over already";
  if (is_paused_) return "rollout " + spec_.name + " is paused already";
  if (auto error = signature_error(person, reason, "a rollout is paused",
                                   "a pause needs a reason; say what it waits for");
      !error.empty()) {
    return error;
  }
  tell_operator(person, "pause", 0, reason);
  is_paused_ = true;
  soak_.stop(now);
  tell(told_stage(), fact::StageEvent::pause, person, reason);
  settle(now);
  return {};
}

std::string Rollout::resume(std::string_view person, std::string_view reason, ServerTime now) {
  if (!is_paused_ || is_over()) {
    return "rollout " + spec_.name + " is not paused; there is nothing to resume";
  }
  if (auto error = signature_error(person, reason, "a rollout is resumed",
                                   "a resume needs a reason; say what has changed");
      !error.empty()) {
    return error;
  }
  tell_operator(person, "resume", 0, reason);
  is_paused_ = false;
  let_soak(now);
  tell(told_stage(), fact::StageEvent::resume, person, reason);
  settle(now);
  return {};
}

/// Of a hold and a pause at once, the one that ends first does not start the clock.
void Rollout::let_soak(ServerTime now) {
  if (phase_ == Phase::soaking && !is_paused_) soak_.go_on(now);
}

/// A job that a hold has cancelled can still have executions in progress.
void Rollout::append_open_jobs(std::vector<std::string>& ids) const {
  for (const OwnJob& own : jobs_) {
    const jobs::Job* const job = around_.jobs.job(own.id);
    if (job != nullptr && job->pending != 0) ids.push_back(own.id);
  }
}

}  // namespace cartstorm::broker::rollout
