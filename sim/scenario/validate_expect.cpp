#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "sim/scenario/selection.hpp"
#include "sim/scenario/suggest.hpp"
#include "sim/scenario/units.hpp"
#include "sim/scenario/validate.hpp"

namespace cartstorm::sim {

namespace {

/// Those that must be watched until the end: of the newer rollout, if one takes the other's place.
const std::vector<Stage>& stages_completed(const Rollout& rollout) {
  return rollout.superseded ? rollout.superseded->stages : rollout.stages;
}

struct ExpectationVisitor {
  const Reading& reading;
  std::string path;

  void check_stage(const std::string& where, const std::string& stage) const {
    if (stage.empty() || !reading.is_sound("rollout")) return;
    std::vector<std::string> names;
    for (const Stage& known : reading.scenario.rollout.stages) names.push_back(known.name);
    if (const auto& newer = reading.scenario.rollout.superseded) {
      for (const Stage& known : newer->stages) names.push_back(known.name);
    }
    if (std::find(names.begin(), names.end(), stage) != names.end()) return;
    reading.complain(
        where,
        fmt::format("unknown stage \"{}\" in {}, the stages are {}", stage, path, listed(names)),
        closest(stage, names));
  }
  void check_time(const char* kind, const std::optional<std::int64_t>& within_us) const {
    if (!within_us || !reading.is_sound("ends")) return;
    if (*within_us <= reading.scenario.ends_us) return;
    reading.complain(
        fmt::format("{}.{}.within", path, kind),
        fmt::format("expected within to be at most the run of {}, found {}",
                    duration_text(reading.scenario.ends_us), duration_text(*within_us)));
  }
  void check_who(const char* kind, const report::CartSelector& who) const {
    const std::string where = fmt::format("{}.{}.who", path, kind);
    validate_selection(reading, where, {who.region, who.use, who.profile, {}, who.tier});
    check_stage(where + ".stage", who.stage);
  }

  /// `most` is what the counted number can reach, if anything limits it.
  void check_bounds(const char* kind, const std::optional<report::Bound>& at_least,
                    const std::optional<report::Bound>& at_most,
                    std::optional<std::uint32_t> most) const {
    const auto reaches = [most](const report::Bound& bound) {
      return bound.is_share ? bound.value >= 1 : most && bound.value >= *most;
    };
    if (at_most && reaches(*at_most)) {
      reading.complain(fmt::format("{}.{}.at_most", path, kind),
                       "expected at_most to be less than all carts: every run would meet this");
    }
    if (at_least && at_least->value <= 0) {
      reading.complain(fmt::format("{}.{}.at_least", path, kind),
                       "expected at_least to be more than nothing: every run would meet this");
    }
    if (at_least && !at_least->is_share && most && at_least->value > *most) {
      reading.complain(
          fmt::format("{}.{}.at_least", path, kind),
          fmt::format(
              "expected at_least to be at most the fleet of {} carts: no run could meet this",
              *most));
    }
  }
  std::optional<std::uint32_t> fleet_size() const {
    if (!reading.is_sound("fleet") || reading.scenario.fleet.carts == 0) return std::nullopt;
    return reading.scenario.fleet.carts;
  }

  void operator()(const report::ExpectHeld& held) const {
    check_stage(path + ".held.stage", held.stage);
    check_time("held", held.within_us);
    check_rule(held.by);
  }
  void check_rule(const std::string& rule) const {
    if (!reading.is_sound("rollout") || rule.empty() || rule == "undecided") return;
    const auto on = enabled_rules(reading.scenario.rollout.rules);
    if (std::find(on.begin(), on.end(), rule) != on.end()) return;
    reading.complain(path + ".held.by", fmt::format("the rule {} is off in this rollout", rule));
  }
  void operator()(const report::ExpectNotHeld&) const {}
  void operator()(const report::ExpectPaused& paused) const {
    check_stage(path + ".paused.stage", paused.stage);
    if (!reading.is_sound("rollout") || paused.stage.empty()) return;
    const auto& pauses = reading.scenario.rollout.pauses;
    const bool is_planned = std::any_of(pauses.begin(), pauses.end(), [&](const Pause& pause) {
      return pause.stage == paused.stage;
    });
    if (is_planned) return;
    reading.complain(path + ".paused",
                     fmt::format("nobody pauses stage {} in rollout.pauses: no run could meet this",
                                 paused.stage));
  }
  void operator()(const report::ExpectCompleted& done) const {
    check_time("completed", done.within_us);
    check_soak(done.within_us);
  }
  /// Every stage is watched for its soak time, however fast its carts are.
  void check_soak(const std::optional<std::int64_t>& within_us) const {
    const bool is_sound = reading.is_sound("rollout") && reading.is_sound("ends");
    if (!is_sound || reading.scenario.ends_us <= 0) return;
    std::int64_t soak_us = 0;
    for (const Stage& stage : stages_completed(reading.scenario.rollout)) soak_us += stage.soak_us;
    const std::int64_t allowed_us = within_us.value_or(reading.scenario.ends_us);
    if (soak_us <= allowed_us || allowed_us > reading.scenario.ends_us) return;
    reading.complain(within_us ? path + ".completed.within" : path,
                     fmt::format("no rollout can be completed within {}: its stages are watched "
                                 "for {}",
                                 duration_text(allowed_us), duration_text(soak_us)));
  }
  void operator()(const report::ExpectRefused&) const {}
  void operator()(const report::ExpectOnNew& e) const {
    check_who("on_new", e.who);
    check_bounds("on_new", e.at_least, e.at_most, fleet_size());
  }
  void operator()(const report::ExpectRollbacks& e) const {
    check_who("rollbacks", e.who);
    check_bounds("rollbacks", e.at_least, e.at_most, {});  // one cart may roll back many times
  }
  void operator()(const report::ExpectRejected& e) const {
    check_who("rejected", e.who);
    check_bounds("rejected", e.at_least, e.at_most, fleet_size());
  }
  void operator()(const report::ExpectAttempts& e) const { check_who("attempts", e.who); }
  void operator()(const report::ExpectViolates&) const {}
  void operator()(const report::ExpectCheck&) const {}
};

std::string item(std::size_t index) { return fmt::format("expect[{}]", index); }

/// A promise cannot be kept and broken in the same run.
void refuse_contradictions(const Reading& reading) {
  const auto& expect = reading.scenario.expect;
  std::set<std::string> violated;
  bool is_held = false;
  for (const auto& e : expect) {
    is_held |= std::holds_alternative<report::ExpectHeld>(e.body);
    if (const auto* v = std::get_if<report::ExpectViolates>(&e.body)) {
      violated.insert(v->checks.begin(), v->checks.end());
    }
  }
  for (std::size_t i = 0; i < expect.size(); ++i) {
    const auto* check = std::get_if<report::ExpectCheck>(&expect[i].body);
    if (check != nullptr && violated.contains(check->id)) {
      reading.complain(item(i), check->id + " cannot be both kept and violated");
    }
    if (is_held && std::holds_alternative<report::ExpectNotHeld>(expect[i].body)) {
      reading.complain(item(i), "the rollout cannot be both held and not_held");
    }
  }
}

/// Usually one of the two was meant to say something else.
void refuse_repetitions(const Reading& reading) {
  const auto& expect = reading.scenario.expect;
  std::set<std::string> seen;
  for (std::size_t i = 0; i < expect.size(); ++i) {
    if (!seen.insert(expect[i].text).second) {
      reading.complain(item(i), fmt::format("{} is there twice", expect[i].text));
    }
  }
}

}  // namespace

void validate_expectations(const Reading& reading) {
  if (!reading.is_sound("expect")) return;
  if (reading.root.find("expect") == nullptr) return;  // said already
  const auto& expect = reading.scenario.expect;
  if (expect.empty()) {
    return reading.complain("expect",
                            "expected at least one expectation: a run that nobody "
                            "judges proves nothing");
  }
  for (std::size_t i = 0; i < expect.size(); ++i) {
    std::visit(ExpectationVisitor{reading, item(i)}, expect[i].body);
  }
  refuse_contradictions(reading);
  refuse_repetitions(reading);
}

}  // namespace cartstorm::sim
