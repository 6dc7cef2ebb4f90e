#include <fmt/format.h>

#include "broker-mock/base/version_text.hpp"
#include "broker-mock/rollout/rollout.hpp"

namespace cartstorm::broker::rollout {
namespace {

/// A verdict that stays the same is repeated this often, so that a reader sees it is still judged.
constexpr std::int64_t repeat_ms = 1'800'000;

double hours(std::uint64_t ms) { return static_cast<double>(ms) / 3.6e6; }

}  // namespace

Rollout::Verdicts Rollout::evaluate(ServerTime now) {
  Verdicts verdicts;
  const auto take = [&](const Judgement& judgement, const std::string& reason) {
    if (judgement.verdict == fact::Verdict::go) verdicts.says_go = true;
    if (judgement.verdict != fact::Verdict::hold) return;
    if (!verdicts.hold_reason.empty()) verdicts.hold_reason += "; ";
    verdicts.hold_reason += reason;
  };
  if (spec_.plan.ratio.enabled) {
    const Judgement judgement = judge_ratio_now(now);
    say("ratio", judgement, said_ratio_, now);
    take(judgement,
         judgement.verdict == fact::Verdict::hold ? ratio_reason(judgement) : std::string{});
  }
  if (spec_.plan.devices.enabled) {
    const Judgement judgement = judge_devices_now();
    say("devices", judgement, said_devices_, now);
    take(judgement,
         judgement.verdict == fact::Verdict::hold ? devices_reason(judgement) : std::string{});
  }
  return verdicts;
}

Judgement Rollout::judge_ratio_now(ServerTime now) const {
  const std::int64_t window_ms = spec_.plan.ratio.window_ms;
  return judge_ratio(spec_.plan.ratio,
                     around_.exposure.window(spec_.version, now, window_ms, judge_since_),
                     around_.exposure.window(spec_.base, now, window_ms, judge_since_));
}

Judgement Rollout::judge_devices_now() const {
  const CartLedger::StageTally tally = ledger_.stage(stage());
  return judge_devices({ledger_.targeted(), ledger_.bad(), tally.carts - tally.excused, tally.good,
                        hold_threshold_});
}

void Rollout::say(std::string_view rule, const Judgement& judgement, Said& said, ServerTime now) {
  const bool is_news = said.at == never || said.verdict != judgement.verdict ||
                       now.unix_ms - said.at.unix_ms >= repeat_ms;
  if (!is_news) return;
  said = {now, judgement.verdict};
  around_.observer.on(fact::HaltEvaluated{spec_.name, stage(), rule, judgement.x, judgement.y,
                                          judgement.e_new, judgement.e_old, judgement.verdict});
}

std::string Rollout::ratio_reason(const Judgement& judgement) const {
  return fmt::format(
      "ratio: {} errors in {:.1f} device hours on {} against {} in {:.1f} on {}, more than {} "
      "times",
      judgement.x, hours(judgement.e_new), to_text(spec_.version), judgement.y,
      hours(judgement.e_old), to_text(spec_.base), spec_.plan.ratio.ratio);
}

std::string Rollout::devices_reason(const Judgement& judgement) const {
  std::string text = fmt::format("devices: {} of {} carts are bad, {} hold (", judgement.x,
                                 judgement.e_new, judgement.y);
  bool is_first = true;
  for (std::size_t i = 0; i < bad_kinds; ++i) {
    const auto kind = static_cast<Bad>(i);
    if (ledger_.bad(kind) == 0) continue;
    text += fmt::format("{}{} {}", is_first ? "" : ", ", rollout::name(kind), ledger_.bad(kind));
    is_first = false;
  }
  return text + ")";
}

}  // namespace cartstorm::broker::rollout
