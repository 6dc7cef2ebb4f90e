#include <fmt/format.h>

#include "broker-mock/rollout/rule_parts.hpp"
#include "broker-mock/rollout/sliding_window.hpp"

/// The rules that compare two rates and know no chance: seed's, its reading as a gate, and the one
/// that wants it confirmed.
namespace cartstorm::broker::rollout {
namespace {

using fact::Verdict;

/// Judged anew by every window that ends with a look: it forgets what it said.
class Ratio : public Rule {
 public:
  Ratio(const RatioRule& rule, const Watch& watch)
      : rule_{rule}, window_{rule.window_ms}, times_{window_.size(), watch.minutes_between_looks} {}

  std::string_view name() const override { return "ratio"; }
  /// A release that is new to all carts has no errors before the stage; the old arm does.
  std::int64_t minutes_before() const override { return window_.size() - 1; }
  Judgement look(const Look& minute) override {
    window_.add(minute);
    if (times_.is_due(minute.is_last)) {
      said_ = judge_ratio(rule_, window_.new_arm(), window_.old_arm());
    }
    return said_;
  }
  std::string reason(const Judgement& judgement, const Arms& arms) const override {
    return fmt::format("ratio: {}, more than {} times",
                       counts_text(judgement, arms, rule_.baseline_errors_per_hour), rule_.ratio);
  }

 private:
  RatioRule rule_;
  SlidingWindow window_;
  LookTimes times_;
  Judgement said_;
};

class RatioAtPromotion : public Rule {
 public:
  explicit RatioAtPromotion(const RatioAtPromotionRule& rule)
      : rule_{true, rule.ratio, rule.window_ms, rule.min_expected, rule.baseline_errors_per_hour},
        window_{rule.window_ms},
        minutes_to_window_{window_.size()} {}

  std::string_view name() const override { return "ratio_at_promotion"; }
  Judgement look(const Look& minute) override {
    if (is_judged_) return said_;
    window_.add(minute);
    if (minutes_to_window_ > 0) --minutes_to_window_;
    const bool is_window_whole = minutes_to_window_ == 0;
    said_ = judge_ratio(rule_, window_.new_arm(), window_.old_arm());
    if (!minute.is_last || !is_window_whole) said_.verdict = Verdict::undecided;
    is_judged_ = minute.is_last;
    return said_;
  }
  std::string reason(const Judgement& judgement, const Arms& arms) const override {
    return fmt::format("ratio_at_promotion: {} in the last window, more than {} times",
                       counts_text(judgement, arms, rule_.baseline_errors_per_hour), rule_.ratio);
  }

 private:
  RatioRule rule_;
  SlidingWindow window_;
  std::int64_t minutes_to_window_;  ///< until a whole one has been seen
  bool is_judged_ = false;
  Judgement said_;
};

/// A look without data neither counts nor ends the row of exceedances: no data is no news.
class Persistence : public Rule {
 public:
  Persistence(const PersistenceRule& rule, const Watch& watch)
      : rule_{true, rule.ratio, rule.window_ms, rule.min_expected, rule.baseline_errors_per_hour},
        needed_{rule.looks},
        window_{rule.window_ms},
        times_{window_.size(), watch.minutes_between_looks} {}

  std::string_view name() const override { return "persistence"; }
  Judgement look(const Look& minute) override {
    window_.add(minute);
    if (!times_.is_due(minute.is_last)) return said_;
    said_ = judge_ratio(rule_, window_.new_arm(), window_.old_arm());
    if (said_.verdict == Verdict::go) in_a_row_ = 0;
    if (said_.verdict == Verdict::hold && ++in_a_row_ < needed_) said_.verdict = Verdict::undecided;
    return said_;
  }
  std::string reason(const Judgement& judgement, const Arms& arms) const override {
    return fmt::format("persistence: {}, more than {} times at {} looks on end",
                       counts_text(judgement, arms, rule_.baseline_errors_per_hour), rule_.ratio,
                       in_a_row_);
  }

 private:
  RatioRule rule_;
  std::uint64_t needed_;
  std::uint64_t in_a_row_ = 0;
  SlidingWindow window_;
  LookTimes times_;
  Judgement said_;
};

}  // namespace

std::unique_ptr<Rule> make_ratio(const RatioRule& rule, const Watch& watch) {
  return std::make_unique<Ratio>(rule, watch);
}
std::unique_ptr<Rule> make_ratio_at_promotion(const RatioAtPromotionRule& rule, const Watch&) {
  return std::make_unique<RatioAtPromotion>(rule);
}
std::unique_ptr<Rule> make_persistence(const PersistenceRule& rule, const Watch& watch) {
  return std::make_unique<Persistence>(rule, watch);
}

}  // namespace cartstorm::broker::rollout
