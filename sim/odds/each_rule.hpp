#pragma once
#include "broker-mock/rollout/plan.hpp"

namespace cartstorm::sim::odds {

/// Calls visit(name, rule) for every rule on errors, named as in plans, in the order of make_rules.
/// `Rules` is HaltRules, const or not.
template <class Rules, class Visit>
void each_rule(Rules& rules, Visit&& visit) {
  visit("ratio", rules.ratio);
  visit("ratio_at_promotion", rules.ratio_at_promotion);
  visit("persistence", rules.persistence);
  visit("poisson_exact", rules.poisson_exact);
  visit("sprt", rules.sprt);
  visit("e_value", rules.e_value);
}

}  // namespace cartstorm::sim::odds
