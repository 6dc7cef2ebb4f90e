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
    check_anchor("anchor", missing.anchor);
  }
  void check_anchor(const char* key, const std::string& anchor) const {
    if (!reading.is_sound("images")) return;
    std::set<std::string> signers;
    for (const auto& [name, image] : reading.scenario.images) signers.insert(image.signed_by);
    if (signers.contains(anchor)) return;
    const std::vector<std::string> known(signers.begin(), signers.end());
    reading.complain(fmt::format("{}.{}", path, key),
                     fmt::format("no image is signed by \"{}\", nobody would miss it; the signers "
                                 "are {}",
                                 anchor, listed(known)),
                     closest(anchor, known));
  }
  void operator()(const SensorBootCrash& crash) const {
    // The sensor stands in the fault itself.
    validate_selection(reading, path, {{}, {}, {}, crash.sensor, {}});
  }
  void operator()(const BootCrash& crash) const { check(crash.who); }
  void operator()(const MetricLost& lost) const {
    check(lost.who);
    check(lost.part);
    check_quiet("metric_lost");
  }
  void operator()(const MetricDuplicated& copied) const {
    check(copied.who);
    check(copied.part);
  }
  void operator()(const MetricDelayed& delayed) const {
    check(delayed.who);
    check(delayed.part);
    check_quiet("metric_delayed");
  }
  void operator()(const MetricReordered& reordered) const {
    check(reordered.who);
    check(reordered.part);
    check_quiet("metric_reordered");
  }
  /// A cart repeats an unacknowledged rollback at least once an hour: in a shorter quiet phase the
  /// promise that each is counted could not be judged.
  void check_quiet(const char* fault) const {
    if (!reading.is_sound("quiet") || reading.scenario.quiet_us >= quiet_after_lost_metrics_us) {
      return;
    }
    reading.complain(path, fmt::format("with {}, quiet must be at least 75m: until then a cart may "
                                       "wait before it reports a rollback again",
                                       fault));
  }
  void check(const MetricPart& part) const {
    if (part.from_us) validate_start(reading, path + ".from", *part.from_us);
    if (part.until_us) check_end(part.from_us.value_or(0), *part.until_us);
  }
  void check_end(std::int64_t from_us, std::int64_t until_us) const {
    if (until_us <= from_us) {
      return reading.complain(path + ".until",
                              fmt::format("ends at {}, before it begins at {}",
                                          duration_text(until_us), duration_text(from_us)));
    }
    if (!reading.is_sound("ends") || !reading.is_sound("quiet")) return;
    const std::int64_t quiet_from_us = reading.scenario.ends_us - reading.scenario.quiet_us;
    if (until_us <= quiet_from_us) return;
    reading.complain(path + ".until",
                     fmt::format("ends at {}, in the quiet phase, which begins at {}",
                                 duration_text(until_us), duration_text(quiet_from_us)));
  }
  void operator()(const GoesSilent& silent) const { check(silent.who); }
  void operator()(const RegionalOutage& outage) const {
    validate_selection(reading, path, {outage.region, {}, {}, {}, {}});
    validate_start(reading, path + ".from", outage.from_us);
    check_end(outage.from_us, outage.until_us);
  }
  void operator()(const GridOutage& outage) const {
    check(outage.who);
    validate_start(reading, path + ".from", outage.from_us);
    check_end(outage.from_us, outage.until_us);
  }
  void operator()(const CrashAfterConfirm& crash) const {
    check(crash.who);
    validate_start(reading, path + ".after", crash.after_us);
  }
  void operator()(const ImageSwapped& swapped) const {
    validate_start(reading, path + ".at", swapped.at_us);
  }
  void operator()(const Reflashed& workshop) const {
    check(workshop.who);
    validate_start(reading, path + ".at", workshop.at_us);
    if (!workshop.without.empty()) check_anchor("without", workshop.without);
  }
  void operator()(const OptedOut& customer) const {
    check(customer.who);
    validate_start(reading, path + ".at", customer.at_us);
    if (customer.until_us) check_end(customer.at_us, *customer.until_us);
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
