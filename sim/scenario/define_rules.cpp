#include "sim/scenario/definitions.hpp"
#include "sim/scenario/durations.hpp"

namespace cartstorm::sim {

namespace {

constexpr const char* expected_doc =
    "Errors that the old version's rate predicts for the window; with fewer the rule is undecided.";

Type<std::int64_t> window() { return duration_between(minute_us, day_us); }
Type<double> tolerated_ratio() { return number_between(1, 1000); }
Type<double> expected_count() { return number_between(0, 1'000'000); }

/// For rules that can be told what is normal.
template <class Rule>
void add_baseline(Mapping<Rule>& keys) {
  keys.key("baseline_errors_per_hour", optional_of(number_between(0.000001, 1'000'000)),
           &Rule::baseline_errors_per_hour,
           "Error episodes per hour and cart that are known to be normal; absent: those of the old "
           "version in the same minutes.");
}

/// A rule's mapping, or the word `off`.
template <class Rule>
Type<Rule> rule_type(const Mapping<Rule>& keys) {
  Type<Rule> type;
  type.read = [&keys](const Node& node, Rule& rule, Reader& reader) {
    if (is_off(node)) {
      rule.enabled = false;
    } else if (node.kind != Node::Kind::mapping) {
      reader.expected("off or a mapping with " + listed(keys.words()), node);
    } else {
      rule.enabled = true;
      keys.read(node, rule, reader);
    }
  };
  // What no plan turns on is off without a word: digests of scenarios that never heard of a rule
  // stay what they are. A test holds the plans to it.
  const Json when_off = Rule{}.enabled ? Json("off") : Json(nullptr);
  type.show = [&keys, when_off](const Rule& rule) {
    return rule.enabled ? keys.show(rule) : when_off;
  };
  type.schema = [&keys](SchemaDefs& defs) -> Json {
    return {{"anyOf", boost::json::array{{{"const", "off"}}, keys.schema(defs)}}};
  };
  return type;
}

void require_whole_restart(const Node& node, const EValueRule& rule, Reader& reader) {
  const Node* restart = node.find("restart");
  if (restart == nullptr || rule.restart_us == 0 || rule.restart_us >= minute_us) return;
  reader.complain(restart->place, "expected restart to be 0s or at least 1m in " + reader.here());
}

void require_some_grid(const Node& node, const EValueRule& rule, Reader& reader) {
  constexpr std::size_t largest = 32;
  if (!rule.grid.empty() && rule.grid.size() <= largest) return;
  reader.complain(node.find("grid")->place, "expected 1 to 32 ratios in " + reader.here() +
                                                ".grid: without one nothing is "
                                                "looked for");
}

void require_power(const Node& node, const SprtRule& rule, Reader& reader) {
  if (rule.beta < 1 - rule.alpha) return;
  reader.complain(node.place,
                  "expected alpha and beta to be less than 100% together in " + reader.here());
}

}  // namespace

const Mapping<RatioRule>& ratio_definition() {
  static const Mapping<RatioRule> definition = [] {
    Mapping<RatioRule> keys("ratio_rule", "Errors of the new version against the old one's.");
    keys.key("ratio", tolerated_ratio(), &RatioRule::ratio, "Strictly more than this holds.")
        .key("window", window(), &RatioRule::window_us, "Sliding window of errors.")
        .key("min_expected", expected_count(), &RatioRule::min_expected, expected_doc);
    return keys;
  }();
  return definition;
}

const Mapping<RatioAtPromotionRule>& ratio_at_promotion_definition() {
  using Rule = RatioAtPromotionRule;
  static const Mapping<Rule> definition = [] {
    Mapping<Rule> keys("ratio_at_promotion_rule",
                       "The ratio of errors, judged once: when the soak is over.");
    keys.key("ratio", tolerated_ratio(), &Rule::ratio, "Strictly more than this holds.")
        .key("window", window(), &Rule::window_us, "Last part of the soak, which is judged.")
        .key("min_expected", expected_count(), &Rule::min_expected, expected_doc);
    return keys;
  }();
  return definition;
}

const Mapping<PersistenceRule>& persistence_definition() {
  using Rule = PersistenceRule;
  static const Mapping<Rule> definition = [] {
    Mapping<Rule> keys("persistence_rule",
                       "The ratio of errors, which must be exceeded minute after minute.");
    keys.key("ratio", tolerated_ratio(), &Rule::ratio, "Strictly more than this is an exceedance.")
        .key("window", window(), &Rule::window_us, "Sliding window of errors.")
        .key("looks", count_between(1, 10'000), &Rule::looks,
             "Minutes on end whose window must exceed the ratio.")
        .key("min_expected", expected_count(), &Rule::min_expected, expected_doc);
    add_baseline(keys);
    return keys;
  }();
  return definition;
}

const Mapping<PoissonExactRule>& poisson_exact_definition() {
  using Rule = PoissonExactRule;
  static const Mapping<Rule> definition = [] {
    Mapping<Rule> keys("poisson_exact_rule",
                       "Exact test of every window, corrected for the number of looks.");
    keys.key("alpha", share_up_to_half(), &Rule::alpha,
             "Chance that a whole stage of a release no worse than the old version is held.")
        .key("window", window(), &Rule::window_us, "Sliding window of errors.")
        .key("min_expected", expected_count(), &Rule::min_expected,
             "Errors that the old version's rate predicts for a window that may say go.");
    add_baseline(keys);
    return keys;
  }();
  return definition;
}

const Mapping<SprtRule>& sprt_definition() {
  static const Mapping<SprtRule> definition = [] {
    Mapping<SprtRule> keys("sprt_rule",
                           "Wald's sequential test: holds or clears a stage once, then stops "
                           "looking.");
    keys.key("theta1", ratio_above_one(), &SprtRule::theta1,
             "Smallest ratio of error rates that is worth catching.")
        .key("alpha", share_up_to_half(), &SprtRule::alpha, "Chance that a good release is held.")
        .key("beta", partial_share(false), &SprtRule::beta,
             "Chance that a release worse by theta1 is cleared.")
        .key("window", window(), &SprtRule::window_us,
             "Time after which the old version's rate is taken as known.");
    add_baseline(keys);
    keys.rule(require_power);
    return keys;
  }();
  return definition;
}

const Mapping<EValueRule>& e_value_definition() {
  static const Mapping<EValueRule> definition = [] {
    Mapping<EValueRule> keys("e_value_rule",
                             "Evidence of being worse that may be looked at any time; says go only "
                             "by a certificate.");
    keys.key("alpha", share_up_to_half(), &EValueRule::alpha,
             "Holds at evidence of 1 / alpha: the chance that a release no worse ever gets there; "
             "also what a certificate may err.")
        .key("grid", list_of("ratios above 1", ratio_above_one()), &EValueRule::grid,
             "Ratios of error rates that are looked for, with equal weights.")
        .key("restart", duration(), &EValueRule::restart_us,
             "A new process begins this often, so that a late regression shows; 0s: never.")
        .key("certify", ratio_above_one(), &EValueRule::certify,
             "Says go when the ratio is below this with confidence 1 - alpha.")
        .rule(require_whole_restart)
        .rule(require_some_grid);
    return keys;
  }();
  return definition;
}

const Mapping<DevicesRule>& devices_definition() {
  static const Mapping<DevicesRule> definition = [] {
    Mapping<DevicesRule> keys("devices_rule",
                              "Carts that rejected, failed, rolled back or fell silent.");
    keys.key("tolerate", partial_share(true), &DevicesRule::tolerate,
             "Share of such carts that is normal.")
        .key("alpha", partial_share(false), &DevicesRule::alpha,
             "Holds when so many bad carts have at most this probability at the tolerated share.");
    return keys;
  }();
  return definition;
}

const Mapping<HaltRules>& rules_definition() {
  static const Mapping<HaltRules> definition = [] {
    Mapping<HaltRules> keys(
        "rules",
        "Rules that hold a rollout; any that is on can. What is not given stays "
        "as planned.");
    keys.key("ratio", rule_type(ratio_definition()), &HaltRules::ratio, "The error ratio, or off.")
        .key("ratio_at_promotion", rule_type(ratio_at_promotion_definition()),
             &HaltRules::ratio_at_promotion,
             "The error ratio at the end of the soak, or off, as in all plans.")
        .key("persistence", rule_type(persistence_definition()), &HaltRules::persistence,
             "The error ratio minute after minute, or off, as in all plans.")
        .key("poisson_exact", rule_type(poisson_exact_definition()), &HaltRules::poisson_exact,
             "The exact test of every window, or off, as in all plans.")
        .key("sprt", rule_type(sprt_definition()), &HaltRules::sprt,
             "The sequential test, or off, as in all plans.")
        .key("e_value", rule_type(e_value_definition()), &HaltRules::e_value,
             "The evidence that may be looked at any time, or off, as in all plans.")
        .key("devices", rule_type(devices_definition()), &HaltRules::devices,
             "The per-device rule, or off.");
    return keys;
  }();
  return definition;
}

}  // namespace cartstorm::sim
