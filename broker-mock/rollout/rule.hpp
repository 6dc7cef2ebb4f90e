#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "broker-mock/rollout/plan.hpp"
#include "broker-mock/rollout/rules.hpp"
#include "broker-mock/telemetry/exposure.hpp"

namespace cartstorm::broker::rollout {

/// What a rule sees when a minute of server time has ended.
struct Look {
  telemetry::Counts new_arm, old_arm;  ///< of that minute alone
  bool is_last = false;                ///< the soak is over: the look at promotion
};

/// The stage that is watched.
struct Watch {
  std::int64_t soak_minutes = 0;
  std::int64_t minutes_between_looks = 1;
};

/// The versions whose errors are compared.
struct Arms {
  Version tested, base;
};

/// One statistical halt rule on one stage. What it says is a function of the minutes that it was
/// shown, so that whoever shows them again gets the same verdicts.
class Rule {
 public:
  virtual ~Rule() = default;
  /// As in plans, facts and hold reasons.
  virtual std::string_view name() const = 0;
  /// Shows it every minute of the stage, in order, from the stage's first one. Between two looks it
  /// repeats what it said last. Never throws; no data is `undecided`.
  virtual Judgement look(const Look& minute) = 0;
  /// Minutes before the stage that it wants to be shown first, with verdicts that nobody asks for.
  virtual std::int64_t minutes_before() const { return 0; }
  /// One sentence with numbers for a hold, beginning with the rule's name. Only right after a look
  /// that said hold.
  virtual std::string reason(const Judgement& judgement, const Arms& arms) const = 0;
};

/// All enabled rules but `devices`, in the order of HaltRules. The plan must have passed
/// why_impossible().
std::vector<std::unique_ptr<Rule>> make_rules(const HaltRules& rules, const Watch& watch);

}  // namespace cartstorm::broker::rollout
