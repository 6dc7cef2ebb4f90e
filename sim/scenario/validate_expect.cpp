#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "sim/scenario/selection.hpp"
#include "sim/scenario/suggest.hpp"
#include "sim/scenario/units.hpp"
#include "sim/scenario/validate.hpp"

namespace cartstorm::sim {

namespace {

/// How many stages of this rollout are worked off: those before a newer one takes its place. None
/// if that happens in an unknown stage.
std::size_t stages_done(const Rollout& rollout) {
  if (!rollout.superseded) return rollout.stages.size();
  const auto last =
      std::find_if(rollout.stages.begin(), rollout.stages.end(),
                   [&](const Stage& stage) { return stage.name == rollout.superseded->stage; });
  return last == rollout.stages.end() ? 0 : static_cast<std::size_t>(last - rollout.stages.begin());
}

/// Until somebody resumes the rollout or asks for a newer one; nothing if nobody does.
std::optional<std::int64_t> length_of(const Rollout& rollout, const Pause& pause) {
  const auto& newer = rollout.superseded;
  if (!newer || newer->stage != pause.stage || newer->after_us < pause.after_us) {
    return pause.lasts_us;
  }
  const std::int64_t most_us = newer->after_us - pause.after_us;
  return std::min(pause.lasts_us.value_or(most_us), most_us);
}

/// Soak and pauses of the stages of this rollout that are worked off.
struct TimeSpent {
  std::int64_t soak_us = 0, paused_us = 0;
  std::string endless;  ///< stage with a pause that nobody ends
};

TimeSpent time_spent(const Rollout& rollout) {
  TimeSpent spent;
  for (std::size_t i = 0; i < stages_done(rollout); ++i) {
    spent.soak_us += rollout.stages[i].soak_us;
    for (const Pause& pause : rollout.pauses) {
      if (pause.stage != rollout.stages[i].name) continue;
      spent.paused_us += pause.lasts_us.value_or(0);
      if (!pause.lasts_us) spent.endless = pause.stage;
    }
  }
  return spent;
}

struct ExpectationVisitor {
  const Reading& reading;
  std::string path;

  bool check_stage(const std::string& where, const std::string& stage) const {
    if (stage.empty() || !reading.is_sound("rollout")) return true;
    std::vector<std::string> names;
    for (const Stage& known : reading.scenario.rollout.stages) names.push_back(known.name);
    if (const auto& newer = reading.scenario.rollout.superseded) {
      for (const Stage& known : newer->stages) names.push_back(known.name);
    }
    if (std::find(names.begin(), names.end(), stage) != names.end()) return true;
    reading.complain(
        where,
        fmt::format("unknown stage \"{}\" in {}, the stages are {}", stage, path, listed(names)),
        closest(stage, names));
    return false;
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
    const bool is_known = check_stage(path + ".paused.stage", paused.stage);
    if (!reading.is_sound("rollout") || paused.stage.empty() || !is_known) return;
    const Rollout& rollout = reading.scenario.rollout;
    std::size_t pauses = 0;
    std::optional<std::int64_t> planned_us = 0;
    for (const Pause& pause : rollout.pauses) {
      if (!is_stage_of(rollout, pause.stage)) return;  // said already, and it may be this one
      if (pause.stage != paused.stage) continue;
      ++pauses;
      const auto length_us = length_of(rollout, pause);
      planned_us = planned_us && length_us ? std::optional{*planned_us + *length_us} : std::nullopt;
    }
    if (pauses == 0) {
      reading.complain(path + ".paused",
                       fmt::format("nobody pauses stage {} in rollout.pauses: no run could meet "
                                   "this",
                                   paused.stage));
    } else if (planned_us && paused.at_least_us && *paused.at_least_us > *planned_us) {
      reading.complain(path + ".paused.at_least",
                       fmt::format("stage {} is paused for {} in rollout.pauses, expected at most "
                                   "that in at_least, found {}",
                                   paused.stage, duration_text(*planned_us),
                                   duration_text(*paused.at_least_us)));
    }
  }
  static bool is_stage_of(const Rollout& rollout, const std::string& name) {
    return std::any_of(rollout.stages.begin(), rollout.stages.end(),
                       [&](const Stage& stage) { return stage.name == name; });
  }
  void operator()(const report::ExpectCompleted& done) const {
    check_time("completed", done.within_us);
    check_soak(done.within_us);
  }
  /// Every stage is watched for its soak time, however fast its carts are, and a pause is not of
  /// that time.
  void check_soak(const std::optional<std::int64_t>& within_us) const {
    const bool is_sound = reading.is_sound("rollout") && reading.is_sound("ends");
    if (!is_sound || reading.scenario.ends_us <= 0) return;
    const Rollout& rollout = reading.scenario.rollout;
    const TimeSpent spent = time_spent(rollout);
    const std::string where = within_us ? path + ".completed.within" : path;
    if (!spent.endless.empty()) {
      return reading.complain(path, fmt::format("no rollout can be completed when nobody ends the "
                                                "pause in stage {}: give it lasts",
                                                spent.endless));
    }
    std::int64_t needed_us = spent.soak_us + spent.paused_us;
    std::string why = fmt::format("its stages are watched for {}", duration_text(spent.soak_us));
    if (rollout.superseded) {
      const std::int64_t begins_us = needed_us + rollout.superseded->after_us;
      std::int64_t soak_us = 0;
      for (const Stage& stage : rollout.superseded->stages) soak_us += stage.soak_us;
      why = fmt::format("the newer one begins after {}, and its stages are watched for {}",
                        duration_text(begins_us), duration_text(soak_us));
      needed_us = begins_us + soak_us;
    } else if (spent.paused_us > 0) {
      why += fmt::format(" and paused for {}", duration_text(spent.paused_us));
    }
    const std::int64_t allowed_us = within_us.value_or(reading.scenario.ends_us);
    if (needed_us <= allowed_us || allowed_us > reading.scenario.ends_us) return;
    reading.complain(where, fmt::format("no rollout can be completed within {}: {}",
                                        duration_text(allowed_us), why));
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
