#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "broker-mock/rollout/rollout.hpp"

namespace cartstorm::broker::rollout {
namespace {

constexpr std::string_view system_actor = "system";

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
  if (spec_.plan.on_hold == OnHold::cancel_queued) cancel_queued(now);
}

/// Executions that nobody started are taken back; those in progress run on, as with AWS.
void Rollout::cancel_queued(ServerTime now) {
  for (const std::string& id : stage_jobs_) {
    const jobs::Job* const job = around_.jobs.job(id);
    if (job == nullptr) continue;
    for (const ThingId thing : job->spec.targets) {
      const jobs::Execution* const execution = around_.jobs.execution(id, thing);
      if (execution != nullptr && execution->status == JobStatus::queued) {
        cancelled_.push_back(thing);
      }
    }
    around_.jobs.cancel(id, false, now);
  }
}

void Rollout::requeue_cancelled(ServerTime now) {
  const std::vector<ThingId> things = std::exchange(cancelled_, {});
  if (things.empty()) return;
  const std::string id = spec_.name + "-" + spec_.plan.stages[stage()].name + "-r" +
                         std::to_string(stage_jobs_.size() + 1);
  jobs::JobNumber job = jobs::no_job;
  create_job(id, things, now, job);
  for (const ThingId thing : things) ledger_.retarget(thing, job);
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
  around_.observer.on(fact::OperatorActed{person, "release", hold_id, reason});
  phase_ = phase_before_hold_;
  tell(stage(), fact::StageEvent::release, person, reason, hold_id);
  // What the person has seen does not hold again; what happens from now on does.
  ledger_.acknowledge_bad();
  judge_since_ = now;
  said_ratio_ = said_devices_ = {};
  let_soak(now);
  set_next_tick(now);
  requeue_cancelled(now);
  if (is_held_at_end_) complete_stage(now);
  return {};
}

std::string Rollout::abort(std::string_view person, std::string_view reason, ServerTime now) {
  if (is_over()) return "rollout " + spec_.name + " is over already";
  if (auto error = signature_error(person, reason, "a rollout is aborted",
                                   "an abort needs a reason; say why");
      !error.empty()) {
    return error;
  }
  around_.observer.on(
      fact::OperatorActed{person, "abort", phase_ == Phase::held ? holds_ : 0, reason});
  phase_ = Phase::aborted;
  tell(told_stage(), fact::StageEvent::abort, person, reason);
  cancel_queued(now);
  return {};
}

std::string Rollout::pause(std::string_view person, std::string_view reason, ServerTime now) {
  if (is_over()) return "rollout " + spec_.name + " is over already";
  if (is_paused_) return "rollout " + spec_.name + " is paused already";
  if (auto error = signature_error(person, reason, "a rollout is paused",
                                   "a pause needs a reason; say what it waits for");
      !error.empty()) {
    return error;
  }
  around_.observer.on(fact::OperatorActed{person, "pause", 0, reason});
  is_paused_ = true;
  soak_.stop(now);
  tell(told_stage(), fact::StageEvent::pause, person, reason);
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
  around_.observer.on(fact::OperatorActed{person, "resume", 0, reason});
  is_paused_ = false;
  let_soak(now);
  tell(told_stage(), fact::StageEvent::resume, person, reason);
  return {};
}

/// Of a hold and a pause at once, the one that ends first does not start the clock.
void Rollout::let_soak(ServerTime now) {
  if (phase_ == Phase::soaking && !is_paused_) soak_.go_on(now);
}

/// One by one: a job that a hold has cancelled can still have executions in progress.
void Rollout::supersede(ServerTime now) {
  for (const std::string& id : all_jobs_) {
    const jobs::Job* const job = around_.jobs.job(id);
    if (job == nullptr || job->pending == 0) continue;
    for (const ThingId thing : job->spec.targets) {
      const jobs::Execution* const execution = around_.jobs.execution(id, thing);
      if (execution != nullptr && jobs::is_pending(execution->status)) {
        around_.jobs.cancel_execution(id, thing, true, now);
      }
    }
  }
}

}  // namespace cartstorm::broker::rollout
