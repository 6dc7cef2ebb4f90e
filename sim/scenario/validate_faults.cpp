#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "sim/scenario/selection.hpp"
#include "sim/scenario/suggest.hpp"
#include "sim/scenario/units.hpp"

namespace cartstorm::sim {

namespace {

constexpr std::int64_t quiet_after_lost_metrics_us = 75LL * 60 * 1'000'000;

/// A fault that begins in the quiet phase, or after the run, could not be judged.
void validate_start(const Reading& reading, const std::string& path, std::int64_t at_us) {
  const Scenario& scenario = reading.scenario;
  if (!reading.is_sound("ends") || !reading.is_sound("quiet")) return;
  const std::int64_t quiet_from_us =
      std::max<std::int64_t>(0, scenario.ends_us - scenario.quiet_us);
  if (at_us < quiet_from_us || at_us == 0) return;
  reading.complain(path, fmt::format("strikes at {}, when the quiet phase has begun (ends {} minus "
                                     "quiet {})",
                                     duration_text(at_us), duration_text(scenario.ends_us),
                                     duration_text(scenario.quiet_us)));
}

struct FaultVisitor {
  const Reading& reading;
  std::string path;

  void check(const Who& who) const {
    validate_selection(reading, path + ".who",
                       {who.region, who.use, who.profile, who.sensor, who.tier});
  }
  void operator()(const PowerCut& cut) const {
    check(cut.who);
    if (cut.at_us) validate_start(reading, path + ".at", *cut.at_us);
  }
  void operator()(const ClockSkew& skew) const {
    check(skew.who);
    if (skew.offset_us == 0) {
      reading.complain(path + ".offset", "a skew of 0s is no fault");
    }
  }
  void operator()(const CaMissing& missing) const {
    check(missing.who);
    if (!reading.is_sound("images")) return;
    std::set<std::string> signers;
    for (const auto& [name, image] : reading.scenario.images) signers.insert(image.signed_by);
    if (signers.contains(missing.anchor)) return;
    const std::vector<std::string> known(signers.begin(), signers.end());
    reading.complain(path + ".anchor",
                     fmt::format("no image is signed by \"{}\", nobody would miss it; the signers "
                                 "are {}",
                                 missing.anchor, listed(known)),
                     closest(missing.anchor, known));
  }
  void operator()(const SensorBootCrash& crash) const {
    // The sensor stands in the fault itself.
    validate_selection(reading, path, {{}, {}, {}, crash.sensor, {}});
  }
  void operator()(const MetricLost& lost) const {
    check(lost.who);
    // A cart repeats an unacknowledged rollback at least once an hour: in a shorter quiet phase the
    // promise that each is counted could not be judged.
    if (reading.is_sound("quiet") && reading.scenario.quiet_us < quiet_after_lost_metrics_us) {
      reading.complain(path,
                       "with metric_lost, quiet must be at least 75m: until then a cart may "
                       "wait before it reports a rollback again");
    }
  }
  void operator()(const Regression& regression) const {
    if (regression.factor == 1) {
      reading.complain(path + ".factor", "a factor of 1 is no regression");
    }
    validate_start(reading, path + ".at", regression.at_us);
  }
  void operator()(const ControllerKilled& killed) const {
    if (killed.at_us) validate_start(reading, path + ".at", *killed.at_us);
    if (!killed.at_us || !reading.is_sound("ends") || !reading.is_sound("quiet")) return;
    const Scenario& scenario = reading.scenario;
    if (*killed.at_us + killed.down_us <= scenario.ends_us - scenario.quiet_us) return;
    reading.complain(
        path + ".down",
        fmt::format("killed at {}, down for {}, the controller would not be back "
                    "when the quiet phase begins (ends {} minus quiet {})",
                    duration_text(*killed.at_us), duration_text(killed.down_us),
                    duration_text(scenario.ends_us), duration_text(scenario.quiet_us)));
  }
};

}  // namespace

void validate_faults(const Reading& reading) {
  for (std::size_t i = 0; i < reading.scenario.faults.size(); ++i) {
    const std::string path = fmt::format("faults[{}]", i);
    if (!reading.is_sound(path)) continue;
    std::visit(FaultVisitor{reading, path}, reading.scenario.faults[i].body);
  }
}

}  // namespace cartstorm::sim
