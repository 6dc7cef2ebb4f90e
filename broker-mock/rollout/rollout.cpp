#include "broker-mock/rollout/rollout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "broker-mock/base/draw.hpp"
#include "broker-mock/base/time_text.hpp"
#include "broker-mock/rollout/cohort.hpp"

namespace cartstorm::broker::rollout {
namespace {

constexpr std::size_t named_cells = 20;

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
      ledger_{spec_.version, spec_.plan.limits.silent_after_ms},
      watch_{spec_.name, spec_.plan, {spec_.version, spec_.base}},
      gates_{
          {around_.things, around_.anchors, around_.telemetry, around_.artifacts}, spec_, canary_} {
}

/// Ticks fall on multiples of the interval, so that windows end with whole minutes.
void Rollout::set_next_tick(ServerTime now) {
  const std::int64_t every = spec_.plan.evaluate_every_ms;
  next_tick_ = {(floor_div(now.unix_ms, every) + 1) * every};
}

void Rollout::begin(const std::vector<std::string>& open_jobs, ServerTime now) {
  recall_versions();
  for (const std::string& id : open_jobs) will(act::CancelOpen{id});
  tell_operator(spec_.created_by, "create_rollout", 0, spec_.name);
  tell(0, fact::StageEvent::requested, spec_.created_by, "");
  set_next_tick(now);
  try_start(now);
  settle(now);
}

bool Rollout::may_take(const StageSpec& stage, ThingId thing) const {
  if (ledger_.is_targeted(thing) || around_.consent.is_opted_out(thing)) return false;
  if (!around_.things.is_registered(thing)) return false;
  if (stage.tiers.empty()) return true;
  // What the customer has chosen on the cart is newer than what the registry was told once.
  std::string_view tier = around_.consent.tier(thing);
  if (tier.empty()) tier = around_.things.of(thing).tier;
  return std::find(stage.tiers.begin(), stage.tiers.end(), tier) != stage.tiers.end();
}

bool Rollout::is_remaining(ThingId thing) const {
  const auto& stages = spec_.plan.stages;
  return std::any_of(stages.begin() + open_stage(), stages.end(),
                     [&](const StageSpec& stage) { return may_take(stage, thing); });
}

void Rollout::try_start(ServerTime now) {
  phase_ = Phase::gated;
  if (is_paused_) return;
  survey();
  const Opinion opinion = gates_.ask(now);
  if (opinion.refusal.empty()) {
    start_stage(opinion.warning, now);
    return;
  }
  refuse(opinion.refusal, now);
  if (!gates_.lacking_anchor().empty()) will(act::Distribute{});
}

/// Looks at every cart of all remaining stages; only called when a stage could start or when who
/// remains may have changed.
void Rollout::survey() {
  Outlook outlook;
  outlook.stage = open_stage();
  outlook.fleet = around_.things.registered();
  is_survey_stale_ = false;
  for (std::uint32_t i = 0; i < around_.things.count(); ++i) {
    const ThingId thing{i};
    if (is_remaining(thing)) outlook.remaining.push_back(thing);
    if (ledger_.is_targeted(thing) || !around_.things.is_registered(thing)) continue;
    if (may_take(spec_.plan.stages[open_stage()], thing)) {
      ++outlook.eligible;
    } else if (around_.consent.is_opted_out(thing)) {
      ++outlook.opted_out;
    } else {
      ++outlook.of_other_tiers;
    }
  }
  gates_.survey(std::move(outlook));
}

void Rollout::refuse(const std::string& reason, ServerTime now) {
  if (refusal_.is_news(reason, now)) {
    tell(open_stage(), fact::StageEvent::refused, system_actor, reason);
  }
}

/// The fleet is walked only when the stage can start, or when nobody knows any more who remains.
void Rollout::look_at_gates(ServerTime now) {
  if (is_survey_stale_ || gates_.surveyed() != around_.things.registered()) {
    try_start(now);
    return;
  }
  const Opinion opinion = gates_.ask(now);
  if (opinion.refusal.empty()) {
    try_start(now);
  } else {
    refuse(opinion.refusal, now);
  }
}

/// Whatever lies in the object store now is what the canary runs, and all after it.
void Rollout::remember_artifact() {
  if (!canary_.image_etag.empty()) return;
  const auto image = around_.artifacts.find(spec_.bucket, spec_.key);
  const auto patch = around_.artifacts.find(spec_.bucket, spec_.patch_key);
  if (image) canary_.image_etag = image->etag;
  if (patch) canary_.patch_etag = patch->etag;
}

void Rollout::start_stage(const std::string& warning, ServerTime now) {
  const std::uint32_t number = next_stage_++;
  const StageSpec& spec = spec_.plan.stages[number];
  const std::uint32_t fleet = around_.things.registered();
  const auto before = static_cast<std::uint32_t>(ledger_.targeted());
  const std::uint32_t up_to = is_last_stage() ? fleet : carts_up_to(spec, fleet);
  const Cohort cohort = pick_cohort(
      around_.things, {up_to > before ? up_to - before : 0, around_.seed ^ hash_of(spec_.name),
                       [this](ThingId t) { return ledger_.is_targeted(t); },
                       [&](ThingId t) { return may_take(spec, t); }, spec_.plan.cohort});
  refusal_ = {};
  remember_artifact();
  phase_ = Phase::soaking;
  soak_.start(spec.soak_ms, now);
  const Journal::List targets = journal_.add(cohort.things);
  stages_.push_back({targets, now});
  for (const ThingId thing : cohort.things) {
    ledger_.target(thing, number, no_job, around_.things.is_connected(thing), now);
  }
  std::string note = cells_text(cohort.uncovered);
  if (!note.empty() && !warning.empty()) note += "; ";
  tell(number, fact::StageEvent::start, system_actor, note + warning);
  if (is_last_stage()) exclude_others();
  if (!spec_.plan.window.is_always()) tell_targets(targets, fact::TargetEvent::eligible, "window");
  queue(cohort.things, "", now);
  is_survey_stale_ = true;
  watch_.start_stage(number, ledger_.targeted(), now, around_.exposure);
}

/// Whom this rollout does not reach, and why.
void Rollout::exclude_others() {
  std::vector<ThingId> opted_out, of_other_tiers;
  for (std::uint32_t i = 0; i < around_.things.count(); ++i) {
    const ThingId thing{i};
    if (ledger_.is_targeted(thing) || !around_.things.is_registered(thing)) continue;
    (around_.consent.is_opted_out(thing) ? opted_out : of_other_tiers).push_back(thing);
  }
  if (!opted_out.empty()) {
    tell_targets(journal_.add(std::move(opted_out)), fact::TargetEvent::excluded, "opted_out");
  }
  if (!of_other_tiers.empty()) {
    tell_targets(journal_.add(std::move(of_other_tiers)), fact::TargetEvent::excluded, "tier");
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
    // A person may end a rollout over the heads of those who wait: they are named, not lost.
    tell_targets(std::exchange(waiting_, Journal::no_list), fact::TargetEvent::excluded, "window");
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
  if (has_stage()) queue_opened(now);
  if (phase_ == Phase::gated) {
    look_at_gates(now);
    return;
  }
  take_late_joiners(now);
  if (soak_.is_over(now)) {
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
  const Limits& limits = spec_.plan.limits;
  // The margin keeps 95 % of 20 from becoming 20 by the last bit of a product.
  const auto is_at_least = [](std::uint64_t carts, double share, std::uint64_t of) {
    return static_cast<double>(carts) + 1e-7 >= share * static_cast<double>(of);
  };
  if (const auto waiting = journal_.list(waiting_).size(); waiting > 0) {
    return fmt::format("undecided: {} carts still wait for their window", waiting);
  }
  const std::uint64_t silent = ledger_.bad(Bad::silent);
  if (silent > 0 &&
      !is_at_least(ledger_.targeted() - silent, 1 - limits.silent_share, ledger_.targeted())) {
    return fmt::format("undecided: {} of {} carts are silent", silent, ledger_.targeted());
  }
  const CartLedger::StageTally tally = ledger_.stage(stage());
  const std::uint64_t expected = tally.carts - tally.excused;
  const std::uint64_t known = tally.good + ledger_.bad();
  if (is_at_least(known, limits.min_sample, expected)) return {};
  return fmt::format("undecided: {} of {} carts of the stage have no outcome yet", expected - known,
                     expected);
}

void Rollout::on(const jobs::ExecutionChange& change) {
  const auto job = job_by_id_.find(change.job_id);
  if (change.accepted && job != job_by_id_.end()) {
    ledger_.execution_changed(change.thing, job->second, change.status, change.reason);
  }
}

void Rollout::possession_changed(ThingId thing, std::uint64_t anchor, bool has_it) {
  gates_.possession_changed(thing, anchor, has_it);
}

}  // namespace cartstorm::broker::rollout
