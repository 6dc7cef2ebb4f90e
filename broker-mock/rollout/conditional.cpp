#include "broker-mock/rollout/conditional.hpp"

#include "broker-mock/base/exact_math.hpp"

namespace cartstorm::broker::rollout {
namespace {

/// Terms below this share of the sum so far cannot change a digit.
constexpr double negligible_tail = 1e-18;

/// Bin(hits + misses, q): `odds` is q / (1 - q), the means are n q and n (1 - q).
struct Split {
  double hits, misses;
  double odds;
  double mean_hits, mean_misses;
};

Split split_of(const telemetry::Counts& new_arm, const telemetry::Counts& old_arm, double ratio) {
  const double weight_new = ratio * static_cast<double>(new_arm.device_ms);
  const auto weight_old = static_cast<double>(old_arm.device_ms);
  const double n = static_cast<double>(new_arm.errors) + static_cast<double>(old_arm.errors);
  const double both = weight_new + weight_old;
  return {static_cast<double>(new_arm.errors), static_cast<double>(old_arm.errors),
          weight_new / weight_old, n * (weight_new / both), n * (weight_old / both)};
}

/// The same with hits and misses changing places.
Split mirrored(const Split& s) {
  return {s.misses, s.hits, 1 / s.odds, s.mean_misses, s.mean_hits};
}

double deviance_of(const Split& s) {
  return deviance(s.hits, s.mean_hits) + deviance(s.misses, s.mean_misses);
}

/// P(Bin = hits), by its deviance from the mean (Loader 2000).
double chance_at(const Split& s) {
  if (s.hits <= 0 || s.misses <= 0) return e_to(-deviance_of(s));
  const double n = s.hits + s.misses;
  return e_to(stirling_error(n) - stirling_error(s.hits) - stirling_error(s.misses) -
              deviance_of(s) - (ln_two_pi + ln(s.hits) + ln(s.misses / n)) / 2);
}

/// P(Bin >= hits) for hits above the mean, where terms fall from the first one on.
double chance_above(const Split& s) {
  double sum = 1;
  double term = 1;
  double hits = s.hits;
  for (double misses = s.misses; misses > 0 && term >= negligible_tail * sum; --misses) {
    term *= misses / ++hits * s.odds;
    sum += term;
  }
  return chance_at(s) * sum;
}

double chance_from(const Split& s) {
  if (s.hits <= 0) return 1;
  if (s.hits > s.mean_hits) return chance_above(s);
  Split rest = s;  // P(Bin >= hits) = 1 - P(Bin <= hits - 1)
  --rest.hits;
  ++rest.misses;
  return 1 - chance_above(mirrored(rest));
}

}  // namespace

double chance_of_more(const telemetry::Counts& new_arm, const telemetry::Counts& old_arm,
                      double ratio) {
  return chance_from(split_of(new_arm, old_arm, ratio));
}

double chance_of_fewer(const telemetry::Counts& new_arm, const telemetry::Counts& old_arm,
                       double ratio) {
  return chance_from(mirrored(split_of(new_arm, old_arm, ratio)));
}

bool is_chance_of_more_within(double alpha, const telemetry::Counts& new_arm,
                              const telemetry::Counts& old_arm, double ratio) {
  const Split split = split_of(new_arm, old_arm, ratio);
  return chance_at(split) <= alpha && chance_from(split) <= alpha;
}

bool is_certified_below(double ratio, double alpha, const telemetry::Counts& new_arm,
                        const telemetry::Counts& old_arm) {
  const Split split = split_of(new_arm, old_arm, ratio);
  if (split.hits >= split.mean_hits) return false;  // the chance of fewer is about a half or more
  // Chernoff's bound settles most looks without a sum.
  if (e_to(-deviance_of(split)) <= alpha) return true;
  return chance_from(mirrored(split)) <= alpha;
}

}  // namespace cartstorm::broker::rollout
