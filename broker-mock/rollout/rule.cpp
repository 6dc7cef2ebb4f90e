#include "broker-mock/rollout/rule.hpp"

#include <fmt/format.h>

#include "broker-mock/base/version_text.hpp"
#include "broker-mock/rollout/rule_parts.hpp"

namespace cartstorm::broker::rollout {
namespace {

double hours(std::uint64_t ms) { return static_cast<double>(ms) / 3.6e6; }

}  // namespace

std::string counts_text(const Judgement& judgement, const Arms& arms,
                        const std::optional<double>& baseline_errors_per_hour) {
  const std::string seen = fmt::format("{} errors in {:.1f} device hours on {}", judgement.x,
                                       hours(judgement.e_new), to_text(arms.tested));
  if (baseline_errors_per_hour) {
    return fmt::format("{} against {} an hour as is known of {}", seen, *baseline_errors_per_hour,
                       to_text(arms.base));
  }
  return fmt::format("{} against {} in {:.1f} on {}", seen, judgement.y, hours(judgement.e_old),
                     to_text(arms.base));
}

std::vector<std::unique_ptr<Rule>> make_rules(const HaltRules& rules, const Watch& watch) {
  std::vector<std::unique_ptr<Rule>> made;
  const auto add = [&](const auto& rule, auto make) {
    if (rule.enabled) made.push_back(make(rule, watch));
  };
  add(rules.ratio, make_ratio);
  add(rules.ratio_at_promotion, make_ratio_at_promotion);
  add(rules.persistence, make_persistence);
  add(rules.poisson_exact, make_poisson_exact);
  add(rules.sprt, make_sprt);
  add(rules.e_value, make_e_value);
  return made;
}

}  // namespace cartstorm::broker::rollout
