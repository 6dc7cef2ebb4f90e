#include "broker-mock/rollout/job_document.hpp"
#include "broker-mock/rollout/rollout.hpp"

/// How a decision becomes true: it is written down with all that follows from it, then that is done
/// in order. Killed anywhere in between, the next controller does it again from the start, and what
/// was done already is recognised by whom it was done to.
namespace cartstorm::broker::rollout {

void Rollout::tell(std::uint32_t stage, fact::StageEvent event, std::string_view actor,
                   std::string_view reason, std::uint32_t hold_id) {
  const auto carts = static_cast<std::uint32_t>(ledger_.stage(stage).carts);
  will(act::TellStage{++facts_, stage, event, std::string{actor}, std::string{reason}, hold_id,
                      carts});
}

void Rollout::tell_operator(std::string_view person, std::string_view action, std::uint32_t hold_id,
                            std::string_view reason) {
  will(act::TellOperator{++facts_, std::string{person}, std::string{action}, hold_id,
                         std::string{reason}});
}

void Rollout::tell_targets(Journal::List list, fact::TargetEvent event, std::string_view reason) {
  if (journal_.list(list).empty()) return;
  will(act::TellTargets{facts_ + 1, stage(), list, event, std::string{reason}});
  facts_ += journal_.list(list).size();
}

void Rollout::settle(ServerTime now) {
  if (acts_.empty() && !journal_.has_news()) return;
  commit();
  perform_all(now);
}

void Rollout::commit() {
  lists_ = journal_.lists();
  journal_.commit(record_of(*this));
}

/// Done acts are forgotten durably too: done again much later, they could meet a world in which
/// somebody has moved on.
void Rollout::perform_all(ServerTime now) {
  for (const Act& each : acts_) {
    std::visit([&](const auto& is) { perform(is, now); }, each.is);
  }
  acts_.clear();
  commit();
  if (is_over()) journal_.erase_lists();
}

void Rollout::perform(const act::TellOperator& act, ServerTime) {
  around_.effects.tell(spec_.name, act.number,
                       fact::OperatorActed{act.actor, act.action, act.hold_id, act.reason});
}

void Rollout::perform(const act::TellStage& act, ServerTime) {
  around_.effects.tell(
      spec_.name, act.number,
      fact::StageChanged{spec_.name, act.stage, spec_.plan.stages[act.stage].name, act.event,
                         act.actor, act.reason, act.hold_id, act.carts});
}

void Rollout::perform(const act::TellTargets& act, ServerTime) {
  std::uint64_t number = act.number;
  for (const ThingId thing : journal_.list(act.list)) {
    around_.effects.tell(spec_.name, number++,
                         fact::TargetChanged{spec_.name, act.stage, thing, act.event, act.reason});
  }
}

void Rollout::perform(const act::CreateJob& act, ServerTime now) {
  const OwnJob& own = jobs_[act.job];
  jobs::JobSpec job;
  job.id = own.id;
  job.document = job_document(spec_, around_.region);
  job.targets = journal_.list(own.targets);
  job.group = own.id;  // a thing group made for it, so that a person sees whom it is for
  job.in_progress_timeout_min = spec_.execution_timeout_min;
  job.url_expires_s = around_.url_expires_s;
  around_.effects.create(job, now);
}

void Rollout::perform(const act::CancelQueued& act, ServerTime now) {
  around_.effects.cancel_queued(jobs_[act.job].id, now);
}

void Rollout::perform(const act::CancelEach& act, ServerTime now) {
  for (const ThingId thing : journal_.list(act.list)) {
    around_.effects.cancel(jobs_[ledger_.job_of(thing)].id, thing, false, now);
  }
}

/// One by one: a job that a hold has cancelled cannot be cancelled again as a whole.
void Rollout::perform(const act::CancelOpen& act, ServerTime now) {
  const jobs::Job* const job = around_.jobs.job(act.job_id);
  if (job == nullptr) return;
  for (const ThingId thing : job->spec.targets) {
    const jobs::Execution* const execution = around_.jobs.execution(act.job_id, thing);
    if (execution != nullptr && jobs::is_pending(execution->status)) {
      around_.effects.cancel(act.job_id, thing, true, now);
    }
  }
}

void Rollout::perform(const act::Distribute&, ServerTime) {
  around_.effects.distribute(spec_.requires_anchor, gates_.lacking_anchor());
}

}  // namespace cartstorm::broker::rollout
