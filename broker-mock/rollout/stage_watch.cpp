#include "broker-mock/rollout/stage_watch.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "broker-mock/base/time_text.hpp"
#include "broker-mock/rollout/binomial.hpp"
#include "broker-mock/rollout/sliding_window.hpp"

namespace cartstorm::broker::rollout {
namespace {

/// A verdict that stays the same is repeated this often, so that a reader sees it is still judged.
constexpr std::int64_t repeat_ms = 1'800'000;

std::int64_t minute_of(ServerTime time) { return floor_div(time.unix_ms, minute_ms); }
/// Of `never` too, which is the end of a soak that stands still.
std::int64_t first_whole_minute(ServerTime time) {
  return floor_div(time.unix_ms - 1, minute_ms) + 1;
}

std::string devices_reason(const Judgement& judgement, const CartLedger& ledger) {
  std::string text = fmt::format("devices: {} of {} carts are bad, {} hold (", judgement.x,
                                 judgement.e_new, judgement.y);
  bool is_first = true;
  for (std::size_t i = 0; i < bad_kinds; ++i) {
    const auto kind = static_cast<Bad>(i);
    if (ledger.bad(kind) == 0) continue;
    text += fmt::format("{}{} {}", is_first ? "" : ", ", name(kind), ledger.bad(kind));
    is_first = false;
  }
  return text + ")";
}

}  // namespace

StageWatch::StageWatch(std::string rollout, const RolloutPlan& plan, Arms arms)
    : rollout_{std::move(rollout)}, plan_{plan}, arms_{arms} {}

void StageWatch::start_stage(std::uint32_t stage, std::uint64_t targeted, ServerTime now,
                             telemetry::Exposure& exposure) {
  stage_ = stage;
  count_targeted(targeted);
  begin_anew(std::max(minute_of(now), forgiven_until_), exposure);
}

void StageWatch::count_targeted(std::uint64_t targeted) {
  const DevicesRule& devices = plan_.rules.devices;
  hold_threshold_ = binomial_threshold(targeted, devices.tolerate, devices.alpha);
}

void StageWatch::release(ServerTime now, telemetry::Exposure& exposure) {
  forgiven_until_ = first_whole_minute(now);
  std::fill(told_.begin(), told_.end(), Told{});
  begin_anew(forgiven_until_, exposure);
}

void StageWatch::resume(std::uint32_t stage, std::uint64_t targeted, const Past& past,
                        telemetry::Exposure& exposure) {
  forgiven_until_ = first_whole_minute(past.last_release);
  start_stage(stage, targeted, past.stage_started, exposure);
}

void StageWatch::begin_anew(std::int64_t first_minute, telemetry::Exposure& exposure) {
  rules_ =
      make_rules(plan_.rules, {minutes_of(plan_.stages[stage_].soak_ms),
                               std::max<std::int64_t>(1, plan_.evaluate_every_ms / minute_ms)});
  sayings_.assign(rules_.size(), {});
  told_.resize(rules_.size() + 1);
  next_minute_ = first_minute;
  has_shown_before_ = false;
  std::int64_t before = 0;
  for (const auto& rule : rules_) before = std::max(before, rule->minutes_before());
  exposure.keep_from({(first_minute - before) * minute_ms});
}

Look StageWatch::look_at(std::int64_t minute, const telemetry::Exposure& exposure) const {
  if (minute < forgiven_until_) return {};
  return {exposure.minute(arms_.tested, minute), exposure.minute(arms_.base, minute)};
}

void StageWatch::show_minutes_before(const telemetry::Exposure& exposure) {
  has_shown_before_ = true;
  for (const auto& rule : rules_) {
    for (std::int64_t ago = rule->minutes_before(); ago > 0; --ago) {
      rule->look(look_at(next_minute_ - ago, exposure));
    }
  }
}

void StageWatch::show(const Look& minute) {
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    const Judgement judgement = rules_[i]->look(minute);
    if (sayings_[i].judgement.verdict == fact::Verdict::hold) continue;  // since the last call
    const bool holds = judgement.verdict == fact::Verdict::hold;
    sayings_[i] = {judgement, holds ? rules_[i]->reason(judgement, arms_) : std::string{}};
  }
}

StageWatch::Saying StageWatch::ask_devices(const CartLedger& ledger) const {
  const CartLedger::StageTally tally = ledger.stage(stage_);
  const Judgement judgement = judge_devices(
      {ledger.targeted(), ledger.bad(), tally.carts - tally.excused, tally.good, hold_threshold_});
  const bool holds = judgement.verdict == fact::Verdict::hold;
  return {judgement, holds ? devices_reason(judgement, ledger) : std::string{}};
}

StageWatch::Verdicts StageWatch::judge(const telemetry::Exposure& exposure,
                                       const CartLedger& ledger, ServerTime soak_end,
                                       ServerTime now, Observer& observer) {
  const std::int64_t end = minute_of(now);
  const std::int64_t last = first_whole_minute(soak_end) - 1;
  if (next_minute_ < end) {
    if (!has_shown_before_) show_minutes_before(exposure);
    std::fill(sayings_.begin(), sayings_.end(), Saying{});
  }
  for (; next_minute_ < end; ++next_minute_) {
    Look minute = look_at(next_minute_, exposure);
    minute.is_last = next_minute_ == last;
    show(minute);
  }
  Verdicts verdicts;
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    take(rules_[i]->name(), sayings_[i], told_[i], verdicts, now, observer);
  }
  if (plan_.rules.devices.enabled) {
    take("devices", ask_devices(ledger), told_.back(), verdicts, now, observer);
  }
  return verdicts;
}

void StageWatch::take(std::string_view rule, const Saying& saying, Told& told, Verdicts& verdicts,
                      ServerTime now, Observer& observer) const {
  const Judgement& judgement = saying.judgement;
  if (told.at == never || told.verdict != judgement.verdict ||
      now.unix_ms - told.at.unix_ms >= repeat_ms) {
    told = {now, judgement.verdict};
    observer.on(fact::HaltEvaluated{rollout_, stage_, rule, judgement.x, judgement.y,
                                    judgement.e_new, judgement.e_old, judgement.verdict});
  }
  if (judgement.verdict == fact::Verdict::go) verdicts.says_go = true;
  if (judgement.verdict != fact::Verdict::hold) return;
  if (!verdicts.hold_reason.empty()) verdicts.hold_reason += "; ";
  verdicts.hold_reason += saying.reason;
}

}  // namespace cartstorm::broker::rollout
