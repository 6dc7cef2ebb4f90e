#include "sim/scenario/definitions.hpp"
#include "sim/scenario/durations.hpp"
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

void require_one_size(const Node& node, const Stage&, Reader& reader) {
  const bool has_carts = node.find("carts") != nullptr;
  const bool has_share = node.find("share") != nullptr;
  if (has_carts == has_share) {
    reader.complain(node.place, "expected either carts or share in " + reader.here() + ", found " +
                                    (has_carts ? "both" : "neither"));
  }
}

}  // namespace

const Mapping<Limits>& limits_definition() {
  static const Mapping<Limits> definition = [] {
    Mapping<Limits> keys("limits", "When there is too little data to leave a stage.");
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
        .key("hold", optional_of(count_between(1, 1000)), &Release::hold,
             "Number of the hold that the person names; absent: the one that began.")
        .required("after", duration(), &Release::after_us, "Time since the hold began.")
        .required("person", sentence(), &Release::person, "Who takes the responsibility.")
        .required("reason", sentence(), &Release::reason, "Why the rollout may go on.");
    return keys;
  }();
  return definition;
}

const Mapping<Pause>& pause_definition() {
  static const Mapping<Pause> definition = [] {
    Mapping<Pause> keys("pause",
                        "A person pauses the rollout: nothing starts or completes and the soak "
                        "clock stands still, but the rules keep watching.");
    keys.required("stage", word(), &Pause::stage, "Stage in which it is paused.")
        .required("after", duration(), &Pause::after_us, "Time since that stage began.")
        .key("lasts", optional_of(positive_duration()), &Pause::lasts_us,
             "Time until the same person resumes it; absent: nobody does.")
        .required("person", sentence(), &Pause::person, "Who takes the responsibility.")
        .required("reason", sentence(), &Pause::reason, "What the rollout waits for.");
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

const Mapping<Supersession>& supersession_definition() {
  static const Mapping<Supersession> definition = [] {
    Mapping<Supersession> keys("superseded",
                               "A newer rollout takes this one's place: it is aborted, and what it "
                               "left open is cancelled. The newer one brings images.newer, or the "
                               "same image again.");
    keys.required("stage", word(), &Supersession::stage, "Stage in which that happens.")
        .required("after", duration(), &Supersession::after_us, "Time since that stage began.")
        .required("person", sentence(), &Supersession::person, "Who takes the responsibility.")
        .required("stages", list_of("stages", stage_definition().type()), &Supersession::stages,
                  "Stages of the newer rollout, with names of their own; all else is as planned.");
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
        .key("rules", rules_definition().type(), &Rollout::rules,
             "Changes the rules of the plan, each a mapping or off.")
        .key("on_hold",
             one_of<OnHold>("on_hold", {{"cancel_queued", OnHold::cancel_queued},
                                        {"let_run", OnHold::let_run}}),
             &Rollout::on_hold,
             "What a hold does to executions that no cart has started: cancel_queued or let_run.")
        .key("cohort",
             shown_unless(CohortPick::stratified,
                          one_of<CohortPick>("cohort", {{"stratified", CohortPick::stratified},
                                                        {"random", CohortPick::random}})),
             &Rollout::cohort,
             "Whom a stage takes: stratified (one cart of each configuration first, the rest in "
             "proportion) or random (anybody, the baseline that many teams use).")
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
             "People who release holds.")
        .key("pauses", shown_unless({}, list_of("pauses", pause_definition().type())),
             &Rollout::pauses, "People who pause the rollout, and resume it.")
        .key("superseded", optional_of(supersession_definition().type()), &Rollout::superseded,
             "A newer rollout that takes this one's place; absent: none does.")
        .key("patch_only", shown_unless(false, truth()), &Rollout::patch_only,
             "No cart is to fetch the whole image: no stage starts while one of all remaining "
             "carts does not say that it runs the old image, from which the patch starts.")
        .key("execution_timeout", optional_of(duration_between(60'000'000, 10'080LL * 60'000'000)),
             &Rollout::execution_timeout_us,
             "Jobs gives an execution up this long after the cart began it, in whole minutes; "
             "absent: never.");
    return keys;
  }();
  return definition;
}

}  // namespace cartstorm::sim
