#pragma once
#include <gmock/gmock.h>

#include <memory>

#include "broker-mock/base/draw.hpp"
#include "broker-mock/base/exact_math.hpp"
#include "broker-mock/rollout/rule.hpp"

namespace cartstorm::broker::test {

/// A minute of two cohorts that were connected throughout.
struct Cohorts {
  std::uint64_t tested = 10, base = 990;

  rollout::Look minute(std::uint64_t x, std::uint64_t y, bool is_last = false) const {
    return {{x, tested * 60'000}, {y, base * 60'000}, is_last};
  }
};

inline const rollout::Arms arms{{0x00020000}, {0x00010800}};
inline constexpr rollout::Watch one_day{24 * 60, 1};

/// The only rule that a change of the plan enables.
template <class Change>
std::unique_ptr<rollout::Rule> only_rule(const rollout::Watch& watch, Change&& change) {
  HaltRules rules;
  rules.ratio.enabled = false;
  change(rules);
  auto made = rollout::make_rules(rules, watch);
  EXPECT_EQ(made.size(), 1U);
  return std::move(made.at(0));
}

/// Shows the same minute again and again; the last judgement.
inline rollout::Judgement show(rollout::Rule& rule, const rollout::Look& minute,
                               std::int64_t times) {
  rollout::Judgement said;
  for (std::int64_t i = 0; i < times; ++i) said = rule.look(minute);
  return said;
}

/// A Poisson count of (seed, purpose, n) by inversion.
inline std::uint64_t poisson_draw(double mean, std::uint64_t seed, std::uint64_t purpose,
                                  std::uint64_t n) {
  double left = static_cast<double>(draw(seed, purpose, n) >> 11) * 0x1p-53;
  double chance = e_to(-mean);
  std::uint64_t count = 0;
  for (; left >= chance && count < 1000; ++count) {
    left -= chance;
    chance *= mean / static_cast<double>(count + 1);
  }
  return count;
}

}  // namespace cartstorm::broker::test
