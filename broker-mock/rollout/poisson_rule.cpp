#include <fmt/format.h>

#include "broker-mock/rollout/conditional.hpp"
#include "broker-mock/rollout/poisson.hpp"
#include "broker-mock/rollout/rule_parts.hpp"
#include "broker-mock/rollout/sliding_window.hpp"

/// The exact test of a window, corrected for the number of looks. It remembers nothing but the
/// window, so that it sees a late regression as well as an early one.
namespace cartstorm::broker::rollout {
namespace {

using fact::Verdict;

std::int64_t looks_in(const Watch& watch, std::int64_t window_minutes) {
  const std::int64_t more = (watch.soak_minutes - window_minutes) / watch.minutes_between_looks;
  return more > 0 ? more + 1 : 1;
}

class PoissonExact : public Rule {
 public:
  PoissonExact(const PoissonExactRule& rule, const Watch& watch)
      : rule_{rule},
        window_{rule.window_ms},
        times_{window_.size(), watch.minutes_between_looks},
        alpha_per_look_{rule.alpha / static_cast<double>(looks_in(watch, window_.size()))} {}

  std::string_view name() const override { return "poisson_exact"; }
  Judgement look(const Look& minute) override {
    window_.add(minute);
    if (times_.is_due(minute.is_last)) judge(window_.new_arm(), window_.old_arm());
    return said_;
  }
  std::string reason(const Judgement& judgement, const Arms& arms) const override {
    return fmt::format(
        "poisson_exact: {}, where {:.1f} are expected; so many come with probability {:.2g}, at "
        "most {:.2g} holds",
        counts_text(judgement, arms, rule_.baseline_errors_per_hour), expected_, chance_,
        alpha_per_look_);
  }

 private:
  void judge(const telemetry::Counts& now, const telemetry::Counts& old) {
    said_ = {now.errors, old.errors, now.device_ms, old.device_ms, Verdict::undecided};
    if (!has_exposure(now, old, rule_.baseline_errors_per_hour)) return;
    expected_ = expected_errors(now, old, rule_.baseline_errors_per_hour);
    // Up to what is expected the chance is about a half or more; alpha is at most that.
    if (static_cast<double>(now.errors) > expected_ && is_unlikely(now, old)) {
      said_.verdict = Verdict::hold;
      chance_ = rule_.baseline_errors_per_hour ? poisson_tail(expected_, now.errors)
                                               : chance_of_more(now, old, 1);
    } else if (could_have_told(old)) {
      said_.verdict = Verdict::go;
    }
  }
  /// With a concurrent baseline the old arm's count is as much chance as the new one's.
  bool is_unlikely(const telemetry::Counts& now, const telemetry::Counts& old) const {
    return rule_.baseline_errors_per_hour
               ? is_poisson_tail_within(expected_, now.errors, alpha_per_look_)
               : is_chance_of_more_within(alpha_per_look_, now, old, 1);
  }
  bool could_have_told(const telemetry::Counts& old) const {
    return expected_ >= rule_.min_expected &&
           (rule_.baseline_errors_per_hour ||
            static_cast<double>(old.errors) >= rule_.min_expected);
  }

  PoissonExactRule rule_;
  SlidingWindow window_;
  LookTimes times_;
  double alpha_per_look_;
  double expected_ = 0;  ///< of the last look
  double chance_ = 1;    ///< of the last hold
  Judgement said_;
};

}  // namespace

std::unique_ptr<Rule> make_poisson_exact(const PoissonExactRule& rule, const Watch& watch) {
  return std::make_unique<PoissonExact>(rule, watch);
}

}  // namespace cartstorm::broker::rollout
