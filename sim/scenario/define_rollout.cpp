#include "sim/scenario/definitions.hpp"
#include "sim/scenario/plans.hpp"

namespace cartstorm::sim {

namespace {

/// Sets the whole rollout, which is why it is read before the keys that refine it.
Type<Rollout> plan_type() {
  std::vector<Choice<std::string>> choices;
  for (const auto& plan : known_plans()) {
    choices.push_back({std::string(plan.name), std::string(plan.name)});
  }
  const auto names = one_of<std::string>("plan", choices);
  Type<Rollout> type;
  type.read = [names](const Node& node, Rollout& rollout, Reader& reader) {
    std::string name;
    names.read(node, name, reader);
    for (const auto& plan : known_plans()) {
      if (plan.name == name) rollout = plan.rollout;
    }
  };
  type.show = [](const Rollout& rollout) { return Json(rollout.plan_name); };
  type.schema = names.schema;
  return type;
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
  type.show = [&keys](const Rule& rule) { return rule.enabled ? keys.show(rule) : Json("off"); };
  type.schema = [&keys](SchemaDefs& defs) -> Json {
    return {{"anyOf", boost::json::array{{{"const", "off"}}, keys.schema(defs)}}};
  };
  return type;
}

const Mapping<Rollout>& rules_definition() {
  static const Mapping<Rollout> definition = [] {
    Mapping<Rollout> keys("rules",
                          "Rules that hold a rollout. What is not given stays as planned.");
    keys.key("ratio", rule_type(ratio_definition()), &Rollout::ratio, "The error ratio, or off.")
        .key("devices", rule_type(devices_definition()), &Rollout::devices,
             "The per-device rule, or off.");
    return keys;
  }();
  return definition;
}

void require_one_size(const Node& node, const Stage&, Reader& reader) {
  const bool has_carts = node.find("carts") != nullptr;
  const bool has_share = node.find("share") != nullptr;
  if (has_carts == has_share) {
    reader.complain(node.place, "expected either carts or share in " + reader.here() + ", found " +
                                    (has_carts ? "both" : "neither"));
  }
}

}  // namespace

const Mapping<RatioRule>& ratio_definition() {
  static const Mapping<RatioRule> definition = [] {
    Mapping<RatioRule> keys("ratio_rule", "Errors of the new version against the old one's.");
    keys.key("ratio", number_between(1, 1000), &RatioRule::ratio, "Strictly more than this holds.")
        .key("window", duration_between(60'000'000, 86'400'000'000), &RatioRule::window_us,
             "Sliding window of errors.")
        .key("min_expected", number_between(0, 1'000'000), &RatioRule::min_expected,
             "Errors that the old version's rate predicts for the window; with fewer the rule is "
             "undecided.");
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

const Mapping<Limits>& limits_definition() {
  static const Mapping<Limits> definition = [] {
    Mapping<Limits> keys("limits", "When there is too little data to leave a stage.");
    constexpr std::int64_t hour_us = 3'600'000'000;
    keys.key("min_sample", positive_share(), &Limits::min_sample,
             "Share of a stage's carts that must have an outcome, good or bad.")
        .key("silent_after", duration_between(hour_us, 90 * 24 * hour_us), &Limits::silent_after_us,
             "A targeted cart from which nothing came for this long is silent, and bad.")
        .key("silent_share", share(), &Limits::silent_share,
             "With more silent carts than this, of all targeted ones, no stage is left.");
    return keys;
  }();
  return definition;
}

const Mapping<Release>& release_definition() {
  static const Mapping<Release> definition = [] {
    Mapping<Release> keys("release", "A person lets a held rollout go on.");
    keys.key("stage", word(), &Release::stage, "Only a hold in this stage; absent: any stage.")
        .required("after", duration(), &Release::after_us, "Time since the hold began.")
        .required("person", sentence(), &Release::person, "Who takes the responsibility.")
        .required("reason", sentence(), &Release::reason, "Why the rollout may go on.");
    return keys;
  }();
  return definition;
}

const Mapping<Stage>& stage_definition() {
  static const Mapping<Stage> definition = [] {
    Mapping<Stage> keys("stage", "One step of the rollout.");
    const auto carts = count_between(0, largest_fleet);
    auto carts_or_none = carts;
    carts_or_none.show = [carts](const std::uint32_t& n) {
      return n == 0 ? Json(nullptr) : carts.show(n);
    };
    keys.required("stage", stage_name(), &Stage::name, "Name of the stage.")
        .key("carts", carts_or_none, &Stage::carts,
             "Carts in all stages up to this one, as a count.")
        .key("share", percent(), &Stage::percent,
             "Carts in all stages up to this one, as a share of the fleet, rounded up.")
        .required("soak", positive_duration(), &Stage::soak_us,
                  "How long the stage is watched before the next one starts.")
        .key("tiers", shown_unless({}, list_of("tiers", word())), &Stage::tiers,
             "Update tiers that the stage may take; absent: everybody who did not opt out.")
        .rule(require_one_size);
    return keys;
  }();
  return definition;
}

const Mapping<Rollout>& rollout_definition() {
  static const Mapping<Rollout> definition = [] {
    Mapping<Rollout> keys("rollout", "How the new image reaches the fleet.");
    const auto self = [](auto& rollout) -> auto& { return rollout; };
    keys.inherited()
        .required("plan", plan_type(), self, "Stages and rules to start from.")
        .key("stages", list_of("stages", stage_definition().type()), &Rollout::stages,
             "Replaces all stages of the plan.")
        .key("rules", rules_definition().type(), self,
             "Changes the rules of the plan: ratio and devices, each a mapping or off.")
        .key("on_hold",
             one_of<OnHold>("on_hold", {{"cancel_queued", OnHold::cancel_queued},
                                        {"let_run", OnHold::let_run}}),
             &Rollout::on_hold,
             "What a hold does to executions that no cart has started: cancel_queued or let_run.")
        .key("limits", shown_unless({}, limits_definition().type()), &Rollout::limits,
             "When there is too little data to leave a stage.")
        .key("window", shown_unless({}, local_hours()), &Rollout::window,
             "Local hours in which carts get the job, each in its own time zone; absent: always. "
             "The soak time begins with the stage all the same.")
        .key("quirks",
             list_of("quirks", one_of<RolloutQuirk>("rollout quirk",
                                                    {{"no_ca_gate", RolloutQuirk::no_ca_gate}})),
             &Rollout::quirks,
             "Historical bugs of the cloud: no_ca_gate (starts stages although carts lack the "
             "trust anchor).")
        .key("releases", list_of("releases", release_definition().type()), &Rollout::releases,
             "People who release holds.");
    return keys;
  }();
  return definition;
}

}  // namespace cartstorm::sim
