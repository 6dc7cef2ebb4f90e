#include <fmt/format.h>

#include <algorithm>

#include "broker-mock/base/exact_math.hpp"
#include "broker-mock/rollout/conditional.hpp"
#include "broker-mock/rollout/e_process.hpp"
#include "broker-mock/rollout/rule_parts.hpp"
#include "broker-mock/rollout/sliding_window.hpp"

namespace cartstorm::broker::rollout {
namespace {

using fact::Verdict;

/// Evidence beyond this is told as this.
constexpr double ln_largest_told = 690;  // 1e299

std::uint32_t processes_of(const EValueRule& rule, const Watch& watch) {
  if (rule.restart_ms == 0) return 1;
  const std::int64_t every = minutes_of(rule.restart_ms);
  return static_cast<std::uint32_t>(
      std::max<std::int64_t>(1, (watch.soak_minutes + every - 1) / every));
}

/// Holds by evidence against "no worse"; lets go by a certificate of all minutes, which is the only
/// way to tell "no worse" from "too few seen".
class EValue : public Rule {
 public:
  EValue(const EValueRule& rule, const Watch& watch)
      : rule_{rule},
        process_{rule.grid, processes_of(rule, watch)},
        times_{watch.minutes_between_looks, watch.minutes_between_looks},
        holds_at_{-ln(rule.alpha)},
        restart_minutes_{minutes_of(rule.restart_ms)},
        to_restart_{restart_minutes_} {}

  std::string_view name() const override { return "e_value"; }
  Judgement look(const Look& minute) override {
    // The promise is of the highest evidence so far: less of it later takes nothing back.
    if (said_.verdict == Verdict::hold) return said_;
    if (restart_minutes_ > 0 && to_restart_-- == 0) {
      process_.begin_another();
      to_restart_ = restart_minutes_ - 1;
    }
    process_.add(minute.new_arm, minute.old_arm);
    SlidingWindow::accumulate(new_arm_, minute.new_arm);
    SlidingWindow::accumulate(old_arm_, minute.old_arm);
    has_grown_ = has_grown_ || minute.new_arm.errors > 0;
    if (times_.is_due(minute.is_last)) judge();
    return said_;
  }
  std::string reason(const Judgement& judgement, const Arms& arms) const override {
    return fmt::format("e_value: {}; the evidence is {:.3g}, from {:.3g} on holds",
                       counts_text(judgement, arms), e_to(std::min(ln_e_, ln_largest_told)),
                       1 / rule_.alpha);
  }

 private:
  void judge() {
    said_ = {new_arm_.errors, old_arm_.errors, new_arm_.device_ms, old_arm_.device_ms,
             Verdict::undecided};
    // Only errors of the new arm raise the evidence.
    if (has_grown_) ln_e_ = process_.ln_e();
    has_grown_ = false;
    if (ln_e_ >= holds_at_) {
      said_.verdict = Verdict::hold;
    } else if (has_exposure(new_arm_, old_arm_, {}) &&
               is_certified_below(rule_.certify, rule_.alpha, new_arm_, old_arm_)) {
      said_.verdict = Verdict::go;
    }
  }

  EValueRule rule_;
  EProcess process_;
  LookTimes times_;
  double holds_at_;
  std::int64_t restart_minutes_, to_restart_;
  telemetry::Counts new_arm_, old_arm_;  ///< of all minutes
  bool has_grown_ = false;               ///< since the last look
  double ln_e_ = 0;                      ///< of the last look with errors in the new arm
  Judgement said_;
};

}  // namespace

std::unique_ptr<Rule> make_e_value(const EValueRule& rule, const Watch& watch) {
  return std::make_unique<EValue>(rule, watch);
}

}  // namespace cartstorm::broker::rollout
