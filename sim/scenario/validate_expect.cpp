#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "sim/scenario/selection.hpp"
#include "sim/scenario/suggest.hpp"
#include "sim/scenario/units.hpp"

namespace cartstorm::sim {

namespace {

struct ExpectationVisitor {
  const Reading& reading;
  std::string path;

  void check_stage(const std::string& where, const std::string& stage) const {
    if (stage.empty() || !reading.is_sound("rollout")) return;
    std::vector<std::string> names;
    for (const Stage& known : reading.scenario.rollout.stages) names.push_back(known.name);
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

  void operator()(const report::ExpectHeld& held) const {
    check_stage(path + ".held.stage", held.stage);
    check_time("held", held.within_us);
    check_rule(held.by);
  }
  void check_rule(const std::string& rule) const {
    const Rollout& rollout = reading.scenario.rollout;
    const bool is_off = (rule == "ratio" && !rollout.ratio.enabled) ||
                        (rule == "devices" && !rollout.devices.enabled);
    if (!is_off || !reading.is_sound("rollout")) return;
    reading.complain(path + ".held.by", fmt::format("the rule {} is off in this rollout", rule));
  }
  void operator()(const report::ExpectNotHeld&) const {}
  void operator()(const report::ExpectCompleted& done) const {
    check_time("completed", done.within_us);
  }
  void operator()(const report::ExpectRefused&) const {}
  void operator()(const report::ExpectOnNew& e) const { check_who("on_new", e.who); }
  void operator()(const report::ExpectRollbacks& e) const { check_who("rollbacks", e.who); }
  void operator()(const report::ExpectRejected& e) const { check_who("rejected", e.who); }
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

}  // namespace

void validate_expectations(const Reading& reading) {
  if (!reading.is_sound("expect")) return;
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
}

}  // namespace cartstorm::sim
