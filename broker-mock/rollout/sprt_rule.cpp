#include <fmt/format.h>

#include "broker-mock/base/exact_math.hpp"
#include "broker-mock/rollout/rule_parts.hpp"
#include "broker-mock/rollout/sliding_window.hpp"

namespace cartstorm::broker::rollout {
namespace {

using fact::Verdict;

/// Wald's test, which ends with its first decision: once it has cleared a release it does not see a
/// late regression any more.
class Sprt : public Rule {
 public:
  Sprt(const SprtRule& rule, const Watch& watch)
      : rule_{rule},
        times_{rule.baseline_errors_per_hour ? watch.minutes_between_looks
                                             : minutes_of(rule.window_ms),
               watch.minutes_between_looks},
        per_error_{ln(rule.theta1)},
        holds_at_{ln((1 - rule.beta) / rule.alpha)},
        clears_at_{ln(rule.beta / (1 - rule.alpha))} {}

  std::string_view name() const override { return "sprt"; }
  Judgement look(const Look& minute) override {
    if (said_.verdict != Verdict::undecided) return said_;
    SlidingWindow::accumulate(new_arm_, minute.new_arm);
    SlidingWindow::accumulate(old_arm_, minute.old_arm);
    if (times_.is_due(minute.is_last)) judge();
    return said_;
  }
  std::string reason(const Judgement& judgement, const Arms& arms) const override {
    return fmt::format(
        "sprt: {}, where {:.1f} are expected; the log-likelihood ratio of {} times is {:.2f}, from "
        "{:.2f} on holds",
        counts_text(judgement, arms, rule_.baseline_errors_per_hour), expected_, rule_.theta1, sum_,
        holds_at_);
  }

 private:
  void judge() {
    said_ = {new_arm_.errors, old_arm_.errors, new_arm_.device_ms, old_arm_.device_ms,
             Verdict::undecided};
    if (!has_exposure(new_arm_, old_arm_, rule_.baseline_errors_per_hour)) return;
    expected_ = expected_errors(new_arm_, old_arm_, rule_.baseline_errors_per_hour);
    sum_ = static_cast<double>(new_arm_.errors) * per_error_ - expected_ * (rule_.theta1 - 1);
    if (sum_ >= holds_at_) said_.verdict = Verdict::hold;
    if (sum_ <= clears_at_) said_.verdict = Verdict::go;
  }

  SprtRule rule_;
  LookTimes times_;
  double per_error_, holds_at_, clears_at_;
  double expected_ = 0, sum_ = 0;        ///< of the last look
  telemetry::Counts new_arm_, old_arm_;  ///< of all minutes
  Judgement said_;
};

}  // namespace

std::unique_ptr<Rule> make_sprt(const SprtRule& rule, const Watch& watch) {
  return std::make_unique<Sprt>(rule, watch);
}

}  // namespace cartstorm::broker::rollout
