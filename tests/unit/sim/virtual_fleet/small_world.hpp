#pragma once
#include <string>
#include <vector>

#include "reports/render/summary.hpp"
#include "sim/fleet/run_scenario.hpp"
#include "sim/scenario/durations.hpp"
#include "sim/scenario/scenario.hpp"

namespace cartstorm::sim {

/// Two hundred carts in three configurations, always on, and a plan of a day: the whole pipeline in
/// well under a second.
inline Scenario small_world() {
  Scenario scenario;
  scenario.name = "small_world";
  scenario.ends_us = 30 * hour_us;
  scenario.quiet_us = 2 * hour_us;
  scenario.digest = 1;
  scenario.fleet.carts = 200;
  Profile us{.name = "us_retail",
             .share = 0.6,
             .hardware_revision = 2,
             .sensors = {"camera"},
             .region = "us",
             .use = "retail"};
  Profile eu{.name = "eu_retail",
             .share = 0.35,
             .hardware_revision = 2,
             .sensors = {"camera"},
             .region = "eu",
             .use = "retail"};
  Profile cold{.name = "eu_cold",
               .share = 0.05,
               .hardware_revision = 3,
               .sensors = {"cold_chain"},
               .region = "eu",
               .use = "pharmacy"};
  scenario.fleet.profiles = {us, eu, cold};
  Image old_image;
  old_image.version = {0x010800};
  old_image.size = 64 * 1024;
  Image new_image;
  new_image.version = {0x020000};
  new_image.size = 64 * 1024;
  scenario.images = {{"old", old_image}, {"new", new_image}};
  scenario.rollout.stages = {
      {"canary", 10, 0, 4 * hour_us}, {"half", 0, 50, 4 * hour_us}, {"full", 0, 100, 4 * hour_us}};
  return scenario;
}

struct Ran {
  report::Summary summary;
  std::vector<report::Record> records;
  RunOutcome outcome;
};

/// Keeps every record; for tests that look at single facts.
class Collector final : public report::Sink {
 public:
  explicit Collector(std::vector<report::Record>& records) : records_(records) {}
  void on(const report::Record& record) override { records_.push_back(record); }

 private:
  std::vector<report::Record>& records_;
};

inline Ran run(const Scenario& scenario, std::uint64_t seed = 1, bool with_records = false) {
  Ran ran;
  report::Stream stream;
  report::JudgeInput input;
  input.scenario = scenario.name;
  input.seed = seed;
  input.expectations = scenario.expect;
  input.ends_us = scenario.ends_us;
  input.parameters.jobs_writes_per_s = scenario.cloud.quotas.jobs_writes_per_s.value_or(0);
  for (const Stage& stage : scenario.rollout.stages) {
    input.parameters.stage_soak_us.push_back(stage.soak_us);
  }
  if (const auto& newer = scenario.rollout.superseded) {
    for (const Stage& stage : newer->stages) {
      input.parameters.superseding_soak_us.push_back(stage.soak_us);
    }
  }
  report::Judge judge{input, stream};
  Collector collector{ran.records};
  if (with_records) {
    stream.attach(collector);
  }
  RunOptions options;
  options.seed = seed;
  options.build = "test";
  ran.outcome = run_virtual(scenario, options, stream);
  ran.summary = judge.finish(ran.outcome.was_interrupted, ran.outcome.infrastructure_error,
                             ran.outcome.events);
  return ran;
}

inline const report::CheckResult& check(const Ran& ran, std::string_view id) {
  for (const auto& result : ran.summary.checks) {
    if (result.id == id) {
      return result;
    }
  }
  static const report::CheckResult none;
  return none;
}

/// Checks that failed, by name.
inline std::vector<std::string> failed_checks(const Ran& ran) {
  std::vector<std::string> ids;
  for (const auto& result : ran.summary.checks) {
    if (result.verdict == report::CheckVerdict::fail) {
      ids.emplace_back(result.id);
    }
  }
  return ids;
}

}  // namespace cartstorm::sim
