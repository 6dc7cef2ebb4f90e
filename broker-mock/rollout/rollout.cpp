#include "broker-mock/rollout/rollout.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "broker-mock/base/draw.hpp"
#include "broker-mock/base/time_text.hpp"
#include "broker-mock/rollout/cohort.hpp"

namespace cartstorm::broker::rollout {
namespace {

constexpr std::string_view system_actor = "system";
constexpr std::size_t named_cells = 20;
/// Share of a stage's carts that must have an outcome, good or bad, before it is left.
constexpr std::uint64_t outcome_needed_percent = 95;

std::string cells_text(const std::vector<std::string>& cells) {
  if (cells.empty()) return {};
  std::string text = "uncovered cells: ";
  for (std::size_t i = 0; i < cells.size() && i < named_cells; ++i) {
    text.append(i > 0 ? ", " : "").append(cells[i]);
  }
  if (cells.size() > named_cells) {
    text.append(" and ").append(std::to_string(cells.size() - named_cells)).append(" more");
  }
  return text;
}

}  // namespace

Rollout::Rollout(Surroundings surroundings, std::uint32_t number, RolloutSpec spec)
    : around_{std::move(surroundings)},
      spec_{std::move(spec)},
      journal_{around_.effects, number},
      ledger_{spec_.version, around_.silent_after_ms},
      watch_{spec_.name, spec_.plan, {spec_.version, spec_.base}} {}

/// Ticks fall on multiples of the interval, so that windows end with whole minutes.
void Rollout::set_next_tick(ServerTime now) {
  const std::int64_t every = spec_.plan.evaluate_every_ms;
  next_tick_ = {(floor_div(now.unix_ms, every) + 1) * every};
}

void Rollout::begin(const std::vector<std::string>& open_jobs, ServerTime now) {
  for (const std::string& id : open_jobs) will(act::CancelOpen{id});
  tell_operator(spec_.created_by, "create_rollout", 0, spec_.name);
  tell(0, fact::StageEvent::requested, spec_.created_by, "");
  set_next_tick(now);
  try_start(now);
  settle(now);
}

bool Rollout::is_eligible(ThingId thing) const {
  return !ledger_.is_targeted(thing) && !around_.consent.is_opted_out(thing);
}

void Rollout::try_start(ServerTime now) {
  phase_ = Phase::gated;
  if (!is_paused_ && passes_gate(now)) start_stage(now);
}

std::vector<ThingId> Rollout::lacking_anchor() const {
  std::vector<ThingId> lacking;
  for (std::uint32_t i = 0; i < around_.things.count(); ++i) {
    const ThingId thing{i};
    if (is_eligible(thing) && !around_.anchors.has(thing, spec_.requires_anchor)) {
      lacking.push_back(thing);
    }
  }
  return lacking;
}

/// Looks at every cart of all remaining stages; only called when a stage could start or when who
/// remains may have changed.
bool Rollout::passes_gate(ServerTime now) {
  if (spec_.requires_anchor == 0 || spec_.quirks.no_ca_gate) return true;
  gate_carts_ = 0;
  gate_things_ = around_.things.count();
  is_gate_stale_ = false;
  for (std::uint32_t i = 0; i < gate_things_; ++i) gate_carts_ += is_eligible(ThingId{i}) ? 1 : 0;
  const std::vector<ThingId> lacking = lacking_anchor();
  gate_.watch(spec_.requires_anchor, lacking);
  if (lacking.empty()) return true;
  refuse_if_news(now);
  will(act::Distribute{});
  return false;
}

void Rollout::refuse_if_news(ServerTime now) {
  const std::string reason = gate_.reason(around_.things, gate_carts_);
  if (refusal_.is_news(reason, now)) {
    tell(next_stage_, fact::StageEvent::refused, system_actor, reason);
  }
}

/// The count of carts without the anchor is kept as their words come; the fleet is walked only when
/// it says that the stage can start, or when it no longer knows who remains.
void Rollout::look_at_gate(ServerTime now) {
  const bool is_stale = is_gate_stale_ || gate_things_ != around_.things.count();
  if (gate_.missing() == 0 || is_stale) {
    try_start(now);
  } else {
    refuse_if_news(now);
  }
}

void Rollout::start_stage(ServerTime now) {
  const std::uint32_t number = next_stage_++;
  const StageSpec& spec = spec_.plan.stages[number];
  const std::uint32_t fleet = around_.things.count();
  const auto before = static_cast<std::uint32_t>(ledger_.targeted());
  const std::uint32_t up_to = is_last_stage() ? fleet : carts_up_to(spec, fleet);
  const Cohort cohort = pick_cohort(
      around_.things, {up_to > before ? up_to - before : 0, around_.seed ^ hash_of(spec_.name),
                       [this](ThingId t) { return ledger_.is_targeted(t); },
                       [this](ThingId t) { return is_eligible(t); }});
  refusal_ = {};
  phase_ = Phase::soaking;
  soak_.start(spec.soak_ms, now);
  const Journal::List targets = journal_.add(cohort.things);
  stages_.push_back({targets, now});
  for (const ThingId thing : cohort.things) {
    ledger_.target(thing, number, no_job, around_.things.is_connected(thing), now);
  }
  tell(number, fact::StageEvent::start, system_actor, cells_text(cohort.uncovered));
  if (is_last_stage()) exclude_opted_out();
  tell_targets(targets, fact::TargetEvent::queued, "");
  add_job(targets);
  watch_.start_stage(number, ledger_.targeted(), now, around_.exposure);
}

void Rollout::exclude_opted_out() {
  std::vector<ThingId> excluded;
  for (std::uint32_t i = 0; i < around_.things.count(); ++i) {
    const ThingId thing{i};
    if (!ledger_.is_targeted(thing) && around_.consent.is_opted_out(thing)) {
      excluded.push_back(thing);
    }
  }
  if (!excluded.empty()) {
    tell_targets(journal_.add(std::move(excluded)), fact::TargetEvent::excluded, "opted_out");
  }
}

/// A job of the running stage. The first one is named after it, later ones are counted: a job that
/// was cancelled stays so, and a job's targets never change.
JobIndex Rollout::add_job(Journal::List targets) {
  if (journal_.list(targets).empty()) return no_job;
  const auto of_stage = std::count_if(jobs_.begin(), jobs_.end(),
                                      [this](const OwnJob& job) { return job.stage == stage(); });
  const std::string first = spec_.name + "-" + spec_.plan.stages[stage()].name;
  const auto index = static_cast<JobIndex>(jobs_.size());
  jobs_.push_back(
      {of_stage == 0 ? first : fmt::format("{}-r{}", first, of_stage + 1), stage(), targets});
  job_by_id_.emplace(jobs_.back().id, index);
  for (const ThingId thing : journal_.list(targets)) ledger_.retarget(thing, index);
  will(act::CreateJob{index});
  return index;
}

void Rollout::complete_stage(ServerTime now) {
  tell(stage(), fact::StageEvent::complete, system_actor, "");
  if (is_last_stage()) {
    phase_ = Phase::ended;
    tell(stage(), fact::StageEvent::end, system_actor, "");
    return;
  }
  try_start(now);
}

void Rollout::advance(ServerTime now) {
  if (!is_ticking() || now < next_tick_) return;
  set_next_tick(now);
  ledger_.find_silent(now);
  decide(now);
  settle(now);
}

void Rollout::decide(ServerTime now) {
  StageWatch::Verdicts verdicts;
  if (has_stage()) {
    verdicts = watch_.judge(around_.exposure, ledger_, soak_.ends_at(), now, around_.observer);
    if (!verdicts.hold_reason.empty()) {
      hold(verdicts.hold_reason, false, now);
      return;
    }
  }
  if (is_paused_) return;
  if (phase_ == Phase::gated) {
    look_at_gate(now);
  } else if (soak_.is_over(now)) {
    const std::string doubt = why_undecided(verdicts.says_go);
    if (doubt.empty()) {
      complete_stage(now);
    } else {
      hold(doubt, true, now);
    }
  }
}

/// Missing data is never health (F7): a rule that judges those who report says nothing of a cart
/// that took the job and went dark, so a stage is not left while too many have no outcome.
std::string Rollout::why_undecided(bool says_go) const {
  if (!says_go) return "undecided: the soak time is over and no rule says go";
  const CartLedger::StageTally tally = ledger_.stage(stage());
  const std::uint64_t expected = tally.carts - tally.excused;
  const std::uint64_t known = tally.good + ledger_.bad();
  if (known * 100 >= expected * outcome_needed_percent) return {};
  return "undecided: " + std::to_string(expected - known) + " of " + std::to_string(expected) +
         " carts of the stage have no outcome yet";
}

void Rollout::on(const jobs::ExecutionChange& change) {
  const auto job = job_by_id_.find(change.job_id);
  if (change.accepted && job != job_by_id_.end()) {
    ledger_.execution_changed(change.thing, job->second, change.status, change.reason);
  }
}

void Rollout::possession_changed(ThingId thing, std::uint64_t anchor, bool has_it) {
  gate_.possession_changed(thing, anchor, has_it);
}

}  // namespace cartstorm::broker::rollout
