#include "sim/odds/simulate.hpp"

#include <algorithm>
#include <cmath>
#include <memory>

#include "broker-mock/rollout/rule.hpp"
#include "sim/kernel/draw.hpp"
#include "sim/odds/poisson.hpp"

namespace cartstorm::sim::odds {
namespace {

using broker::rollout::Look;
using broker::rollout::Rule;

constexpr double ms_per_minute = 60'000;
constexpr std::uint64_t repetitions_between_asking = 200;

/// Errors of both arms, minute by minute, as tables of their few different means.
class Errors {
 public:
  Errors(const StageModel& stage, std::uint64_t seed)
      : stage_{stage},
        seed_{seed},
        old_{stage.carts_on_old * stage.errors_per_hour / 60},
        new_before_{stage.carts_on_new * stage.errors_per_hour / 60},
        new_after_{stage.carts_on_new * stage.errors_per_hour * stage.factor / 60} {}

  Look at(std::uint64_t repetition, std::int64_t minute) const {
    const Poisson& now = minute >= stage_.factor_from_minute ? new_after_ : new_before_;
    Look look;
    look.new_arm = {errors(now, repetition, minute, 0), device_ms(stage_.carts_on_new)};
    look.old_arm = {errors(old_, repetition, minute, 1), device_ms(stage_.carts_on_old)};
    look.is_last = minute + 1 == stage_.soak_minutes;
    return look;
  }

 private:
  std::uint64_t errors(const Poisson& mean, std::uint64_t repetition, std::int64_t minute,
                       std::uint64_t arm) const {
    const auto n = static_cast<std::uint64_t>(minute) * 2 + arm;
    return static_cast<std::uint64_t>(
        mean.sample(draw(seed_, repetition, Purpose::simulated_errors, n)));
  }
  static std::uint64_t device_ms(double carts) {
    return static_cast<std::uint64_t>(carts * ms_per_minute + 0.5);
  }

  StageModel stage_;
  std::uint64_t seed_;
  Poisson old_, new_before_, new_after_;
};

/// One stage, until it is over or every rule has held.
void play(const Errors& errors, const broker::HaltRules& rules, const StageModel& stage,
          std::uint64_t repetition, std::vector<Simulated>& results) {
  auto watching =
      broker::rollout::make_rules(rules, {stage.soak_minutes, stage.minutes_between_looks});
  std::size_t left = watching.size();
  for (std::int64_t minute = 0; minute < stage.soak_minutes && left > 0; ++minute) {
    const Look look = errors.at(repetition, minute);
    for (std::size_t i = 0; i < watching.size(); ++i) {
      if (watching[i] == nullptr) continue;
      const bool holds = watching[i]->look(look).verdict == broker::fact::Verdict::hold;
      if (!holds || minute + 1 < stage.first_look_minute) continue;
      results[i].held_at.push_back(minute + 1);
      watching[i].reset();
      --left;
    }
  }
}

}  // namespace

std::vector<Simulated> simulate(const broker::HaltRules& rules, const StageModel& stage,
                                std::uint64_t repetitions, std::uint64_t seed,
                                const std::function<bool(double)>& go_on) {
  std::vector<Simulated> results;
  for (const auto& rule :
       broker::rollout::make_rules(rules, {stage.soak_minutes, stage.minutes_between_looks})) {
    results.push_back({std::string{rule->name()}, repetitions, {}});
  }
  const Errors errors{stage, seed};
  for (std::uint64_t i = 0; i < repetitions; ++i) {
    const bool asks = go_on != nullptr && i > 0 && i % repetitions_between_asking == 0;
    if (asks && !go_on(static_cast<double>(i) / static_cast<double>(repetitions))) return {};
    play(errors, rules, stage, i, results);
  }
  for (Simulated& result : results) std::sort(result.held_at.begin(), result.held_at.end());
  return results;
}

Interval wilson(std::uint64_t hits, std::uint64_t of, double z) {
  if (of == 0) return {};
  const auto n = static_cast<double>(of);
  const double share = static_cast<double>(hits) / n;
  const double centre = share + z * z / (2 * n);
  const double half = z * std::sqrt(share * (1 - share) / n + z * z / (4 * n * n));
  const double scale = 1 + z * z / n;
  return {std::max(0.0, (centre - half) / scale), std::min(1.0, (centre + half) / scale)};
}

}  // namespace cartstorm::sim::odds
