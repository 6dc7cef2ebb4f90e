#include "broker-mock/rollout/rollout.hpp"

#include <algorithm>

#include "broker-mock/base/draw.hpp"
#include "broker-mock/base/time_text.hpp"
#include "broker-mock/rollout/binomial.hpp"
#include "broker-mock/rollout/cohort.hpp"
#include "broker-mock/rollout/job_document.hpp"

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

Rollout::Rollout(Surroundings surroundings, RolloutSpec spec)
    : around_{std::move(surroundings)},
      spec_{std::move(spec)},
      ledger_{spec_.version, around_.silent_after_ms} {}

void Rollout::tell(std::uint32_t stage, fact::StageEvent event, std::string_view actor,
                   std::string_view reason, std::uint32_t hold_id) {
  const auto carts = static_cast<std::uint32_t>(ledger_.stage(stage).carts);
  around_.observer.on(fact::StageChanged{spec_.name, stage, spec_.plan.stages[stage].name, event,
                                         actor, reason, hold_id, carts});
}

/// Ticks fall on multiples of the interval, so that windows end with whole minutes.
void Rollout::set_next_tick(ServerTime now) {
  const std::int64_t every = spec_.plan.evaluate_every_ms;
  next_tick_ = {(floor_div(now.unix_ms, every) + 1) * every};
}

void Rollout::begin(ServerTime now) {
  around_.observer.on(fact::OperatorActed{spec_.created_by, "create_rollout", 0, spec_.name});
  tell(0, fact::StageEvent::requested, spec_.created_by, "");
  set_next_tick(now);
  try_start(now);
}

bool Rollout::is_eligible(ThingId thing) const {
  return !ledger_.is_targeted(thing) && !around_.consent.is_opted_out(thing);
}

void Rollout::try_start(ServerTime now) {
  phase_ = Phase::gated;
  if (!is_paused_ && passes_gate(now)) start_stage(now);
}

/// Looks at every cart of all remaining stages; only called when a stage could start or when who
/// remains may have changed.
bool Rollout::passes_gate(ServerTime now) {
  if (spec_.requires_anchor == 0 || spec_.quirks.no_ca_gate) return true;
  std::vector<ThingId> lacking;
  gate_carts_ = 0;
  gate_things_ = around_.things.count();
  is_gate_stale_ = false;
  for (std::uint32_t i = 0; i < gate_things_; ++i) {
    const ThingId thing{i};
    if (!is_eligible(thing)) continue;
    ++gate_carts_;
    if (!around_.anchors.has(thing, spec_.requires_anchor)) lacking.push_back(thing);
  }
  gate_.watch(spec_.requires_anchor, lacking);
  if (lacking.empty()) return true;
  refuse_if_news(now);
  around_.anchors.distribute(spec_.requires_anchor, lacking);
  return false;
}

void Rollout::refuse_if_news(ServerTime now) {
  if (const auto reason = gate_.refusal(around_.things, gate_carts_, now)) {
    tell(next_stage_, fact::StageEvent::refused, system_actor, *reason);
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
  gate_.forget_refusals();
  phase_ = Phase::soaking;
  soak_.start(spec.soak_ms, now);
  const std::string uncovered = cells_text(cohort.uncovered);
  around_.observer.on(fact::StageChanged{spec_.name, number, spec.name, fact::StageEvent::start,
                                         system_actor, uncovered, 0,
                                         static_cast<std::uint32_t>(cohort.things.size())});
  if (is_last_stage()) exclude_opted_out();
  for (const ThingId thing : cohort.things) {
    around_.observer.on(
        fact::TargetChanged{spec_.name, number, thing, fact::TargetEvent::queued, ""});
  }
  stage_jobs_.clear();
  jobs::JobNumber job = jobs::no_job;
  create_job(spec_.name + "-" + spec.name, cohort.things, now, job);
  for (const ThingId thing : cohort.things) {
    ledger_.target(thing, number, job, around_.things.is_connected(thing), now);
  }
  hold_threshold_ =
      binomial_threshold(ledger_.targeted(), spec_.plan.devices.tolerate, spec_.plan.devices.alpha);
}

void Rollout::exclude_opted_out() {
  for (std::uint32_t i = 0; i < around_.things.count(); ++i) {
    const ThingId thing{i};
    if (ledger_.is_targeted(thing) || !around_.consent.is_opted_out(thing)) continue;
    around_.observer.on(
        fact::TargetChanged{spec_.name, stage(), thing, fact::TargetEvent::excluded, "opted_out"});
  }
}

std::string Rollout::create_job(const std::string& id, const std::vector<ThingId>& things,
                                ServerTime now, jobs::JobNumber& number) {
  if (things.empty()) return {};
  jobs::JobSpec job;
  job.id = id;
  job.document = job_document(spec_, around_.region);
  job.targets = things;
  job.in_progress_timeout_min = spec_.execution_timeout_min;
  job.url_expires_s = around_.url_expires_s;
  stage_jobs_.push_back(id);
  all_jobs_.push_back(id);
  return around_.jobs.create(job, now, number);
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
  Verdicts verdicts;
  if (has_stage()) {
    verdicts = evaluate(now);
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
  if (change.accepted) {
    ledger_.execution_changed(change.thing, change.job, change.status, change.reason);
  }
}

void Rollout::possession_changed(ThingId thing, std::uint64_t anchor, bool has_it) {
  gate_.possession_changed(thing, anchor, has_it);
}

}  // namespace cartstorm::broker::rollout
